"""One task at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dockernet_lessons.embedded.loop import Signal, Steps, Wait


class Mutex:
    """Held by one task; the others wait for it in turn."""

    def __init__(self) -> None:
        self._held = False
        self._freed = Signal()

    def acquire(self) -> Steps[None]:
        """Wait until nobody holds it, then hold it."""
        while self._held:
            yield Wait(signals=(self._freed,))
        self._held = True

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Give it back at the end of the block, whatever happens there."""
        try:
            yield
        finally:
            self._held = False
            self._freed.fire()
