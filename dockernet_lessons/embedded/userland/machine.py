"""The emulated host: its processes, its PID numbers, its own network namespace."""

from __future__ import annotations

import random
import signal
from functools import partial
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Loop, Steps, Wait
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.files import FileError, Node
from dockernet_lessons.embedded.userland.process import (
    CommandNotFound,
    Context,
    NotExecutable,
    PidNamespace,
    Process,
    Sink,
)
from dockernet_lessons.embedded.userland.programs import PROGRAMS
from dockernet_lessons.embedded.userland.system import BrokenPipe, Program, System

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.fabric import Fabric
    from dockernet_lessons.embedded.fabric.namespace import Namespace

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_FIRST_PID = 1200
"""What a host that has just booted has started before."""


class Machine:
    """The emulated host.

    Parameters
    ----------
    loop
        Virtual time.
    fabric
        The kernel's networking.
    source
        Where programs draw numbers from.
    host
        The host's network namespace.
    hostname
        The host's name.

    Attributes
    ----------
    pids
        The host's PID namespace: every process is in it.
    """

    def __init__(
        self, loop: Loop, fabric: Fabric, source: random.Random, host: Namespace, hostname: str
    ) -> None:
        self.loop = loop
        self.fabric = fabric
        self.random = source
        self.host = host
        self.hostname = hostname
        self.pids = PidNamespace(first=_FIRST_PID)

    @property
    def processes(self) -> dict[int, Process]:
        """Host number -> process."""
        return self.pids.processes

    def spawn(
        self,
        context: Context,
        argv: list[str],
        environment: dict[str, str],
        *,
        stdin: Pipe | None = None,
        stdout: Sink,
        stderr: Sink,
        workdir: str = "/",
        tty: bool = False,
        parent: Process | None = None,
        init: bool = False,
    ) -> Process:
        """Start a program.

        Parameters
        ----------
        argv
            Its words; the first is looked for in ``PATH`` unless it contains a slash.
        init
            Run it under a small init (``docker run --init``): that is number 1, passes signals on
            and ends with the program's exit code.

        Raises
        ------
        CommandNotFound, NotExecutable
            There is no such program, or it cannot be run.
        """
        program = PROGRAMS[self._program_name(context, argv[0], environment, workdir)]
        streams = (stdin, stdout, stderr)
        if init:
            words = ["/sbin/docker-init", "--", *argv]
            first = Process(self, context, words, environment, streams, workdir, tty, parent)
            child = Process(self, context, argv, environment, streams, workdir, tty, first)
            self._begin(child, program)
            self._be_init(first, child)
            return first
        process = Process(self, context, argv, environment, streams, workdir, tty, parent)
        self._begin(process, program)
        return process

    def freeze(self, context: Context) -> None:
        """Keep the processes of a container from going on (``docker pause``)."""
        context.frozen = True

    def thaw(self, context: Context) -> None:
        """Let them go on."""
        context.frozen = False
        context.thawed.fire()

    def forget(self, process: Process) -> None:
        """Take an ended process off the lists of numbers."""
        self.pids.processes.pop(process.pid, None)
        process.context.pids.processes.pop(process.inner_pid, None)

    def _program_name(
        self, context: Context, name: str, environment: dict[str, str], workdir: str
    ) -> str:
        if "/" in name:
            node = _find(context, name, workdir)
            if node is None:
                raise CommandNotFound(name)
            return _runnable(node, name)
        for folder in environment.get("PATH", DEFAULT_PATH).split(":"):
            node = _find(context, f"{folder}/{name}", workdir)
            if node is not None and node.kind == "file" and node.executable:
                return _runnable(node, name)
        raise CommandNotFound(name)

    def _begin(self, process: Process, program: Program) -> None:
        system = System(process)
        process.task = self.loop.spawn(self._drive(process, program, system))

    def _drive(self, process: Process, program: Program, system: System) -> Steps[int]:
        """Run a program to its end, resting while its container is paused or it is stopped."""
        exit_code = 128 + signal.SIGPIPE
        steps = program(system, process.argv)
        try:
            signalled: bool | None = None
            while True:
                wait = next(steps) if signalled is None else steps.send(signalled)
                signalled = yield wait
                while process.context.frozen or process.stopped:
                    yield Wait(signals=(process.context.thawed, process.resumed))
        except StopIteration as done:
            exit_code = done.value
        except BrokenPipe:
            pass
        finally:
            steps.close()
        process.task = None
        process.end(exit_code)
        return exit_code

    def _be_init(self, first: Process, child: Process) -> None:
        """Pass signals on to the child and end with it, as tini does."""
        for number in range(1, 32):
            if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD):
                first.handlers[number] = partial(child.signal, number)
        first.task = self.loop.spawn(self._follow(first, child))

    def _follow(self, first: Process, child: Process) -> Steps[int]:
        while child.exit_code is None:
            yield Wait(signals=(child.ended,))
        first.task = None
        first.end(child.exit_code)
        return child.exit_code


def _find(context: Context, path: str, workdir: str) -> Node | None:
    try:
        return context.files.find(path, workdir)
    except FileError:
        return None


def _runnable(node: Node, name: str) -> str:
    if node.kind != "file" or not node.executable or not node.program:
        raise NotExecutable(name)
    return node.program
