"""Run a command in a container or on the host, and show it as one would type it."""

from __future__ import annotations

import shlex

from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import ToolMissing
from dockernet_lessons.observe.observer import exec_in
from dockernet_lessons.results import CommandResult

NOT_STARTED = (126, 127)
"""Exit codes of an exec whose command could not be started (runc; 127 from Engine 26 on)."""


def exec_command(
    context: LabContext,
    name: str,
    command: str | list[str],
    environment: dict[str, str] | None = None,
) -> CommandResult:
    """Run a command in one of the lab's running containers, without a shell.

    Raises
    ------
    UnknownContainer, NotThisLab, NotRunning
        Before anything is run. A command that fails is a result.
    """
    words = shlex.split(command) if isinstance(command, str) else list(command)
    container = context.running(name)
    with translated():
        exit_code, text = exec_in(context.client, container.id, words, environment)
    return CommandResult(f"docker exec {name} {shlex.join(words)}", exit_code, text)


def read_file(context: LabContext, name: str, path: str) -> str:
    """Read a text file in a container.

    Raises
    ------
    ToolMissing
        The image has no ``cat``.
    """
    result = exec_command(context, name, ["cat", path])
    if result.exit_code in NOT_STARTED:
        raise ToolMissing(name, "cat")
    return result.text
