"""One typed command on its way: what was typed, the engine, and what is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import docker
import docker.errors

from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.commands.edition import Command, Edition, typed_command
from dockernet_lessons.commands.options import Parsed

FAILED = 1
USAGE = 125
"""Exit codes of the docker command: it failed; it was used wrongly, or no container could run."""


class CommandError(Exception):
    """The command ends here.

    Parameters
    ----------
    text
        What it prints, newlines included.
    exit_code
        What it leaves.
    """

    def __init__(self, text: str, exit_code: int = FAILED) -> None:
        super().__init__(text)
        self.text = text
        self.exit_code = exit_code


@dataclass
class Call:
    """One typed command.

    Attributes
    ----------
    context
        The lab.
    edition
        Which docker command is imitated.
    command
        The command's words: ``("network", "ls")``.
    parsed
        Its options and arguments.
    printed
        What it printed until now.
    """

    context: LabContext
    edition: Edition
    command: Command
    parsed: Parsed
    printed: list[str] = field(default_factory=list)

    @property
    def api(self) -> docker.APIClient:
        """The engine's API."""
        return self.context.client.api

    @property
    def typed(self) -> str:
        """The command as one types it."""
        return typed_command(self.command)

    @property
    def arguments(self) -> list[str]:
        """The words that are not options."""
        return self.parsed.arguments

    def write(self, text: str) -> None:
        """Print text as it is."""
        self.printed.append(text)

    def line(self, text: str) -> None:
        """Print a line."""
        self.printed.append(f"{text}\n")

    def note(self, sentence: str) -> None:
        """Print a sentence of the lesson, which the docker command would not print."""
        self.printed.append(f"({sentence})\n")

    def text(self) -> str:
        """Give all that was printed."""
        return "".join(self.printed)


def message(error: docker.errors.APIError) -> str:
    """Give the engine's own words."""
    return str(error.explanation or error).strip()


def daemon_error(error: docker.errors.APIError) -> str:
    """Word an engine's refusal as the docker command does, without the newline."""
    return f"Error response from daemon: {message(error)}"


def not_found(call: Call, kind: str, name: str, error: docker.errors.APIError) -> str:
    """Word a refusal where the old docker command had its own words for what is not there."""
    if call.edition.classic and error.status_code == 404:
        return f"Error: No such {kind}: {name}"
    return daemon_error(error)


def empty_name(call: Call, kind: str) -> str:
    """Word that the name of a container, image or network is empty."""
    if call.edition.classic:
        return f"Error: No such {kind}: "
    return f"invalid {kind} name or ID: value is empty"


def each(
    call: Call,
    names: Iterable[str],
    work: Callable[[str], Any],
    *,
    kind: str = "",
    echo: bool = True,
) -> list[str]:
    """Do something to every name; print the names, then what went wrong.

    Parameters
    ----------
    call
        The command.
    names
        Containers or networks.
    work
        What to do.
    kind
        ``"container"`` or ``"network"`` where the old command words "not found" itself.
    echo
        Whether each name is printed when done.

    Returns
    -------
    list
        The names that failed.
    """
    failed: dict[str, str] = {}
    for name in names:
        try:
            work(name)
        except docker.errors.APIError as error:
            failed[name] = not_found(call, kind, name, error) if kind else daemon_error(error)
        else:
            if echo:
                call.line(name)
    for text in failed.values():
        call.line(text)
    return list(failed)
