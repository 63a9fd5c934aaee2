"""What everything stands on: virtual time, pipes, ids, HTTP messages and routes."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Stream, frame, json_response
from dockernet_lessons.embedded.http.router import Router
from dockernet_lessons.embedded.ids import Ids
from dockernet_lessons.embedded.loop import Loop, Signal, Wait
from dockernet_lessons.embedded.pipe import Pipe


def sleeper(loop, log, name, *seconds):
    for each in seconds:
        yield Wait(until=loop.now + each)
        log.append((name, loop.now))
    return name


def test_tasks_go_on_in_the_order_of_time():
    loop, log = Loop(100.0), []
    first = loop.spawn(sleeper(loop, log, "a", 2, 2))
    second = loop.spawn(sleeper(loop, log, "b", 1, 2))
    loop.advance(103.5)
    assert log == [("b", 101), ("a", 102), ("b", 103)]
    assert (second.done, second.result(), first.done, loop.now) == (True, "b", False, 103.5)
    assert loop.next_time() == 104


@given(st.lists(st.floats(0, 100), max_size=30), st.floats(0, 100))
def test_timers_are_called_once_at_their_time_and_none_too_early(times, end):
    loop, called = Loop(), []
    for when in times:
        loop.call_at(when, lambda when=when: called.append((when, loop.now)))
    loop.advance(end)
    assert called == [(when, when) for when in sorted(times) if when <= end]
    loop.advance(200)
    assert len(called) == len(times)


def test_a_cancelled_timer_is_never_called():
    loop = Loop()
    loop.call_at(1, lambda: pytest.fail("called")).cancel()
    assert loop.next_time() is None
    loop.advance(2)


def waiter(*signals, until=None):
    return (yield Wait(until, signals))


def test_a_signal_wakes_a_task_before_its_time_and_only_once():
    loop, signal = Loop(), Signal()
    task = loop.spawn(waiter(signal, until=5.0))
    signal.fire()
    signal.fire()
    loop.settle()
    assert task.result() is True
    assert loop.next_time() is None
    late = loop.spawn(waiter(signal, until=5.0))
    loop.advance(5)
    assert late.result() is False


def test_a_cancelled_task_runs_its_finally_and_fires_finished():
    loop, log = Loop(), []

    def tidy():
        try:
            yield Wait(until=10.0)
        finally:
            log.append("tidied")

    task = loop.spawn(tidy())
    watcher = loop.spawn(waiter(task.finished))
    task.cancel()
    task.cancel()
    loop.settle()
    assert (log, task.done, watcher.done) == (["tidied"], True, True)
    loop.advance(20)


def test_an_error_is_raised_where_the_result_is_asked_for():
    loop = Loop()

    def failing():
        yield Wait(until=1.0)
        raise KeyError("x")

    task = loop.spawn(failing())
    loop.advance(2)
    with pytest.raises(KeyError):
        task.result()


@given(st.lists(st.binary(max_size=20), max_size=10), st.integers(1, 7))
def test_a_pipe_gives_what_was_written(pieces, limit):
    pipe, taken = Pipe(), b""
    for piece in pieces:
        pipe.write(piece)
        taken += pipe.take(limit)
    pipe.close()
    pipe.write(b"too late")
    assert taken + pipe.take() == b"".join(pieces)


@given(st.lists(st.binary(max_size=9), max_size=10))
def test_lines_are_read_whole(pieces):
    loop, pipe, lines = Loop(), Pipe(), []

    def reader():
        while line := (yield from pipe.read_line()):
            lines.append(line)

    task = loop.spawn(reader())
    for piece in pieces:
        pipe.write(piece)
        loop.settle()
    pipe.close()
    loop.settle()
    assert task.done
    assert b"".join(lines) == b"".join(pieces)
    assert all(line.endswith(b"\n") for line in lines[:-1])


def test_nothing_goes_into_a_broken_pipe():
    pipe = Pipe()
    pipe.write(b"x")
    pipe.abandon()
    pipe.write(b"y")
    assert (len(pipe), pipe.broken) == (0, True)


def test_ids_repeat_with_their_seed_and_are_no_numbers():
    one, two = (Ids(random.Random(7)) for _ in range(2))
    made = [one.new() for _ in range(200)]
    assert made == [two.new() for _ in range(200)]
    assert len(set(made)) == 200
    assert all(len(i) == 64 and not i[:12].isdecimal() for i in made)
    assert len(one.hex(7)) == 7


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("true", True), ("x", True), ("", False), ("0", False), ("no", False),
     ("False", False), ("none", False)],
)  # fmt: skip
def test_flags_are_read_as_docker_reads_them(text, value):
    assert Request("GET", "/", {"all": [text]}).flag("all") is value
    assert Request("GET", "/").flag("all", default=True) is True


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_mistake_of_the_client(body):
    with pytest.raises(DockerError) as refused:
        Request("POST", "/", body=body).json()
    assert refused.value.status == 400


def test_bodies_are_read_and_written_as_json():
    assert Request("POST", "/", body=b' {"a": 1} ').json() == {"a": 1}
    assert Request("POST", "/", body=b"").json() == {}
    answer = json_response({"é": [1]}, 201)
    assert (answer.status, json.loads(answer.body), answer.body[-1:]) == (201, {"é": [1]}, b"\n")
    assert frame(2, b"abc") == b"\x02\0\0\0\0\0\0\x03abc"


def test_hanging_up_tells_both_sides():
    stream, told = Stream(hijacked=True), []
    stream.on_hang_up = lambda: told.append(True)
    stream.hang_up()
    assert (stream.outgoing.broken, stream.incoming.closed, told) == (True, True, [True])


def test_routes_name_the_parts_of_a_path():
    router = Router()
    for method, pattern in [
        ("GET", "/a/{name}/json"),
        ("GET", "/a/json"),
        ("GET", "/i/{x:path}/j"),
    ]:
        router.route(method, pattern)(pattern.upper)
    found = [router.find("GET", path)[1] for path in ("/a/b/json", "/a/json", "/i/r/u:1/j")]
    assert found == [{"name": "b"}, {}, {"x": "r/u:1"}]
    for method, path in [("POST", "/a/json"), ("GET", "/a/b/c/d"), ("GET", "/i//j"), ("GET", "/")]:
        with pytest.raises(DockerError, match="page not found") as refused:
            router.find(method, path)
        assert refused.value.status == 404


def test_output_that_nobody_read_yet_is_one_frame_as_long_as_it_is_the_same_output():
    stream = Stream(hijacked=True)
    for output, data in ((1, b"a"), (1, b"b"), (2, b"c"), (1, b"d")):
        stream.outgoing.show(output, data)
    assert stream.outgoing.take() == frame(1, b"ab") + frame(2, b"c") + frame(1, b"d")
    stream.outgoing.show(1, b"e")
    assert (len(stream.outgoing) > 0, stream.outgoing.take()) == (True, frame(1, b"e"))
