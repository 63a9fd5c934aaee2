"""Runs a script's tree: lists, pipelines and compound commands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from dockernet_lessons.embedded.loop import Steps, Wait
from dockernet_lessons.embedded.userland.process import Process, TooManyProcesses
from dockernet_lessons.embedded.userland.shell import conditions, patterns
from dockernet_lessons.embedded.userland.shell.commands import Builtin, Commands
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.dialect import BASH, DASH, Dialect
from dockernet_lessons.embedded.userland.shell.expansion import Expander
from dockernet_lessons.embedded.userland.shell.problems import (
    Exhausted,
    Interrupted,
    Leave,
    RedirectProblem,
    ShellProblem,
    Skip,
)
from dockernet_lessons.embedded.userland.shell.redirect import Redirector
from dockernet_lessons.embedded.userland.shell.state import MAX_STEPS, Job, State
from dockernet_lessons.embedded.userland.shell.syntax import (
    AndOr,
    Calculation,
    Case,
    Command,
    Condition,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Script,
    Simple,
    While,
)
from dockernet_lessons.embedded.userland.shell.traps import Traps
from dockernet_lessons.embedded.userland.streams import Channel, WriteError, pipe_of
from dockernet_lessons.embedded.userland.system import System

MAX_DEPTH = 60
"""Functions, compounds and substitutions that may run inside one another."""

STOPPED = 137


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
        self.dialect: Dialect = BASH if state.bash else DASH
        self.expander = Expander(state, system.files, self._substitute, self.dialect)
        self.redirector = Redirector(system, state, self.expander, self.dialect)
        self.traps = Traps(self)
        self.commands = Commands(self)
        self.streams = Descriptors({})

    def complain(self, streams: Descriptors, text: str) -> None:
        """Print an error message as this shell heads it."""
        where = self.dialect.where(self.state.name, self.state.line, self.state.numbered)
        with contextlib.suppress(WriteError):
            streams.err(f"{where}{text}\n")

    def run(self, script: Script, streams: Descriptors, *, last: bool = False) -> Steps[int]:
        """Run a script and give its exit status.

        Parameters
        ----------
        streams
            What its commands have open.
        last
            The shell has nothing to do after it: its last program may take the shell's place.
        """
        final = len(script.lists) - 1
        for number, and_or in enumerate(script.lists):
            if and_or.background:
                self._start_background(and_or, streams)
            else:
                yield from self._and_or(and_or, streams, last and number == final)
        return self.state.status

    def _and_or(self, and_or: AndOr, streams: Descriptors, last: bool) -> Steps[None]:
        final = len(and_or.items) - 1
        for number, (operator, pipeline) in enumerate(and_or.items):
            status = self.state.status
            if (operator == "&&" and status != 0) or (operator == "||" and status == 0):
                continue
            checked = number == final and not pipeline.negated
            with contextlib.nullcontext() if checked else self._unchecked():
                ends = last and number == final
                self.state.status = yield from self._pipeline(pipeline, streams, ends)
            if self.state.status != 0 and checked:
                self._check()

    def _check(self) -> None:
        """End the shell after a command that failed, with ``set -e``."""
        if "e" in self.state.options and not self.state.unchecked:
            raise Leave(self.state.status)

    @contextlib.contextmanager
    def _unchecked(self) -> Iterator[None]:
        """Let a condition fail without ending the script (``set -e``)."""
        self.state.unchecked += 1
        try:
            yield
        finally:
            self.state.unchecked -= 1

    def _start_background(self, and_or: AndOr, streams: Descriptors) -> None:
        own = streams.copy()
        if not self.state.interactive:
            own.table[0] = pipe_of(b"")
        script = Script([AndOr(and_or.items)])
        process = self.fork(lambda child, io: child.run(script, io, last=True), own)
        free = {job.number for job in self.state.jobs}
        number = next(n for n in range(1, len(free) + 2) if n not in free)
        shown = and_or.text if self.state.bash or self.state.interactive else ""
        self.state.jobs.append(Job(number, shown, [process]))
        self.state.last_job = process.inner_pid
        self.state.status = 0
        if self.state.interactive and self.state.bash:
            streams.err(f"[{number}] {process.inner_pid}\n")

    def fork(
        self, body: Callable[[Interpreter, Descriptors], Steps[int]], streams: Descriptors
    ) -> Process:
        """Start a subshell as a process of its own.

        Raises
        ------
        ShellProblem
            There are too many processes.
        """
        self.state.budget.spend()
        state = self.state.subshell()

        def steps(system: System) -> Steps[int]:
            child = Interpreter(system, state, self.builtins)
            child.traps.begin_child()
            return child.alone(lambda: body(child, streams), streams)

        stdin, stdout, stderr = streams.standard()
        try:
            return self.system.fork(
                steps, stdin=stdin, stdout=stdout, stderr=stderr, workdir=self.state.workdir
            )
        except TooManyProcesses as error:
            raise ShellProblem(self.dialect.cannot_fork(), 2) from error

    def alone(self, body: Callable[[], Steps[int]], streams: Descriptors) -> Steps[int]:
        """Run what a shell has to do, and its trap at the end: whatever leaves it, ends it."""
        self.streams = streams
        status = yield from self._guarded(body, streams)
        if 0 in self.state.traps and status != STOPPED:
            action = self.state.traps.pop(0)
            self.state.status = status
            again = yield from self._guarded(lambda: self.traps.run(action), streams, status)
            status = status if again == STOPPED else again
        return status

    def _guarded(
        self, body: Callable[[], Steps[int]], streams: Descriptors, status: int | None = None
    ) -> Steps[int]:
        try:
            result = yield from body()
            return result if status is None else status
        except Leave as leave:
            return leave.status
        except Skip:
            return self.state.status
        except ShellProblem as problem:
            self.complain(streams, str(problem))
            return problem.status
        except Interrupted:
            return 130
        except Exhausted:
            self.report_exhausted(streams)
            return STOPPED

    def report_exhausted(self, streams: Descriptors) -> None:
        """Say, once, that the emulation stopped a script."""
        if not self.state.budget.reported:
            self.state.budget.reported = True
            text = f"stopped by the emulation: more than {MAX_STEPS} commands without a pause"
            with contextlib.suppress(WriteError):
                streams.err(f"{self.state.name}: {text}\n")

    def _pipeline(self, pipeline: Pipeline, streams: Descriptors, last: bool) -> Steps[int]:
        if len(pipeline.commands) == 1:
            ends = last and not pipeline.negated
            status = yield from self.command(pipeline.commands[0], streams, last=ends)
        else:
            status = yield from self._piped(pipeline.commands, streams)
        return int(status == 0) if pipeline.negated else status

    def _piped(self, commands: Sequence[Command], streams: Descriptors) -> Steps[int]:
        """Run commands side by side, each reading what the one before writes."""
        processes: list[Process] = []
        own = streams.copy()
        for number, command in enumerate(commands):
            pipe = None if number == len(commands) - 1 else Channel()
            own.table[1] = streams.stdout if pipe is None else pipe
            processes.append(self._stage(command, own.copy()))
            if pipe is not None:
                own.table[0] = pipe
        yield from self.ended(processes, streams)
        codes = [process.exit_code or 0 for process in processes]
        failed = [code for code in codes if code]
        return failed[-1] if failed and "pipefail" in self.state.options else codes[-1]

    def _stage(self, command: Command, streams: Descriptors) -> Process:
        return self.fork(lambda child, io: child.command(command, io, last=True), streams)

    def ended(self, processes: Sequence[Process], streams: Descriptors) -> Steps[None]:
        """Wait for the end of processes in the foreground."""
        for process in processes:
            while process.running:
                yield Wait(signals=(process.ended,))
        killed_by = processes[-1].killed_by if processes else None
        if killed_by is not None:
            self.traps.child_killed(processes[-1], killed_by, streams)

    def command(self, command: Command, streams: Descriptors, *, last: bool = False) -> Steps[int]:
        """Run one command and give its exit status."""
        self.streams = streams
        if isinstance(command, Simple):
            return (yield from self.commands.simple(command, streams, last))
        self.state.budget.spend()
        if isinstance(command, Function):
            self.state.functions[command.name] = command.body
            return 0
        try:
            streams = yield from self.redirector.apply(command.redirects, streams)
        except RedirectProblem as error:
            self.complain(streams, str(error))
            return self.dialect.error_status
        self.streams = streams
        self.enter()
        try:
            return (yield from self._compound(command, streams, last))
        finally:
            self.state.depth -= 1

    def enter(self) -> None:
        """Go a level deeper.

        Raises
        ------
        ShellProblem
            It is too deep.
        """
        if self.state.depth >= MAX_DEPTH:
            raise ShellProblem("stopped by the emulation: nested too deeply", STOPPED)
        self.state.depth += 1

    def _compound(self, command: Command, streams: Descriptors, last: bool) -> Steps[int]:
        if isinstance(command, Group):
            return self._group(command, streams, last)
        if isinstance(command, If):
            return self._if(command, streams)
        if isinstance(command, Case):
            return self._case(command, streams)
        if isinstance(command, Condition):
            return conditions.evaluate(self, command, streams)
        if isinstance(command, Calculation):
            return self._calculation(command)
        assert isinstance(command, While | For)
        return self._loop(command, streams)

    def _group(self, command: Group, streams: Descriptors, last: bool) -> Steps[int]:
        if not command.subshell:
            return (yield from self.run(command.body, streams, last=last))
        child = self.fork(lambda shell, io: shell.run(command.body, io, last=True), streams.copy())
        yield from self.ended([child], streams)
        return child.exit_code or 0

    def _if(self, command: If, streams: Descriptors) -> Steps[int]:
        for condition, body in command.branches:
            with self._unchecked():
                status = yield from self.run(condition, streams)
            if status == 0:
                return (yield from self.run(body, streams))
        if command.otherwise is not None:
            return (yield from self.run(command.otherwise, streams))
        return 0

    def _case(self, command: Case, streams: Descriptors) -> Steps[int]:
        text = yield from self.expander.text(command.word)
        for alternatives, body in command.branches:
            for word in alternatives:
                pattern = yield from self.expander.pattern(word)
                if patterns.fits(pattern, text):
                    self.state.status = 0
                    return (yield from self.run(body, streams))
        return 0

    def _calculation(self, command: Calculation) -> Steps[int]:
        expression = yield from self.expander.text(command.word)
        return int(self.expander.arithmetic(expression) == 0)

    def _loop(self, command: While | For, streams: Descriptors) -> Steps[int]:
        self.state.loops += 1
        try:
            return (yield from self._turn_after_turn(command, streams))
        finally:
            self.state.loops -= 1

    def _turn_after_turn(self, command: While | For, streams: Descriptors) -> Steps[int]:
        turn = self._turns(command, streams)
        status = 0
        try:
            while (yield from turn()):
                self.state.budget.spend()
                status = yield from self._turn(command, streams)
        except Skip as skip:
            if skip.levels > 1:
                raise Skip(skip.levels - 1, skip.again) from None
            return 0
        return status

    def _turn(self, command: While | For, streams: Descriptors) -> Steps[int]:
        """Run a loop's body once."""
        try:
            status = yield from self.run(command.body, streams)
        except Skip as skip:
            if skip.levels > 1 or not skip.again:
                raise
            status = 0
        if isinstance(command, While) and command.step is not None:
            yield from self.command(command.step, streams)
        return status

    def _turns(self, command: While | For, streams: Descriptors) -> Callable[[], Steps[bool]]:
        """Give what begins the next turn of a loop, and tells whether there is one."""
        if isinstance(command, While):
            return lambda: self._condition(command, streams)
        values: list[str] | None = None

        def next_value() -> Steps[bool]:
            nonlocal values
            if values is None:
                values = (yield from self._values(command))[::-1]
            if not values:
                return False
            self.state.assign(command.name, values.pop())
            return True

        return next_value

    def _values(self, command: For) -> Steps[list[str]]:
        if command.words is None:
            return list(self.state.arguments)
        return (yield from self.expander.fields(command.words))

    def _condition(self, command: While, streams: Descriptors) -> Steps[bool]:
        with self._unchecked():
            status = yield from self.run(command.condition, streams)
        return (status == 0) is not command.until

    def _substitute(self, script: Script) -> Steps[str]:
        """Run a command substitution; its status becomes ``$?``."""
        pipe = Channel()
        streams = self.streams.copy()
        streams.table[1] = pipe
        child = self.fork(lambda shell, io: shell.run(script, io, last=True), streams)
        output = b""
        while data := (yield from pipe.read()):
            output += data
            self.state.budget.spend(0, len(data))
        yield from self.system.end_of(child)
        self.state.status = child.exit_code or 0
        return output.replace(b"\0", b"").decode("utf-8", "surrogateescape")
