"""Starting programs and letting them run: fork(2), execve(2), and a small init."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Signal, Steps, Wait
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland import signals
from dockernet_lessons.embedded.userland.files import FileError, Node
from dockernet_lessons.embedded.userland.process import (
    CommandNotFound,
    Context,
    NotExecutable,
    Process,
    TooManyProcesses,
)
from dockernet_lessons.embedded.userland.programs import program
from dockernet_lessons.embedded.userland.streams import BrokenPipe, Sink, WriteError
from dockernet_lessons.embedded.userland.system import Program, System

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.machine import Machine

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MAX_PROCESSES = 500
"""Processes that one container may run (``--pids-limit``)."""

_RUNC_STEPS = 5
"""Short-lived processes of runc before a container's program or an exec."""

_NEVER_PASSED_ON = (signals.SIGKILL, signals.SIGSTOP, signals.SIGCHLD)
_BROKEN = 128 + signals.SIGPIPE
Streams = tuple[Pipe | None, Sink, Sink]


class Scheduler:
    """Starts the programs of a machine and lets them run.

    Parameters
    ----------
    machine
        The emulated host.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

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
        TooManyProcesses
            The container runs `MAX_PROCESSES` already.
        """
        machine = self._machine
        program = self.find_program(context, argv[0], environment, workdir)
        self._check_room(context)
        streams = (stdin, stdout, stderr)
        first = None
        if init:
            words = ["/sbin/docker-init", "--", *argv]
            first = Process(machine, context, words, environment, streams, workdir, tty, parent)
            self._skip_numbers(context)
        process = Process(
            machine, context, list(argv), environment, streams, workdir, tty, first or parent
        )
        if first is None and parent is None:
            self._skip_numbers(context)
        self._begin(process, lambda system: program(system, process.argv))
        if first is not None:
            self._be_init(first, process)
        return first or process

    @staticmethod
    def _skip_numbers(context: Context) -> None:
        """Let runc's own processes have numbers, too, after the one it starts."""
        for _ in range(_RUNC_STEPS):
            context.pids.skip()

    def fork(
        self,
        parent: Process,
        body: Callable[[System], Steps[int]],
        streams: Streams,
        workdir: str,
    ) -> Process:
        """Start a child of a process that goes on in the same program.

        Raises
        ------
        TooManyProcesses
            The container runs `MAX_PROCESSES` already.
        """
        self._check_room(parent.context)
        machine, variables = self._machine, dict(parent.environment)
        process = Process(
            machine, parent.context, parent.argv, variables, streams, workdir, parent.tty, parent
        )
        process.handlers = {n: a for n, a in parent.handlers.items() if a is None}
        self._begin(process, body)
        return process

    def find_program(
        self, context: Context, name: str, environment: dict[str, str], workdir: str
    ) -> Program:
        """Find a program by its name in ``PATH``, or by its path.

        Raises
        ------
        CommandNotFound, NotExecutable
            There is none, or it cannot be run.
        """
        return program(self._program_name(context, name, environment, workdir))

    def _program_name(
        self, context: Context, name: str, environment: dict[str, str], workdir: str
    ) -> str:
        if "/" in name:
            node = _find(context, name, workdir)
            if node is None:
                raise CommandNotFound(name)
            return _runnable(node, name)
        for folder in environment.get("PATH", DEFAULT_PATH).split(":") if name else ():
            node = _find(context, f"{folder}/{name}", workdir)
            if node is not None and node.kind == "file" and node.executable:
                return _runnable(node, name)
        raise CommandNotFound(name)

    def _check_room(self, context: Context) -> None:
        if len(context.processes) >= MAX_PROCESSES:
            raise TooManyProcesses

    def _begin(self, process: Process, body: Callable[[System], Steps[int]]) -> None:
        """Start a process: a container's first at once, a child when its parent waits.

        Otherwise a script that starts itself would pile up its processes on Python's stack.
        """
        start = Signal()
        first = None if process.parent is None else Wait(signals=(start,))
        process.task = self._machine.loop.spawn(self._drive(process, body, first))
        start.fire()

    def _drive(
        self, process: Process, body: Callable[[System], Steps[int]], first: Wait | None
    ) -> Steps[int]:
        """Run a program to its end, resting while its container is paused or it is stopped."""
        exit_code = _BROKEN
        steps = body(System(process))
        try:
            signalled = None if first is None else (yield first)
            signalled = yield from self._resting(process, signalled)
            wait = _go_on(process, steps, None)
            while process.running:
                signalled = yield wait
                signalled = yield from self._resting(process, signalled)
                wait = _go_on(process, steps, bool(signalled))
        except StopIteration as done:
            exit_code = done.value
        except BrokenPipe:
            pass
        except WriteError as error:
            exit_code = _report(process, f"write error: {error}")
        except RecursionError:
            exit_code = _report(process, "stopped by the emulation: nested too deeply") and 137
        finally:
            steps.close()
            process.task = None
            process.end(exit_code, killed_by=signals.SIGPIPE if exit_code == _BROKEN else None)
        return exit_code

    def _resting(self, process: Process, signalled: bool | None) -> Steps[bool | None]:
        freezer = process.context.freezer
        while freezer.frozen or process.stopped:
            yield Wait(signals=(freezer.thawed, process.resumed))
        return signalled

    def _be_init(self, first: Process, child: Process) -> None:
        """Pass signals on to the child and end with it, as tini does."""
        for number in set(range(1, 32)).difference(_NEVER_PASSED_ON):
            first.handlers[number] = lambda number=number: child.signal(number)  # type: ignore[misc]
        first.task = self._machine.loop.spawn(self._follow(first, child))

    def _follow(self, first: Process, child: Process) -> Steps[int]:
        while child.exit_code is None:
            yield Wait(signals=(child.ended,))
        first.task = None
        first.end(child.exit_code)
        return child.exit_code


def _go_on(process: Process, steps: Steps[int], signalled: bool | None) -> Wait:
    """Let a program run up to its next wait."""
    process.executing = True
    try:
        return next(steps) if signalled is None else steps.send(signalled)
    finally:
        process.executing = False


def _report(process: Process, text: str) -> int:
    """Print why a program ended, as coreutils does; give its exit code."""
    with contextlib.suppress(WriteError):
        process.stderr.write(f"{process.command}: {text}\n".encode())
    return 1


def _find(context: Context, path: str, workdir: str) -> Node | None:
    try:
        return context.files.find(path, workdir)
    except FileError:
        return None


def _runnable(node: Node, name: str) -> str:
    if node.kind != "file" or not node.executable or not node.program:
        raise NotExecutable(name)
    return node.program
