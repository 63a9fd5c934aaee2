"""What a command or a ping came to."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CommandResult:
    """A command and what it printed.

    Attributes
    ----------
    command
        The command line, as one would type it.
    exit_code
        0 for success, as the command left it.
    text
        Standard output and standard error, in the order they came.
    hint
        What the lesson adds: the commands there are, after one that there is not. Else empty.
    """

    command: str
    exit_code: int
    text: str
    hint: str = field(default="", kw_only=True)

    @property
    def ok(self) -> bool:
        """Whether the command succeeded."""
        return self.exit_code == 0

    def __str__(self) -> str:
        return self.text

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ANN401 - IPython's type
        """Show a result in a notebook as a terminal would."""
        hint = f"\n{self.hint}" if self.hint else ""
        printer.text(f"$ {self.command}\n{self.text.rstrip()}{hint}")


SIMULATED = " (simulated times)"


@dataclass(frozen=True)
class PingResult:
    """What came of a ping.

    Attributes
    ----------
    command
        The command line that was run (or would have been, where nothing was sent).
    address
        The address that was pinged; None when there was none.
    transmitted, received
        Number of echo requests sent and replies received.
    loss_percent
        0 to 100; 100 when nothing was sent.
    rtt_ms
        Round-trip time of every reply, in ms.
    ok
        True when at least one reply came.
    error
        None when `ok`, else a sentence that begins with `reason`.
    reason
        None when `ok`, else one of "unknown name", "no reply", "unreachable", "not permitted",
        "outside the lab", "no address", "no ping command", "failed".
    text
        What ping printed, untouched.
    lookup
        For a ping by name: how the source looked the name up before; else None.
    simulated
        Whether the times come from an emulation.
    """

    command: str
    address: str | None
    transmitted: int
    received: int
    loss_percent: float
    rtt_ms: list[float] = field(default_factory=list)
    ok: bool = False
    error: str | None = None
    text: str = ""
    reason: str | None = None
    lookup: CommandResult | None = None
    simulated: bool = False

    @property
    def median_rtt_ms(self) -> float:
        """Median round-trip time in ms; NaN when nothing came back."""
        return statistics.median(self.rtt_ms) if self.rtt_ms else float("nan")

    @property
    def verdict(self) -> str:
        """What came of it in one line, a simulated time marked as such."""
        came = f"✓ {self.received} of {self.transmitted} came back"
        mark = SIMULATED if self.simulated and self.rtt_ms else ""
        return f"{came if self.ok else f'✗ {self.error}'}{mark}"

    def __str__(self) -> str:
        return self.text or (self.error or "")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ANN401 - IPython's type
        """Show a ping in a notebook as a terminal would, with a verdict below it."""
        body = f"{self.text.rstrip()}\n" if self.text.strip() else ""
        printer.text(f"$ {self.command}\n{body}{self.verdict}")
