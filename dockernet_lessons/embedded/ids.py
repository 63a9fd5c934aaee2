"""Identifiers as Docker makes them, from a seeded source."""

from __future__ import annotations

import random


class Ids:
    """Makes identifiers; the same seed makes the same ones.

    Parameters
    ----------
    source
        Where the digits come from.
    """

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def new(self) -> str:
        """Give 64 hex digits: the id of a container, network, image, exec, endpoint, sandbox.

        The first twelve, the short id, are never all decimal: Docker draws again then, so that a
        short id is not mistaken for a number (moby, pkg/stringid).
        """
        while True:
            digits = self.hex(64)
            if not digits[:12].isdecimal():
                return digits

    def hex(self, length: int) -> str:
        """Give so many hex digits."""
        return f"{self._source.getrandbits(4 * length):0{length}x}"
