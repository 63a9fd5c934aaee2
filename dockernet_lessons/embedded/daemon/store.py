"""The containers of the engine, by id, by name and by the first digits of their ids."""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon.names import Names
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.container import Container


class Containers:
    """All containers, in the order in which they were made.

    Parameters
    ----------
    source
        Where made-up names come from.
    """

    def __init__(self, source: random.Random) -> None:
        self.names = Names(source)
        self._by_id: dict[str, Container] = {}
        self._sorted: list[str] = []

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Container]:
        return iter(self._by_id.values())

    @property
    def by_id(self) -> dict[str, Container]:
        """Id -> container."""
        return self._by_id

    def find(self, text: str) -> Container:
        """Find a container by id, name or the first digits of its id.

        Raises
        ------
        DockerError
            404: no such container; 400: several ids begin so.
        """
        found = self._by_id.get(text) or self._named(text)
        if found is not None:
            return found
        return self._by_prefix(text)

    def _named(self, text: str) -> Container | None:
        owner = self.names.owner(text.removeprefix("/"))
        return None if owner is None else self._by_id.get(owner)

    def _by_prefix(self, text: str) -> Container:
        first = bisect.bisect_left(self._sorted, text)
        matches = [i for i in self._sorted[first : first + 2] if text and i.startswith(text)]
        if len(matches) > 1:
            raise DockerError(400, f"Multiple IDs found with provided prefix: {text}")
        if not matches:
            raise DockerError(404, f"No such container: {text}")
        return self._by_id[matches[0]]

    def add(self, container: Container) -> None:
        """Take a container in; its name is reserved already."""
        self._by_id[container.id] = container
        bisect.insort(self._sorted, container.id)

    def remove(self, container: Container) -> None:
        """Let go of a container and its name."""
        del self._by_id[container.id]
        del self._sorted[bisect.bisect_left(self._sorted, container.id)]
        self.names.release(container.name)
