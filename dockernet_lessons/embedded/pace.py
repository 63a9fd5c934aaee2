"""How fast virtual time passes: at once, or as on a clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from dockernet_lessons.embedded.loop import Loop

LIMIT_S = 600.0
"""Virtual seconds that are waited for something at most, where nobody can press Ctrl-C."""


class Pace:
    """Lets an engine's virtual time pass while somebody waits for it.

    Several threads may use one engine: whoever calls the engine holds `lock`, and `until` lets go
    of it while it sleeps.

    Parameters
    ----------
    loop
        The engine's virtual time.
    factor
        Real seconds per virtual second: 0 jumps from one event to the next, 1 is real time.
    """

    def __init__(self, loop: Loop, factor: float = 0.0) -> None:
        self.lock = threading.Condition(threading.RLock())
        self.factor = factor
        self._loop = loop
        self._started = (time.monotonic(), loop.now)

    @property
    def now(self) -> float:
        """Virtual time, seconds since 1970 UTC."""
        return self._loop.now

    def catch_up(self) -> None:
        """Let the virtual time pass that went by on the clock since the last call."""
        if self.factor:
            real, virtual = self._started
            self._loop.advance(virtual + (time.monotonic() - real) / self.factor)
        else:
            self._loop.settle()
        self.lock.notify_all()

    def until(self, reached: Callable[[], bool], limit: float | None = LIMIT_S) -> bool:
        """Let time pass until something is reached.

        Parameters
        ----------
        reached
            Tells whether it is.
        limit
            Virtual seconds to wait at most; None waits as long as it takes.

        Returns
        -------
        bool
            False when the limit came first, or when nothing is left that could ever happen.
        """
        end = None if limit is None else self._loop.now + limit
        self.catch_up()
        while not reached():
            when = self._loop.next_time()
            if end is not None and (when is None or when > end):
                return self._give_up(reached, end if self.factor else None)
            self._pass(when)
        return True

    def _pass(self, when: float | None) -> None:
        """Let time pass to the next event, or until another thread did something."""
        if self.factor == 0.0 and when is not None:
            self._loop.advance(when)
            return
        self._sleep(when)
        self.catch_up()

    def _sleep(self, when: float | None) -> None:
        delay = None if when is None else max(0.0, (when - self._loop.now) * self.factor)
        self.lock.wait(delay)

    def _give_up(self, reached: Callable[[], bool], end: float | None) -> bool:
        """Wait out the limit in real time: another thread may still do something."""
        while end is not None and not reached() and self._loop.now < end:
            self._pass(end)
        return reached()
