"""What a program may use: the system calls of the emulated machine."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Loop, Signal, Steps, Wait
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.files import Files
from dockernet_lessons.embedded.userland.process import Context, Process, Sink

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.namespace import Namespace
    from dockernet_lessons.embedded.userland.machine import Machine

Program = Callable[["System", list[str]], Steps[int]]
"""A program: given its words, the first being its name, it runs and returns its exit code."""


class BrokenPipe(Exception):
    """Nobody reads what the process writes: it gets SIGPIPE."""


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
        Its file tree.
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
        self.files: Files = process.context.files
        self.hostname: str = process.context.hostname
        self.capabilities: frozenset[str] = process.context.capabilities
        self.stdin: Pipe = process.stdin if process.stdin is not None else _closed_pipe()

    def out(self, text: str | bytes) -> None:
        """Write to standard output."""
        _write(self.process.stdout, text)

    def err(self, text: str | bytes) -> None:
        """Write to standard error."""
        _write(self.process.stderr, text)

    def sleep(self, seconds: float) -> Steps[None]:
        """Wait for so many seconds."""
        yield Wait(until=self.loop.now + seconds)

    def wait(self, until: float | None, *signals: Signal) -> Steps[bool]:
        """Wait for a moment or a signal; True when it was a signal."""
        return (yield Wait(until, signals))

    def on_signal(self, number: int, action: Callable[[], None] | None) -> None:
        """Handle a signal; None ignores it."""
        self.process.handlers[number] = action

    def run(
        self,
        argv: list[str],
        *,
        namespace: Namespace | None = None,
        stdin: Pipe | None = None,
        stdout: Sink | None = None,
        stderr: Sink | None = None,
    ) -> Steps[int]:
        """Run a child process and wait for its end.

        Parameters
        ----------
        namespace
            Network namespace for it, by default the own one.

        Raises
        ------
        CommandNotFound, NotExecutable
            There is no such program.
        """
        child = self.start(argv, namespace=namespace, stdin=stdin, stdout=stdout, stderr=stderr)
        while child.exit_code is None:
            yield Wait(signals=(child.ended,))
        return child.exit_code

    def start(
        self,
        argv: list[str],
        *,
        namespace: Namespace | None = None,
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
        """
        context = self.context if namespace is None else self._entering(namespace)
        return self.machine.spawn(
            context,
            argv,
            dict(self.environment) if environment is None else environment,
            stdin=stdin if stdin is not None else self.process.stdin,
            stdout=stdout if stdout is not None else self.process.stdout,
            stderr=stderr if stderr is not None else self.process.stderr,
            workdir=workdir or self.process.workdir,
            tty=self.process.tty,
            parent=self.process,
        )

    def _entering(self, namespace: Namespace) -> Context:
        """Give the own context, but in another network namespace (setns(2))."""
        own = self.context
        return Context(
            namespace, own.files, own.hostname, own.pids, own.capabilities,
            thawed=own.thawed, processes=own.processes,
        )  # fmt: skip


def _write(sink: Sink, text: str | bytes) -> None:
    if sink.broken:
        raise BrokenPipe
    sink.write(text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text)


def _closed_pipe() -> Pipe:
    pipe = Pipe()
    pipe.close()
    return pipe
