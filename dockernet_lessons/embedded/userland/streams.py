"""What processes read and write: pipes that know who holds them, and opened files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dockernet_lessons.embedded.pipe import Pipe

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.files import Node

CAPACITY = 65_536
"""Bytes that a pipe holds before its writer has to wait (pipe(7))."""


class BrokenPipe(Exception):
    """Nobody reads what the process writes: it gets SIGPIPE."""


class WriteError(Exception):
    """Writing failed; the text is errno's."""


class Sink(Protocol):
    """Where a process writes to: a pipe, a file, a terminal."""

    @property
    def broken(self) -> bool:
        """Whether nobody will ever read it."""

    def write(self, data: bytes) -> None:
        """Take bytes."""


class Channel(Pipe):
    """A pipe between processes; it ends when its last writer has ended (pipe(7)).

    Attributes
    ----------
    writers, readers
        How many processes hold each end.
    """

    def __init__(self) -> None:
        super().__init__()
        self.writers = 0
        self.readers = 0

    @property
    def full(self) -> bool:
        """Whether a writer has to wait."""
        return len(self) >= CAPACITY and not self.broken

    def take(self, limit: int | None = None) -> bytes:
        """Take what is there now, at most `limit` bytes; a writer that waits may go on."""
        was_full = self.full
        data = super().take(limit)
        if was_full:
            self.changed.fire()
        return data

    def release_writer(self) -> None:
        """Count a writer out."""
        self.writers -= 1
        if self.writers == 0:
            self.close()

    def release_reader(self) -> None:
        """Count a reader out."""
        self.readers -= 1
        if self.readers == 0:
            self.abandon()


class OpenFile:
    """A file opened for writing, with its offset.

    Parameters
    ----------
    node
        The file.
    limit
        Bytes it may hold.
    append
        Every write goes to its end.
    """

    broken = False

    def __init__(self, node: Node, limit: int, *, append: bool = False) -> None:
        self._node = node
        self._limit = limit
        self._append = append
        self._offset = 0

    def write(self, data: bytes) -> None:
        """Write at the offset.

        Raises
        ------
        WriteError
            The disk is full, or the kernel takes no such value.
        """
        node = self._node
        if node.writer is not None:
            node.write(data)
            return
        old = node.content()
        start = len(old) if self._append else self._offset
        whole = old[:start].ljust(start, b"\0") + data + old[start + len(data) :]
        if len(whole) > self._limit:
            raise WriteError("No space left on device")
        node.data, node.reader, node.size = whole, None, None
        self._offset = start + len(data)


class Closed:
    """A descriptor that was closed."""

    broken = False

    def write(self, data: bytes) -> None:
        """Fail.

        Raises
        ------
        WriteError
            Always.
        """
        raise WriteError("Bad file descriptor")


class Input(Pipe):
    """A file opened for reading: it holds the file's bytes and then ends.

    Attributes
    ----------
    size
        Bytes that the file had; 0 for /dev/null and the like.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.size = len(data)
        self.write(data)
        self.close()


def pipe_of(data: bytes) -> Pipe:
    """Make a pipe that holds some bytes and then ends."""
    return Input(data)


def hold(streams: tuple[object, ...], stdin: object) -> None:
    """Count a process in at the pipes it has open."""
    for stream in streams:
        if isinstance(stream, Channel):
            stream.writers += 1
    if isinstance(stdin, Channel):
        stdin.readers += 1


def release(streams: tuple[object, ...], stdin: object) -> None:
    """Count a process out."""
    for stream in streams:
        if isinstance(stream, Channel):
            stream.release_writer()
    if isinstance(stdin, Channel):
        stdin.release_reader()
