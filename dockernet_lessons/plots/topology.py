"""Draw the wiring: containers on the left, the host with its bridges on the right."""

from __future__ import annotations

from collections.abc import Iterable

from dockernet_lessons.observe.wiring import Wiring
from dockernet_lessons.plots import columns, theme
from dockernet_lessons.plots.arrange import Arrangement, Bridge, arrange
from dockernet_lessons.plots.columns import PAD
from dockernet_lessons.plots.figure import LessonFigure
from dockernet_lessons.plots.highlight import Highlight
from dockernet_lessons.plots.layout import (
    LINE,
    PORT_HEIGHT,
    Layout,
    PlacedBox,
    PlacedRow,
    Rect,
    lay_out,
)
from dockernet_lessons.plots.pen import Pen

_TITLE_Y = 0.36
_HEADING_Y = 0.72
_PAIR = 2.2
_THIN = 1.4


def draw_wiring(wiring: Wiring, highlight: str | Iterable[str] | None = None) -> LessonFigure:
    """Draw what one look at the engine showed.

    Parameters
    ----------
    wiring
        The interfaces, containers, networks and veth pairs.
    highlight
        Names of containers, interfaces (``veth838e165``, ``ubuntu1:eth0``), bridges or networks
        to stress with all they are joined to; everything else fades.

    Returns
    -------
    LessonFigure
        It shows itself in a notebook.

    Raises
    ------
    UnknownInterface
        A highlighted name is not in the picture.
    """
    arrangement = arrange(wiring)
    drawing = _Drawing(arrangement, Highlight(arrangement, highlight))
    return drawing.draw()


class _Drawing:
    def __init__(self, arrangement: Arrangement, highlight: Highlight) -> None:
        self._arrangement = arrangement
        self._highlight = highlight
        self._layout: Layout = lay_out(arrangement)
        self._columns = self._layout.columns
        self._pen = Pen(self._columns.width, self._layout.height)
        self._colours = {b.name: theme.network_colour(b.position) for b in arrangement.bridges}

    def draw(self) -> LessonFigure:
        self._host()
        self._headings()
        self._exit()
        for bridge, rect in self._layout.bridges:
            self._bridge(bridge, rect)
        for box in self._layout.boxes:
            self._box(box)
            for row in box.rows:
                self._row(box, row)
        return self._pen.figure

    def _host(self) -> None:
        rect = self._layout.host
        self._pen.box(rect, fill=theme.HOST_FILL, edge=theme.HOST_EDGE, line=1.4, layer=0)
        for name, guest in self._layout.host_guests:
            lit = self._highlight.name(name)
            text = columns.name_text(name)
            remark = guest.left + PAD + theme.code_width(len(text) + 1)
            self._container(guest, lit=lit)
            self._pen.code(guest.left + PAD, guest.middle, text, bold=True, lit=lit)
            self._pen.prose(remark, guest.middle, columns.HOST_GUEST_REMARK, lit=lit)

    def _container(self, rect: Rect, *, lit: bool, running: bool = True) -> None:
        fill = theme.CONTAINER_FILL if running and lit else theme.PAPER
        self._pen.box(rect, fill=fill, edge=theme.CONTAINER_EDGE, lit=lit, dashed=not running)

    def _headings(self) -> None:
        pen, at, host = self._pen, self._columns, self._layout.host
        hidden = f": {columns.HIDDEN}" if self._arrangement.host_hidden else ""
        pen.title(at.box[0], _TITLE_Y, "containers")
        pen.prose(at.box[0], _HEADING_Y, columns.CONTAINERS_HEADING)
        pen.title(host.left + PAD, _TITLE_Y, columns.HOST_TITLE + hidden)
        for text, span, needed in (
            ("veth pairs", (at.box[1], at.host[0]), self._layout.has_pairs),
            ("bridge ports", at.outside, self._layout.has_pairs),
            ("bridges", at.bridge, bool(self._layout.bridges)),
            ("routed way out", at.exit, self._layout.exit is not None),
        ):
            if needed:
                pen.prose(sum(span) / 2, _HEADING_Y, text, at="center")
        if not self._layout.boxes:
            pen.prose(at.box[0], _HEADING_Y + 2 * LINE, columns.NO_CONTAINERS)

    def _exit(self) -> None:
        rect = self._layout.exit
        if rect is None:
            return
        lit = self._highlight.exits(self._arrangement.exits)
        self._pen.box(rect, fill=theme.PAPER, edge=theme.HOST_EDGE, lit=lit)
        self._lines(rect, columns.exit_texts(self._arrangement.exits), lit=lit)
        for bridge, node in self._layout.bridges:
            if bridge.leads_out:
                start, end = (node.right, node.middle), (rect.left, rect.middle)
                self._pen.wire(start, end, theme.HOST_EDGE, line=1, dashed=True, lit=lit)

    def _lines(self, rect: Rect, texts: list[str], *, lit: bool, bold: bool = False) -> None:
        """Write some lines in the middle of a box, the first one perhaps bold."""
        top = rect.middle - (len(texts) - 1) / 2 * LINE
        for number, text in enumerate(texts):
            heading = bold and number == 0
            y = top + number * LINE
            self._pen.code(rect.centre, y, text, at="center", bold=heading, lit=lit)

    def _bridge(self, bridge: Bridge, rect: Rect) -> None:
        lit = self._highlight.bridge(bridge)
        colour = self._colours[bridge.name]
        fill = theme.tint(colour, 0.14 if lit else 0.04)
        self._pen.box(rect, fill=fill, edge=colour, line=1.8, lit=lit, layer=4)
        self._lines(rect, columns.bridge_texts([bridge]), lit=lit, bold=True)

    def _box(self, placed: PlacedBox) -> None:
        box, pen, at = placed.box, self._pen, self._columns
        lit = self._highlight.box(box)
        ink = theme.INK if box.running else theme.PALE_INK
        self._container(placed.rect, lit=lit, running=box.running)
        pen.code(
            at.name, placed.first_line, columns.name_text(box.name), bold=True, lit=lit, colour=ink
        )
        if not box.rows:
            pen.prose(at.address, placed.first_line, box.remark, lit=lit)
        for guest, y in placed.guests:
            pen.code(at.name, y, f"+ {columns.name_text(guest)}", bold=True, lit=lit)
            pen.prose(at.address, y, columns.GUEST_REMARK, lit=lit)

    def _row(self, placed: PlacedBox, row: PlacedRow) -> None:
        lit = self._highlight.row(placed.box, row.row)
        at, y = self._columns, row.y
        colour = self._colours.get(row.row.bridge or "", theme.UNKNOWN_NETWORK)
        self._pen.code(at.address, y, columns.address_text(row.row), lit=lit)
        self._port(at.inside, y, row.row.interface.label, colour, lit=lit)
        if row.row.pair is None:
            return
        self._pen.wire((at.inside[1], y), (at.outside[0], y), colour, line=_PAIR, lit=lit)
        self._port(at.outside, y, columns.outside_text(row.row), colour, lit=lit)
        if row.joint is not None:
            start, end = (at.outside[1], y), (at.bridge[0], row.joint)
            self._pen.wire(start, end, colour, line=_THIN, lit=lit)

    def _port(self, span: columns.Span, y: float, label: str, colour: str, *, lit: bool) -> None:
        rect = Rect(span[0], y - PORT_HEIGHT / 2, span[1], y + PORT_HEIGHT / 2)
        self._pen.box(rect, fill=theme.PAPER, edge=colour, line=1.2, lit=lit, layer=5)
        self._pen.code(rect.centre, y, label, at="center", lit=lit)
