"""What `Lab.walk` gives: the hops, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dockernet_lessons import tables
from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.observe.wiring import Wiring
from dockernet_lessons.results import PingResult

if TYPE_CHECKING:
    import pandas as pd

    from dockernet_lessons.plots.figure import LessonFigure
    from dockernet_lessons.widgets.walk import WalkPlayer


@dataclass(frozen=True)
class Scene:
    """Where a walk happened.

    Attributes
    ----------
    lab
        Name of the lab.
    wiring
        What a look showed before the packet was sent.
    """

    lab: str
    wiring: Wiring


@dataclass(frozen=True)
class Walk:
    """The way of one echo request and its reply.

    Attributes
    ----------
    source, target
        The ends, as asked for.
    hops
        In the order of time; empty when nothing was sent.
    outcome
        ``"delivered"``: the reply came back. ``"dropped"``: a packet ended on the way.
        ``"no route"``: the source's kernel knows no way. Else the ping's reason (`PingResult`):
        ``"unknown name"``, ``"no address"``, ``"no reply"``, …
    dropped_by
        The rule, or whatever it was that dropped the packet; None unless `outcome` is
        ``"dropped"``.
    ping
        The ping that was watched.
    scene
        Where it happened.
    """

    source: str
    target: str
    hops: tuple[Hop, ...]
    outcome: str
    dropped_by: str | None
    ping: PingResult
    scene: Scene = field(repr=False)

    @property
    def address(self) -> str | None:
        """The address that was pinged; None when there was none."""
        return self.ping.address

    @property
    def simulated(self) -> bool:
        """Whether it happened on an emulation."""
        return self.ping.simulated

    def table(self) -> pd.DataFrame:
        """List the hops.

        Returns
        -------
        DataFrame
            One row per hop, indexed by its number: packet, namespace, interface, action, detail,
            source, destination, source_mac, destination_mac, ttl (see `observe.walk.Hop`).
        """
        return tables.hops_table(self.hops)

    def draw(self) -> LessonFigure:
        """Draw the hops: a lane per interface, a line per packet."""
        from dockernet_lessons.plots.walk import draw_walk

        return draw_walk(self.hops, self.title)

    def play(self) -> WalkPlayer:
        """Play it on the map: step, play and pause; where no widget can live, the picture."""
        from dockernet_lessons.widgets.display import picture
        from dockernet_lessons.widgets.walk import WalkPlayer

        return WalkPlayer(
            self.scene.lab,
            self.scene.wiring,
            self.hops,
            self.title,
            static=lambda: picture(self.draw(), str(self)),
        )

    @property
    def title(self) -> str:
        """From where to where, and what came of it."""
        return f"{self.source} → {self.target}: {self.outcome}"

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"{hop.number:>3} {_line(hop)}" for hop in self.hops)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ANN401 - IPython's type
        """Show the hops as lines of text."""
        printer.text(str(self))

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Show the picture in a notebook."""
        return self.draw()._repr_png_()


def _line(hop: Hop) -> str:
    return f"{hop.packet:<12} {hop.anchor:<24} {hop.action:<10} {hop.detail}".rstrip()
