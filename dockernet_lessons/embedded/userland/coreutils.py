"""cat, echo, head, sleep and wc, as GNU coreutils 9.1 has them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.options import UsageError, parse
from dockernet_lessons.embedded.userland.system import System

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_ESCAPES = {
    "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\",
}  # fmt: skip


def usage(system: System, name: str, error: object) -> int:
    """Print a coreutils program's complaint about its options; give its exit code."""
    system.err(f"{name}: {error}\nTry '{name} --help' for more information.\n")
    return 1


def cat(system: System, argv: list[str]) -> Steps[int]:
    """Run ``cat``."""
    try:
        parsed = parse(argv[1:], "nAETsuv", {"number": "n", "show-all": "A", "show-ends": "E"})
    except UsageError as error:
        return usage(system, "cat", error)
    code, number = 0, 0
    for name in parsed.words or ["-"]:
        while (data := (yield from _piece(system, "cat", name))) is not None:
            for line in data.splitlines(keepends=True) if parsed.options else [data]:
                number += 1
                system.out(_numbered(line, number, parsed.options))
            if name != "-" or not data:
                break
        else:
            code = 1
    return code


def _numbered(line: bytes, number: int, options: dict[str, str | None]) -> bytes:
    if "A" in options or "T" in options:
        line = line.replace(b"\t", b"^I")
    if ("A" in options or "E" in options) and line.endswith(b"\n"):
        line = line[:-1] + b"$\n"
    return b"%6d\t%b" % (number, line) if "n" in options else line


def _piece(system: System, program: str, name: str) -> Steps[bytes | None]:
    """Read a file, or what standard input has now; None, after a complaint, if it cannot be."""
    if name == "-":
        return (yield from system.stdin.read())
    try:
        return system.files.read(name, system.process.workdir)
    except FileError as error:
        text = "Is a directory" if str(error) == "Is a directory" else str(error)
        system.err(f"{program}: {_opened(program, name)}{text}\n")
        return None


def _opened(program: str, name: str) -> str:
    if program == "head":
        return f"cannot open '{name}' for reading: "
    return f"{name}: "


def read_whole(system: System, program: str, name: str) -> Steps[bytes | None]:
    """Read a file, or standard input to its end; None, after a complaint, if it cannot be."""
    if name != "-":
        return (yield from _piece(system, program, name))
    whole = b""
    while data := (yield from system.stdin.read()):
        whole += data
    return whole


def echo(system: System, argv: list[str]) -> Steps[int]:
    """Run ``echo``."""
    system.out(echoed(argv[1:]))
    return 0
    yield  # a program is a generator, also one that never waits


def echoed(words: list[str], *, escapes: bool = False) -> str:
    """Give what ``echo`` prints; `escapes`: understand backslashes without ``-e``, as dash does."""
    newline = True
    while words and re.fullmatch(r"-[neE]+", words[0]) and not (escapes and words[0] != "-n"):
        newline = newline and "n" not in words[0]
        escapes = "e" in words[0] or (escapes and "E" not in words[0])
        words = words[1:]
    text = " ".join(words)
    if escapes:
        text, stopped = unescaped(text)
        newline = newline and not stopped
    return text + "\n" * newline


def unescaped(text: str) -> tuple[str, bool]:
    r"""Replace backslash escapes; also tell whether ``\c`` said to stop there."""
    text, stop, _ = text.partition("\\c")

    def replace(found: re.Match[str]) -> str:
        if found[1].startswith("0"):
            return chr(int(found[1][1:] or "0", 8) & 255)
        return _ESCAPES.get(found[1], found[0])

    return re.sub(r"\\(0[0-7]{0,3}|.)", replace, text, flags=re.DOTALL), bool(stop)


def head(system: System, argv: list[str]) -> Steps[int]:
    """Run ``head``."""
    words = [f"-n{word[1:]}" if re.fullmatch(r"-\d+", word) else word for word in argv[1:]]
    try:
        parsed = parse(words, "n:c:qv", {"lines=": "n", "bytes=": "c", "quiet": "q"})
    except UsageError as error:
        return usage(system, "head", error)
    unit = "c" if "c" in parsed else "n"
    count = parsed.value(unit, "10")
    if not re.fullmatch(r"-?\d+", count):
        kind = "bytes" if unit == "c" else "lines"
        system.err(f"head: invalid number of {kind}: '{count}'\n")
        return 1
    code = 0
    for number, name in enumerate(parsed.words or ["-"]):
        if name == "-" and unit == "n" and not count.startswith("-"):
            yield from _head_of_stdin(system, int(count))
            continue
        data = yield from read_whole(system, "head", name)
        if data is None:
            code = 1
            continue
        if ("v" in parsed or len(parsed.words) > 1) and "q" not in parsed:
            system.out(f"{chr(10) * (number > 0)}==> {name} <==\n")
        system.out(_first(data, unit, int(count)))
    return code


def _head_of_stdin(system: System, count: int) -> Steps[None]:
    for _ in range(count):
        line = yield from system.stdin.read_line()
        if not line:
            return
        system.out(line)


def _first(data: bytes, unit: str, count: int) -> bytes:
    if unit == "c":
        return data[:count]
    return b"".join(data.splitlines(keepends=True)[:count])


def sleep(system: System, argv: list[str]) -> Steps[int]:
    """Run ``sleep``."""
    if len(argv) < 2:
        return usage(system, "sleep", "missing operand")
    seconds = 0.0
    for word in argv[1:]:
        interval = interval_of(word)
        if interval is None:
            return usage(system, "sleep", f"invalid time interval '{word}'")
        seconds += interval
    if math.isinf(seconds):
        while True:
            yield from system.wait(None)
    yield from system.sleep(seconds)
    return 0


def interval_of(word: str) -> float | None:
    """Read ``1.5``, ``2m`` or ``infinity`` as seconds; None if it is none of these."""
    found = re.fullmatch(r"(\d*\.?\d+|\d+\.|inf(?:inity)?)([smhd]?)", word, re.IGNORECASE)
    return float(found[1]) * _UNITS[found[2].lower()] if found else None


def wc(system: System, argv: list[str]) -> Steps[int]:
    """Run ``wc``."""
    try:
        parsed = parse(argv[1:], "lwcmL", {"lines": "l", "words": "w", "bytes": "c", "chars": "m"})
    except UsageError as error:
        return usage(system, "wc", error)
    chosen = [letter for letter in "lwmc" if letter in parsed] or ["l", "w", "c"]
    rows: list[tuple[list[int], str]] = []
    code = 0
    for name in parsed.words or ["-"]:
        data = yield from read_whole(system, "wc", name)
        if data is None:
            code = 1
        else:
            rows.append((_counts(data, chosen), name if parsed.words else ""))
    if len(parsed.words) > 1:
        rows.append(([sum(column) for column in zip(*(r[0] for r in rows), strict=True)], "total"))
    system.out(_table(rows, from_stdin=not parsed.words))
    return code


def _counts(data: bytes, chosen: Iterable[str]) -> list[int]:
    text = data.decode(errors="replace")
    counts = {"l": data.count(b"\n"), "w": len(text.split()), "m": len(text), "c": len(data)}
    return [counts[letter] for letter in chosen]


def _table(rows: list[tuple[list[int], str]], *, from_stdin: bool) -> str:
    """Align the counts as wc does: one alone is not padded; of a pipe's, each takes seven."""
    if not rows:
        return ""
    several = len(rows[0][0]) > 1 or len(rows) > 1
    width = 7 if from_stdin and several else max(len(str(n)) for r in rows for n in r[0])
    width = width if several else 0
    lines = (" ".join(f"{n:{width}}" for n in numbers) + f" {name}" for numbers, name in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)
