"""What ends a command, a function or the shell early."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Leave(Exception):
    """Leave the shell (``exit``) or a function (``return``)."""

    status: int
    function: bool = False


@dataclass
class Skip(Exception):
    """Leave or go on with so many loops (``break``, ``continue``)."""

    levels: int
    again: bool


class Exhausted(Exception):
    """The script ran more commands than the emulation allows."""


class Interrupted(Exception):
    """Ctrl-C was typed at an interactive shell: the line it was running is given up."""


class ReadOnly(Exception):
    """A variable may not be changed; the argument is its name."""


class ShellProblem(Exception):
    """A mistake that ends a shell that is not interactive, or the line that it runs.

    Parameters
    ----------
    text
        As the shell prints it, after its name and the line.
    status
        The shell's exit status.
    """

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class RedirectProblem(Exception):
    """A redirection that cannot be made; the text is the shell's."""
