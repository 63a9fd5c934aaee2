"""A container's terminal: the line discipline between a client and a process (termios(3))."""

from __future__ import annotations

from collections.abc import Callable

from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland import signals

_ERASE = (0x7F, 0x08)
_END_OF_INPUT = 0x04
_KILL_LINE = 0x15
_SIGNALS = {0x03: signals.SIGINT, 0x1C: signals.SIGQUIT}
_MAX_LINE = 4096


class Terminal:
    """A pseudo-terminal in its usual, cooked mode.

    Parameters
    ----------
    show
        Takes what appears on the screen.
    interrupt
        Called with the number of a signal that was typed.

    Attributes
    ----------
    stdin
        Whole lines, for the process.
    broken
        Always False: a terminal takes everything.
    size
        Rows and columns.
    """

    broken = False

    def __init__(self, show: Callable[[bytes], None], interrupt: Callable[[int], None]) -> None:
        self.stdin = Pipe()
        self.size = (0, 0)
        self._show = show
        self._interrupt = interrupt
        self._line = bytearray()

    def write(self, data: bytes) -> None:
        """Show output of the process; a newline also returns to the first column (ONLCR)."""
        self._show(data.replace(b"\n", b"\r\n"))

    def type(self, data: bytes) -> None:
        """Take keys from the client."""
        for key in data:
            self._key(key)

    def hang_up(self) -> None:
        """End the input: what was typed so far is the last line."""
        self.stdin.write(bytes(self._line))
        self._line.clear()
        self.stdin.close()

    def _key(self, key: int) -> None:
        if key in (0x0A, 0x0D):
            self._enter()
        elif key in _SIGNALS:
            self._line.clear()
            self._show(b"^" + bytes((key + 0x40,)))
            self._interrupt(_SIGNALS[key])
        elif key == _END_OF_INPUT:
            self._end()
        elif key in _ERASE:
            self._erase()
        elif key == _KILL_LINE:
            while self._line:
                self._erase()
        elif len(self._line) < _MAX_LINE:
            self._line.append(key)
            self._show(bytes((key,)))

    def _enter(self) -> None:
        self._show(b"\r\n")
        self.stdin.write(bytes(self._line) + b"\n")
        self._line.clear()

    def _end(self) -> None:
        """At the start of a line the input ends; else the line goes out as it is."""
        if self._line:
            self.stdin.write(bytes(self._line))
            self._line.clear()
        else:
            self.stdin.close()

    def _erase(self) -> None:
        """Take the last character away, all bytes of it."""
        while self._line and self._line[-1] & 0xC0 == 0x80:
            self._line.pop()
        if self._line:
            self._line.pop()
            self._show(b"\b \b")
