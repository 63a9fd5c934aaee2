"""The columns of ``ps`` (procps 4.0): their headers, widths and contents."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from dockernet_lessons.embedded.userland.process import Process
from dockernet_lessons.embedded.userland.process_files import MEMORY, USUAL_MEMORY, state_of

_PAGE_KIB = 4
_DAY_S = 86_400


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    header
        Its title.
    width
        Characters; negative: aligned to the left.
    value
        Gives what stands there, for a process and the process that runs ps.
    """

    header: str
    width: int
    value: Callable[[Process, Process], str]

    def cell(self, text: str, *, last: bool) -> str:
        """Align a text; the last column is not padded, the others cut long ones."""
        if self.width > 0:
            return f"{text:>{self.width}}"
        return text if last else f"{text[: -self.width]:<{-self.width}}"


def terminal_of(process: Process) -> str:
    """Name a process's terminal."""
    return "pts/0" if process.terminal is not None else "?"


def state(process: Process, viewer: Process) -> str:
    """Write STAT: the state, ``s`` for a session's leader, ``+`` for the foreground."""
    leader = "s" if process.inner_pid == 1 or process.parent is None else ""
    return f"{state_of(process, viewer)}{leader}{'+' * (process.terminal is not None)}"


def _memory(process: Process) -> tuple[int, int]:
    return MEMORY.get(process.command, USUAL_MEMORY)


def _arguments(process: Process, viewer: Process) -> str:
    return " ".join(process.argv)


def _name(process: Process, viewer: Process) -> str:
    return process.command


def _wait_channel(process: Process, viewer: Process) -> str:
    return "-" if process is viewer else "do_sys" if process.command == "sleep" else "do_wai"


def _age(process: Process, viewer: Process) -> int:
    return int(viewer.machine.loop.now - process.started)


def _elapsed(process: Process, viewer: Process) -> str:
    days, rest = divmod(_age(process, viewer), _DAY_S)
    shown = f"{rest // 3600:02}:" if rest >= 3600 or days else ""
    return f"{f'{days}-' if days else ''}{shown}{rest // 60 % 60:02}:{rest % 60:02}"


def _start(process: Process, viewer: Process) -> str:
    """Write the start: the hour of today, else the day."""
    moment, now = time.gmtime(process.started), time.gmtime(viewer.machine.loop.now)
    return time.strftime("%H:%M" if moment[:3] == now[:3] else "%b%d", moment)


def _formatted(pattern: str) -> Callable[[Process, Process], str]:
    return lambda process, viewer: time.strftime(pattern, time.gmtime(process.started))


def _fixed(text: str) -> Callable[[Process, Process], str]:
    return lambda process, viewer: text


def pid(process: Process, viewer: Process) -> str:
    """Write PID: the number in the viewer's PID namespace."""
    return str(process.seen_by(viewer)[0])


def parent(process: Process, viewer: Process) -> str:
    """Write PPID: the parent's number there."""
    return str(process.seen_by(viewer)[1])


def _leader(process: Process, viewer: Process) -> str:
    """Give the session's leader: the first process of a container or of an exec."""
    while process.parent is not None and process.parent.context.pids is process.context.pids:
        process = process.parent
    return pid(process, viewer)


def _terminal(process: Process, viewer: Process) -> str:
    return terminal_of(process)


def _address_and_size(process: Process, viewer: Process) -> str:
    return f"- {_memory(process)[0] // _PAGE_KIB:>5}"


COLUMNS: dict[str, Column] = {
    "args": Column("COMMAND", -27, _arguments),
    "c": Column("C", 2, _fixed("0")),
    "cmd": Column("CMD", -27, _arguments),
    "comm": Column("COMMAND", -15, _name),
    "command": Column("COMMAND", -27, _arguments),
    "etime": Column("ELAPSED", 11, _elapsed),
    "etimes": Column("ELAPSED", 7, lambda p, v: str(_age(p, v))),
    "gid": Column("GID", 5, _fixed("0")),
    "group": Column("GROUP", -8, _fixed("root")),
    "lstart": Column("STARTED", 24, _formatted("%a %b %e %H:%M:%S %Y")),
    "ni": Column("NI", 3, _fixed("0")),
    "nlwp": Column("NLWP", 4, _fixed("1")),
    "pcpu": Column("%CPU", 4, _fixed("0.0")),
    "pgid": Column("PGID", 7, _leader),
    "pid": Column("PID", 7, pid),
    "pmem": Column("%MEM", 4, _fixed("0.0")),
    "ppid": Column("PPID", 7, parent),
    "pri": Column("PRI", 3, _fixed("19")),
    "psr": Column("PSR", 3, _fixed("0")),
    "rss": Column("RSS", 5, lambda p, v: str(_memory(p)[1])),
    "s": Column("S", -1, state_of),
    "sid": Column("SID", 7, _leader),
    "spid": Column("SPID", 7, pid),
    "start": Column("STARTED", 8, _formatted("%H:%M:%S")),
    "stat": Column("STAT", -4, state),
    "state": Column("S", -1, state_of),
    "stime": Column("STIME", 5, _start),
    "sz": Column("SZ", 5, lambda p, v: str(_memory(p)[0] // _PAGE_KIB)),
    "time": Column("TIME", 8, _fixed("00:00:00")),
    "tname": Column("TTY", -8, _terminal),
    "tty": Column("TT", -8, _terminal),
    "ucmd": Column("CMD", -15, _name),
    "uid": Column("UID", 5, _fixed("0")),
    "user": Column("USER", -8, _fixed("root")),
    "vsz": Column("VSZ", 6, lambda p, v: str(_memory(p)[0])),
    "wchan": Column("WCHAN", -6, _wait_channel),
}
COLUMNS |= {
    "%cpu": COLUMNS["pcpu"], "%mem": COLUMNS["pmem"], "euser": replace(COLUMNS["user"]),
    "fname": COLUMNS["comm"], "tt": COLUMNS["tty"], "vsize": COLUMNS["vsz"],
    "uname": COLUMNS["user"], "bsdstart": replace(COLUMNS["stime"], header="START"),
    "bsdtime": Column("TIME", 6, _fixed("0:00")),
}  # fmt: skip
_EXTRA = {
    "f": Column("F", 1, _fixed("4")),
    "uid8": Column("UID", -8, _fixed("root")),
    "addrsz": Column("ADDR SZ", -7, _address_and_size),
    "pri80": Column("PRI", 3, _fixed("80")),
    "pri20": Column("PRI", 3, _fixed("20")),
}


def listed(names: str) -> list[Column]:
    """Give columns by their names, separated by blanks."""
    return [_EXTRA.get(name) or COLUMNS[name] for name in names.split()]


PLAIN = listed("pid tname time ucmd")
FULL = listed("uid8 pid ppid c stime tname time cmd")
EXTRA_FULL = listed("uid8 pid ppid c sz rss psr stime tname time cmd")
LONG = listed("f s uid pid ppid c pri80 ni addrsz wchan tname time ucmd")
JOBS = listed("pid pgid sid tname time ucmd")
THREADS = listed("pid spid tname time ucmd")
BSD = listed("pid tname stat bsdtime command")
BSD_USER = listed("user pid pcpu pmem vsz rss tname stat bsdstart bsdtime command")
BSD_LONG = listed("f uid pid ppid pri20 ni vsz rss wchan stat tname bsdtime command")
