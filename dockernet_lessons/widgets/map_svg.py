"""Draw the topology map as SVG, with what the browser needs to light, name and find its parts.

Every line of the map is one group ``.dn-row``: an interface of a container, its veth pair, its peer
on the host and the line to its bridge. Lighting a row lights all that hangs together. Colours and
weights are the style sheet's; positions are those of the picture that `Lab.draw` gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.plots import columns, theme
from dockernet_lessons.plots.arrange import Arrangement, Bridge
from dockernet_lessons.plots.columns import PAD
from dockernet_lessons.plots.highlight import Highlight
from dockernet_lessons.plots.layout import (
    LINE,
    ROW,
    Layout,
    PlacedBox,
    Rect,
    lay_out,
)
from dockernet_lessons.widgets.map_parts import (
    classes,
    end_of,
    line_ys,
    mark_of,
    network_class,
    pill,
    reachable,
)
from dockernet_lessons.widgets.map_rows import Rows
from dockernet_lessons.widgets.marks import Marks
from dockernet_lessons.widgets.svg import box, element, pixels, wire, words

_TITLE_Y = 0.36
_HEADING_Y = 0.72
_LEAST_SCALE = 0.8
"""Its texts are of 12 pixels or more: smaller than this they are hard to read."""


def draw_map(arrangement: Arrangement, marks: Marks, highlight: Highlight, title: str) -> str:
    """Draw the map.

    Parameters
    ----------
    arrangement
        What is in the picture, what is gone included.
    marks
        What is new and what is gone.
    highlight
        What is stressed; everything else fades.
    title
        What the map is called, for those who cannot see it.

    Returns
    -------
    str
        An ``<svg class="dn-map">`` in which every name is escaped.
    """
    return _Map(arrangement, marks, highlight).draw(title)


class _Map:
    def __init__(self, arrangement: Arrangement, marks: Marks, highlight: Highlight) -> None:
        self._arrangement = arrangement
        self._marks = marks
        self._highlight = highlight
        self._layout: Layout = lay_out(arrangement)
        self._networks = {b.name: network_class(b.position) for b in arrangement.bridges}
        self._rows = Rows(self._layout.columns, marks, highlight, self._networks)

    def draw(self, title: str) -> str:
        width, height = self._layout.columns.width, self._layout.height
        return element(
            "svg",
            self._host(),
            *self._headings(),
            *self._ways_out(),
            *(self._box(placed) for placed in self._layout.boxes),
            *(self._rows.draw(placed, row) for placed in self._layout.boxes for row in placed.rows),
            *(self._bridge(bridge, rect) for bridge, rect in self._layout.bridges),
            *(self._host_guest(name, rect) for name, rect in self._layout.host_guests),
            class_="dn-map",
            width=pixels(width),
            height=pixels(height),
            viewBox=f"0 0 {pixels(width)} {pixels(height)}",
            style=f"min-width: {pixels(_LEAST_SCALE * width)}px",
            role="group",
            aria_label=title,
        )

    # The host

    def _host(self) -> str:
        return element(
            "g",
            box(self._layout.host, 0.08),
            class_="dn-namespace dn-host",
            data_namespace=HOST,
            data_box=HOST,
            **reachable(columns.HOST_TITLE),
        )

    def _host_guest(self, name: str, rect: Rect) -> str:
        text = columns.name_text(name)
        remark = rect.left + PAD + theme.code_width(len(text) + 1)
        return self._namespace(
            name,
            box(rect),
            words(rect.left + PAD, rect.middle, escape(text), class_="dn-name"),
            words(remark, rect.middle, columns.HOST_GUEST_REMARK, class_="dn-prose"),
            lit=self._highlight.name(name),
            label=f"container {name}, {columns.HOST_GUEST_REMARK}",
        )

    def _headings(self) -> Iterator[str]:
        at, host, has_pairs = self._layout.columns, self._layout.host, self._layout.has_pairs
        hidden = f": {columns.HIDDEN}" if self._arrangement.host_hidden else ""
        yield words(at.box[0], _TITLE_Y, "containers", class_="dn-title")
        yield words(at.box[0], _HEADING_Y, columns.CONTAINERS_HEADING, class_="dn-prose")
        title = columns.HOST_TITLE + hidden
        yield words(host.left + PAD, _TITLE_Y, escape(title), class_="dn-title")
        for text, span, needed in (
            ("veth pairs", (at.box[1], at.host[0]), has_pairs),
            ("bridge ports", at.outside, has_pairs),
            ("bridges", at.bridge, bool(self._layout.bridges)),
            ("routed way out", at.exit, self._layout.exit is not None),
        ):
            if needed:
                yield words(sum(span) / 2, _HEADING_Y, text, class_="dn-prose dn-center")
        if not self._layout.boxes:
            y = _HEADING_Y + 2 * LINE
            yield words(at.box[0], y, columns.NO_CONTAINERS, class_="dn-prose")

    def _ways_out(self) -> Iterator[str]:
        """Draw the host's own interfaces, and how the bridges lead to them."""
        rect = self._layout.exit
        if rect is None:
            return
        for bridge, node in self._layout.bridges:
            if bridge.leads_out and bridge.name not in self._marks.gone.bridges:
                ends = (node.right, node.middle), (rect.left, rect.middle)
                yield wire(*ends, class_="dn-way-out")
        exits = self._arrangement.exits
        lines = columns.exit_texts(exits)
        ys = list(line_ys(rect, len(lines)))
        texts = [
            words(rect.centre, y, escape(t), class_="dn-center")
            for t, y in zip(lines, ys, strict=True)
        ]
        own = [
            element("g", *texts[2 * n : 2 * n + 2], **end_of(HOST, interface))
            for n, interface in enumerate(exits[: columns.MOST_EXITS])
        ]
        rest = texts[2 * len(own) :]
        lit = self._highlight.exits(exits)
        yield element("g", box(rect), *own, *rest, class_=classes("dn-exit", lit=lit))

    def _bridge(self, bridge: Bridge, rect: Rect) -> str:
        gone = bridge.name in self._marks.gone.bridges
        mark = mark_of(new=bridge.name in self._marks.new.bridges, gone=gone)
        first, *rest = columns.bridge_texts([bridge])
        top, *ys = line_ys(rect, 1 + len(rest))
        place = {} if gone else {"data_bridge": bridge.name, "data_end": f"{HOST}:{bridge.name}"}
        return element(
            "g",
            box(rect),
            words(rect.centre, top, escape(first), class_="dn-name dn-center"),
            *(
                words(rect.centre, y, escape(t), class_="dn-center")
                for t, y in zip(rest, ys, strict=True)
            ),
            pill(rect.left + 0.08, rect.top, mark, at="left"),
            class_=classes(
                "dn-bridge",
                self._networks[bridge.name],
                f"dn-{mark}" if mark else "",
                lit=self._highlight.bridge(bridge),
            ),
            **place,
            **(
                {}
                if gone
                else reachable(f"bridge {', '.join((bridge.label, *bridge.lines))}", mark)
            ),
        )

    # The containers

    def _box(self, placed: PlacedBox) -> str:
        found, at = placed.box, self._layout.columns
        first = placed.first_line
        content = [
            box(placed.rect),
            words(at.name, first, escape(columns.name_text(found.name)), class_="dn-name"),
        ]
        if not found.rows:
            content.append(words(at.address, first, found.remark, class_="dn-prose"))
        guests = (self._guest(placed, name, y) for name, y in placed.guests)
        return self._whole(placed, content) + "".join(guests)

    def _whole(self, placed: PlacedBox, content: list[str]) -> str:
        found = placed.box
        what = "container" if found.running else "stopped container"
        numbers = f"{len(found.rows)} interface{'s' if len(found.rows) != 1 else ''} besides lo"
        return self._namespace(
            found.name,
            *content,
            self._pill_of(placed),
            lit=self._highlight.box(found),
            label=f"{what} {found.name}, {numbers if found.rows else found.remark}",
            kind="" if found.running else "dn-stopped",
        )

    def _pill_of(self, placed: PlacedBox) -> str:
        """Say at the corner of a box what its rows do not say."""
        found, mark = placed.box, self._mark_of(placed.box.name)
        if any(self._rows.mark(placed, row) == mark for row in placed.rows):
            mark = ""
        if not mark and not found.running and found.rows:
            mark = "stopped"
        return pill(placed.rect.left + 0.08, placed.rect.top, mark, at="left")

    def _guest(self, placed: PlacedBox, name: str, y: float) -> str:
        at = self._layout.columns
        line = Rect(
            placed.rect.left + 0.04,
            y - ROW / 2 + 0.03,
            placed.rect.right - 0.04,
            y + ROW / 2 - 0.03,
        )
        return self._namespace(
            name,
            box(line, class_="dn-plain"),
            words(at.name, y, escape(f"+ {columns.name_text(name)}"), class_="dn-name"),
            words(at.address, y, columns.GUEST_REMARK, class_="dn-prose"),
            lit=self._highlight.box(placed.box),
            label=f"container {name}, shares the namespace of {placed.box.name}",
            owner=placed.box.name,
        )

    def _namespace(
        self, name: str, *content: str, lit: bool, label: str, kind: str = "", owner: str = ""
    ) -> str:
        """Draw a container: a box that can be reached, and opened."""
        mark = self._mark_of(name)
        gone = mark == "gone"
        place = {} if gone else {"data_namespace": name, "data_box": owner or name}
        return element(
            "g",
            *content,
            class_=classes("dn-namespace", kind, f"dn-{mark}" if mark else "", lit=lit),
            **place,
            **({} if gone else reachable(label, mark)),
        )

    def _mark_of(self, name: str) -> str:
        marks = self._marks
        return mark_of(new=name in marks.new.containers, gone=name in marks.gone.containers)
