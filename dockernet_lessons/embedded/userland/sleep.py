"""``sleep``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

import math

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import Finished, interval_of, options, usage
from dockernet_lessons.embedded.userland.system import System

_FOREVER = 1e9
"""Seconds from which on nobody waits for the end: thirty years."""


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``sleep``."""
    try:
        parsed = options(system, argv, "", {}, "NUMBER[SUFFIX]...")
    except Finished as finished:
        return finished.code
    if not parsed.words:
        return usage(system, "sleep", "missing operand")
    intervals = {word: interval_of(word) for word in parsed.words}
    wrong = [word for word in parsed.words if intervals[word] is None]
    for word in wrong:
        system.err(f"sleep: invalid time interval '{word}'\n")
    if wrong:
        return usage(system, "sleep")
    seconds = sum(intervals[word] or 0.0 for word in parsed.words)
    if math.isinf(seconds) or seconds > _FOREVER:
        while True:
            yield from system.wait(None)
    until = system.loop.now + seconds
    while seconds and system.loop.now < until:
        yield from system.wait(until)
    return 0
