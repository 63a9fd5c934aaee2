"""Execs: create, start, inspect, resize."""

from __future__ import annotations

import base64
from typing import Any

from dockernet_lessons.embedded.api import parameters, requests
from dockernet_lessons.embedded.api.streams import content_type, hijacked
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon import execs
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.exec import Exec
from dockernet_lessons.embedded.daemon.log import STDERR, STDOUT
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import (
    Request,
    Response,
    Stream,
    frame,
    json_response,
)
from dockernet_lessons.embedded.loop import Steps, Wait

RESIZE_TIMEOUT_S = 10.0
"""Seconds that a resize waits for an exec to be started (moby daemon/resize.go)."""

routes = Routes()


@routes.route("POST", "/containers/{name}/exec")
def create(daemon: Daemon, request: Request, name: str) -> Response:
    """Make an exec."""
    config = requests.read("exec", request, modern=daemon.modern, may_be_empty=daemon.modern)
    if not config["Cmd"]:
        raise DockerError(400, "No exec command specified")
    container = daemon.containers.find(name)
    made = execs.create(daemon, container, name, config)
    return json_response({"Id": made.id}, 201)


@routes.route("POST", "/exec/{exec_id}/start")
def start(daemon: Daemon, request: Request, exec_id: str) -> Response | Steps[Response]:
    """Start an exec; the connection becomes its streams, unless it is detached."""
    options = requests.read("exec start", request, modern=daemon.modern, may_be_empty=True)
    made = execs.find(daemon, exec_id)
    if options["Detach"]:
        return _detached(daemon, made)
    return _attached(daemon, request, made, tty=options["Tty"])


def _detached(daemon: Daemon, made: Exec) -> Steps[Response]:
    execs.check_start(daemon, made)
    yield from execs.run(daemon, made)
    return Response()


def _attached(daemon: Daemon, request: Request, made: Exec, *, tty: bool) -> Response:
    """Answer at once; what goes wrong afterwards is written into the stream."""
    stream = Stream(hijacked=True, tty=tty)
    config = made.config
    flags = {STDOUT: config["AttachStdout"], STDERR: config["AttachStderr"]}
    try:
        execs.check_start(daemon, made)
    except DockerError as error:
        _fail(stream, error)
        stream.outgoing.close()
    else:
        console = execs.console(daemon, made, framed=not tty)
        wants = frozenset(number for number, yes in flags.items() if yes)
        console.attach(stream, wants, stdin=config["AttachStdin"])
        daemon.loop.spawn(_run(daemon, made, stream))
    return hijacked(request, stream, content_type(request, tty=tty))


def _run(daemon: Daemon, made: Exec, stream: Stream) -> Steps[None]:
    try:
        yield from execs.run(daemon, made)
    except DockerError as error:
        _fail(stream, error)
        if made.console is not None:
            made.console.end()


def _fail(stream: Stream, error: DockerError) -> None:
    text = f"{error.message}\r\n".encode()
    stream.outgoing.write(text if stream.tty else frame(STDOUT, text))


@routes.route("GET", "/exec/{exec_id}/json")
def inspect(daemon: Daemon, request: Request, exec_id: str) -> Response:
    """Show an exec."""
    made = daemon.exec(exec_id)
    if made.container.removed:
        raise DockerError(404, f"No such exec instance: {exec_id}")
    config = made.config
    entrypoint, *arguments = config["Cmd"]
    process: dict[str, Any] = {
        "tty": config["Tty"],
        "entrypoint": entrypoint,
        "arguments": arguments,
        "privileged": config["Privileged"],
    }
    if config["User"]:
        process["user"] = config["User"]
    return json_response(
        {
            "ID": made.id,
            "Running": made.running,
            "ExitCode": made.exit_code,
            "ProcessConfig": process,
            "OpenStdin": config["AttachStdin"],
            "OpenStderr": config["AttachStderr"],
            "OpenStdout": config["AttachStdout"],
            "CanRemove": False,
            "ContainerID": made.container.id,
            "DetachKeys": _detach_keys(config["DetachKeys"]),
            "Pid": made.pid,
        }
    )


def _detach_keys(text: str) -> str:
    """Show detach keys as Go shows bytes: in base64; ``ctrl-p`` is byte 16."""
    keys = bytearray()
    for key in text.split(",") if text else ():
        if key.startswith("ctrl-") and len(key) == 6:
            keys.append(ord(key[-1].upper()) & 0x1F)
        else:
            keys += key.encode()
    return base64.b64encode(bytes(keys)).decode()


@routes.route("POST", "/exec/{exec_id}/resize")
def resize(daemon: Daemon, request: Request, exec_id: str) -> Steps[Response]:
    """Tell an exec's terminal its size; one that is not started is waited for."""
    height, width = parameters.size(request, modern=daemon.modern)
    made = execs.find(daemon, exec_id)
    until = daemon.loop.now + RESIZE_TIMEOUT_S
    while not made.started:
        if daemon.loop.now >= until:
            raise DockerError(500, "timeout waiting for exec session ready")
        yield Wait(min(until, daemon.loop.now + 0.1))
    if made.console is not None and made.console.terminal is not None:
        made.console.terminal.size = (height, width)
    return Response()
