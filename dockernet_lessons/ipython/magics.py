"""The magics ``%docker`` and ``%host``, for a line and for a cell.

IPython's own way with variables would spoil Docker's templates (``{{.Names}}``) and the ``$`` of a
container's shell, so these magics fill in ``{name}`` themselves, and leave everything else alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import no_var_expand

from dockernet_lessons.commands.call import CommandError
from dockernet_lessons.commands.endless import bounded_ping
from dockernet_lessons.commands.shell import script_lines, shell_words
from dockernet_lessons.errors import DockernetError
from dockernet_lessons.ipython.printing import print_page
from dockernet_lessons.lab import Lab
from dockernet_lessons.results import CommandResult

_FIELD = re.compile(r"(?<![{$])\{([A-Za-z_]\w*)((?:\.\w+|\[\w+\])*)\}(?!\})")
Work = Callable[[Lab, str], CommandResult]


@dataclass(frozen=True, repr=False)  # a __repr__ of its own would win over _repr_pretty_
class PrintedResult(CommandResult):
    """A result that its cell shows already.

    Attributes
    ----------
    cell
        The number of that cell; in any other one the result is shown as usual.
    """

    cell: int

    def _ipython_display_(self) -> None:
        shell = get_ipython()
        if shell is None or shell.execution_count != self.cell:
            raise NotImplementedError  # IPython goes on to the next way of showing it


class TypedCommands:
    """The commands that a cell may contain as they would be typed in a terminal.

    Parameters
    ----------
    shell
        The IPython shell that they are typed in.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._made: Lab | None = None

    @no_var_expand
    def docker(self, line: str, cell: str | None = None) -> CommandResult | None:
        """Run a docker command on the lab's engine, and print what docker prints.

        ``%docker run -it --name ubuntu1 -P xmtubuntu`` is one command, a cell that begins with
        ``%%docker`` is one on every line. The lab is the variable `lab`, else the newest lab
        there is, else a new one. ``{name}`` stands for a Python variable. ``out = %docker ps``
        keeps the result: ``out.text``, ``out.exit_code``.
        """
        return self._carry_out(line, cell, "docker", lambda lab, typed: lab.docker(typed))

    @no_var_expand
    def host(self, line: str, cell: str | None = None) -> CommandResult | None:
        """Run a command in the host's network namespace: ``%host ip addr``.

        The program is that of the lesson image, the interfaces are the host's. Everything else is
        as with ``%docker``: ``%%host`` for several, ``{name}``, ``out = %host ip route``.
        """
        return self._carry_out(line, cell, "host", on_host)

    def lab(self) -> Lab | None:
        """Give the lab that commands are for; None if there is none yet."""
        return newest_lab(self._shell.user_ns) or self._made

    def _lab(self) -> Lab:
        lab = self.lab()
        if lab is None:
            lab = self._made = Lab()
            name = "lab" if self._shell.user_ns.setdefault("lab", lab) is lab else "a lab"
            print(f"({name} = Lab(): {lab.engine})")
        return lab

    def _carry_out(
        self, line: str, cell: str | None, kind: str, work: Work
    ) -> PrintedResult | None:
        if cell is None:
            return self._shown(line, work)
        lines = script_lines(f"{line}\n{cell}")
        failed = 0
        for typed in lines:
            print(f"$ {_echo(kind, self._filled(typed))}", flush=True)
            failed += not self._shown(typed, work).ok
        if failed and len(lines) > 1:
            print(f"({failed} of {len(lines)} lines failed; like a shell, the cell went on.)")
        return None

    def _shown(self, typed: str, work: Work) -> PrintedResult:
        """Carry out one line and print what comes of it."""
        filled = self._filled(typed)
        try:
            result = work(self._lab(), filled)
        except CommandError as error:
            result = CommandResult(filled, error.exit_code, error.text)
        except (DockernetError, ValueError) as error:
            result = CommandResult(filled, 1, f"{error}\n")
        text = result.text if result.text.endswith("\n") or not result.text else f"{result.text}\n"
        print_page(text)
        if result.hint:
            print(result.hint, flush=True)
        return PrintedResult(
            result.command, result.exit_code, result.text, self._shell.execution_count
        )

    def _filled(self, typed: str) -> str:
        return filled_in(typed, self._shell.user_ns)


def _echo(kind: str, typed: str) -> str:
    return typed if kind == "host" or typed.split()[0] == "docker" else f"docker {typed}"


def on_host(lab: Lab, typed: str) -> CommandResult:
    """Run a typed command in the host's network namespace; a ping without an end gets one.

    Raises
    ------
    CommandError, ValueError
        The line cannot be carried out.
    """
    words = shell_words(typed)
    if not words:
        raise CommandError("Type a command behind it: %host ip addr\n")
    command, note = bounded_ping(words)
    result = lab.host(command)
    text = result.text + (f"({note})\n" if note else "")
    return CommandResult(typed, result.exit_code, text, hint=result.hint)


def newest_lab(namespace: Mapping[str, Any]) -> Lab | None:
    """Choose among a notebook's variables: `lab`, else the lab that was named last."""
    named = namespace.get("lab")
    if isinstance(named, Lab):
        return named
    labs = [
        value
        for name, value in namespace.items()
        if isinstance(value, Lab) and not name.startswith("_")
    ]
    return labs[-1] if labs else None


def filled_in(typed: str, namespace: Mapping[str, Any]) -> str:
    """Put Python's values in place of ``{name}``, ``{name.attribute}`` and ``{name[key]}``.

    Double braces, ``${…}`` and names that are not known stay as they are.
    """

    def value(field: re.Match[str]) -> str:
        if field[1] not in namespace:
            return field[0]
        try:
            return str(Formatter().get_field(field[1] + field[2], (), namespace)[0])
        except (AttributeError, LookupError):
            return field[0]

    return _FIELD.sub(value, typed)
