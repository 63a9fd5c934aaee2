"""Processes, what those of a container share, and signals (signal(7))."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Signal, Task
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland import signals
from dockernet_lessons.embedded.userland.streams import Sink, hold, release

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.namespace import Namespace
    from dockernet_lessons.embedded.userland.files import Files
    from dockernet_lessons.embedded.userland.machine import Machine, PidNamespace

IGNORED_BY_DEFAULT = {signals.SIGCHLD, signals.SIGURG, signals.SIGWINCH}
STOPPING = {signals.SIGTSTP, signals.SIGTTIN, signals.SIGTTOU}
UNBLOCKABLE = {signals.SIGKILL, signals.SIGSTOP}


class CommandNotFound(Exception):
    """There is no such program; the argument is its name as typed."""


class NotExecutable(Exception):
    """There is such a file, but it cannot be run; the argument is its name as typed."""


class TooManyProcesses(Exception):
    """The container runs as many processes as it may (EAGAIN of fork(2))."""


class Freezer:
    """Whether a container is paused (cgroups(7), freezer)."""

    def __init__(self) -> None:
        self.frozen = False
        self.thawed = Signal()


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
    privileged
        Started with ``--privileged``: /proc/sys and /sys can be written to.
    freezer
        See `Machine.freeze`.
    processes
        Host number -> process: all that run in the container.
    """

    def __init__(
        self,
        namespace: Namespace,
        files: Files,
        hostname: str,
        pids: PidNamespace,
        capabilities: frozenset[str] = frozenset(),
        *,
        privileged: bool = False,
    ) -> None:
        self.namespace = namespace
        self.files = files
        self.hostname = hostname
        self.pids = pids
        self.capabilities = capabilities
        self.privileged = privileged
        self.freezer = Freezer()
        self.processes: dict[int, Process] = {}

    @property
    def frozen(self) -> bool:
        """Whether the container is paused."""
        return self.freezer.frozen

    def entering(self, other: Context, kinds: Collection[str]) -> Context:
        """Give a copy that is in some of another one's namespaces (setns(2)).

        Parameters
        ----------
        kinds
            Of ``net``, ``mnt`` and ``uts``; what there is besides does not matter here.
        """
        entered = Context(
            (other if "net" in kinds else self).namespace,
            (other if "mnt" in kinds else self).files,
            (other if "uts" in kinds else self).hostname,
            self.pids,
            self.capabilities,
            privileged=self.privileged,
        )
        entered.freezer, entered.processes = self.freezer, self.processes
        return entered


class Process:
    """A running program.

    Attributes
    ----------
    pid
        Its number on the host.
    inner_pid
        Its number in its own PID namespace.
    argv, environment, workdir, tty
        As given to it. With `tty`, its first standard output is its terminal.
    started
        Virtual time, seconds since 1970 UTC.
    exit_code
        None while it runs; 128 and the signal's number when a signal ended it.
    killed_by
        The signal that ended it; None if it ended by itself.
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
        inherited = parent.terminal if parent is not None else None
        self.terminal: Sink | None = inherited or (self.stdout if tty else None)
        self.terminal_input: Pipe | None = self.stdin
        if parent is not None and inherited is not None:
            self.terminal_input = parent.terminal_input
        self.started = machine.loop.now
        self.exit_code: int | None = None
        self.killed_by: int | None = None
        self.ended = Signal()
        self.stopped = False
        self.resumed = Signal()
        self.executing = False
        self.handlers: dict[int, Callable[[], None] | None] = {}
        self.task: Task[int] | None = None
        self.pid = machine.pids.add(self)
        self.inner_pid: int = self.pid if context.pids is machine.pids else context.pids.add(self)
        context.processes[self.pid] = self
        self._held = ((self.stdout, self.stderr), self.stdin)
        hold(*self._held)

    def reopen(self, stdin: Pipe | None, stdout: Sink, stderr: Sink) -> None:
        """Give it other streams (dup2(2))."""
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        before, self._held = self._held, ((stdout, stderr), stdin)
        hold(*self._held)
        release(*before)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.exit_code is None

    @property
    def command(self) -> str:
        """Name of its program, as ``/proc/PID/comm`` has it."""
        return self.argv[0].rpartition("/")[2][:15]

    @property
    def parent_pid(self) -> int:
        """Number of its parent, as its own PID namespace sees it; 0 for one from outside."""
        if self.parent is None or self.parent.context.pids is not self.context.pids:
            return 0
        return self.parent.inner_pid if self.parent.running else 1

    @property
    def host_parent_pid(self) -> int:
        """Number of its parent on the host; that of what came from outside is containerd's shim."""
        if self.parent is not None and self.parent.running:
            return self.parent.pid
        if self.parent is not None and self.context.pids is not self.machine.pids:
            return self.context.pids.processes[1].pid  # the first one adopts orphans
        return next(iter(self.context.processes)) - 1

    def seen_by(self, viewer: Process) -> tuple[int, int]:
        """Give its number and its parent's: those of the common PID namespace, or the host's."""
        if self.context.pids is viewer.context.pids is not self.machine.pids:
            return self.inner_pid, self.parent_pid
        return self.pid, self.host_parent_pid

    def signal(self, number: int, *, inside: bool = False) -> None:
        """Send a signal; what it does by default unless the program has a handler (signal(7)).

        Parameters
        ----------
        number
            The signal.
        inside
            It comes from the process's own PID namespace: then the first process there ignores
            even SIGKILL (pid_namespaces(7)).
        """
        if not self.running or number == 0:
            return
        if self._is_init and (inside or number not in UNBLOCKABLE) and number not in self.handlers:
            return
        if number == signals.SIGCONT:
            self.stopped = False
            self.resumed.fire()
        if number == signals.SIGSTOP:
            self.stopped = True
        elif number == signals.SIGKILL:
            self.end(128 + number, killed_by=number)
        elif number in self.handlers:
            self._handle(number)
        else:
            self._default(number)

    def _handle(self, number: int) -> None:
        handler = self.handlers[number]
        if handler is not None:
            handler()

    def _default(self, number: int) -> None:
        if number in STOPPING:
            self.stopped = True
        elif number != signals.SIGCONT and number not in IGNORED_BY_DEFAULT:
            self.end(128 + number, killed_by=number)

    @property
    def _is_init(self) -> bool:
        """Whether it is number 1: the kernel gives it only signals that it has a handler for."""
        return self.inner_pid == 1

    def end(self, exit_code: int, *, killed_by: int | None = None) -> None:
        """End it; with the first process of a PID namespace end all others in it."""
        if not self.running:
            return
        self.exit_code = exit_code
        self.killed_by = killed_by
        # A process that is just running, and ends itself by a signal, stops at its next wait.
        if self.task is not None and not self.executing:
            self.task.cancel()
        self.context.processes.pop(self.pid, None)
        self.machine.forget(self)
        release(*self._held)
        self.handlers.clear()  # they hold the program, which holds the process
        if self._is_init:
            for other in list(self.context.pids.processes.values()):
                other.signal(signals.SIGKILL)
        self.ended.fire()
