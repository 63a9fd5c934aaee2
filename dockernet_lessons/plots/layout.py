"""Compute where everything of the wiring diagram goes, in inches from the top left corner.

Every interface of a container has a line of its own across the picture: its end in the container,
the veth pair, the end on the host. So pairs never overlap, however many there are. A bridge stands
beside the longest unbroken run of its ports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from dockernet_lessons.plots.arrange import Arrangement, Box, Bridge, Row
from dockernet_lessons.plots.columns import MARGIN, PAD, Columns, columns_of, exit_texts

LINE = 0.175  # from one line of text to the next
ROW = 0.31
PORT_HEIGHT = 0.22
_BOX_GAP = 0.09
_BRIDGE_GAP = 0.2
_TOP = 1.02  # room for the titles


@dataclass(frozen=True)
class Rect:
    """A rectangle; y grows downward, so `top` is less than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """The y of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """The x of its middle."""
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class PlacedRow:
    """An interface at its y; `joint` is the y where its line meets its bridge, if it has one."""

    row: Row
    y: float
    joint: float | None


@dataclass(frozen=True)
class PlacedBox:
    """A container's box, its interfaces, and its guests' names with their y."""

    box: Box
    rect: Rect
    rows: tuple[PlacedRow, ...]
    guests: tuple[tuple[str, float], ...]

    @property
    def first_line(self) -> float:
        """The y of the container's name."""
        return self.rect.top + ROW / 2


@dataclass(frozen=True)
class Layout:
    """The whole picture.

    Attributes
    ----------
    height
        Of the picture; its width is ``columns.width``.
    host
        The host's box.
    host_guests
        Names of the containers in the host's namespace, with their boxes.
    exit
        The node of the host's own interfaces; None if there are none.
    """

    columns: Columns
    height: float
    host: Rect
    boxes: tuple[PlacedBox, ...]
    bridges: tuple[tuple[Bridge, Rect], ...]
    host_guests: tuple[tuple[str, Rect], ...]
    exit: Rect | None

    @property
    def has_pairs(self) -> bool:
        """Whether there is any veth pair to draw."""
        return any(row.row.pair for box in self.boxes for row in box.rows)


@dataclass(frozen=True)
class _Slot:
    """One line of a container's box."""

    first: bool
    bridge: str | None


def lay_out(arrangement: Arrangement) -> Layout:
    """Give everything its place.

    Parameters
    ----------
    arrangement
        What is in the picture, in order.
    """
    columns = columns_of(arrangement)
    slots = [slot for box in arrangement.boxes for slot in _slots(box)]
    bands = _bands(slots)
    ys = _slot_ys(slots, bands, {b.name: bridge_height(b) for b in arrangement.bridges})
    rects = _bridge_rects(arrangement.bridges, bands, ys, columns)
    boxes = _placed_boxes(arrangement.boxes, ys, rects, columns)
    way_out = _exit_rect(arrangement, rects.values(), columns)
    placed = [*rects.values(), *(box.rect for box in boxes), *([way_out] if way_out else [])]
    deepest = max((rect.bottom for rect in placed), default=_TOP + ROW)
    guests = _host_guests(arrangement.host_guests, deepest + _BRIDGE_GAP, columns)
    bottom = max([deepest, *(rect.bottom for _, rect in guests)]) + PAD
    return Layout(
        columns=columns,
        height=bottom + MARGIN,
        host=Rect(columns.host[0], MARGIN, columns.host[1], bottom),
        boxes=tuple(boxes),
        bridges=tuple((bridge, rects[bridge.name]) for bridge in arrangement.bridges),
        host_guests=guests,
        exit=way_out,
    )


def bridge_height(bridge: Bridge) -> float:
    """Give the least height that a bridge's text needs."""
    return (1 + len(bridge.lines)) * LINE + 1.5 * PAD


def _slots(box: Box) -> list[_Slot]:
    """List the lines of a box: its interfaces or what it says instead, then its guests.

    A guest's line counts as the last port's, so that it stays close to it.
    """
    bridges = [row.bridge for row in box.rows] or [None]
    lines = [*bridges, *(bridges[-1] for _ in box.guests)]
    return [_Slot(number == 0, bridge) for number, bridge in enumerate(lines)]


def _bands(slots: Sequence[_Slot]) -> dict[str, tuple[int, int]]:
    """Find each bridge's longest run of ports, as its first and last slot.

    Lines without a port do not end a run, so the runs of two bridges still have no line in common.
    """
    ports = [(number, slot.bridge) for number, slot in enumerate(slots) if slot.bridge]
    bands: dict[str, list[int]] = {}
    for bridge, run in groupby(ports, key=lambda port: port[1]):
        numbers = [number for number, _ in run]
        bands[bridge] = max(bands.get(bridge, []), numbers, key=len)
    return {bridge: (numbers[0], numbers[-1]) for bridge, numbers in bands.items()}


def _slot_ys(
    slots: Sequence[_Slot], bands: Mapping[str, tuple[int, int]], least: Mapping[str, float]
) -> list[float]:
    """Stack the lines, with as much room about a bridge's ports as the bridge's text needs."""
    slack = {name: max(0, least[name] - _run(slots, *band)) / 2 for name, band in bands.items()}
    starts = {first: slack[name] for name, (first, _) in bands.items()}
    ends = {last: slack[name] for name, (_, last) in bands.items()}
    ys: list[float] = []
    y, end_of_bridge = _TOP, _TOP - _BRIDGE_GAP
    for number, slot in enumerate(slots):
        y += _BOX_GAP if slot.first and number else 0
        if number in starts:
            y = max(y, end_of_bridge + _BRIDGE_GAP) + starts[number]
        ys.append(y + ROW / 2)
        y += ROW
        if number in ends:
            y = end_of_bridge = y + ends[number]
    return ys


def _run(slots: Sequence[_Slot], first: int, last: int) -> float:
    """Give the height of some neighbouring lines."""
    gaps = sum(slot.first for slot in slots[first + 1 : last + 1])
    return (last - first + 1) * ROW + gaps * _BOX_GAP


def _bridge_rects(
    bridges: Iterable[Bridge],
    bands: Mapping[str, tuple[int, int]],
    ys: Sequence[float],
    columns: Columns,
) -> dict[str, Rect]:
    """Put each bridge beside its ports, and those without ports below."""
    rects: dict[str, Rect] = {}
    for bridge in bridges:
        height = bridge_height(bridge)
        top = max((r.bottom for r in rects.values()), default=_TOP - _BRIDGE_GAP) + _BRIDGE_GAP
        if bridge.name in bands:
            first, last = (ys[number] for number in bands[bridge.name])
            height = max(last - first + ROW, height)
            top = (first + last - height) / 2
        rects[bridge.name] = Rect(columns.bridge[0], top, columns.bridge[1], top + height)
    return rects


def _placed_boxes(
    boxes: Iterable[Box], ys: Sequence[float], bridges: Mapping[str, Rect], columns: Columns
) -> list[PlacedBox]:
    placed, first = [], 0
    for box in boxes:
        own = ys[first : first + len(_slots(box))]
        first += len(own)
        rect = Rect(columns.box[0], own[0] - ROW / 2, columns.box[1], own[-1] + ROW / 2)
        rows = tuple(_placed_row(row, y, bridges) for row, y in zip(box.rows, own, strict=False))
        guests = own[len(own) - len(box.guests) :]
        placed.append(PlacedBox(box, rect, rows, tuple(zip(box.guests, guests, strict=True))))
    return placed


def _placed_row(row: Row, y: float, bridges: Mapping[str, Rect]) -> PlacedRow:
    """Let a port's line end at its own y if the bridge reaches there, else at its nearest end."""
    bridge = bridges.get(row.bridge or "")
    joint = min(max(y, bridge.top + PAD), bridge.bottom - PAD) if bridge else None
    return PlacedRow(row, y, joint)


def _exit_rect(arrangement: Arrangement, bridges: Iterable[Rect], columns: Columns) -> Rect | None:
    lines = len(exit_texts(arrangement.exits))
    if not lines:
        return None
    height = lines * LINE + 1.5 * PAD
    middles = [rect.middle for rect in bridges] or [_TOP + height / 2]
    top = max(_TOP, (min(middles) + max(middles) - height) / 2)
    return Rect(columns.exit[0], top, columns.exit[1], top + height)


def _host_guests(
    names: Iterable[str], top: float, columns: Columns
) -> tuple[tuple[str, Rect], ...]:
    """Stack the boxes of the containers that run in the host's namespace."""
    left = columns.host[0] + PAD
    right = left + columns.host_guest
    tops = ((name, top + number * (ROW + _BOX_GAP)) for number, name in enumerate(names))
    return tuple((name, Rect(left, y, right, y + ROW)) for name, y in tops)
