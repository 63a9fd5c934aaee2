"""Run a command in a container or on the host, and show it as one would type it."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import ToolMissing
from dockernet_lessons.image.contents import COMMANDS
from dockernet_lessons.observe.observer import exec_in, words_of
from dockernet_lessons.results import CommandResult

NOT_STARTED = (126, 127)
"""Exit codes of an exec whose command could not be started (runc; 127 from Engine 26 on)."""

_NO_SUCH = re.compile(
    r'exec: "([^"]+)": (?:executable file not found|stat )|(\S+): (?:command )?not found$', re.M
)
"""How runc and how shells say that there is no such command."""


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
    words = words_of(command)
    container = context.running(name)
    with translated():
        exit_code, text = exec_in(context.client, container.id, words, environment)
    return with_hint(CommandResult(f"docker exec {name} {shlex.join(words)}", exit_code, text))


def host_command(context: LabContext, command: str | list[str]) -> CommandResult:
    """Run a command in the host's network namespace, with the lesson image's tools.

    Raises
    ------
    ObserverRefused
        The engine does not allow the observer. A command that fails is a result.
    """
    return with_hint(context.observer.run(command))


def with_hint(result: CommandResult) -> CommandResult:
    """Add which commands there are to the result of one that there is not."""
    found = _NO_SUCH.search(result.text) if result.exit_code in NOT_STARTED else None
    if found is None:
        return result
    missing, known = found[1] or found[2], ", ".join(sorted(COMMANDS))
    return replace(result, hint=f"There is no {missing} here. The lesson image has {known}.")


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
