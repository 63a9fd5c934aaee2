"""How ``ls`` shows what it found: long lines, columns, one a line."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.files import FileError, Node

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.options import Parsed

_KINDS = {"directory": "d", "link": "l", "device": "c"}
_NUMBERS = {"full": "1, 7", "null": "1, 3", "random": "1, 8", "tty": "5, 0", "urandom": "1, 9",
            "zero": "1, 5"}  # fmt: skip
_HALF_A_YEAR = 31_556_952 / 2
_SPECIAL = re.compile(r"[\s'\"\\$*?&;|<>()`!#\[\]{}]")
_BLOCK = 4096


@dataclass(frozen=True)
class Entry:
    """One file to show.

    Attributes
    ----------
    modified
        Virtual time, seconds since 1970 UTC.
    links
        Of a directory: its own name, ``.`` and one for each directory in it.
    now
        Virtual time: a date of the last half year is shown with the hour.
    """

    name: str
    node: Node
    modified: float
    links: int
    now: float

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory."""
        return self.node.kind == "directory"

    @property
    def blocks(self) -> int:
        """KiB it takes on the disk; links, devices and the kernel's files take none."""
        if self.node.kind not in ("file", "directory") or self.node.writer is not None:
            return 0
        if self.is_directory:
            return 4 if self.node.size == _BLOCK else 0
        return -(-self.size // _BLOCK) * 4

    @property
    def size(self) -> int:
        """Bytes it claims to have."""
        try:
            return self.node.length
        except FileError:
            return 0

    @property
    def number(self) -> int:
        """Inode number: made up, always the same for a name."""
        return 2_000_000 + zlib.crc32(self.name.encode()) % 500_000


def kib(size: int) -> str:
    """Write a size as ``ls -h`` does: rounded up, with a letter."""
    if size < 1024:
        return str(size)
    value, unit = float(size), ""
    for letter in "KMG":
        if value < 1024:
            break
        value, unit = value / 1024, letter
    tenths = -(-int(value * 10_000) // 1000)
    return f"{tenths / 10:.1f}{unit}" if tenths < 100 else f"{-(-int(value * 1000) // 1000)}{unit}"


class Layout:
    """Lays entries out as the options say.

    Parameters
    ----------
    options
        Of ls.
    columns
        Width of the terminal.
    terminal
        Whether output goes to one: then names stand in columns and odd ones in quotes.
    """

    def __init__(self, options: Parsed, columns: int, *, terminal: bool) -> None:
        self._options = options
        width = options.value("w")
        self._columns = int(width[:4]) if width.isdecimal() else columns
        self._terminal = terminal
        self.long = any(letter in options for letter in ("l", "n", "g", "o", "\0full"))
        last = next((letter for letter, _ in reversed(options.order) if letter in "1Cxm"), "")
        self._style = last or ("C" if terminal else "1")

    def text(self, entries: Sequence[Entry], others: Sequence[Entry] = ()) -> str:
        """Give the lines for some entries; `others` count for the columns' widths only."""
        if not entries:
            return ""
        if self.long:
            return self._long_lines(entries, others)
        width = max(len(str(entry.blocks)) for entry in entries)
        cells = [self._before(entry, width) + self._name(entry) for entry in entries]
        if self._style == "m":
            return ", ".join(cells) + "\n"
        if self._style in "Cx":
            return _in_columns(cells, self._columns, across=self._style == "x")
        return "".join(f"{cell}\n" for cell in cells)

    def _before(self, entry: Entry, width: int) -> str:
        number = f"{entry.number} " if "i" in self._options else ""
        return number + (f"{entry.blocks:>{width}} " if "s" in self._options else "")

    def _name(self, entry: Entry, *, mark_links: bool = True) -> str:
        name = entry.name
        if "Q" in self._options:
            name = f'"{name}"'
        elif self._terminal and "N" not in self._options and _SPECIAL.search(name):
            name = f'"{name}"' if "'" in name else f"'{name}'"
        return name + self._mark(entry, mark_links)

    def _mark(self, entry: Entry, mark_links: bool) -> str:
        if entry.is_directory and ("F" in self._options or "p" in self._options):
            return "/"
        if "F" not in self._options:
            return ""
        if entry.node.kind == "link":
            return "@" if mark_links else ""
        return "*" if entry.node.kind == "file" and entry.node.executable else ""

    def _long_lines(self, entries: Sequence[Entry], others: Sequence[Entry]) -> str:
        rows = [self._row(entry) for entry in entries]
        everything = [*rows, *(self._row(entry) for entry in others)]
        widths = [max(len(row[n]) for row in everything) for n in range(len(rows[0]) - 1)]
        block_width = max(len(str(entry.blocks)) for entry in entries)
        lines = []
        for entry, row in zip(entries, rows, strict=True):
            cells = [
                f"{cell:>{width}}" if n in (1, len(row) - 3) else f"{cell:<{width}}"
                for n, (cell, width) in enumerate(zip(row, widths, strict=False))
            ]
            lines.append(self._before(entry, block_width) + " ".join([*cells, row[-1]]) + "\n")
        return "".join(lines)

    def _row(self, entry: Entry) -> list[str]:
        user = "0" if "n" in self._options else "root"
        owners = [] if "g" in self._options else [user]
        owners += [] if "o" in self._options or "G" in self._options else [user]
        links = str(entry.links) if entry.is_directory else "1"
        name = self._name(entry, mark_links=False)
        if entry.node.kind == "link":
            name += f" -> {entry.node.target}"
        return [_letters(entry.node), links, *owners, self._size(entry), self._date(entry), name]

    def _size(self, entry: Entry) -> str:
        if entry.node.kind == "device":
            return _NUMBERS.get(entry.name.rpartition("/")[2], "1, 3")
        return kib(entry.size) if "h" in self._options else str(entry.size)

    def _date(self, entry: Entry) -> str:
        moment = time.gmtime(entry.modified)
        if "\0full" in self._options:
            return time.strftime("%Y-%m-%d %H:%M:%S.000000000 +0000", moment)
        recent = entry.now - _HALF_A_YEAR < entry.modified <= entry.now
        return time.strftime("%b %e %H:%M" if recent else "%b %e  %Y", moment)


def _letters(node: Node) -> str:
    """Write the mode as ``drwxr-xr-x``."""
    letters = "".join(
        letter if node.mode & (0o400 >> bit) else "-" for bit, letter in enumerate("rwxrwxrwx")
    )
    if node.mode & 0o1000:
        letters = letters[:-1] + "t"
    return _KINDS.get(node.kind, "-") + letters


def _in_columns(cells: list[str], width: int, *, across: bool) -> str:
    """Lay cells out in as few rows as fit, two spaces apart."""
    for rows in range(1, len(cells) + 1):
        columns = -(-len(cells) // rows)
        if across:
            lines = [cells[start : start + columns] for start in range(0, len(cells), columns)]
        else:
            lines = [cells[row::rows] for row in range(rows)]
        widths = [
            max(len(line[n]) for line in lines if n < len(line)) + 2
            for n in range(max(len(line) for line in lines))
        ]
        if sum(widths) - 2 <= width - 1 or rows == len(cells):
            break
    return "".join(
        "".join(f"{cell:<{w}}" for cell, w in zip(line[:-1], widths, strict=False))
        + line[-1]
        + "\n"
        for line in lines
    )
