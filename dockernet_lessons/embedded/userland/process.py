"""Processes, PID namespaces and signals (signal(7), pid_namespaces(7))."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from dockernet_lessons.embedded.loop import Signal, Task
from dockernet_lessons.embedded.pipe import Pipe

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.namespace import Namespace
    from dockernet_lessons.embedded.userland.files import Files
    from dockernet_lessons.embedded.userland.machine import Machine

IGNORED_BY_DEFAULT = {signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH, signal.SIGCONT}


class CommandNotFound(Exception):
    """There is no such program; the argument is its name as typed."""


class NotExecutable(Exception):
    """There is such a file, but it cannot be run; the argument is its name as typed."""


class Sink(Protocol):
    """Where a process writes to: a pipe or a file."""

    broken: bool

    def write(self, data: bytes) -> None:
        """Take bytes."""


class PidNamespace:
    """Numbers for processes, as one container sees them.

    Attributes
    ----------
    processes
        Inner number -> process, in the order of their start.
    """

    def __init__(self, first: int = 1) -> None:
        self.processes: dict[int, Process] = {}
        self._next = first

    def add(self, process: Process) -> int:
        """Give a process its number."""
        number, self._next = self._next, self._next + 1
        self.processes[number] = process
        return number

    def skip(self) -> None:
        """Leave a number out, as short-lived processes do."""
        self._next += 1


@dataclass(eq=False)
class Context:
    """What the processes of one container share.

    Attributes
    ----------
    namespace
        Network namespace.
    pids
        PID namespace; the host's own with ``--pid host``.
    capabilities
        Without ``CAP_``: ``{"NET_RAW", …}``.
    frozen
        True while the container is paused; see `Machine.freeze`.
    """

    namespace: Namespace
    files: Files
    hostname: str
    pids: PidNamespace
    capabilities: frozenset[str] = frozenset()
    frozen: bool = False
    thawed: Signal = field(default_factory=Signal)
    processes: dict[int, Process] = field(default_factory=dict)


class Process:
    """A running program.

    Attributes
    ----------
    pid
        Its number on the host.
    inner_pid
        Its number in its own PID namespace.
    argv, environment, workdir, tty
        As given to it.
    started
        Virtual time, seconds since 1970 UTC.
    exit_code
        None while it runs; 128 and the signal's number when a signal ended it.
    ended
        Fired when it ends.
    """

    def __init__(
        self,
        machine: Machine,
        context: Context,
        argv: list[str],
        environment: dict[str, str],
        streams: tuple[Pipe | None, Sink, Sink],
        workdir: str,
        tty: bool,
        parent: Process | None,
    ) -> None:
        self.machine = machine
        self.context = context
        self.argv = argv
        self.environment = environment
        self.stdin, self.stdout, self.stderr = streams
        self.workdir = workdir
        self.tty = tty
        self.parent = parent
        self.started = machine.loop.now
        self.exit_code: int | None = None
        self.ended = Signal()
        self.stopped = False
        self.resumed = Signal()
        self.handlers: dict[int, Callable[[], None] | None] = {}
        self.task: Task[int] | None = None
        self.pid = machine.pids.add(self)
        self.inner_pid: int = self.pid if context.pids is machine.pids else context.pids.add(self)
        context.processes[self.pid] = self

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.exit_code is None

    @property
    def parent_pid(self) -> int:
        """Number of its parent, as its own PID namespace sees it; 0 for one from outside."""
        if self.parent is None or self.parent.context.pids is not self.context.pids:
            return 0
        return self.parent.inner_pid if self.parent.running else 1

    def signal(self, number: int) -> None:
        """Send a signal; what it does by default unless the program has a handler (signal(7))."""
        if not self.running:
            return
        if number == signal.SIGKILL:
            self.end(128 + number)
        elif number == signal.SIGSTOP:
            self.stopped = True
        elif number == signal.SIGCONT:
            self.stopped = False
            self.resumed.fire()
        elif number in self.handlers:
            handler = self.handlers[number]
            if handler is not None:
                handler()
        elif number not in IGNORED_BY_DEFAULT and not self._is_init:
            self.end(128 + number)

    @property
    def _is_init(self) -> bool:
        """Whether it is number 1: the kernel gives it only signals that it has a handler for."""
        return self.inner_pid == 1

    def end(self, exit_code: int) -> None:
        """End it; with the first process of a PID namespace end all others in it."""
        if not self.running:
            return
        self.exit_code = exit_code
        if self.task is not None:
            self.task.cancel()
        self.context.processes.pop(self.pid, None)
        self.machine.forget(self)
        if self._is_init:
            for other in list(self.context.pids.processes.values()):
                other.signal(signal.SIGKILL)
        self.ended.fire()
