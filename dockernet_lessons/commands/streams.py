"""Read what a container's process prints, as long as one may wait."""

from __future__ import annotations

import contextlib
import io
import select
import socket
import time
from typing import Any

from docker.utils.socket import read

_HEADER = 8


class Output:
    """The output of an attached process.

    Parameters
    ----------
    source
        What docker-py gives for ``socket=True``.
    tty
        Whether it has a terminal: then the bytes come as they are, else in frames.
    """

    def __init__(self, source: Any, *, tty: bool) -> None:  # noqa: ANN401
        self._source = source
        self._tty = tty
        self._raw = _early(source)

    def collect(self, patience_s: float) -> tuple[str, bool]:
        """Read to the end.

        Parameters
        ----------
        patience_s
            Seconds after which to stop waiting.

        Returns
        -------
        (text, ended)
            What was printed, and whether the end was reached.
        """
        deadline = time.monotonic() + patience_s
        ended = False
        while not ended and self._ready(deadline - time.monotonic()):
            piece = read(self._source, 65536)
            ended = not piece
            self._raw += piece or b""
        with contextlib.suppress(OSError):
            self._source.close()
        return self._text(), ended

    def _ready(self, left_s: float) -> bool:
        """Wait until there is something to read."""
        if left_s <= 0:
            return False
        pending = getattr(self._source, "pending", lambda: 0)
        if pending() or not hasattr(select, "poll") or not hasattr(self._source, "fileno"):
            return True
        poll = select.poll()
        poll.register(self._source, select.POLLIN | select.POLLPRI | select.POLLHUP)
        return bool(poll.poll(left_s * 1000))

    def _text(self) -> str:
        if self._tty:
            return self._raw.decode(errors="replace").replace("\r\n", "\n")
        payload, left = b"", self._raw
        while len(left) >= _HEADER:
            length = int.from_bytes(left[4:_HEADER], "big")
            payload += left[_HEADER : _HEADER + length]
            left = left[_HEADER + length :]
        return payload.decode(errors="replace")


def _early(source: Any) -> bytes:  # noqa: ANN401
    """Take what came together with the answer's head; docker-py leaves it behind in a buffer."""
    response = getattr(source, "_response", None)
    reader = getattr(getattr(getattr(response, "raw", None), "_fp", None), "fp", None)
    wire = getattr(source, "_sock", None)
    if not isinstance(reader, io.BufferedReader) or not isinstance(wire, socket.socket):
        return b""
    patience_s = wire.gettimeout()
    wire.settimeout(0)
    try:
        return reader.peek()
    finally:
        wire.settimeout(patience_s)
