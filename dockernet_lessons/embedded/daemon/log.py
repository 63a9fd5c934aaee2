"""A container's log, as the ``json-file`` driver keeps it: a line at a time."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

STDOUT, STDERR = 1, 2
MAX_ENTRIES = 10_000
"""Older ones are forgotten; the real driver keeps all unless told otherwise."""

_MAX_LINE = 16 * 1024


class Entry(NamedTuple):
    """A line (or a piece of a very long one) that came at `time` on a stream."""

    time: float
    stream: int
    text: bytes


class Log:
    """What a container's main process wrote.

    Attributes
    ----------
    listeners
        Called with each new entry.
    """

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self.listeners: list[Callable[[Entry], None]] = []
        self._partial = {STDOUT: b"", STDERR: b""}

    def write(self, time: float, stream: int, data: bytes) -> None:
        """Add output; what does not end in a newline is kept back."""
        *lines, rest = (self._partial[stream] + data).split(b"\n")
        for line in lines:
            self._add(time, stream, line + b"\n")
        while len(rest) >= _MAX_LINE:
            self._add(time, stream, rest[:_MAX_LINE])
            rest = rest[_MAX_LINE:]
        self._partial[stream] = rest

    def flush(self, time: float) -> None:
        """Add what was kept back: the process has ended."""
        for stream, rest in self._partial.items():
            if rest:
                self._add(time, stream, rest)
        self._partial = {STDOUT: b"", STDERR: b""}

    def _add(self, time: float, stream: int, text: bytes) -> None:
        entry = Entry(time, stream, text)
        self.entries.append(entry)
        for listener in list(self.listeners):
            listener(entry)


class Selection(NamedTuple):
    """Which entries somebody wants to read; times in seconds since 1970."""

    streams: frozenset[int]
    since: float | None = None
    until: float | None = None
    tail: int | None = None

    def wants(self, entry: Entry) -> bool:
        """Tell whether an entry is on a wanted stream and of a wanted time."""
        return (
            entry.stream in self.streams
            and (self.since is None or entry.time >= self.since)
            and (self.until is None or entry.time <= self.until)
        )

    def of(self, log: Log) -> Iterator[Entry]:
        """Give the wanted entries; the tail is counted before streams are sorted out (moby)."""
        entries = log.entries
        first = 0 if self.tail is None else max(0, len(entries) - self.tail)
        return filter(self.wants, itertools.islice(entries, first, None))
