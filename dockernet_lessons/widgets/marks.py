"""Compare two looks at a lab: what is new, what is gone, and one picture of both."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from dockernet_lessons.plots.arrange import Arrangement, Box, Bridge, Row

Item = TypeVar("Item")
RowKey = tuple[str, int, str, int | None]
_MOST_NAMED = 3


@dataclass(frozen=True)
class Change:
    """What is only in one of two looks.

    Attributes
    ----------
    containers, bridges
        Names.
    rows
        Keys of interfaces, as `row_key` gives them.
    """

    containers: frozenset[str] = frozenset()
    rows: frozenset[RowKey] = frozenset()
    bridges: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Marks:
    """What to mark in a picture of the later look."""

    new: Change = Change()
    gone: Change = Change()


def row_key(box: Box, row: Row) -> RowKey:
    """Tell an interface from others, one of the same name after a restart included.

    Since Docker Engine 28 a container's eth0 is number 2 each time; its peer's number differs.
    """
    return box.name, row.interface.ifindex, row.interface.name, row.interface.peer_ifindex


def compare(before: Arrangement, after: Arrangement) -> Marks:
    """Find what came and what went between two looks."""
    return Marks(new=_only_in(after, before), gone=_only_in(before, after))


def _only_in(one: Arrangement, other: Arrangement) -> Change:
    return Change(
        containers=frozenset(_containers(one)) - frozenset(_containers(other)),
        rows=frozenset(_rows(one)) - frozenset(_rows(other)),
        bridges=frozenset(b.name for b in one.bridges) - {b.name for b in other.bridges},
    )


def _containers(arrangement: Arrangement) -> Iterator[str]:
    yield from arrangement.host_guests
    for box in arrangement.boxes:
        yield from (box.name, *box.guests)


def _rows(arrangement: Arrangement) -> Iterator[RowKey]:
    return (row_key(box, row) for box in arrangement.boxes for row in box.rows)


def with_ghosts(before: Arrangement, after: Arrangement, gone: Change) -> Arrangement:
    """Put what is gone back into the later look, where it was."""
    earlier = {box.name: box for box in before.boxes}
    boxes = [_with_ghost_rows(box, earlier.get(box.name), gone) for box in after.boxes]
    lost = [box for box in before.boxes if box.name in gone.containers]
    bridges = [bridge for bridge in before.bridges if bridge.name in gone.bridges]
    return replace(
        after,
        boxes=tuple(_put_back(boxes, lost, before.boxes, _box_name)),
        bridges=tuple(_put_back(after.bridges, bridges, before.bridges, _bridge_name)),
    )


def _with_ghost_rows(box: Box, earlier: Box | None, gone: Change) -> Box:
    if earlier is None:
        return box
    lost = tuple(row for row in earlier.rows if row_key(earlier, row) in gone.rows)
    return replace(box, rows=box.rows + lost)


def _box_name(box: Box) -> Hashable:
    return box.name


def _bridge_name(bridge: Bridge) -> Hashable:
    return bridge.name


def _put_back(
    present: Iterable[Item],
    lost: Iterable[Item],
    order: Sequence[Item],
    name: Callable[[Item], Hashable],
) -> list[Item]:
    """Insert each lost item after the one that it used to follow."""
    found = list(present)
    before = {name(item): previous for previous, item in pairwise(order)}
    for item in lost:
        previous = before.get(name(item))
        names = [name(other) for other in found]
        there = previous is not None and name(previous) in names
        found.insert(names.index(name(previous)) + 1 if there and previous else 0, item)
    return found


def sentence(marks: Marks, picture: Arrangement) -> str:
    """Say what is new and what is gone, for a screen reader and for the line below the map.

    Parameters
    ----------
    marks
        What `compare` found.
    picture
        Of both looks, as `with_ghosts` gives it.
    """
    parts = [("new", marks.new), ("gone", marks.gone)]
    said = [(word, list(_named(change, picture))) for word, change in parts]
    return "; ".join(f"{word}: {_listed(names)}" for word, names in said if names)


def _named(change: Change, picture: Arrangement) -> Iterator[str]:
    told = set()
    for box in picture.boxes:
        for row in box.rows:
            if row_key(box, row) in change.rows:
                told.add(box.name)
                yield _row_text(box, row)
    yield from (f"container {name}" for name in sorted(change.containers - told))
    for bridge in picture.bridges:
        if bridge.name in change.bridges:
            yield f"bridge {bridge.name}"


def _row_text(box: Box, row: Row) -> str:
    inside = f"{box.name}:{row.interface.name}"
    if row.pair is None or row.pair.outside is None:
        return inside
    return f"{row.pair.outside.name} (peer of {inside})"


def _listed(names: list[str]) -> str:
    rest = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
