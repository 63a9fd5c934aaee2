"""The rows of the map: an interface, its veth pair, its peer on the host, its line to a bridge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.plots import columns
from dockernet_lessons.plots.columns import Columns
from dockernet_lessons.plots.highlight import Highlight
from dockernet_lessons.plots.layout import PORT_HEIGHT, PlacedBox, PlacedRow, Rect
from dockernet_lessons.widgets.map_parts import (
    classes,
    end_of,
    heading,
    mark_of,
    network_class,
    number,
    numbers,
    outside_end,
    pill,
    reachable,
)
from dockernet_lessons.widgets.marks import Marks, row_key
from dockernet_lessons.widgets.svg import box, element, wire, words


class Rows:
    """Draws the rows of one map.

    Parameters
    ----------
    at
        The columns of the layout.
    marks
        What is new and what is gone.
    highlight
        What is stressed.
    networks
        Bridge -> the class that sets its network's colour.
    """

    def __init__(
        self, at: Columns, marks: Marks, highlight: Highlight, networks: Mapping[str, str]
    ) -> None:
        self._at = at
        self._marks = marks
        self._highlight = highlight
        self._networks = networks

    def mark(self, placed: PlacedBox, row: PlacedRow) -> str:
        """Name what a row is marked as: new, gone or nothing."""
        key = row_key(placed.box, row.row)
        return mark_of(new=key in self._marks.new.rows, gone=key in self._marks.gone.rows)

    def draw(self, placed: PlacedBox, row: PlacedRow) -> str:
        """Draw one row."""
        at, found = self._at, row.row
        mark = self.mark(placed, row)
        gone = mark == "gone"
        content = [
            words(at.address, row.y, columns.address_text(found), class_="dn-address"),
            *self._lines(row),
            self._inside(placed, row, mark),
            self._outside(placed, row, mark) if found.pair else "",
            pill((at.box[1] + at.host[0]) / 2, row.y, mark) if found.pair else "",
        ]
        return element(
            "g",
            *content,
            class_=classes(
                "dn-row",
                self._networks.get(found.bridge or "", network_class(None)),
                f"dn-{mark}" if mark else "",
                lit=self._highlight.row(placed.box, found),
            ),
            data_of=None if gone else placed.box.name,
            data_port_of=None if gone else found.bridge,
        )

    def _lines(self, row: PlacedRow) -> Iterator[str]:
        at, y = self._at, row.y
        if row.row.pair is None:
            return
        yield wire((at.inside[1], y), (at.outside[0], y), class_="dn-reach")
        yield wire((at.inside[1], y), (at.outside[0], y), class_="dn-wire")
        if row.joint is not None:
            yield wire((at.outside[1], y), (at.bridge[0], row.joint), class_="dn-port-line")

    def _inside(self, placed: PlacedBox, row: PlacedRow, mark: str) -> str:
        name, found = placed.box.name, row.row
        peer = None
        if found.pair is not None:
            peer = outside_end(found.interface, found.pair.outside)
        label = f"{found.interface.name} in {name}, {numbers(found.interface)}"
        if found.interface.address:
            label += f", {found.interface.address}"
        parts = heading(found.interface, own="dn-a", peer="dn-b")
        place = end_of(name, found.interface) | {"data_peer": peer}
        return self._port(self._at.inside, row.y, parts, label, place, mark)

    def _outside(self, placed: PlacedBox, row: PlacedRow, mark: str) -> str:
        """Draw the end on the host; where it is hidden, its number is known all the same."""
        inside, outside = row.row.interface, row.row.pair.outside if row.row.pair else None
        peer = f"{placed.box.name}:{inside.name}"
        if outside is None:
            parts = f"{number(inside.peer_ifindex or '?', 'dn-b')}: hidden"
            label = f"hidden interface {inside.peer_ifindex} on the host, peer of {peer}"
            place: dict[str, object] = {
                "data_end": outside_end(inside, None),
                "data_ifindex": inside.peer_ifindex,
                "data_peer_ifindex": inside.ifindex,
            }
        else:
            parts = heading(outside, own="dn-b", peer="dn-a")
            label = f"{outside.name} on the host, {numbers(outside)}: {peer}"
            place = end_of(HOST, outside)
        place |= {"data_peer": peer}
        return self._port(self._at.outside, row.y, parts, label, place, mark)

    def _port(
        self,
        span: columns.Span,
        y: float,
        parts: str,
        label: str,
        place: dict[str, object],
        mark: str,
    ) -> str:
        rect = Rect(span[0], y - PORT_HEIGHT / 2, span[1], y + PORT_HEIGHT / 2)
        shown = box(rect), words(rect.centre, y, parts, class_="dn-center")
        if mark == "gone":
            return element("g", *shown, class_="dn-end dn-gone")
        kind = "dn-end dn-new" if mark else "dn-end"
        return element("g", *shown, class_=kind, **place, **reachable(label, mark))
