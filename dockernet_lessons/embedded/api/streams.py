"""Containers' streams: attach, logs, wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dockernet_lessons.embedded.api import parameters
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon import lifecycle
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.log import STDERR, STDOUT, Entry, Selection
from dockernet_lessons.embedded.daemon.timestamps import rfc3339
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import JSON, Request, Response, Stream, frame
from dockernet_lessons.embedded.loop import Loop, Steps, Wait

RAW = "application/vnd.docker.raw-stream"
MULTIPLEXED = "application/vnd.docker.multiplexed-stream"
CONDITIONS = ("", "not-running", "next-exit", "removed")
_MULTIPLEXED_SINCE = (1, 42)
routes = Routes()


def content_type(request: Request, *, tty: bool) -> str:
    """Name a stream's form: framed ones have a name of their own since API 1.42."""
    framed = request.version >= _MULTIPLEXED_SINCE and not tty
    return MULTIPLEXED if framed else RAW


def hijacked(request: Request, stream: Stream, kind: str = RAW) -> Response:
    """Answer that the connection is a stream from now on; 101 if the client asked to upgrade."""
    if request.headers.get("upgrade"):
        headers = {"Content-Type": kind, "Connection": "Upgrade", "Upgrade": "tcp"}
        return Response(101, stream, headers)
    return Response(200, stream, {"Content-Type": RAW})


def _streams(request: Request) -> frozenset[int]:
    wanted = {STDOUT: request.flag("stdout"), STDERR: request.flag("stderr")}
    return frozenset(number for number, yes in wanted.items() if yes)


@routes.route("POST", "/containers/{name}/attach")
def attach(daemon: Daemon, request: Request, name: str) -> Response:
    """Connect a client with a container's first process."""
    try:
        container = daemon.containers.find(name)
        if container.state.paused:
            raise DockerError(
                409, f"Container {name} is paused, unpause the container before attach"
            )
    except DockerError as error:
        text = f"{error.message}\r\n".encode()
        return Response(error.status, text, {"Content-Type": RAW})
    stream = Stream(hijacked=True, tty=container.tty)
    wants = _streams(request)
    if request.flag("logs"):
        for entry in Selection(wants).of(container.log):
            stream.outgoing.write(_framed(container, entry, timestamps=False))
    if request.flag("stream"):
        console = lifecycle.console(daemon, container)
        console.attach(stream, wants, stdin=request.flag("stdin"))
        daemon.log(container, "attach")
    else:
        stream.outgoing.close()
    return hijacked(request, stream, content_type(request, tty=container.tty))


def _framed(container: Container, entry: Entry, *, timestamps: bool) -> bytes:
    text = entry.text
    if timestamps:
        text = f"{rfc3339(entry.time, pad=True)} ".encode() + text
    return text if container.tty else frame(entry.stream, text)


@routes.route("GET", "/containers/{name}/logs")
def logs(daemon: Daemon, request: Request, name: str) -> Response:
    """Give what a container's first process wrote."""
    wants = _streams(request)
    if not wants:
        raise DockerError(400, "Bad parameters: you must choose at least one stream")
    container = daemon.containers.find(name)
    if container.host["LogConfig"]["Type"] == "none":
        raise DockerError(501, "configured logging driver does not support reading")
    tail = request.text("tail")
    chosen = Selection(
        wants,
        parameters.moment(request, "since"),
        parameters.moment(request, "until"),
        int(tail) if tail.isdecimal() and len(tail) < 10 else None,
    )
    timestamps = request.flag("timestamps")
    data = b"".join(_framed(container, e, timestamps=timestamps) for e in chosen.of(container.log))
    kind = content_type(request, tty=container.tty)
    headers = {"Content-Type": kind} if request.version >= _MULTIPLEXED_SINCE else {}
    if not request.flag("follow") or not container.state.running:
        return Response(200, data, headers)
    return Response(200, _followed(daemon, container, chosen, data, timestamps), headers)


def _followed(
    daemon: Daemon, container: Container, chosen: Selection, data: bytes, timestamps: bool
) -> Stream:
    """Give a stream of what is there and what will come, until the container ends."""
    stream = Stream(tty=container.tty)
    stream.outgoing.write(data)

    def listen(entry: Entry) -> None:
        if chosen.wants(entry):
            stream.outgoing.write(_framed(container, entry, timestamps=timestamps))

    task = daemon.loop.spawn(_listening(daemon.loop, container, chosen.until, stream, listen))
    stream.on_hang_up = task.cancel
    return stream


def _listening(
    loop: Loop,
    container: Container,
    until: float | None,
    stream: Stream,
    listen: Callable[[Entry], None],
) -> Steps[None]:
    """Listen until the container ends, or it is `until`, or the client hangs up."""
    container.log.listeners.append(listen)
    try:
        while container.state.running and (until is None or loop.now < until):
            yield Wait(until, (container.changed,))
    finally:
        container.log.listeners.remove(listen)
    stream.outgoing.close()


@routes.route("POST", "/containers/{name}/wait")
def wait(daemon: Daemon, request: Request, name: str) -> Response:
    """Answer at once, and tell the exit code when the container has ended or is removed."""
    condition = request.text("condition")
    if condition not in CONDITIONS:
        if daemon.modern:
            raise DockerError(400, f'invalid condition: "{condition}"')
        condition = ""
    container = daemon.containers.find(name)
    stream = Stream()
    task = daemon.loop.spawn(_wait(daemon, container, condition or "not-running", stream))
    if not task.done:
        stream.on_hang_up = task.cancel
    return Response(200, stream, {"Content-Type": JSON})


def _wait(daemon: Daemon, container: Container, condition: str, stream: Stream) -> Steps[None]:
    ended = container.state.finished
    while not _reached(container, condition, ended):
        yield Wait(signals=(container.changed,))
    result: dict[str, Any] = {} if daemon.modern else {"Error": None}
    result["StatusCode"] = container.state.exit_code
    stream.outgoing.write(json.dumps(result, separators=(",", ":")).encode() + b"\n")
    stream.outgoing.close()


def _reached(container: Container, condition: str, ended: float | None) -> bool:
    if condition == "removed" or container.removed:
        return container.removed
    if condition == "next-exit":
        return container.state.finished != ended and not container.state.running
    return not container.state.running
