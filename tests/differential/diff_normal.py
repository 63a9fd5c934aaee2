"""Take out of a text what differs from run to run: ids, MAC addresses, times, tags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from diff_chance import without_order


@dataclass(frozen=True)
class Tag:
    """What tells the names and addresses of one run from those of others on the same engine.

    Attributes
    ----------
    word
        Behind every name, after a dash. Names keep their alphabetical order.
    octet
        Second number of every address that a run chooses.
    """

    word: str
    octet: int

    def write(self, text: str) -> str:
        """Put the tag where a step has ``~``."""
        return text.replace("10.~", f"10.{self.octet}").replace("~", f"-{self.word}")

    def erase(self, text: str) -> str:
        """Take the tag out again."""
        return text.replace(f"-{self.word}", "").replace(f"10.{self.octet}.", "10.~.")


_PATTERNS = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "SHORT"),
    (re.compile(r"\bveth[0-9a-f]{7}\b"), "vethX"),
    (re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b"), "MAC"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"), "TIME"),
)

_BY_CHANCE = (
    # A start of Engine 28 joins the networks in the order of a Go map, so that of two mistakes
    # either may be the first.
    (
        re.compile(
            r"(?<=container networking: )could not find a network matching network mode [^:]*: "
        ),
        "",
    ),
    # Which address a container has on the default bridge depends on its neighbors there.
    (re.compile(r"(failed to bind host port for [\d.]+:\d+:)[\d.]+"), r"\1ADDRESS"),
)


def normal(text: str, tag: Tag, ids: Mapping[str, str]) -> str:
    """Replace the tag and everything random.

    Parameters
    ----------
    text
        What an engine said.
    tag
        The run's tag.
    ids
        Full id -> the name of what has it.
    """
    for full, name in ids.items():
        text = text.replace(full, f"ID({name})").replace(full[:12], f"SHORT({name})")
    for pattern, word in (*_PATTERNS, *_BY_CHANCE):
        text = pattern.sub(word, text)
    return without_order(tag.erase(text))
