"""Runs a script's tree."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dockernet_lessons.embedded.loop import Steps, Task, Wait
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.process import CommandNotFound, NotExecutable
from dockernet_lessons.embedded.userland.shell.expansion import Expander, ExpansionError
from dockernet_lessons.embedded.userland.shell.state import State, Streams
from dockernet_lessons.embedded.userland.shell.streams import (
    Redirector,
    RedirectProblem,
    write,
)
from dockernet_lessons.embedded.userland.shell.syntax import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Script,
    Simple,
    While,
)
from dockernet_lessons.embedded.userland.system import BrokenPipe, System

MAX_DEPTH = 24
STOPPED = 137


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


Builtin = Callable[["Interpreter", list[str], Streams], Steps[int]]


class Interpreter:
    """Runs commands in one shell.

    Parameters
    ----------
    system
        The shell's process.
    state
        Its variables and the like.
    builtins
        Name -> function.
    """

    def __init__(self, system: System, state: State, builtins: dict[str, Builtin]) -> None:
        self.system = system
        self.state = state
        self.builtins = builtins
        self.expander = Expander(state, system.files, self._substitute)
        self._redirector = Redirector(system, state, self.expander)

    def complain(self, streams: Streams, text: str) -> None:
        """Print an error message as this shell heads it."""
        line = f"line {self.state.line}" if self.state.bash else str(self.state.line)
        write(streams.stderr, f"{self.state.name}: {line}: {text}\n")

    def run(self, script: Script, streams: Streams) -> Steps[int]:
        """Run a script and give its exit status."""
        for and_or in script.lists:
            if and_or.background:
                self._start_background(and_or, streams)
            else:
                yield from self._and_or(and_or, streams)
        return self.state.status

    def _and_or(self, and_or: AndOr, streams: Streams) -> Steps[None]:
        for number, (operator, pipeline) in enumerate(and_or.items):
            status = self.state.status
            if (operator == "&&" and status != 0) or (operator == "||" and status == 0):
                continue
            self.state.status = yield from self._pipeline(pipeline, streams)
            last = number == len(and_or.items) - 1
            failed = self.state.status != 0 and last and not pipeline.negated
            if failed and "e" in self.state.options:
                raise Leave(self.state.status)

    def _start_background(self, and_or: AndOr, streams: Streams) -> None:
        child = self._child()
        waiting = Pipe()
        waiting.close()
        script = Script([replace(and_or, background=False)])
        task = self.system.loop.spawn(child._alone(script, replace(streams, stdin=waiting)))
        self.state.jobs.append(task)
        self.state.last_job = self.system.process.pid + len(self.state.jobs)
        self.state.status = 0

    def _child(self) -> Interpreter:
        if self.state.depth >= MAX_DEPTH:
            raise ExpansionError("nested too deeply for the emulated shell")
        return Interpreter(self.system, self.state.subshell(), self.builtins)

    def _alone(self, script: Script, streams: Streams) -> Steps[int]:
        """Run a script as a subshell: whatever leaves it, leaves only it."""
        try:
            return (yield from self.run(script, streams))
        except Leave as leave:
            return leave.status
        except Skip:
            return 0
        except BrokenPipe:
            return 141
        except ExpansionError as error:
            self.complain(streams, str(error))
            return 2

    def _pipeline(self, pipeline: Pipeline, streams: Streams) -> Steps[int]:
        if len(pipeline.commands) == 1:
            status = yield from self._command(pipeline.commands[0], streams)
        else:
            status = yield from self._piped(pipeline.commands, streams)
        return int(status == 0) if pipeline.negated else status

    def _piped(self, commands: tuple[Command, ...], streams: Streams) -> Steps[int]:
        """Run commands side by side, each reading what the one before writes."""
        tasks: list[Task[int]] = []
        stdin = streams.stdin
        for number, command in enumerate(commands):
            last = number == len(commands) - 1
            pipe = Pipe()
            own = Streams(stdin, streams.stdout if last else pipe, streams.stderr)
            reading = stdin if number else None
            writing = None if last else pipe
            steps = self._stage(command, own, reading, writing)
            tasks.append(self.system.loop.spawn(steps))
            stdin = pipe
        for task in tasks:
            while not task.done:
                yield Wait(signals=(task.finished,))
        return tasks[-1].result()

    def _stage(
        self, command: Command, streams: Streams, reading: Pipe | None, writing: Pipe | None
    ) -> Steps[int]:
        pipeline = Pipeline((command,))
        try:
            script = Script([AndOr((("", pipeline),))])
            return (yield from self._child()._alone(script, streams))
        finally:
            if reading is not None:
                reading.abandon()
            if writing is not None:
                writing.close()

    def _command(self, command: Command, streams: Streams) -> Steps[int]:
        if isinstance(command, Simple):
            return (yield from self._simple(command, streams))
        if isinstance(command, Function):
            self.state.functions[command.name] = command.body
            return 0
        try:
            streams = yield from self._redirector.apply(command.redirects, streams)
        except RedirectProblem as error:
            self.complain(streams, str(error))
            return 2 if not self.state.bash else 1
        if isinstance(command, Group):
            if command.subshell:
                return (yield from self._child()._alone(command.body, streams))
            return (yield from self.run(command.body, streams))
        if isinstance(command, If):
            return (yield from self._if(command, streams))
        if isinstance(command, Case):
            return (yield from self._case(command, streams))
        return (yield from self._loop(command, streams))

    def _if(self, command: If, streams: Streams) -> Steps[int]:
        for condition, body in command.branches:
            with self._unchecked():
                status = yield from self.run(condition, streams)
            if status == 0:
                return (yield from self.run(body, streams))
        if command.otherwise is not None:
            return (yield from self.run(command.otherwise, streams))
        return 0

    @contextmanager
    def _unchecked(self) -> Iterator[None]:
        """Let a condition fail without ending the script (``set -e``)."""
        checked = "e" in self.state.options
        self.state.options.discard("e")
        try:
            yield
        finally:
            if checked:
                self.state.options.add("e")

    def _case(self, command: Case, streams: Streams) -> Steps[int]:
        text = yield from self.expander.text(command.word)
        for patterns, body in command.branches:
            for word in patterns:
                pattern = yield from self.expander.pattern(word)
                if fnmatch.fnmatchcase(text, pattern):
                    return (yield from self.run(body, streams))
        return 0

    def _loop(self, command: While | For, streams: Streams) -> Steps[int]:
        turns = self._turns(command, streams)
        self.state.status = 0
        status = 0
        while (yield from turns()):
            self._spend()
            try:
                status = yield from self.run(command.body, streams)
            except Skip as skip:
                if skip.levels > 1:
                    raise Skip(skip.levels - 1, skip.again) from None
                status = 0
                if not skip.again:
                    break
        return status

    def _turns(self, command: While | For, streams: Streams) -> Callable[[], Steps[bool]]:
        if isinstance(command, While):
            return lambda: self._condition(command, streams)
        values: list[str] | None = None

        def next_value() -> Steps[bool]:
            nonlocal values
            if values is None:
                values = yield from self._values(command)
            if not values:
                return False
            self.state.variables[command.name] = values.pop(0)
            return True

        return next_value

    def _values(self, command: For) -> Steps[list[str]]:
        if command.words is None:
            return list(self.state.arguments)
        return (yield from self.expander.fields(command.words))

    def _condition(self, command: While, streams: Streams) -> Steps[bool]:
        with self._unchecked():
            status = yield from self.run(command.condition, streams)
        return (status == 0) is not command.until

    def _spend(self) -> None:
        """Count a command; raise when there were too many."""
        self.state.budget.left -= 1
        if self.state.budget.left < 0:
            raise Exhausted

    def _simple(self, command: Simple, streams: Streams) -> Steps[int]:
        self._spend()
        self.state.line = command.line
        before = self.state.status
        words = yield from self.expander.fields(command.words)
        assigned: dict[str, str] = {}
        for name, word in command.assignments:
            assigned[name] = yield from self.expander.text(word)
            if not words:
                self.state.variables[name] = assigned[name]
        try:
            streams = yield from self._redirector.apply(command.redirects, streams)
        except RedirectProblem as error:
            self.complain(streams, str(error))
            return 2 if not self.state.bash else 1
        if "x" in self.state.options and words:
            write(streams.stderr, "+ " + " ".join(words) + "\n")
        if not words:
            return self.state.status if self.state.status != before else 0
        return (yield from self._execute(words, assigned, streams))

    def _execute(self, words: list[str], assigned: dict[str, str], streams: Streams) -> Steps[int]:
        name = words[0]
        if name in self.state.functions:
            return (yield from self._call(self.state.functions[name], words[1:], streams))
        if name in self.builtins:
            if name in ("export", "read", "cd", ":", "eval", ".", "exec"):
                self.state.variables.update(assigned)
            return (yield from self.builtins[name](self, words, streams))
        return (yield from self.program(words, assigned, streams))

    def _call(self, body: Command, arguments: list[str], streams: Streams) -> Steps[int]:
        if self.state.depth >= MAX_DEPTH:
            raise ExpansionError("nested too deeply for the emulated shell")
        outer, self.state.arguments = self.state.arguments, arguments
        self.state.depth += 1
        try:
            return (yield from self._command(body, streams))
        except Leave as leave:
            if not leave.function:
                raise
            return leave.status
        finally:
            self.state.arguments = outer
            self.state.depth -= 1

    def program(self, words: list[str], assigned: dict[str, str], streams: Streams) -> Steps[int]:
        """Run a program and wait for its end."""
        try:
            child = self.system.start(
                words,
                stdin=streams.stdin,
                stdout=streams.stdout,
                stderr=streams.stderr,
                environment={**self.state.environment(), **assigned},
                workdir=self.state.workdir,
            )
        except CommandNotFound:
            return self._not_found(words[0], streams)
        except NotExecutable:
            self.complain(streams, f"{words[0]}: Permission denied")
            return 126
        while child.exit_code is None:
            yield Wait(signals=(child.ended,))
        return child.exit_code

    def _not_found(self, name: str, streams: Streams) -> int:
        if "/" in name and self.state.bash:
            self.complain(streams, f"{name}: No such file or directory")
        elif self.state.bash:
            self.complain(streams, f"{name}: command not found")
        else:
            self.complain(streams, f"{name}: not found")
        return 127

    def _substitute(self, script: Script) -> Steps[str]:
        """Run a command substitution; its status becomes ``$?``."""
        pipe = Pipe()
        streams = Streams(self.system.stdin, pipe, self.system.process.stderr)
        child = self._child()
        self.state.status = yield from child._alone(script, streams)
        return pipe.take().decode(errors="replace")
