"""``wc``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import (
    Finished,
    is_directory,
    is_stdin,
    options,
    read_whole,
    shown,
)
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.streams import Input
from dockernet_lessons.embedded.userland.system import System

_LONG = {"bytes": "c", "chars": "m", "lines": "l", "max-line-length": "L", "words": "w"}
_ORDER = "lwmcL"
_PIPE_WIDTH = 7
"""Characters of a count when a size is not known beforehand."""


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``wc``."""
    try:
        parsed = options(system, argv, "clLmw", _LONG, "[OPTION]... [FILE]...")
    except Finished as finished:
        return finished.code
    chosen = [letter for letter in _ORDER if letter in parsed] or ["l", "w", "c"]
    width = _width(system, parsed.words, len(chosen))
    totals = [0] * len(chosen)
    code = 0
    for name in parsed.words or ["-"]:
        try:
            counts = _counts((yield from read_whole(system, name)), chosen)
        except FileError as error:
            system.err(f"wc: {shown(name)}: {error}\n")
            code = 1
            if str(error) != "Is a directory":
                continue
            counts = [0] * len(chosen)
        totals = _totals(totals, counts, chosen)
        system.out(_row(counts, width, name if parsed.words else ""))
    if len(parsed.words) > 1:
        system.out(_row(totals, width, "total"))
    return code


def _width(system: System, names: list[str], columns: int) -> int:
    """Give the counts' width: digits of all sizes together; a pipe or directory takes seven."""
    if len(names) <= 1 and columns == 1:
        return 1
    total, least = 0, 1
    for name in names or ["-"]:
        if name == "-" or is_stdin(name):
            known = isinstance(system.stdin, Input) and system.stdin.size
            least = least if known else _PIPE_WIDTH
            total += system.stdin.size if isinstance(system.stdin, Input) else 0
        elif is_directory(system, name):
            least = _PIPE_WIDTH
        else:
            total += _size(system, name)
    return max(least, len(str(total)))


def _size(system: System, name: str) -> int:
    try:
        return system.files.find(name, system.process.workdir).length
    except FileError:
        return 0


def _counts(data: bytes, chosen: list[str]) -> list[int]:
    text = data.decode(errors="replace")
    counts = {
        "l": data.count(b"\n"),
        "w": len(data.split()),
        "m": len(data),  # the image has no locales: a character is a byte
        "c": len(data),
        "L": max((len(line.expandtabs(8)) for line in text.split("\n")), default=0),
    }
    return [counts[letter] for letter in chosen]


def _totals(totals: list[int], counts: list[int], chosen: list[str]) -> list[int]:
    rows = zip(totals, counts, chosen, strict=True)
    return [max(total, count) if letter == "L" else total + count for total, count, letter in rows]


def _row(numbers: list[int], width: int, name: str) -> str:
    row = " ".join(f"{number:{width}}" for number in numbers)
    return f"{row} {name}\n" if name else f"{row}\n"
