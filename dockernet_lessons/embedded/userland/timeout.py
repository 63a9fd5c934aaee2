"""``timeout``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

import signal

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import interval_of, usage
from dockernet_lessons.embedded.userland.options import UsageError, parse
from dockernet_lessons.embedded.userland.process import CommandNotFound, NotExecutable, Process
from dockernet_lessons.embedded.userland.system import System

_LONG = {"signal=": "s", "kill-after=": "k", "preserve-status": "p", "foreground": "f"}
TIMED_OUT, BAD_USE = 124, 125


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``timeout``: a program that is sent a signal when it takes too long."""
    try:
        parsed = parse(argv[1:], "s:k:v", _LONG, stop=True)
    except UsageError as error:
        usage(system, "timeout", error)
        return BAD_USE
    if len(parsed.words) < 2:
        after = f" after '{parsed.words[0]}'" if parsed.words else ""
        usage(system, "timeout", f"missing operand{after}")
        return BAD_USE
    seconds = interval_of(parsed.words[0])
    number = _signal_number(parsed.value("s", "TERM"))
    if seconds is None or number is None:
        interval = f"invalid time interval '{parsed.words[0]}'"
        bad = interval if seconds is None else f"{parsed.value('s')}: invalid signal"
        usage(system, "timeout", bad)
        return BAD_USE
    return (yield from _limited(system, parsed.words[1:], seconds, number, "p" in parsed))


def _limited(
    system: System, words: list[str], seconds: float, number: int, preserve: bool
) -> Steps[int]:
    try:
        child = system.start(words)
    except CommandNotFound:
        system.err(f"timeout: failed to run command '{words[0]}': No such file or directory\n")
        return 127
    except NotExecutable:
        system.err(f"timeout: failed to run command '{words[0]}': Permission denied\n")
        return 126
    until = system.loop.now + seconds if seconds else None
    yield from _end_of(system, child, until)
    if child.exit_code is not None:
        return child.exit_code
    child.signal(number)
    yield from _end_of(system, child, None)
    ended = child.exit_code or 0
    return ended if preserve or number == signal.SIGKILL else TIMED_OUT


def _end_of(system: System, child: Process, until: float | None) -> Steps[None]:
    while child.exit_code is None and (until is None or system.loop.now < until):
        yield from system.wait(until, child.ended)


def _signal_number(text: str) -> int | None:
    name = text.upper().removeprefix("SIG")
    if name.isdecimal():
        return int(name) if int(name) < 65 else None
    member = signal.Signals.__members__.get(f"SIG{name}")
    return int(member) if member is not None else None
