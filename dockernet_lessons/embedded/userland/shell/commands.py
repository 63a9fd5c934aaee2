"""Simple commands: assignments, functions, builtins and programs (POSIX, section 2.9.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.process import (
    CommandNotFound,
    NotExecutable,
    TooManyProcesses,
)
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.problems import (
    Leave,
    ReadOnly,
    RedirectProblem,
    ShellProblem,
)
from dockernet_lessons.embedded.userland.shell.reading import parser_of, syntax_message
from dockernet_lessons.embedded.userland.shell.state import PROGRAM_COST, bash_bucket
from dockernet_lessons.embedded.userland.shell.words import SyntaxProblem
from dockernet_lessons.embedded.userland.streams import WriteError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter
    from dockernet_lessons.embedded.userland.shell.syntax import Command, Simple

Builtin = Callable[["Interpreter", list[str], Descriptors], "int | Steps[int]"]
"""A builtin: the shell, its words and what it has open; its exit status, or steps to it."""

SPECIAL = frozenset(
    (".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set",
     "shift", "times", "trap", "unset")
)  # fmt: skip
"""Builtins whose assignments stay and whose mistakes end the shell (POSIX, section 2.14)."""

_ENDING = {False: SPECIAL | {"local", "command"}, True: frozenset(("exit", "eval", ".", "source"))}
"""Builtins that end dash, and bash, when they are used wrongly."""

MAX_SCRIPT = 2**20
NOT_FOUND, NOT_EXECUTABLE = 127, 126


class Commands:
    """Runs the simple commands of a shell."""

    def __init__(self, shell: Interpreter) -> None:
        self._shell = shell

    def simple(self, command: Simple, streams: Descriptors, last: bool) -> Steps[int]:
        """Run a simple command and give its exit status."""
        shell = self._shell
        shell.state.budget.spend()
        yield from shell.traps.check()
        shell.state.line = command.line + shell.state.first_line
        before = shell.state.status
        words = yield from shell.expander.fields(command.words)
        if not words:
            shell.state.status = 0
        try:
            own = yield from shell.redirector.apply(command.redirects, streams)
        except RedirectProblem as error:
            return self._bad_redirect(words, str(error), streams)
        assigned = yield from self._assignments(command, keep=not words)
        if "x" in shell.state.options:
            self._show(words, assigned, streams)
        if not words:
            return shell.state.status
        shell.state.status = before
        status = yield from self._execute(words, assigned, own, streams, last)
        yield from shell.traps.check()
        return status

    def _bad_redirect(self, words: list[str], text: str, streams: Descriptors) -> int:
        shell = self._shell
        if words and words[0] in SPECIAL and not shell.state.bash:
            raise ShellProblem(text, shell.dialect.error_status)
        shell.complain(streams, text)
        return shell.dialect.error_status

    def _assignments(self, command: Simple, *, keep: bool) -> Steps[dict[str, str]]:
        assigned: dict[str, str] = {}
        for name, word in command.assignments:
            assigned[name] = yield from self._shell.expander.text(word)
            if keep:
                self._assign(name, assigned[name])
        return assigned

    def _assign(self, name: str, value: str) -> None:
        try:
            self._shell.state.assign(name, value)
        except ReadOnly as error:
            dialect = self._shell.dialect
            raise ShellProblem(dialect.read_only(str(error)), dialect.error_status) from error

    def _show(self, words: list[str], assigned: dict[str, str], streams: Descriptors) -> None:
        """Print a command before it runs (``set -x``)."""
        shown = [f"{name}={value}" for name, value in assigned.items()] + words
        if self._shell.state.bash:
            shown = [f"'{w}'" if not w or set(w) & set(' \t\n*?$&;|<>()"') else w for w in shown]
        streams.err(f"+ {' '.join(shown)}\n")

    def _execute(
        self, words: list[str], assigned: dict[str, str], own: Descriptors, outer: Descriptors,
        last: bool,
    ) -> Steps[int]:  # fmt: skip
        """Find out what a command is, in POSIX's order, and run it."""
        shell, name = self._shell, words[0]
        if name in shell.state.functions and (name not in SPECIAL or shell.state.bash):
            with _Assigned(self, assigned):
                return (yield from self.call(name, words[1:], own))
        if name == "exec":
            return (yield from self._exec(words, assigned, own, outer))
        if name in shell.builtins:
            if name in SPECIAL and not shell.state.bash:
                for variable, value in assigned.items():
                    self._assign(variable, value)
                return (yield from self.builtin(name, words, own))
            with _Assigned(self, assigned):
                return (yield from self.builtin(name, words, own))
        return (yield from self.program(words, assigned, own, last=last))

    def builtin(self, name: str, words: list[str], streams: Descriptors) -> Steps[int]:
        """Run a builtin."""
        shell = self._shell
        try:
            result = shell.builtins[name](shell, words, streams)
            status = result if isinstance(result, int) else (yield from result)
        except WriteError as error:
            shell.complain(streams, shell.dialect.write_error(name, str(error)))
            return 1
        except ShellProblem as problem:
            if name in _ENDING[shell.state.bash]:
                raise
            shell.complain(streams, str(problem))
            return problem.status
        except ReadOnly as error:
            return self._read_only(name, str(error), streams)
        yield from shell.system.drained(streams.stdout)
        return status

    def _read_only(self, name: str, variable: str, streams: Descriptors) -> int:
        shell = self._shell
        text = shell.dialect.read_only(variable)
        if name in _ENDING[False] and not shell.state.bash:
            raise ShellProblem(f"{name}: {text}", 2)
        shown = f"{name}: {text}"
        if shell.state.bash:
            shown = (
                f"unset: {variable}: cannot unset: readonly variable" if name == "unset" else text
            )
        shell.complain(streams, shown)
        return shell.dialect.error_status

    def call(self, name: str, arguments: list[str], streams: Descriptors) -> Steps[int]:
        """Call a function."""
        shell, state = self._shell, self._shell.state
        body: Command = state.functions[name]
        shell.enter()
        outer, state.arguments = state.arguments, arguments
        state.scopes.append({})
        try:
            return (yield from shell.command(body, streams))
        except Leave as leave:
            if not leave.function:
                raise
            return leave.status
        finally:
            state.arguments = outer
            state.leave_scope()
            state.depth -= 1

    def program(
        self, words: list[str], assigned: dict[str, str], streams: Descriptors, *,
        last: bool = False,
    ) -> Steps[int]:  # fmt: skip
        """Run a program and wait for its end; with `last` in the shell's own process."""
        shell = self._shell
        shell.state.budget.spend(PROGRAM_COST)
        try:
            if last and not any(shell.state.traps.values()):
                return (yield from self._replace(words, assigned, streams))
            stdin, stdout, stderr = streams.standard()
            child = shell.system.start(
                words, stdin=stdin, stdout=stdout, stderr=stderr,
                environment=self._environment(words[0], assigned), workdir=shell.state.workdir,
            )  # fmt: skip
        except CommandNotFound:
            shell.complain(streams, shell.dialect.not_found(words[0]))
            return NOT_FOUND
        except NotExecutable:
            shell.complain(streams, self._not_executable(words[0]))
            return NOT_EXECUTABLE
        except TooManyProcesses as error:
            raise ShellProblem(shell.dialect.cannot_fork(), 2) from error
        yield from shell.ended([child], streams)
        return child.exit_code or 0

    def _replace(
        self, words: list[str], assigned: dict[str, str], streams: Descriptors
    ) -> Steps[int]:
        shell = self._shell
        return shell.system.replace(
            words, environment=self._environment(words[0], assigned, replacing=True),
            workdir=shell.state.workdir, streams=streams.standard(),
        )  # fmt: skip

    def _environment(
        self, name: str, assigned: dict[str, str], *, replacing: bool = False
    ) -> dict[str, str]:
        """Give the environment of a program; bash adds where it found it, and its own level."""
        state = self._shell.state
        first = sorted(assigned, key=bash_bucket) if state.bash else ()
        variables = {**dict.fromkeys(first, ""), **state.environment(), **assigned}
        if state.bash:
            variables["_"] = self.path_of(name) or name
            level = variables.get("SHLVL", "")
            if replacing and level.isdecimal():
                variables["SHLVL"] = str(int(level[:4]) - 1)
        return variables

    def _not_executable(self, name: str) -> str:
        try:
            node = self._shell.system.files.find(name, self._shell.state.workdir)
        except FileError:
            return self._shell.dialect.not_executable(name, False)
        return self._shell.dialect.not_executable(name, node.kind == "directory")

    def path_of(self, name: str) -> str:
        """Find a program in ``PATH``; empty if there is none."""
        state, files = self._shell.state, self._shell.system.files
        folders = [""] if "/" in name else state.variables.get("PATH", "").split(":")
        for folder in folders:
            path = f"{folder}/{name}" if folder else name
            try:
                node = files.find(path, state.workdir)
            except FileError:
                continue
            if node.executable and node.kind == "file":
                return path
        return ""

    def _exec(
        self, words: list[str], assigned: dict[str, str], own: Descriptors, outer: Descriptors
    ) -> Steps[int]:
        """Run ``exec``: become another program, or keep the redirections."""
        shell = self._shell
        if len(words) < 2:
            outer.table.update(own.table)
            return 0
        try:
            status = yield from self._replace(words[1:], assigned, own)
            shell.state.traps.pop(0, None)
            raise Leave(status)
        except CommandNotFound:
            text, status = f"exec: {words[1]}: not found", NOT_FOUND
        except NotExecutable:
            text, status = f"exec: {words[1]}: Permission denied", NOT_EXECUTABLE
            if shell.state.bash:
                reason = self._not_executable(words[1])
                shell.complain(own, reason)
                text = f"exec: {reason.replace(': ', ': cannot execute: ')}"
        raise ShellProblem(text, status)

    def text(self, text: str, streams: Descriptors, name: str = "") -> Steps[int]:
        """Run the commands of a text, one line after another.

        Parameters
        ----------
        name
            Of the builtin whose words they are, for messages.
        """
        shell = self._shell
        shell.enter()
        outer_line = shell.state.first_line
        try:
            parser = parser_of(text, shell.state)
            shell.state.status = 0
            while (script := parser.next_line()) is not None:
                yield from shell.run(script, streams)
        except SyntaxProblem as problem:
            message = syntax_message(problem, parser, shell.state, name)
            if not shell.state.bash:
                raise ShellProblem(message, 2) from problem
            streams.err(message)
            return 2 if name != "eval" else 1
        finally:
            shell.state.depth -= 1
            shell.state.first_line = outer_line
        return shell.state.status


class _Assigned:
    """Variables that are set for one command only."""

    def __init__(self, commands: Commands, assigned: dict[str, str]) -> None:
        self._state = commands._shell.state
        self._commands = commands
        self._assigned = assigned
        self._before: dict[str, str | None] = {}
        self._exported: set[str] = set()

    def __enter__(self) -> None:
        for name, value in self._assigned.items():
            self._before[name] = self._state.variables.get(name)
            self._commands._assign(name, value)
        self._exported = set(self._assigned) - self._state.exported
        self._state.exported |= self._exported

    def __exit__(self, *error: object) -> None:
        self._state.exported -= self._exported
        for name, value in self._before.items():
            if value is None:
                self._state.variables.pop(name, None)
            else:
                self._state.variables[name] = value
