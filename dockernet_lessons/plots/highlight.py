"""Which parts of a picture are stressed, and which fade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dockernet_lessons.errors import UnknownInterface
from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.plots.arrange import Arrangement, Box, Bridge, Row


class Highlight:
    """The names to stress. A stressed pair stresses its container and its bridge as well.

    Parameters
    ----------
    arrangement
        What is in the picture.
    names
        Containers, interfaces (``veth838e165``, ``ubuntu1:eth0``), bridges or networks; None or
        nothing to stress everything.

    Raises
    ------
    UnknownInterface
        A name is not in the picture.
    """

    def __init__(self, arrangement: Arrangement, names: str | Iterable[str] | None) -> None:
        self._names = {names} if isinstance(names, str) else set(names or ())
        self._lit = set(self._names)
        known = set(_known(arrangement))
        for name in sorted(self._names - known):
            raise UnknownInterface(name, where="this picture", known=known)
        for bridge in arrangement.bridges:
            if bridge.network in self._names:
                self._lit.add(bridge.name)
        self._lit_bridges = {
            row.bridge for box in arrangement.boxes for row in box.rows if self.row(box, row)
        }

    def row(self, box: Box, row: Row) -> bool:
        """Tell whether an interface and its pair are stressed."""
        return self._any(_row_names(box, row))

    def box(self, box: Box) -> bool:
        """Tell whether a container's box is stressed."""
        return self._any((box.name, *box.guests)) or any(self.row(box, row) for row in box.rows)

    def bridge(self, bridge: Bridge) -> bool:
        """Tell whether a bridge is stressed."""
        return bridge.name in self._lit_bridges or self._any([bridge.name])

    def name(self, name: str) -> bool:
        """Tell whether this very name is stressed."""
        return self._any([name])

    def exits(self, exits: Iterable[Interface]) -> bool:
        """Tell whether the host's way out is stressed."""
        return self._any(interface.name for interface in exits)

    def _any(self, names: Iterable[str | None]) -> bool:
        return not self._lit or any(name in self._lit for name in names)


def _row_names(box: Box, row: Row) -> Iterator[str | None]:
    yield from (box.name, *box.guests)
    yield f"{box.name}:{row.interface.name}"
    yield row.bridge
    if row.pair is not None and row.pair.outside is not None:
        yield row.pair.outside.name


def _known(arrangement: Arrangement) -> Iterator[str]:
    yield from arrangement.host_guests
    yield from (interface.name for interface in arrangement.exits)
    for bridge in arrangement.bridges:
        yield bridge.name
        if bridge.network is not None:
            yield bridge.network
    for box in arrangement.boxes:
        yield box.name
        for row in box.rows:
            yield from (name for name in _row_names(box, row) if name is not None)
        yield from box.guests
