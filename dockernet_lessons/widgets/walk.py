"""Play a packet's walk on the map: where the frame is, what it carries, who learns what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets as t

from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.observe.wiring import Wiring
from dockernet_lessons.plots.arrange import arrange
from dockernet_lessons.plots.highlight import Highlight
from dockernet_lessons.widgets import assets
from dockernet_lessons.widgets.display import Shown, StaticForm
from dockernet_lessons.widgets.map_svg import draw_map
from dockernet_lessons.widgets.marks import Marks
from dockernet_lessons.widgets.palette import palette_css

_DECIDES = ("switched", "flooded", "routed")


class WalkPlayer(Shown, anywidget.AnyWidget):
    """A walk on the map, hop by hop, with step, play and pause.

    Parameters
    ----------
    lab
        Name of the lab.
    wiring
        What a look showed when the packet was sent.
    hops
        The walk.
    headline
        One sentence: between whom, and what came of it.
    static
        Gives the static form.
    """

    _esm = assets.esm("map_core", "walk")
    _css = palette_css() + assets.css("map", "walk")

    lab = t.Unicode().tag(sync=True)
    svg = t.Unicode().tag(sync=True)
    headline = t.Unicode().tag(sync=True)
    frames = t.List(t.Dict(), help="see `frames_of`").tag(sync=True)

    def __init__(
        self,
        lab: str,
        wiring: Wiring,
        hops: Sequence[Hop],
        headline: str,
        static: Callable[[], StaticForm],
    ) -> None:
        shown = arrange(wiring)
        svg = draw_map(shown, Marks(), Highlight(shown, None), headline)
        super().__init__(lab=lab, svg=svg, headline=headline, frames=frames_of(hops))
        self._static = static

    def static_form(self) -> StaticForm:
        """Give the walk's picture or table."""
        return self._static()

    def __repr__(self) -> str:
        return f"{self.headline}, {len(self.frames)} hops"


def frames_of(hops: Sequence[Hop]) -> list[dict[str, Any]]:
    """Say for every hop where to draw the frame, where it comes from, and what to write.

    Returns
    -------
    list of dict
        number, packet, action, at (its anchor, ``NAMESPACE:INTERFACE``), coming_from (position of
        the hop that it comes from; its own where it begins), place (in words), detail, sender and
        receiver (MAC and address), ttl (text, empty for ARP).
    """
    return [
        {
            "number": hop.number,
            "packet": hop.packet,
            "action": hop.action,
            "at": hop.anchor,
            "coming_from": _origin(hops, position),
            "place": _place(hop),
            "detail": hop.detail,
            "sender": f"{hop.source_mac} {hop.source}".strip(),
            "receiver": f"{hop.destination_mac} {hop.destination}".strip(),
            "ttl": "" if hop.ttl is None else str(hop.ttl),
        }
        for position, hop in enumerate(hops)
    ]


def _origin(hops: Sequence[Hop], position: int) -> int:
    """Find the hop that a frame comes from; a copy that a bridge sends comes from the bridge."""
    hop = hops[position]
    if hop.action == "sent" or position == 0:
        return position
    if hop.action == "out":
        for before in range(position - 1, -1, -1):
            if hops[before].packet == hop.packet and hops[before].action in _DECIDES:
                return before
    return position - 1


def _place(hop: Hop) -> str:
    where = "on the host" if hop.namespace == HOST else f"in {hop.namespace}"
    return f"{hop.interface} {where}".strip()
