"""``docker top``: a container's processes, as ``ps`` on the host shows them (ps(1))."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.userland.process import Process

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon

Column = Callable[[Process, Container], str]
_FULL = ("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD")
_BSD = (
    "USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND",
)  # fmt: skip
_NAMES = {
    "pid": "PID", "ppid": "PPID", "user": "USER", "uid": "UID", "tty": "TTY", "time": "TIME",
    "cmd": "CMD", "args": "COMMAND", "command": "COMMAND", "comm": "COMMAND", "stat": "STAT",
}  # fmt: skip
_CHOSEN = re.compile(r"-?e?o\s*([a-z,]+)")


def table(
    daemon: Daemon, container: Container, arguments: str
) -> tuple[list[str], list[list[str]]]:
    """List a container's processes.

    Parameters
    ----------
    arguments
        For ps: none, ``-ef``, ``aux`` or ``-o`` with columns.

    Returns
    -------
    (titles, rows)

    Raises
    ------
    DockerError
        500: ps refuses the arguments; 501: they are not emulated.
    """
    titles = _titles(arguments.strip() or "-ef")
    bsd = "STAT" in titles
    running = container.context.processes.values() if container.context is not None else ()
    rows = [[_cell(title, process, container, bsd=bsd) for title in titles] for process in running]
    return list(titles), rows


def _titles(arguments: str) -> tuple[str, ...]:
    if arguments in ("-ef", "-fe"):
        return _FULL
    if arguments in ("aux", "-aux"):
        return _BSD
    chosen = _CHOSEN.fullmatch(arguments)
    if chosen and all(name in _NAMES for name in chosen[1].split(",")):
        titles = tuple(_NAMES[name] for name in chosen[1].split(","))
        if "PID" not in titles:
            raise DockerError(500, "Couldn't find PID field in ps output")
        return titles
    if arguments.startswith("--"):
        raise DockerError(500, "ps: error: unknown gnu long option")
    raise DockerError(501, f"ps {arguments[:50]} is not emulated for docker top")


def _cell(title: str, process: Process, container: Container, *, bsd: bool) -> str:
    if title in ("STIME", "START"):
        return time.strftime("%H:%M", time.gmtime(process.started))
    if title == "TIME":
        return "0:00" if bsd else "00:00:00"
    if title in ("CMD", "COMMAND"):
        return " ".join(process.argv)
    if title == "STAT":
        return "Ss" if process is container.process else "S"
    fixed = {"UID": "root", "USER": "root", "C": "0", "%CPU": "0.0", "%MEM": "0.0"}
    return fixed.get(title) or _number(title, process)


def _number(title: str, process: Process) -> str:
    if title == "PID":
        return str(process.pid)
    if title == "PPID":
        return str(process.host_parent_pid)
    if title == "TTY":
        return "pts/0" if process.tty else "?"
    return {"VSZ": "2500", "RSS": "1416"}[title]
