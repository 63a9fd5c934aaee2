"""Signals of a shell: traps, Ctrl-C, and what it prints of children that a signal ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dockernet_lessons.embedded.loop import Signal, Steps, Wait
from dockernet_lessons.embedded.userland import signals
from dockernet_lessons.embedded.userland.shell.problems import Interrupted
from dockernet_lessons.embedded.userland.signals import description

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.process import Process
    from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter

Result = TypeVar("Result")
_SILENT = {signals.SIGINT, signals.SIGPIPE}


class Traps:
    """The signals of one shell.

    Attributes
    ----------
    arrived
        Fired when a signal with a trap came, or Ctrl-C: ends ``wait`` and ``read``.
    interrupted
        Ctrl-C was typed at an interactive shell, and it has not yet noticed.
    """

    def __init__(self, shell: Interpreter) -> None:
        self._shell = shell
        self.arrived = Signal()
        self.interrupted = False

    def set(self, number: int, action: str | None) -> None:
        """Trap a signal (0: the shell's end); empty ignores it, None takes the trap away."""
        state, system = self._shell.state, self._shell.system
        if action is None:
            state.traps.pop(number, None)
        else:
            state.traps[number] = action
        if number == 0:
            return
        if action:
            system.on_signal(number, lambda: self._note(number))
        elif action == "":
            system.on_signal(number, None)
        else:
            system.default_signal(number)
            self.converse()

    def converse(self) -> None:
        """Handle signals as an interactive shell does: Ctrl-C gives a new prompt."""
        if not self._shell.state.interactive:
            return
        system, trapped = self._shell.system, self._shell.state.traps
        for number in (signals.SIGTERM, signals.SIGQUIT):
            if number not in trapped:
                system.on_signal(number, None)
        if signals.SIGINT not in trapped:
            system.on_signal(signals.SIGINT, self._interrupt)

    def begin_child(self) -> None:
        """Undo, in a child that was just forked, what only an interactive shell ignores."""
        for number in (signals.SIGTERM, signals.SIGQUIT):
            if number not in self._shell.state.traps:
                self._shell.system.default_signal(number)

    def _interrupt(self) -> None:
        self.interrupted = True
        self.arrived.fire()

    def _note(self, number: int) -> None:
        self._shell.state.pending.append(number)
        self.arrived.fire()

    def check(self) -> Steps[None]:
        """Do what traps say about the signals that came; notice Ctrl-C.

        Raises
        ------
        Interrupted
            Ctrl-C was typed at an interactive shell.
        """
        state = self._shell.state
        while state.pending:
            action = state.traps.get(state.pending.pop(0))
            status = state.status
            if action:
                yield from self.run(action)
                state.status = status
        if self.interrupted:
            self.interrupted = False
            raise Interrupted

    def interruptible(self, steps: Steps[Result]) -> Steps[Result]:
        """Wait for something, and meanwhile do what traps say as soon as a signal comes."""
        signalled: bool | None = None
        while True:
            try:
                wait = next(steps) if signalled is None else steps.send(signalled)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            signalled = yield Wait(wait.until, (*wait.signals, self.arrived))
            yield from self.check()

    def run(self, action: str) -> Steps[int]:
        """Run a trap's commands."""
        return (yield from self._shell.commands.text(action, self._shell.streams))

    def child_killed(
        self, child: Process, number: int, streams: Descriptors, command: str = ""
    ) -> None:
        """Say that a signal ended a child, as the shells do.

        Raises
        ------
        Interrupted
            It was Ctrl-C, and this shell is interactive.
        """
        state = self._shell.state
        if number == signals.SIGINT and state.interactive:
            self.interrupted = False
            raise Interrupted
        if number in _SILENT or (
            state.bash and not state.interactive and number == signals.SIGTERM
        ):
            return
        text = description(number)
        if state.bash and not state.interactive:
            shown = command or " ".join(child.argv)
            text = f"{self._where()}{child.inner_pid:>5} {text:<23} {shown}"
        streams.err(f"{text}\n")

    def _where(self) -> str:
        state = self._shell.state
        return self._shell.dialect.where(state.name, state.line, state.numbered)
