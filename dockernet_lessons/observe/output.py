"""Read what a container's process prints, to its end or as long as one may wait.

docker-py reads past the buffer of the HTTP client, and so loses what the engine sent together with
its answer's head: on a busy machine, all that a short command prints. It is taken from there first.
"""

from __future__ import annotations

import contextlib
import io
import math
import select
import socket
import time
from collections.abc import Iterator
from typing import Any

from docker.utils.socket import read

_HEADER = 8
"""Bytes before each piece of output: its stream and, in the last four, its length (Docker Engine
API, "Attach to a container")."""


class Output:
    """The output of an attached process.

    Parameters
    ----------
    source
        What docker-py gives for ``socket=True``.
    tty
        Whether it has a terminal: then the bytes come as they are, else in frames.

    Attributes
    ----------
    ended
        Whether the end was reached.
    """

    def __init__(self, source: Any, *, tty: bool = False) -> None:  # noqa: ANN401
        self._source = source
        self._tty = tty
        self.ended = False

    def chunks(self, patience_s: float = math.inf) -> Iterator[bytes]:
        """Give what was printed, bit by bit, standard output and error in the order they came.

        Parameters
        ----------
        patience_s
            Seconds after which to stop waiting.
        """
        raw = b""
        for piece in self._pieces(patience_s):
            raw += piece
            while (end := self._whole(raw)) is not None:
                yield raw[0 if self._tty else _HEADER : end]
                raw = raw[end:]

    def collect(self, patience_s: float = math.inf) -> bytes:
        """Read to the end, or until patience is over, and close the connection."""
        try:
            return b"".join(self.chunks(patience_s))
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection."""
        response = getattr(self._source, "_response", None)
        with contextlib.suppress(OSError):
            (self._source if response is None else response).close()

    def _pieces(self, patience_s: float) -> Iterator[bytes]:
        """Give what comes over the connection, as it comes."""
        deadline = time.monotonic() + patience_s
        yield _early(self._source)
        while self._ready(deadline - time.monotonic()):
            piece = read(self._source, 65536)
            if piece is not None and not piece:
                self.ended = True
                return
            yield piece or b""

    def _ready(self, left_s: float) -> bool:
        """Wait until there is something to read."""
        if left_s <= 0:
            return False
        pending = getattr(self._source, "pending", lambda: 0)
        can_wait = hasattr(select, "poll") and hasattr(self._source, "fileno")
        if left_s == math.inf or pending() or not can_wait:
            return True
        poll = select.poll()
        poll.register(self._source, select.POLLIN | select.POLLPRI | select.POLLHUP)
        return bool(poll.poll(left_s * 1000))

    def _whole(self, raw: bytes) -> int | None:
        """Say where the first piece ends that is there as a whole."""
        if self._tty:
            return len(raw) or None
        end = _HEADER + int.from_bytes(raw[4:_HEADER], "big")
        return end if len(raw) >= _HEADER and end <= len(raw) else None


def _early(source: Any) -> bytes:  # noqa: ANN401
    """Take what came together with the answer's head."""
    response = getattr(source, "_response", None)
    reader = getattr(getattr(getattr(response, "raw", None), "_fp", None), "fp", None)
    wire = getattr(source, "_sock", source)
    if not isinstance(reader, io.BufferedReader) or not isinstance(wire, socket.socket):
        return b""
    patience_s = wire.gettimeout()
    wire.settimeout(0)
    try:
        return reader.peek()
    except OSError:  # over TLS: nothing is there
        return b""
    finally:
        wire.settimeout(patience_s)
