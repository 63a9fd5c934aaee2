"""The emulated host: its processes, its PID numbers, its own network namespace."""

from __future__ import annotations

import random
from functools import cached_property
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Loop

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.fabric import Fabric
    from dockernet_lessons.embedded.fabric.namespace import Namespace
    from dockernet_lessons.embedded.userland.process import Context, Process
    from dockernet_lessons.embedded.userland.scheduler import Scheduler

_FIRST_PID = 1200
"""What a host that has just booted has started before."""

_UPTIME = 5000.0
"""Seconds that the host had been running when the emulation began."""


class PidNamespace:
    """Numbers for processes, as one container sees them (pid_namespaces(7)).

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
    booted
        When the host was switched on, virtual time.
    """

    def __init__(
        self, loop: Loop, fabric: Fabric, source: random.Random, host: Namespace, hostname: str
    ) -> None:
        self.loop = loop
        self.fabric = fabric
        self.random = source
        self.host = host
        self.hostname = hostname
        self.booted = loop.now - _UPTIME
        self.pids = PidNamespace(first=_FIRST_PID)

    @property
    def processes(self) -> dict[int, Process]:
        """Host number -> process."""
        return self.pids.processes

    @cached_property
    def scheduler(self) -> Scheduler:
        """What runs its programs; loaded and made with the first one."""
        from dockernet_lessons.embedded.userland.scheduler import Scheduler

        return Scheduler(self)

    def freeze(self, context: Context) -> None:
        """Keep the processes of a container from going on (``docker pause``)."""
        context.freezer.frozen = True

    def thaw(self, context: Context) -> None:
        """Let them go on."""
        context.freezer.frozen = False
        context.freezer.thawed.fire()

    def forget(self, process: Process) -> None:
        """Take an ended process off the lists of numbers."""
        self.pids.processes.pop(process.pid, None)
        process.context.pids.processes.pop(process.inner_pid, None)
