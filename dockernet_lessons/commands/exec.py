"""``docker exec``."""

from __future__ import annotations

from typing import Any

import docker.errors

from dockernet_lessons.commands.call import Call, CommandError, not_found
from dockernet_lessons.commands.endless import bounded_ping
from dockernet_lessons.commands.own import require_containers
from dockernet_lessons.commands.requests_of import path, post
from dockernet_lessons.observe.output import Output

TIMEOUT_S = 120
TIMED_OUT = 124


def exec_(call: Call) -> int:
    """Run a command in a container; without a terminal, which a notebook does not have."""
    name, *command = call.arguments
    require_containers(call.context, [name])
    command, note = bounded_ping(command)
    try:
        made = post(
            call.api, path("containers", name.strip("/"), "exec"), body=_body(call, command)
        )
    except docker.errors.APIError as error:
        raise CommandError(f"{not_found(call, 'container', name, error)}\n") from error
    if call.parsed.on("detach"):
        call.api.exec_start(made["Id"], detach=True)
        return 0
    return _run(call, made["Id"], note)


def _body(call: Call, command: list[str]) -> dict[str, Any]:
    given = call.parsed
    attached = not given.on("detach")
    return {
        "User": given.one("user"),
        "Privileged": given.on("privileged"),
        "Tty": False,
        "AttachStdin": False,
        "AttachStdout": attached,
        "AttachStderr": attached,
        "Env": given.all("env") or None,
        "WorkingDir": given.one("workdir"),
        "Cmd": command,
    }


def _run(call: Call, exec_id: str, note: str) -> int:
    source = call.api.exec_start(exec_id, socket=True)
    output = Output(source)
    call.write(output.collect(TIMEOUT_S).decode(errors="replace"))
    if not output.ended:
        call.line(f"docker: no end after {TIMEOUT_S} seconds; stopped waiting.")
        return TIMED_OUT
    if note:
        call.note(note)
    return int(call.api.exec_inspect(exec_id)["ExitCode"] or 0)
