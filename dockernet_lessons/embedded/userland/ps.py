"""``ps`` (procps 4.0): the processes of the own PID namespace."""

from __future__ import annotations

import time
from collections.abc import Callable

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.process import Process
from dockernet_lessons.embedded.userland.system import System

_FULL = "UID          PID    PPID  C STIME TTY          TIME CMD\n"
_BSD = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
_PLAIN = "    PID TTY          TIME CMD\n"
_MEMORY = {
    "docker-init": (1020, 692), "sleep": (2500, 1368), "bash": (4188, 3328), "sh": (2584, 924),
}  # fmt: skip
"""Virtual and resident KiB of a few programs, measured; the rest is much like ps itself."""

_COLUMNS: dict[str, tuple[str, int, Callable[[Process], str]]] = {
    "pid": ("PID", 7, lambda p: str(p.inner_pid)),
    "ppid": ("PPID", 7, lambda p: str(p.parent_pid)),
    "comm": ("COMMAND", -15, lambda p: command_name(p)),
    "args": ("COMMAND", -27, lambda p: " ".join(p.argv)),
    "cmd": ("CMD", -27, lambda p: " ".join(p.argv)),
    "command": ("COMMAND", -27, lambda p: " ".join(p.argv)),
    "user": ("USER", -8, lambda p: "root"),
    "tty": ("TT", -8, lambda p: _terminal(p)),
    "stat": ("STAT", -4, lambda p: _state(p)),
    "time": ("TIME", 8, lambda p: "00:00:00"),
}


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``ps``."""
    words = argv[1:]
    columns = _chosen_columns(words)
    if columns is not None:
        return _custom(system, columns)
    letters = "".join(word.lstrip("-") for word in words)
    unknown = next((letter for letter in letters if letter not in "aAdefuxwlL"), None)
    if unknown is not None:
        system.err(
            "error: unsupported SysV option\n\nUsage:\n ps [options]\n\n"
            " Try 'ps --help <simple|list|output|threads|misc|all>'\n"
            "  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\n"
            "For more details see ps(1).\n"
        )
        return 1
    processes = list(system.context.pids.processes.values())
    if "u" in letters:
        system.out(_BSD + "".join(_bsd_line(p, system.loop.now) for p in processes))
    elif "f" in letters:
        system.out(_FULL + "".join(_full_line(p) for p in processes))
    else:
        everything = bool(set(letters) & set("aAedx"))
        same = [p for p in processes if everything or p.tty == system.process.tty]
        system.out(_PLAIN + "".join(_plain_line(p) for p in same))
    return 0
    yield


def command_name(process: Process) -> str:
    """Give a process's name as the kernel keeps it: 15 characters of its file's name."""
    return process.argv[0].rpartition("/")[2][:15]


def _terminal(process: Process) -> str:
    return "pts/0" if process.tty else "?"


def _state(process: Process) -> str:
    running = command_name(process) == "ps"
    leader = "s" if process.inner_pid == 1 or process.parent is None else ""
    return f"{'T' if process.stopped else 'R' if running else 'S'}{leader}{'+' * process.tty}"


def _clock(process: Process) -> str:
    return time.strftime("%H:%M", time.gmtime(process.started))


def _plain_line(process: Process) -> str:
    return f"{process.inner_pid:>7} {_terminal(process):<8} 00:00:00 {command_name(process)}\n"


def _full_line(process: Process) -> str:
    return (
        f"root     {process.inner_pid:>7} {process.parent_pid:>7}  0 {_clock(process)} "
        f"{_terminal(process):<8} 00:00:00 {' '.join(process.argv)}\n"
    )


def _bsd_line(process: Process, now: float) -> str:
    virtual, resident = _MEMORY.get(command_name(process), (8104, 4384))
    return (
        f"root     {process.inner_pid:>7}  0.0  0.0 {virtual:>6} {resident:>5} "
        f"{_terminal(process):<8} {_state(process):<4} {_clock(process)}   0:00 "
        f"{' '.join(process.argv)}\n"
    )


def _chosen_columns(words: list[str]) -> list[str] | None:
    """Read ``-o pid,args``; None if there is no such option."""
    for number, word in enumerate(words):
        if word.lstrip("-") in ("o", "eo", "ao") and number + 1 < len(words):
            return words[number + 1].split(",")
        if word.startswith("-o") and len(word) > 2:
            return word[2:].split(",")
    return None


def _custom(system: System, columns: list[str]) -> int:
    unknown = next((c for c in columns if c.partition("=")[0] not in _COLUMNS), None)
    if unknown is not None:
        system.err(f'error: unknown user-defined format specifier "{unknown}"\n')
        return 1
    chosen = [_COLUMNS[column.partition("=")[0]] for column in columns]
    rows = [[title for title, _, _ in chosen]] if not all(c.endswith("=") for c in columns) else []
    for process in system.context.pids.processes.values():
        rows.append([value(process) for _, _, value in chosen])
    for row in rows:
        cells = [_padded(text, width) for text, (_, width, _) in zip(row, chosen, strict=True)]
        system.out(" ".join(cells).rstrip() + "\n")
    return 0


def _padded(text: str, width: int) -> str:
    return f"{text:>{width}}" if width > 0 else f"{text:<{-width}}"
