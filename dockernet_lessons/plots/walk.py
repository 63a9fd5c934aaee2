"""Draw a walk: a lane per interface, a line per packet, from the top in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from textwrap import wrap

from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.plots import theme
from dockernet_lessons.plots.figure import LessonFigure
from dockernet_lessons.plots.layout import Rect
from dockernet_lessons.plots.pen import Pen

BLUE, VERMILLION, _, PURPLE, ORANGE, _ = theme.NETWORK_COLOURS
COLOURS = {
    "ARP request": ORANGE,
    "ARP reply": ORANGE,
    "DNS query": PURPLE,
    "DNS answer": PURPLE,
    "ICMP error": VERMILLION,
}
HOST = "host"
NOTHING = "No packet was sent."

# Inches
_MARGIN = 0.18
_LABELS = 4.1
_LETTERS = 56  # that fit in a line of a label
_LEAST_LANE = 1.3
_LANE_GAP = 0.25
_LEAST_WIDTH = 6.0
_TITLE_Y = 0.3
_BOX_TOP = 0.52
_NAME_Y = 0.68
_INTERFACE_Y = 0.9
_FIRST_ROW = 1.16
_LINE = 0.19
_ROW = 0.42
_LONGEST_NAME = 18


@dataclass(frozen=True)
class Row:
    """The hops of one packet, and what is to say about them, line by line."""

    hops: tuple[Hop, ...]
    remarks: tuple[str, ...]

    @property
    def height(self) -> float:
        """Inches."""
        return _ROW + _LINE * len(self.remarks)


def draw_walk(hops: Sequence[Hop], title: str) -> LessonFigure:
    """Draw the hops of a walk.

    Parameters
    ----------
    hops
        In their order.
    title
        From where to where, and what came of it.

    Returns
    -------
    LessonFigure
        It shows itself in a notebook.
    """
    return _Drawing(hops, title).draw()


class _Drawing:
    def __init__(self, hops: Sequence[Hop], title: str) -> None:
        self._title = title
        self._rows = _rows(hops)
        self._lanes = _lanes(hops)
        longest = max((len(_shown(hop.interface)) for hop in hops), default=0)
        self._lane = max(_LEAST_LANE, theme.code_width(longest) + _LANE_GAP)
        needed = 2 * _MARGIN + _LABELS + self._lane * len(self._lanes)
        self._width = max(_LEAST_WIDTH, needed)
        self._bottom = _FIRST_ROW + sum(row.height for row in self._rows)
        self._pen = Pen(self._width, self._bottom + _MARGIN)

    def draw(self) -> LessonFigure:
        self._pen.title(_MARGIN, _TITLE_Y, self._title)
        if not self._rows:
            self._pen.prose(_MARGIN, _NAME_Y, NOTHING)
            return self._pen.figure
        self._namespaces()
        top = _FIRST_ROW
        for row in self._rows:
            self._packet(row, top)
            top += row.height
        return self._pen.figure

    def _x(self, anchor: str) -> float:
        return _MARGIN + _LABELS + self._lane * (self._lanes.index(anchor) + 0.5)

    def _namespaces(self) -> None:
        """Draw a box per namespace, and in it a lane per interface."""
        for name, anchors in groupby(self._lanes, key=lambda anchor: anchor.partition(":")[0]):
            lanes = list(anchors)
            half = self._lane / 2 - 0.04
            left, right = self._x(lanes[0]) - half, self._x(lanes[-1]) + half
            fill, edge = (
                (theme.HOST_FILL, theme.HOST_EDGE)
                if name == HOST
                else (theme.CONTAINER_FILL, theme.CONTAINER_EDGE)
            )
            self._pen.box(Rect(left, _BOX_TOP, right, self._bottom), fill=fill, edge=edge, layer=0)
            shown = theme.shorten(name, _LONGEST_NAME)
            self._pen.code((left + right) / 2, _NAME_Y, shown, at="center", bold=True)
            for anchor in lanes:
                self._lane_of(anchor)

    def _lane_of(self, anchor: str) -> None:
        x, interface = self._x(anchor), anchor.partition(":")[2]
        self._pen.code(x, _INTERFACE_Y, _shown(interface), at="center")
        foot = self._bottom - 0.08
        self._pen.line((x, _INTERFACE_Y + 0.12), (x, foot), theme.CONTAINER_EDGE, dashed=True)

    def _packet(self, row: Row, top: float) -> None:
        """Draw the way of a packet, and beside it what is to say about it."""
        first = row.hops[0]
        colour = COLOURS.get(first.packet, BLUE)
        y = top + _LINE / 2
        self._pen.code(_MARGIN, y, first.packet, bold=True)
        self._pen.prose(_MARGIN + theme.code_width(len("echo request  ")), y, _ttl(row.hops))
        for number, text in enumerate(row.remarks, 1):
            self._pen.prose(_MARGIN + 0.12, y + _LINE * number, text)
        xs = [self._x(hop.anchor) for hop in row.hops]
        for start, end in pairwise(xs):
            if start != end:
                self._pen.arrow((start, y), (end, y), colour)
        for hop, x in zip(row.hops, xs, strict=True):
            self._mark(hop, x, y, colour)

    def _mark(self, hop: Hop, x: float, y: float, colour: str) -> None:
        if hop.action == "dropped":
            self._pen.mark(x, y, "x", VERMILLION, size=11)
        elif hop.action in ("switched", "flooded", "routed"):
            self._pen.mark(x, y, "s", colour, size=6)
        elif hop.action == "sent":
            self._pen.mark(x, y, "o", colour)


def _shown(interface: str) -> str:
    return theme.shorten(interface or "-", _LONGEST_NAME)


def _lanes(hops: Iterable[Hop]) -> list[str]:
    """List the interfaces, those of a namespace beside each other, as the packets meet them."""
    anchors = list(dict.fromkeys(hop.anchor for hop in hops))
    namespaces = list(dict.fromkeys(anchor.partition(":")[0] for anchor in anchors))
    return sorted(anchors, key=lambda anchor: namespaces.index(anchor.partition(":")[0]))


def _rows(hops: Sequence[Hop]) -> list[Row]:
    """Gather each packet's hops, in the order in which the packets were sent."""
    packets: dict[tuple[str, str, str], list[Hop]] = {}
    for hop in hops:
        packets.setdefault((hop.packet, str(hop.source), str(hop.destination)), []).append(hop)
    return [_row(found) for found in packets.values()]


def _row(hops: Sequence[Hop]) -> Row:
    way = tuple(hop for hop in hops if hop.action != "learned")
    said = [_remark(hop) for hop in hops if hop.action in ("sent", "learned", "dropped")]
    return Row(
        way, tuple(line for text in said for line in wrap(text, _LETTERS, break_on_hyphens=False))
    )


def _remark(hop: Hop) -> str:
    return f"dropped: {hop.detail}" if hop.action == "dropped" else hop.detail


def _ttl(hops: Sequence[Hop]) -> str:
    """Say the time to live, or how it changed."""
    found = list(dict.fromkeys(hop.ttl for hop in hops if hop.ttl is not None))
    return "TTL " + " → ".join(str(ttl) for ttl in found) if found else ""
