"""The commands ``docker run`` and ``docker create``.

Without a terminal, ``run`` differs from the docker command in one thing: what would wait for input,
or would not end, goes on in the background, and a sentence says so.
"""

from __future__ import annotations

from typing import Any, NoReturn

import docker.errors
import requests
import requests.exceptions

from dockernet_lessons.commands.call import (
    FAILED,
    USAGE,
    Call,
    CommandError,
    daemon_error,
    message,
)
from dockernet_lessons.commands.edition import typed_command
from dockernet_lessons.commands.endless import bounded_ping, is_shell, sleeps_long
from dockernet_lessons.commands.lifecycle import BACKGROUND
from dockernet_lessons.commands.requests_of import ask, path, post
from dockernet_lessons.commands.run.config import ConfigError, config
from dockernet_lessons.commands.run.networking import NetworkingError
from dockernet_lessons.commands.run.ports import PortError
from dockernet_lessons.commands.run.pull import BadImageName, full_name, pull
from dockernet_lessons.labels import lab_labels
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.observe.output import Output

PATIENCE_S = 20
_NOT_FOUND = (
    "executable file not found",
    "no such file or directory",
    "system cannot find the file specified",
)
_WRONG = (ConfigError, NetworkingError, PortError, BadImageName)


def create(call: Call) -> int:
    """Make a container without starting it."""
    body = _body(call, call.arguments[1:])
    streams = dict.fromkeys(("AttachStdout", "AttachStderr"), True)
    if call.parsed.on("interactive"):
        streams |= dict.fromkeys(("AttachStdin", "StdinOnce"), True)
    try:
        call.line(_make(call, body | streams))
    except docker.errors.APIError as error:
        raise CommandError(f"{daemon_error(error)}\n", FAILED) from error
    return 0


def run(call: Call) -> int:
    """Make and start a container; show its output if it will end."""
    given = call.parsed
    command, note = bounded_ping(call.arguments[1:])
    body = _body(call, command)
    if given.on("detach"):
        return _start(call, _created(call, body))
    if _stays(call, command):
        code = _start(call, _created(call, body))
        call.note(BACKGROUND)
        return code
    streams = dict.fromkeys(("AttachStdout", "AttachStderr"), True)
    code = _attached(call, body | streams | {"OpenStdin": False})
    if note:
        call.note(note)
    return code


def _stays(call: Call, command: list[str]) -> bool:
    """Tell whether a container would go on until somebody typed something into it."""
    if sleeps_long(command, PATIENCE_S):
        return True
    terminal = call.parsed.on("tty") and call.parsed.on("interactive")
    entry = call.parsed.one("entrypoint")
    words = [entry, *command] if entry else command
    return terminal and (not words or is_shell(words))


def _body(call: Call, command: list[str]) -> dict[str, Any]:
    """Turn the options into a request.

    Raises
    ------
    CommandError
        They do not go together, or name the container ``host``.
    """
    if call.parsed.one("name") == HOST:
        raise CommandError(
            f"{call.typed}: 'host' means the host itself here; choose another name.\n"
        )
    labels = lab_labels(call.context.name)
    try:
        made = config(call.parsed, command, labels, call.edition.classic)
        full_name(call.arguments[0], classic=call.edition.classic)
    except _WRONG as error:
        _fail(call, str(error))
    call.context.lesson_image()
    assert isinstance(made, dict)
    return made


def _created(call: Call, body: dict[str, Any]) -> str:
    try:
        return _make(call, body)
    except docker.errors.APIError as error:
        _fail(call, daemon_error(error))


def _make(call: Call, body: dict[str, Any]) -> str:
    """Make the container, with an image that is pulled first if need be."""
    image = full_name(body["Image"], classic=call.edition.classic)
    wish = call.parsed.one("pull", "missing")
    if wish == "always":
        pull(call, image)
    try:
        return _post(call, body)
    except docker.errors.NotFound as error:
        if "No such image" not in message(error) or wish == "never":
            raise
    call.line(f"Unable to find image '{image}' locally")
    pull(call, image)
    return _post(call, body)


def _post(call: Call, body: dict[str, Any]) -> str:
    name = call.parsed.one("name")
    query: dict[str, str | int] = {"name": name} if name else {}
    made = post(call.api, path("containers", "create"), query, body)
    for warning in made.get("Warnings") or []:
        call.line(f"WARNING: {warning}")
    return str(made["Id"])


def _start(call: Call, container: str) -> int:
    """Start in the background; the id is printed even when the start fails."""
    call.line(container)
    _run(call, container)
    return 0


def _run(call: Call, container: str) -> None:
    try:
        post(call.api, path("containers", container, "start"))
    except docker.errors.APIError as error:
        text = daemon_error(error)
        _fail(call, text, exit_code_of(text), started=True)


def _attached(call: Call, body: dict[str, Any]) -> int:
    """Start with the output attached, and wait for the end as long as one may."""
    container = _created(call, body)
    source = call.api.attach_socket(container, params={"stdout": 1, "stderr": 1, "stream": 1})
    ending = _ending(call, container)
    _run(call, container)
    output = Output(source, tty=bool(body["Tty"]))
    text = output.collect(PATIENCE_S).decode(errors="replace")
    call.write(text.replace("\r\n", "\n") if body["Tty"] else text)
    code = _exit_code(ending) if output.ended else None
    ending.close()
    if code is None:
        call.note(f"Still running after {PATIENCE_S} seconds; it goes on in the background.")
        return 0
    return code


def _ending(call: Call, container: str) -> requests.Response:
    """Ask for the exit code, which comes when the container has ended."""
    condition = "removed" if call.parsed.on("rm") else "next-exit"
    where = path("containers", container, "wait")
    return ask(
        call.api, "POST", where, query={"condition": condition}, stream=True, timeout_s=PATIENCE_S
    )


def _exit_code(ending: requests.Response) -> int | None:
    try:
        return int(ending.json()["StatusCode"])
    except (requests.exceptions.RequestException, ValueError):
        return None


def exit_code_of(text: str) -> int:
    """Choose the exit code for a container that could not be started."""
    lower = text.lower()
    if any(words in lower for words in _NOT_FOUND):
        return 127
    return 126 if "permission denied" in lower else USAGE


def _fail(call: Call, text: str, code: int = USAGE, *, started: bool = False) -> NoReturn:
    """End as the docker command does when it cannot run a container."""
    short = typed_command(call.command[-1:])  # also for `docker container run`
    if not call.edition.classic:
        raise CommandError(f"docker: {text}\n\nRun '{short} --help' for more information\n", code)
    advice = "" if started else f"See '{short} --help'.\n"
    raise CommandError(f"docker: {text.removesuffix('.')}.\n{advice}", code)
