"""Byte pipes between processes, and between a client and a process."""

from __future__ import annotations

from dockernet_lessons.embedded.loop import Signal, Steps, Wait


class Pipe:
    """A queue of bytes with two ends.

    Attributes
    ----------
    closed
        The writer is done: after what is left, readers see the end.
    broken
        The reader is gone: writing is pointless (a process gets SIGPIPE).
    changed
        Fired when something was written, closed or broken.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self.closed = False
        self.broken = False
        self.changed = Signal()

    def __len__(self) -> int:
        return len(self._data)

    def write(self, data: bytes) -> None:
        """Append bytes; lost when the pipe is closed or broken."""
        if data and not self.closed and not self.broken:
            self._data += data
            self.changed.fire()

    def close(self) -> None:
        """Say that nothing more will be written."""
        if not self.closed:
            self.closed = True
            self.changed.fire()

    def abandon(self) -> None:
        """Say that nobody will read any more."""
        self.broken = True
        self._data.clear()
        self.changed.fire()

    def take(self, limit: int | None = None) -> bytes:
        """Take what is there now, at most `limit` bytes."""
        count = len(self._data) if limit is None else min(limit, len(self._data))
        data = bytes(self._data[:count])
        del self._data[:count]
        return data

    def read(self) -> Steps[bytes]:
        """Wait for bytes and take them all; ``b""`` at the end."""
        while not len(self) and not self.closed:
            yield Wait(signals=(self.changed,))
        return self.take()

    def read_line(self) -> Steps[bytes]:
        """Wait for a line and take it, newline included; what is left at the end; ``b""`` after."""
        while b"\n" not in self._data and not self.closed:
            yield Wait(signals=(self.changed,))
        end = self._data.find(b"\n") + 1
        return self.take(end or None)
