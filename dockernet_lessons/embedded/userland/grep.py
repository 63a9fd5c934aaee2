"""``grep``, as GNU grep 3.8 has it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import is_stdin, read_whole
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse
from dockernet_lessons.embedded.userland.regex import MAX_PATTERN, BadExpression, translated
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "after-context=": "A", "before-context=": "B", "byte-offset": "b", "color?": "\0color",
    "colour?": "\0color", "context=": "C", "count": "c", "extended-regexp": "E", "file=": "f",
    "files-with-matches": "l", "files-without-match": "L", "fixed-strings": "F", "help": "\0help",
    "ignore-case": "i", "invert-match": "v", "line-buffered": "\0buffered", "line-number": "n",
    "line-regexp": "x", "max-count=": "m", "no-filename": "h", "no-messages": "s",
    "only-matching": "o", "perl-regexp": "P", "quiet": "q", "recursive": "r", "regexp=": "e",
    "silent": "q", "text": "a", "version": "V", "with-filename": "H", "word-regexp": "w",
}  # fmt: skip
_LETTERS = "A:aB:bC:cEe:Ff:GHhiLlm:noPqRrsVvwxyz0123456789"
_SYNOPSIS = "Usage: grep [OPTION]... PATTERNS [FILE]...\n"
_USAGE = f"{_SYNOPSIS}Try 'grep --help' for more information.\n"
_STDIN = "(standard input)"
_COLOR = "\x1b[01;31m\x1b[K", "\x1b[m\x1b[K"
MAX_LINE = 20_000
"""Characters of a line that are searched."""

FOUND, NOT_FOUND, TROUBLE = 0, 1, 2


class _Trouble(Exception):
    """The program ends with a message."""


@dataclass(frozen=True)
class _Wanted:
    """What is searched for, and how it is shown."""

    expression: re.Pattern[str]
    options: Parsed
    before: int
    after: int
    most: int | None

    def fits(self, line: str) -> bool:
        """Tell whether a line is chosen."""
        return (self.expression.search(line[:MAX_LINE]) is not None) is not ("v" in self.options)


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``grep``."""
    try:
        parsed = parse(argv[1:], _LETTERS, _LONG)
    except UsageError as error:
        system.err(f"grep: {error}\n{_USAGE}")
        return TROUBLE
    if "V" in parsed or "\0help" in parsed:
        system.out("grep (GNU grep) 3.8\n" if "V" in parsed else _SYNOPSIS)
        return FOUND
    try:
        patterns, names = yield from _patterns(system, parsed)
        wanted = _wanted(parsed, patterns)
    except _Trouble as trouble:
        system.err(f"{trouble}\n" if str(trouble).startswith("Usage") else f"grep: {trouble}\n")
        return TROUBLE
    default = ["." if "r" in parsed or "R" in parsed else "-"]
    return (yield from _Search(system, wanted).run(names or default))


def _patterns(system: System, parsed: Parsed) -> Steps[tuple[list[str], list[str]]]:
    """Collect the patterns; what is left are the names of files."""
    patterns: list[str] = []
    for letter, value in parsed.order:
        if letter == "e":
            patterns.append(value or "")
        elif letter == "f":
            try:
                text = (yield from read_whole(system, value or "")).decode(errors="replace")
            except FileError as error:
                raise _Trouble(f"{value}: {error}") from error
            patterns += text.removesuffix("\n").split("\n")
    if any(letter in "ef" for letter, _ in parsed.order):
        return patterns, parsed.words
    if not parsed.words:
        raise _Trouble(_USAGE.rstrip())
    return [parsed.words[0]], parsed.words[1:]


def _wanted(parsed: Parsed, patterns: list[str]) -> _Wanted:
    context = _length(parsed, "C")
    digits = "".join(letter for letter, _ in parsed.order if letter.isdecimal())
    both = int(digits[:6]) if digits else context
    most = parsed.options.get("m")
    if most is not None and not re.fullmatch(r"-?\d{1,9}", most):
        raise _Trouble("invalid max count")
    return _Wanted(
        _compiled(patterns, parsed),
        parsed,
        _length(parsed, "B") or both,
        _length(parsed, "A") or both,
        None if most is None or most.startswith("-") else int(most),
    )


def _length(parsed: Parsed, letter: str) -> int:
    value = parsed.options.get(letter)
    if value is None:
        return 0
    if not re.fullmatch(r"\d{1,9}", value):
        raise _Trouble(f"{value}: invalid context length argument")
    return int(value)


def _compiled(patterns: list[str], parsed: Parsed) -> re.Pattern[str]:
    lines = "\n".join(patterns).split("\n")
    try:
        alternatives = [f"(?:{_one(line, parsed)})" for line in lines]
        whole = "|".join(alternatives)
        if len(whole) > MAX_PATTERN * 10:
            raise BadExpression("Regular expression too big")
        if "x" in parsed:
            whole = rf"^(?:{whole})$"
        elif "w" in parsed:
            whole = rf"(?<!\w)(?:{whole})(?!\w)"
        return re.compile(whole, re.IGNORECASE if "i" in parsed or "y" in parsed else 0)
    except BadExpression as error:
        raise _Trouble(str(error)) from error
    except (re.error, RecursionError, OverflowError) as error:
        raise _Trouble(_worded(str(error), perl="P" in parsed)) from error


def _one(line: str, parsed: Parsed) -> str:
    if "F" in parsed:
        return re.escape(line)
    return line if "P" in parsed else translated(line, extended="E" in parsed)


def _worded(text: str, *, perl: bool) -> str:
    if perl:
        unclosed = "missing )" in text or "unterminated subpattern" in text
        return "missing closing parenthesis" if unclosed else text.partition(" at ")[0]
    if "missing )" in text or "unterminated subpattern" in text:
        return r"Unmatched ( or \("
    if "bad character range" in text:
        return "Invalid range end"
    if "unbalanced parenthesis" in text:
        return r"Unmatched ) or \)"
    if "invalid group reference" in text:
        return "Invalid back reference"
    if "min repeat greater" in text:
        return r"Invalid content of \{\}"
    return "Invalid regular expression"


class _Search:
    """One run of grep."""

    def __init__(self, system: System, wanted: _Wanted) -> None:
        self._system = system
        self._wanted = wanted
        self._options = wanted.options
        self._found = self._trouble = False
        self._named = False

    def run(self, names: list[str]) -> Steps[int]:
        """Search in files; give the exit code."""
        recursive = "r" in self._options or "R" in self._options
        files = [found for name in names for found in self._expanded(name, recursive)]
        several = len(names) > 1 or (recursive and files != names)
        self._named = (several or "H" in self._options) and "h" not in self._options
        for name in files:
            yield from self._file(name)
            if self._found and "q" in self._options:
                return FOUND
        return TROUBLE if self._trouble else FOUND if self._found else NOT_FOUND

    def _expanded(self, name: str, recursive: bool) -> list[str]:
        """With ``-r`` give the files below a directory."""
        if not recursive or name == "-":
            return [name]
        try:
            listed = self._system.files.listed(name, self._system.process.workdir)
        except FileError:
            return [name]
        return [
            inner
            for entry, node in listed.items()
            if node.kind in ("file", "fixed", "directory")
            for inner in self._expanded(f"{name.rstrip('/')}/{entry}", True)
        ]

    def _file(self, name: str) -> Steps[None]:
        stdin = name == "-" or is_stdin(name)
        shown = _STDIN if name == "-" else name
        if stdin and not any(letter in self._options for letter in "zcLlmq"):
            yield from self._stream(shown)
            return
        try:
            data = yield from read_whole(self._system, name)
        except FileError as error:
            self._trouble = True
            if "s" not in self._options:
                self._system.err(f"grep: {name}: {error}\n")
            return
        self._whole(data, shown)

    def _stream(self, shown: str) -> Steps[None]:
        """Search standard input, each line as soon as it comes."""
        printer = _Printer(self._system, self._wanted, shown if self._named else "")
        while line := (yield from self._system.stdin.read_line()):
            self._found = printer.take(line.decode("utf-8", "surrogateescape")) or self._found

    def _whole(self, data: bytes, shown: str) -> None:
        text = data.decode("utf-8", "surrogateescape")
        end = "\0" if "z" in self._options else "\n"
        lines = text.split(end)
        lines = lines[:-1] if lines[-1] == "" else lines
        count = sum(1 for _ in self._chosen(lines))
        self._found = self._found or (count > 0) is not ("L" in self._options)
        prefix = f"{shown}:" if self._named else ""
        if "q" in self._options:
            return
        if "l" in self._options or "L" in self._options:
            if (count > 0) is ("l" in self._options):
                self._system.out(f"{shown}\n")
        elif "c" in self._options:
            self._system.out(f"{prefix}{count}\n")
        elif b"\0" in data and "a" not in self._options and "z" not in self._options:
            self._system.out(f"grep: {shown}: binary file matches\n" if count else "")
        else:
            printer = _Printer(self._system, self._wanted, shown if self._named else "", end)
            for line in lines:
                printer.take(line + end)

    def _chosen(self, lines: list[str]) -> list[str]:
        found = [line for line in lines if self._wanted.fits(line)]
        return found if self._wanted.most is None else found[: self._wanted.most]


class _Printer:
    """Prints the chosen lines of one file, with context."""

    def __init__(self, system: System, wanted: _Wanted, name: str, end: str = "\n") -> None:
        self._system = system
        self._wanted = wanted
        self._name = name
        self._end = end
        self._number = self._offset = self._count = 0
        self._before: list[tuple[int, int, str]] = []
        self._after = 0
        self._last = 0

    def take(self, text: str) -> bool:
        """Look at the next line; tell whether it is chosen."""
        self._number += 1
        line = text.removesuffix(self._end)
        place = (self._number, self._offset, line)
        self._offset += len(text.encode("utf-8", "surrogateescape"))
        finished = self._wanted.most is not None and self._count >= self._wanted.most
        if not finished and self._wanted.fits(line):
            self._count += 1
            self._show_before()
            self._show(place, ":")
            self._after = self._wanted.after
            return True
        if self._after:
            self._after -= 1
            self._show(place, "-")
        elif self._wanted.before and not finished:
            self._before = [*self._before, place][-self._wanted.before :]
        return False

    def _show_before(self) -> None:
        first = self._before[0][0] if self._before else self._number
        if (self._wanted.before or self._wanted.after) and 0 < self._last < first - 1:
            self._system.out("--\n")
        for place in self._before:
            self._show(place, "-")
        self._before = []

    def _show(self, place: tuple[int, int, str], mark: str) -> None:
        number, offset, line = place
        self._last = number
        options = self._wanted.options
        prefix = f"{self._name}{mark}" if self._name else ""
        prefix += f"{number}{mark}" if "n" in options else ""
        if "o" not in options:
            prefix += f"{offset}{mark}" if "b" in options else ""
            self._system.out(f"{prefix}{self._colored(line)}{self._end}")
            return
        if "v" in options or mark == "-":
            return
        for found in self._wanted.expression.finditer(line[:MAX_LINE]):
            if found[0]:
                at = f"{offset + len(line[: found.start()].encode())}{mark}"
                shown = f"{prefix}{at if 'b' in options else ''}{self._colored(found[0])}"
                self._system.out(f"{shown}{self._end}")

    def _colored(self, line: str) -> str:
        if self._wanted.options.options.get("\0color") != "always":
            return line
        begin, end = _COLOR
        return self._wanted.expression.sub(
            lambda found: f"{begin}{found[0]}{end}" if found[0] else "", line
        )
