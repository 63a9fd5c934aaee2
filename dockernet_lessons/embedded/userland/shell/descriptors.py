"""A command's open descriptors."""

from __future__ import annotations

from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.streams import BrokenPipe, Closed, Sink, pipe_of

Stream = Pipe | Sink


class Descriptors:
    """Numbers and what they are open on.

    Parameters
    ----------
    table
        Number -> pipe, file or terminal.
    """

    def __init__(self, table: dict[int, Stream]) -> None:
        self.table = table

    def copy(self) -> Descriptors:
        """Give a copy to change."""
        return Descriptors(dict(self.table))

    @property
    def stdin(self) -> Pipe:
        """What a command reads; at its end if nothing is open for reading there."""
        stream = self.table.get(0)
        return stream if isinstance(stream, Pipe) else pipe_of(b"")

    @property
    def stdout(self) -> Sink:
        """Where a command writes to."""
        return self._sink(1)

    @property
    def stderr(self) -> Sink:
        """Where a command complains."""
        return self._sink(2)

    def _sink(self, number: int) -> Sink:
        stream = self.table.get(number)
        return Closed() if stream is None else stream

    def standard(self) -> tuple[Pipe, Sink, Sink]:
        """Give the three that every program has."""
        return self.stdin, self.stdout, self.stderr

    def out(self, text: str) -> None:
        """Write to standard output.

        Raises
        ------
        BrokenPipe, WriteError
            Nobody reads it; it cannot be written.
        """
        _write(self.stdout, text)

    def err(self, text: str) -> None:
        """Write to standard error.

        Raises
        ------
        BrokenPipe, WriteError
            Nobody reads it; it cannot be written.
        """
        _write(self.stderr, text)


def _write(sink: Sink, text: str) -> None:
    if sink.broken:
        raise BrokenPipe
    sink.write(text.encode("utf-8", "surrogateescape"))
