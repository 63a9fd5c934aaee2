"""What happened on the engine, for ``docker events``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from dockernet_lessons.embedded.loop import Loop

KEPT = 256
"""Events that are remembered for ``since`` (moby daemon/events, eventsLimit)."""


class Event(NamedTuple):
    """Something that happened at `time`.

    Attributes
    ----------
    kind
        ``container``, ``network`` or ``image``.
    actor
        Id of what it happened to.
    """

    time: float
    kind: str
    action: str
    actor: str
    attributes: dict[str, str]


Listener = Callable[[Event], None]


class Events:
    """The last events, and whoever listens for more.

    Parameters
    ----------
    loop
        Whose time they get.
    """

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._kept: deque[Event] = deque(maxlen=KEPT)
        self._listeners: list[Listener] = []

    @property
    def now(self) -> float:
        """The time, in seconds since 1970."""
        return self._loop.now

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def log(self, kind: str, action: str, actor: str, attributes: dict[str, str]) -> None:
        """Tell everybody of an event; attributes are sorted by name, as Go encodes maps."""
        event = Event(self._loop.now, kind, action, actor, dict(sorted(attributes.items())))
        self._kept.append(event)
        for listener in list(self._listeners):
            listener(event)

    def between(self, since: float, until: float | None) -> list[Event]:
        """Give the remembered events of a span of time, in seconds since 1970."""
        return [e for e in self._kept if since <= e.time and (until is None or e.time <= until)]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every event from now on; the returned function ends that."""
        self._listeners.append(listener)

        def forget() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return forget
