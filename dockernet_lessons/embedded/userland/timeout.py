"""``timeout``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

from dataclasses import dataclass

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland import signals
from dockernet_lessons.embedded.userland.coreutils import Finished, interval_of, options, usage
from dockernet_lessons.embedded.userland.process import CommandNotFound, NotExecutable, Process
from dockernet_lessons.embedded.userland.signals import name_of, number_of
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "foreground": "f", "kill-after=": "k", "preserve-status": "p", "signal=": "s", "verbose": "v",
}  # fmt: skip
_SYNOPSIS = "[OPTION] DURATION COMMAND [ARG]..."
TIMED_OUT, FAILED, NOT_EXECUTABLE, NOT_FOUND = 124, 125, 126, 127


@dataclass(frozen=True)
class _Limit:
    """How long, and what happens then."""

    seconds: float
    signal: int
    kill_after: float
    preserve: bool
    verbose: bool


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``timeout``: a program that is sent a signal when it takes too long."""
    try:
        parsed = options(system, argv, "k:s:v", _LONG, _SYNOPSIS, stop=True, code=FAILED)
    except Finished as finished:
        return finished.code
    if len(parsed.words) < 2:
        return usage(system, "timeout", code=FAILED)
    number = number_of(parsed.value("s", "TERM"))
    after = interval_of(parsed.value("k", "0"))
    seconds = interval_of(parsed.words[0])
    if number is None:
        return usage(system, "timeout", f"'{parsed.value('s')}': invalid signal", FAILED)
    if seconds is None or after is None:
        wrong = parsed.value("k") if after is None else parsed.words[0]
        return usage(system, "timeout", f"invalid time interval '{wrong}'", FAILED)
    limit = _Limit(seconds, number, after, "p" in parsed, "v" in parsed)
    return (yield from _limited(system, parsed.words[1:], limit))


def _limited(system: System, words: list[str], limit: _Limit) -> Steps[int]:
    try:
        child = system.start(words)
    except CommandNotFound:
        system.err(f"timeout: failed to run command '{words[0]}': No such file or directory\n")
        return NOT_FOUND
    except NotExecutable:
        system.err(f"timeout: failed to run command '{words[0]}': Permission denied\n")
        return NOT_EXECUTABLE
    until = system.loop.now + limit.seconds if limit.seconds else None
    _pass_on(system, child)
    yield from _end_of(system, child, until)
    if child.exit_code is not None:
        return _as(system, child)
    return (yield from _stopped(system, child, limit, words[0]))


def _pass_on(system: System, child: Process) -> None:
    """Pass on the signals that would end this program."""
    for number in (signals.SIGTERM, signals.SIGINT, signals.SIGHUP, signals.SIGQUIT):
        system.on_signal(number, lambda number=number: child.signal(number))  # type: ignore[misc]


def _stopped(system: System, child: Process, limit: _Limit, command: str) -> Steps[int]:
    """End the program and whatever it started."""
    _send(system, child, limit.signal, command, limit.verbose)
    until = system.loop.now + limit.kill_after if limit.kill_after else None
    yield from _end_of(system, child, until)
    number = limit.signal
    if child.exit_code is None:
        number = signals.SIGKILL
        _send(system, child, number, command, limit.verbose)
        yield from _end_of(system, child, None)
    if number == signals.SIGKILL:
        return _as(system, child)
    return (child.exit_code or 0) if limit.preserve else TIMED_OUT


def _send(system: System, child: Process, number: int, command: str, verbose: bool) -> None:
    if verbose:
        system.err(f"timeout: sending signal {name_of(number)} to command '{command}'\n")
    for process in list(system.context.processes.values()):
        if _descends(process, child):
            process.signal(number, inside=True)


def _descends(process: Process | None, ancestor: Process) -> bool:
    while process is not None and process is not ancestor:
        process = process.parent
    return process is ancestor


def _as(system: System, child: Process) -> int:
    """End as the program did: by the same signal."""
    if child.killed_by is not None:
        system.default_signal(child.killed_by)
        system.process.signal(child.killed_by, inside=True)
    return child.exit_code or 0


def _end_of(system: System, child: Process, until: float | None) -> Steps[None]:
    while child.exit_code is None and (until is None or system.loop.now < until):
        yield from system.wait(until, child.ended)
