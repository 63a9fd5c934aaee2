"""What a program may use: the system calls of the emulated machine."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.loop import Loop, Signal, Steps, Wait
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.files import Files
from dockernet_lessons.embedded.userland.process import Context, Process
from dockernet_lessons.embedded.userland.streams import BrokenPipe, Channel, Sink, pipe_of

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.machine import Machine

Program = Callable[["System", list[str]], Steps[int]]
"""A program: given its words, the first being its name, it runs and returns its exit code."""

DEFAULT_COLUMNS = 80


class System:
    """The system as one process sees it.

    Attributes
    ----------
    process
        The process itself.
    environment
        Its environment variables.
    namespace
        Its network namespace.
    files
        The file tree as it sees it: ``/proc/self`` is itself.
    stdin
        What it reads; at its end at once if it was given none.
    """

    def __init__(self, process: Process) -> None:
        self.process = process
        self.machine: Machine = process.machine
        self.loop: Loop = process.machine.loop
        self.random: random.Random = process.machine.random
        self.environment: dict[str, str] = process.environment
        self.context: Context = process.context
        self.namespace: Namespace = process.context.namespace
        self.files: Files = process.context.files.seen_by(process)
        self.hostname: str = process.context.hostname
        self.capabilities: frozenset[str] = process.context.capabilities
        self.stdin: Pipe = process.stdin if process.stdin is not None else pipe_of(b"")

    @property
    def stdout_is_terminal(self) -> bool:
        """Whether standard output is a terminal (isatty(3))."""
        return self.process.terminal is not None and self.process.stdout is self.process.terminal

    @property
    def columns(self) -> int:
        """Width of the terminal, in characters."""
        width = getattr(self.process.terminal, "size", (0, 0))[1]
        return int(width) or DEFAULT_COLUMNS

    def out(self, text: str | bytes) -> None:
        """Write to standard output."""
        self._write(self.process.stdout, text)

    def err(self, text: str | bytes) -> None:
        """Write to standard error."""
        self._write(self.process.stderr, text)

    def _write(self, sink: Sink, text: str | bytes) -> None:
        if sink.broken or not self.process.running:
            raise BrokenPipe
        sink.write(text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text)

    def drained(self, sink: Sink) -> Steps[None]:
        """Let whoever reads a pipe do so; wait while it is full."""
        if isinstance(sink, Channel) and len(sink) and not sink.full:
            yield Wait(until=self.loop.now)
        while isinstance(sink, Channel) and sink.full:
            yield Wait(signals=(sink.changed,))

    def sleep(self, seconds: float) -> Steps[None]:
        """Wait for so many seconds."""
        yield Wait(until=self.loop.now + seconds)

    def wait(self, until: float | None, *signals: Signal) -> Steps[bool]:
        """Wait for a moment or a signal; True when it was a signal."""
        return (yield Wait(until, signals))

    def on_signal(self, number: int, action: Callable[[], None] | None) -> None:
        """Handle a signal; None ignores it."""
        self.process.handlers[number] = action

    def default_signal(self, number: int) -> None:
        """Let a signal do again what it does by default."""
        self.process.handlers.pop(number, None)

    def kill(self, pid: int, number: int) -> bool:
        """Send a signal to a process of the own PID namespace; False if there is none."""
        target = self.context.pids.processes.get(pid)
        if target is None:
            return False
        target.signal(number, inside=True)
        return True

    def run(
        self,
        argv: list[str],
        *,
        context: Context | None = None,
        stdin: Pipe | None = None,
        stdout: Sink | None = None,
        stderr: Sink | None = None,
    ) -> Steps[int]:
        """Run a child process and wait for its end.

        Parameters
        ----------
        context
            Its context, by default the own one.

        Raises
        ------
        CommandNotFound, NotExecutable
            There is no such program.
        """
        child = self.start(argv, context=context, stdin=stdin, stdout=stdout, stderr=stderr)
        return (yield from self.end_of(child))

    def end_of(self, child: Process) -> Steps[int]:
        """Wait for a process's end; give its exit code."""
        while child.exit_code is None:
            yield Wait(signals=(child.ended,))
        return child.exit_code

    def start(
        self,
        argv: list[str],
        *,
        context: Context | None = None,
        stdin: Pipe | None = None,
        stdout: Sink | None = None,
        stderr: Sink | None = None,
        environment: dict[str, str] | None = None,
        workdir: str | None = None,
    ) -> Process:
        """Start a child process.

        Raises
        ------
        CommandNotFound, NotExecutable
            There is no such program.
        TooManyProcesses
            The container runs too many already.
        """
        return self.machine.scheduler.spawn(
            context or self.context,
            argv,
            dict(self.environment) if environment is None else environment,
            stdin=stdin if stdin is not None else self.process.stdin,
            stdout=stdout if stdout is not None else self.process.stdout,
            stderr=stderr if stderr is not None else self.process.stderr,
            workdir=workdir or self.process.workdir,
            tty=self.process.tty,
            parent=self.process,
        )

    def fork(
        self,
        body: Callable[[System], Steps[int]],
        *,
        stdin: Pipe | None,
        stdout: Sink,
        stderr: Sink,
        workdir: str,
    ) -> Process:
        """Start a child that goes on in the same program.

        Parameters
        ----------
        body
            What the child does; its result is the exit code.

        Raises
        ------
        TooManyProcesses
            The container runs too many already.
        """
        return self.machine.scheduler.fork(self.process, body, (stdin, stdout, stderr), workdir)

    def replace(
        self,
        argv: list[str],
        *,
        context: Context | None = None,
        environment: dict[str, str] | None = None,
        workdir: str | None = None,
        streams: tuple[Pipe | None, Sink, Sink] | None = None,
    ) -> Steps[int]:
        """Go on as another program in the same process (execve(2)); give its exit code.

        Raises
        ------
        CommandNotFound, NotExecutable
            There is no such program; the process is as it was.
        """
        variables = self.environment if environment is None else environment
        folder = workdir or self.process.workdir
        program = self.machine.scheduler.find_program(
            context or self.context, argv[0], variables, folder
        )
        process = self.process
        process.context = context or self.context
        process.argv, process.environment, process.workdir = argv, dict(variables), folder
        process.handlers = {n: a for n, a in process.handlers.items() if a is None}
        if streams is not None:
            process.reopen(*streams)
        return (yield from program(System(process), argv))
