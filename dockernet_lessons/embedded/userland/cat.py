"""``cat``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

from collections.abc import Iterator

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import Finished, is_stdin, options, shown
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "show-all": "A", "number-nonblank": "b", "show-ends": "E", "number": "n",
    "squeeze-blank": "s", "show-tabs": "T", "show-nonprinting": "v",
}  # fmt: skip
_MEANS = {"A": "vET", "e": "vE", "t": "vT"}


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``cat``."""
    try:
        parsed = options(system, argv, "AbeEnstTuv", _LONG, "[OPTION]... [FILE]...")
    except Finished as finished:
        return finished.code
    letters = set("".join(_MEANS.get(letter, letter) for letter in parsed.options))
    writer = _Writer(letters)
    code = 0
    for name in parsed.words or ["-"]:
        if name == "-" or is_stdin(name):
            while data := (yield from system.stdin.read()):
                system.out(writer.written(data))
                yield from system.drained(system.process.stdout)
            continue
        try:
            data = system.files.read(name, system.process.workdir)
        except FileError as error:
            system.err(f"cat: {shown(name)}: {error}\n")
            code = 1
        else:
            system.out(writer.written(data))
            yield from system.drained(system.process.stdout)
    return code


class _Writer:
    """Numbers lines and shows what cannot be seen; it remembers lines from file to file."""

    def __init__(self, letters: set[str]) -> None:
        self._letters = letters & set("bEnsTv")
        self._number = 0
        self._at_start = True
        self._blank = False

    def written(self, data: bytes) -> bytes:
        """Give what is printed for the next bytes."""
        return b"".join(self._lines(data)) if self._letters else data

    def _lines(self, data: bytes) -> Iterator[bytes]:
        for line in _split(data):
            empty = line == b"\n" and self._at_start
            if empty and self._blank and "s" in self._letters:
                continue
            if self._at_start and (("b" in self._letters and not empty) or self._numbers_all):
                self._number += 1
                yield b"%6d\t" % self._number
            self._blank = empty
            self._at_start = line.endswith(b"\n")
            yield self._shown(line)

    @property
    def _numbers_all(self) -> bool:
        return "n" in self._letters and "b" not in self._letters

    def _shown(self, line: bytes) -> bytes:
        body = line.removesuffix(b"\n")
        if "v" in self._letters:
            body = b"".join(_visible(byte) for byte in body)
        if "T" in self._letters:
            body = body.replace(b"\t", b"^I")
        if line.endswith(b"\n"):
            body += b"$\n" if "E" in self._letters else b"\n"
        return body


def _split(data: bytes) -> list[bytes]:
    """Split at newlines only."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _visible(byte: int) -> bytes:
    """Show a byte as ``^X`` or ``M-x``; a tab stays."""
    if byte >= 128:
        return b"M-" + _visible(byte - 128).replace(b"\t", b"^I")
    if byte == 9:
        return b"\t"
    if byte < 32:
        return b"^%c" % (byte + 64)
    return b"^?" if byte == 127 else bytes((byte,))
