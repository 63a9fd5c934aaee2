"""Compute the vertical lines of the wiring diagram from the lengths of its texts, in inches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.plots import theme
from dockernet_lessons.plots.arrange import Arrangement, Box, Bridge, Row

PAD = 0.1
MARGIN = 0.12
LONGEST_NAME = 18
_LONGEST_LINE = 22  # "12345: br-53d80b452f72"
MOST_EXITS = 4
CONTAINERS_HEADING = "one network namespace each"
NO_CONTAINERS = "no containers yet"
HOST_TITLE = "the host's network namespace"
HIDDEN = "hidden by this engine"
GUEST_REMARK = "shares this namespace"
HOST_GUEST_REMARK = "shares the host's namespace"
_PAIR_LENGTH = 0.85
_FAN = 0.5
_EXIT_GAP = 0.42

Span = tuple[float, float]


@dataclass(frozen=True)
class Columns:
    """Left and right edges, from left to right.

    Attributes
    ----------
    name, address
        Where the texts in a container's box begin.
    inside, outside
        The two ends of the pairs.
    bridge, exit
        The bridges, and the host's way out.
    host_guest
        Width of the boxes of containers in the host's namespace.
    """

    box: Span
    name: float
    address: float
    inside: Span
    host: Span
    outside: Span
    bridge: Span
    exit: Span
    host_guest: float

    @property
    def width(self) -> float:
        """Width of the whole picture."""
        return self.host[1] + MARGIN


def columns_of(arrangement: Arrangement) -> Columns:
    """Make every column as wide as its longest text.

    Parameters
    ----------
    arrangement
        What is in the picture.
    """
    rows = [row for box in arrangement.boxes for row in box.rows]
    name = MARGIN + PAD
    address = name + _width(_names(arrangement.boxes)) + 1.5 * PAD
    inside = _after(address, _inside_texts(rows), arrangement.boxes)
    box = (MARGIN, inside[1] + PAD)
    host_left = box[1] + _PAIR_LENGTH
    outside = _node(host_left + PAD, [outside_text(row) for row in rows if row.pair])
    bridge = _node(outside[1] + _FAN, bridge_texts(arrangement.bridges))
    way_out = _exit_column(bridge[1], exit_texts(arrangement.exits))
    guest = _width(_host_guests(arrangement)) + 2 * PAD
    needed = max(way_out[1] - host_left, guest + PAD, _title_width(arrangement))
    host = (host_left, host_left + needed + PAD)
    return Columns(box, name, address, inside, host, outside, bridge, way_out, guest)


def address_text(row: Row) -> str:
    """Give an interface's first address."""
    return str(row.interface.address or "")


def outside_text(row: Row) -> str:
    """Give the host's end of a pair; where it is hidden, its number is known all the same."""
    if row.pair is not None and row.pair.outside is not None:
        return row.pair.outside.label
    return f"{row.interface.peer_ifindex or '?'}: hidden"


def bridge_texts(bridges: Iterable[Bridge]) -> list[str]:
    """Give all lines of some bridges, shortened."""
    return [
        theme.shorten(line, _LONGEST_LINE)
        for bridge in bridges
        for line in (bridge.label, *bridge.lines)
    ]


def exit_texts(exits: Iterable[Interface]) -> list[str]:
    """Give the lines of the host's way out: an interface and its address, a few times."""
    found = list(exits)
    lines = [text for i in found[:MOST_EXITS] for text in (i.label, str(i.address))]
    return lines + ([f"+ {len(found) - MOST_EXITS} more"] if len(found) > MOST_EXITS else [])


def name_text(name: str) -> str:
    """Give a container's name, shortened."""
    return theme.shorten(name, LONGEST_NAME)


def _names(boxes: Iterable[Box]) -> list[str]:
    names = [name_text(box.name) for box in boxes]
    return names + [f"+ {name_text(guest)}" for box in boxes for guest in box.guests]


def _inside_texts(rows: Iterable[Row]) -> tuple[list[str], list[str]]:
    return [address_text(row) for row in rows], [row.interface.label for row in rows]


def _after(address: float, texts: tuple[list[str], list[str]], boxes: Iterable[Box]) -> Span:
    """Place the ends in the containers so that addresses and remarks fit before and below them."""
    addresses, labels = texts
    left = address + _width(addresses) + 1.5 * PAD
    remarks = [box.remark for box in boxes if not box.rows]
    remarks += [GUEST_REMARK for box in boxes if box.guests]
    heading = MARGIN + _width([CONTAINERS_HEADING])
    right = max(left + _width(labels) + PAD, address + _width(remarks), heading)
    return right - _width(labels) - PAD, right


def _node(left: float, texts: Iterable[str]) -> Span:
    return left, left + _width(texts) + 2 * PAD


def _exit_column(left: float, texts: list[str]) -> Span:
    return _node(left + _EXIT_GAP, texts) if texts else (left, left)


def _host_guests(arrangement: Arrangement) -> list[str]:
    return [f"{name_text(name)} {HOST_GUEST_REMARK}" for name in arrangement.host_guests]


def _title_width(arrangement: Arrangement) -> float:
    title = f"{HOST_TITLE}: {HIDDEN}" if arrangement.host_hidden else HOST_TITLE
    return _width([title], theme.TITLE_PT) + 2 * PAD


def _width(texts: Iterable[str], points: float = theme.TEXT_PT) -> float:
    return theme.code_width(max(map(len, texts), default=0), points)
