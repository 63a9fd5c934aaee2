"""Signals by name, number and description (signal(7), x86; strsignal(3))."""

from __future__ import annotations

SIGHUP = 1
SIGINT = 2
SIGQUIT = 3
SIGKILL = 9
SIGPIPE = 13
SIGTERM = 15
SIGCHLD = 17
SIGCONT = 18
SIGSTOP = 19
SIGTSTP = 20
SIGTTIN = 21
SIGTTOU = 22
SIGURG = 23
SIGWINCH = 28
LAST = 64
_FIRST_REALTIME = 34
_DESCRIPTIONS = {
    1: "Hangup", 2: "Interrupt", 3: "Quit", 4: "Illegal instruction", 5: "Trace/breakpoint trap",
    6: "Aborted", 7: "Bus error", 8: "Floating point exception", 9: "Killed",
    10: "User defined signal 1", 11: "Segmentation fault", 12: "User defined signal 2",
    13: "Broken pipe", 14: "Alarm clock", 15: "Terminated", 16: "Stack fault", 17: "Child exited",
    18: "Continued", 19: "Stopped (signal)", 20: "Stopped", 21: "Stopped (tty input)",
    22: "Stopped (tty output)", 23: "Urgent I/O condition", 24: "CPU time limit exceeded",
    25: "File size limit exceeded", 26: "Virtual timer expired", 27: "Profiling timer expired",
    28: "Window changed", 29: "I/O possible", 30: "Power failure", 31: "Bad system call",
}  # fmt: skip
_ORDER = (
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP "
    "TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
)
_NAMES = _ORDER.split(" ")


def name_of(number: int) -> str:
    """Give a signal's name without ``SIG``; its number if it has none."""
    if 1 <= number <= len(_NAMES):
        return _NAMES[number - 1]
    if _FIRST_REALTIME <= number <= LAST:
        middle = (_FIRST_REALTIME + LAST + 1) // 2
        base, offset = ("RTMIN", number - _FIRST_REALTIME) if number < middle + 1 else (
            "RTMAX", number - LAST)  # fmt: skip
        return f"{base}{offset:+d}" if offset else base
    return str(number)


def number_of(text: str) -> int | None:
    """Read a signal's name, with or without ``SIG``, or its number; None if it is neither."""
    if text.isdecimal():
        return int(text[:4]) if int(text[:4]) <= LAST else None
    name = text.upper().removeprefix("SIG")
    return _NAMES.index(name) + 1 if name in _NAMES else None


def description(number: int) -> str:
    """Describe a signal as strsignal(3) does."""
    return _DESCRIPTIONS.get(number, f"Real-time signal {number - _FIRST_REALTIME}")
