"""``head``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import (
    Finished,
    count_of,
    is_directory,
    is_stdin,
    options,
    read_whole,
)
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "bytes=": "c", "lines=": "n", "quiet": "q", "silent": "q", "verbose": "v",
    "zero-terminated": "z",
}  # fmt: skip


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``head``."""
    obsolete = re.fullmatch(r"-(\d+)", argv[1]) if argv[1:] else None
    old_style = [argv[0], f"-n{obsolete[1]}", *argv[2:]] if obsolete else argv
    try:
        parsed = options(system, old_style, "c:n:qvz", _LONG, "[OPTION]... [FILE]...")
        unit, sign, count = _amount(system, parsed.order)
    except Finished as finished:
        return finished.code
    end = b"\0" if "z" in parsed else b"\n"
    names = parsed.words or ["-"]
    titled = ("v" in parsed or len(names) > 1) and "q" not in parsed
    head = _Head(system, unit, sign, count, end)
    code = 0
    for number, name in enumerate(names):
        problem = head.problem(name)
        if problem:
            system.err(f"head: {problem}\n")
            code = 1
            if "cannot open" in problem:
                continue
        if titled:
            title = "standard input" if name == "-" else name
            system.out(f"{chr(10) * (number > 0 and head.printed)}==> {title} <==\n")
        if not problem:
            head.printed = True
            yield from head.show(name)
    return code


def _amount(system: System, order: list[tuple[str, str | None]]) -> tuple[str, str, int]:
    """Read how much is wanted: lines or bytes, all but so many or so many."""
    unit, sign, count = "n", "", 10
    for letter, value in order:
        if letter not in "cn":
            continue
        amount = count_of(value or "")
        if amount is None:
            what = "lines" if letter == "n" else "bytes"
            system.err(f"head: invalid number of {what}: '{value}'\n")
            raise Finished(1)
        unit, (sign, count) = letter, amount
    return unit, sign, count


class _Head:
    """Prints the first part of files."""

    def __init__(self, system: System, unit: str, sign: str, count: int, end: bytes) -> None:
        self._system = system
        self._unit = unit
        self._sign = sign
        self._count = count
        self._end = end
        self.printed = False

    def problem(self, name: str) -> str:
        """Tell why a file cannot be read; empty if it can."""
        if name == "-" or is_stdin(name):
            return ""
        if is_directory(self._system, name):
            return f"error reading '{name}': Is a directory"
        try:
            self._system.files.find(name, self._system.process.workdir)
        except FileError as error:
            return f"cannot open '{name}' for reading: {error}"
        return ""

    def show(self, name: str) -> Steps[None]:
        """Print the first part of a file; of standard input no more than that is read."""
        stdin = name == "-" or is_stdin(name)
        if not stdin or self._sign == "-":
            data = yield from read_whole(self._system, name)
            self._system.out(self._first(data))
        elif self._unit == "c":
            yield from self._bytes()
        else:
            yield from self._lines()

    def _bytes(self) -> Steps[None]:
        left = self._count
        stdin = self._system.stdin
        while left > 0 and (data := (yield from _some(stdin.read(), left))):
            self._system.out(data)
            left -= len(data)

    def _lines(self) -> Steps[None]:
        for _ in range(self._count):
            line = yield from self._system.stdin.read_line()
            if not line:
                return
            self._system.out(line)

    def _first(self, data: bytes) -> bytes:
        if self._unit == "c":
            return data[: -self._count or None] if self._sign == "-" else data[: self._count]
        lines = data.split(self._end)
        pieces = [line + self._end for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
        wanted = pieces[: max(0, len(pieces) - self._count)] if self._sign == "-" else (
            pieces[: self._count])  # fmt: skip
        return b"".join(wanted)


def _some(reading: Steps[bytes], limit: int) -> Steps[bytes]:
    """Read at most so many bytes; head has no use for the rest."""
    data = yield from reading
    return data[:limit]
