"""What a container's process reads from and writes to, and the clients attached to that."""

from __future__ import annotations

from collections.abc import Callable

from dockernet_lessons.embedded.daemon.log import STDERR, STDOUT, Log
from dockernet_lessons.embedded.daemon.terminal import Terminal
from dockernet_lessons.embedded.http.messages import Stream
from dockernet_lessons.embedded.loop import Loop, Steps
from dockernet_lessons.embedded.pipe import Pipe

Wants = frozenset[int]
"""Which of `STDOUT` and `STDERR` a client wants."""


class _Sink:
    """One of a process's two outputs."""

    def __init__(self, console: Console, number: int) -> None:
        self._console = console
        self._number = number
        self.broken = False

    def write(self, data: bytes) -> None:
        self._console.show(self._number, data)


class Console:
    """The streams of one process; of one after another, for a container's first process.

    Parameters
    ----------
    loop
        Virtual time.
    tty
        There is a terminal between.
    reads
        The process gets a standard input that stays open.
    interrupt
        Called with the number of a signal that was typed at the terminal.
    log
        Where output is kept; None keeps none.
    once
        Standard input ends when a client that was attached to it ends its own.
    framed
        Whether clients get frames; by default they do unless there is a terminal.
    """

    def __init__(
        self,
        loop: Loop,
        *,
        tty: bool,
        reads: bool,
        interrupt: Callable[[int], None],
        log: Log | None = None,
        once: bool = True,
        framed: bool | None = None,
    ) -> None:
        self.tty = tty
        self._framed = not tty if framed is None else framed
        self._loop = loop
        self._reads = reads
        self._interrupt = interrupt
        self._log = log
        self._once = once
        self._attached: dict[Stream, Wants] = {}
        self._renew()

    def _renew(self) -> None:
        show = _Sink(self, STDOUT)
        self.terminal = Terminal(show.write, self._interrupt) if self.tty else None
        self.stdout: _Sink | Terminal = self.terminal or show
        self.stderr: _Sink | Terminal = self.terminal or _Sink(self, STDERR)
        self._input = self.terminal.stdin if self.terminal else Pipe()

    @property
    def stdin(self) -> Pipe | None:
        """What the process reads; None if there is nothing to read."""
        return self._input if self._reads else None

    def show(self, number: int, data: bytes) -> None:
        """Pass output on to the log and to whoever is attached."""
        if not data:
            return
        if self._log is not None:
            self._log.write(self._loop.now, number, data)
        for stream, wants in list(self._attached.items()):
            if number in wants:
                if self._framed:
                    stream.outgoing.show(number, data)
                else:
                    stream.outgoing.write(data)

    def attach(self, stream: Stream, wants: Wants, *, stdin: bool) -> None:
        """Connect a client until it hangs up or the process ends."""
        self._attached[stream] = wants
        stream.on_hang_up = lambda: self._detach(stream)
        if stdin and stream.incoming is not None and self._reads:
            self._loop.spawn(self._feed(stream, stream.incoming))

    def _feed(self, stream: Stream, incoming: Pipe) -> Steps[None]:
        while data := (yield from incoming.read()):
            if stream not in self._attached:
                return
            if self.terminal is not None:
                self.terminal.type(data)
            else:
                self._input.write(data)
        if self._once and self.terminal is None:
            self._input.close()

    def _detach(self, stream: Stream) -> None:
        self._attached.pop(stream, None)

    def end(self) -> None:
        """Tell the clients that the process has ended, and be ready for the next one."""
        if self._log is not None:
            self._log.flush(self._loop.now)
        attached, self._attached = self._attached, {}
        for stream in attached:
            stream.outgoing.close()
        self._input.close()
        self._renew()
