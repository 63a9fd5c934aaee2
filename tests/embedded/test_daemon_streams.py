"""Terminals, logs, attach and exec streams."""

import pytest
from api_driver import Client, pass_until
from api_golden import pieces

from dockernet_lessons.embedded.daemon.log import MAX_ENTRIES, STDERR, STDOUT, Log, Selection
from dockernet_lessons.embedded.daemon.terminal import Terminal

UPGRADE = {"upgrade": "tcp", "connection": "Upgrade"}


@pytest.fixture(params=["classic", "modern"])
def client(request):
    return Client(request.param)


class Screen:
    def __init__(self):
        self.shown = b""
        self.signals = []
        self.terminal = Terminal(self.show, self.signals.append)

    def show(self, data):
        self.shown += data


def test_a_terminal_echoes_and_gives_whole_lines():
    screen = Screen()
    screen.terminal.type(b"ab\x7fc\r")
    assert screen.shown == b"ab\b \bc\r\n"
    assert screen.terminal.stdin.take() == b"ac\n"
    screen.terminal.write(b"x\ny\n")
    assert screen.shown.endswith(b"x\r\ny\r\n")


def test_a_terminal_erases_whole_characters_and_lines():
    screen = Screen()
    screen.terminal.type("ä".encode() + b"\x08\x08" + b"ab\x15z\n")
    assert screen.terminal.stdin.take() == b"z\n"


def test_a_terminal_sends_signals_and_ends_its_input():
    screen = Screen()
    screen.terminal.type(b"ab\x03\x1c")
    assert screen.signals == [2, 3]
    assert screen.shown == b"ab^C^\\"
    screen.terminal.type(b"q\x04")
    assert screen.terminal.stdin.take() == b"q"
    screen.terminal.type(b"\x04")
    assert screen.terminal.stdin.closed
    other = Screen()
    other.terminal.type(b"x" * 5000)
    other.terminal.hang_up()
    assert len(other.terminal.stdin.take()) == 4096


def test_a_log_keeps_lines():
    log = Log()
    log.write(1.0, STDOUT, b"a\nb")
    log.write(2.0, STDERR, b"c\n" + b"x" * 20000)
    log.write(3.0, STDOUT, b"d\n")
    log.flush(4.0)
    assert [(e.time, e.text[:3]) for e in log.entries] == [
        (1.0, b"a\n"), (2.0, b"c\n"), (2.0, b"xxx"), (3.0, b"bd\n"), (4.0, b"xxx"),
    ]  # fmt: skip
    both = frozenset((STDOUT, STDERR))
    assert [e.time for e in Selection(both, since=2.0, until=3.0).of(log)] == [2.0, 2.0, 3.0]
    assert len(list(Selection(both, tail=2).of(log))) == 2
    for _ in range(MAX_ENTRIES + 5):
        log.write(5.0, STDOUT, b"\n")
    assert len(log.entries) == MAX_ENTRIES


def attach(client, name, query="stdin=1&stdout=1&stderr=1&stream=1", headers=UPGRADE):
    return client.ask("POST", f"/containers/{name}/attach?{query}", headers=headers)


def test_attach_before_the_start_sees_everything(client):
    body = {"Image": "xmtubuntu", "Cmd": ["echo", "hi"]}
    client.post("/containers/create?name=c1", body, 201)
    attached = attach(client, "c1")
    assert attached.status == 101
    client.post("/containers/c1/start", status=204)
    assert pieces(attached.body()) == [[1, "hi\n"]]
    kind = attached.headers["Content-Type"]
    assert kind.endswith("multiplexed-stream" if client.daemon.modern else "raw-stream")


def test_input_ends_with_the_client_if_only_once(client):
    body = {"Image": "xmtubuntu", "Cmd": ["cat"], "OpenStdin": True, "StdinOnce": True}
    client.post("/containers/create?name=c1", body, 201)
    attached = attach(client, "c1")
    client.post("/containers/c1/start", status=204)
    attached.stream.incoming.write(b"one\n")
    client.sleep(1)
    attached.stream.incoming.close()
    client.sleep(1)
    assert pieces(attached.body()) == [[1, "one\n"]]
    assert client.inspect("c1")["State"]["Status"] == "exited"


def test_a_detached_client_leaves_the_container_alone(client):
    body = {"Image": "xmtubuntu", "Cmd": ["cat"], "OpenStdin": True}
    client.post("/containers/create?name=c1", body, 201)
    client.post("/containers/c1/start", status=204)
    first = attach(client, "c1")
    first.stream.hang_up()
    client.sleep(1)
    assert client.inspect("c1")["State"]["Running"]
    second = attach(client, "c1", "stdin=1&stdout=1&stream=1&logs=1")
    second.stream.incoming.write(b"two\n")
    client.sleep(1)
    assert pieces(second.stream.outgoing.take()) == [[1, "two\n"]]
    third = attach(client, "c1", "stdout=1&logs=1", headers={})
    assert third.status == 200
    assert pieces(third.body()) == [[1, "two\n"]]
    client.post("/containers/c1/pause", status=204)
    assert attach(client, "c1").status == 409


def test_a_shell_in_a_terminal(client):
    body = {"Image": "xmtubuntu", "Cmd": ["cat"], "Tty": True, "OpenStdin": True}
    client.post("/containers/create?name=c1", body, 201)
    attached = attach(client, "c1")
    client.post("/containers/c1/start", status=204)
    client.post("/containers/c1/resize?h=24&w=80", status=200)
    attached.stream.incoming.write(b"hello\r")
    client.sleep(1)
    assert attached.stream.outgoing.take() == b"hello\r\nhello\r\n"
    assert client.ask("GET", "/containers/c1/logs?stdout=1").body().startswith(b"hello\r\n")
    attached.stream.incoming.write(b"\x03")
    client.sleep(1)
    assert client.inspect("c1")["State"]["Running"]  # process 1 gets no signal it does not handle
    attached.stream.incoming.write(b"\x04")
    client.sleep(1)
    assert client.inspect("c1")["State"]["Status"] == "exited"


def test_typed_signals_reach_an_exec(client):
    client.run("c1")
    config = {"Cmd": ["sleep", "100"], "Tty": True, "AttachStdin": True, "AttachStdout": True}
    made = client.post("/containers/c1/exec", config, 201).json["Id"]
    started = client.ask("POST", f"/exec/{made}/start", {"Tty": True}, UPGRADE)
    client.sleep(1)
    client.post(f"/exec/{made}/resize?h=20&w=60", status=200)
    started.stream.incoming.write(b"\x03")
    assert started.body() == b"^C"  # as on 20.10.24
    assert client.get(f"/exec/{made}/json")["ExitCode"] == 130


def test_an_exec_reads_its_input_to_the_end(client):
    client.run("c1")
    config = {"Cmd": ["wc", "-c"], "AttachStdin": True, "AttachStdout": True}
    made = client.post("/containers/c1/exec", config, 201).json["Id"]
    started = client.ask("POST", f"/exec/{made}/start", {}, UPGRADE)
    started.stream.incoming.write(b"12345")
    client.sleep(1)
    started.stream.incoming.close()
    assert pieces(started.body())[0][1].strip() == "5"


def test_a_resize_waits_for_the_exec(client):
    client.run("c1")
    config = {"Cmd": ["sleep", "1"], "Tty": True}
    made = client.post("/containers/c1/exec", config, 201).json["Id"]
    resize = client.begin("POST", f"/exec/{made}/resize?h=1&w=2")
    assert not resize.done
    client.ask("POST", f"/exec/{made}/start", {"Tty": True})
    assert pass_until(client.loop, lambda: resize.done)
    assert resize.result().status == 200


def test_execs_end_with_their_container(client):
    client.run("c1")
    made = client.post("/containers/c1/exec", {"Cmd": ["sleep", "99"]}, 201).json["Id"]
    client.post(f"/exec/{made}/start", {"Detach": True}, 200)
    assert client.inspect("c1")["ExecIDs"] == [made]
    client.post("/containers/c1/kill", status=204)
    assert client.get(f"/exec/{made}/json")["ExitCode"] == 137
    client.ask("DELETE", "/containers/c1")
    assert client.ask("GET", f"/exec/{made}/json").status == 404


def test_an_exec_of_a_container_that_stops_meanwhile(client):
    client.run("c1")
    made = client.post("/containers/c1/exec", {"Cmd": ["ls"]}, 201).json["Id"]
    start = client.begin("POST", f"/exec/{made}/start", {"Detach": True})
    client.daemon.containers.find("c1").process.signal(9)
    assert pass_until(client.loop, lambda: start.done)
    assert start.result().status in (200, 409)
    client.run("c2")
    made = client.post("/containers/c2/exec", {"Cmd": ["ls"]}, 201).json["Id"]
    client.post("/containers/c2/pause", status=204)
    assert client.post(f"/exec/{made}/start", {"Detach": True}).status == 409


def test_a_privileged_exec_and_too_many_execs(client, monkeypatch):
    monkeypatch.setattr("dockernet_lessons.embedded.daemon.execs.MAX_EXECS", 2)
    client.run("c1")
    for _ in range(4):
        assert client.exec("c1", "echo", "hi", Privileged=True)[0] == 0
    assert len(client.daemon.execs) == 2
    monkeypatch.setattr("dockernet_lessons.embedded.userland.scheduler.MAX_PROCESSES", 1)
    code, body = client.exec("c1", "echo", "hi")
    assert code == 126
    assert b"resource temporarily unavailable" in body


@pytest.mark.parametrize("workdir", ["/etc/passwd", "/etc"])
def test_the_folder_to_work_in(client, workdir):
    client.run("c1")
    code, body = client.exec("c1", "echo", "hi", WorkingDir=workdir)
    assert (b"not a directory" in body) == (workdir == "/etc/passwd")
    assert (code == 0) == (workdir == "/etc")


def test_logs_that_follow(client):
    client.run("c1", "sh", "-c", "echo one; sleep 2; echo two; sleep 50; echo three")
    ends = client.ask("GET", "/containers/c1/logs?stdout=1&follow=1")
    until = client.loop.now + 10
    early = client.ask("GET", f"/containers/c1/logs?stdout=1&follow=1&tail=0&until={until:.3f}")
    gone = client.ask("GET", "/containers/c1/logs?stdout=1&follow=1&timestamps=1")
    gone.stream.hang_up()
    assert pieces(early.body(20)) == [[1, "two\n"]]
    assert [text for _, text in pieces(ends.body(60))] == ["one\n", "two\n", "three\n"]
    assert gone.stream.outgoing.take() == b""


def test_events_as_they_come(client):
    stream = client.ask("GET", '/events?filters={"type":["container"],"image":["xmtubuntu"]}')
    until = client.ask("GET", f"/events?until={client.loop.now + 5:.3f}")
    client.run("c1")
    lines = stream.stream.outgoing.take().splitlines()
    assert len(lines) == 2
    assert client.get("/info")["NEventsListener"] == 2
    stream.stream.hang_up()
    assert until.body(20).count(b"\n") == 3
    assert client.get("/info")["NEventsListener"] == 0


def test_a_relative_folder_to_work_in(client):
    client.run("c1")
    code, body = client.exec("c1", "echo", "hi", WorkingDir="a/b")
    assert b"exec failed: Cwd must be an absolute path" in body
    assert code == (128 if client.daemon.modern else 126)
    made = client.post("/containers/c1/exec", {"Cmd": ["ls"], "WorkingDir": "."}, 201).json["Id"]
    assert client.post(f"/exec/{made}/start", {"Detach": True}).status == 500
