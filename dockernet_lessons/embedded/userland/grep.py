"""``grep``, as GNU grep 3.8 has it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import read_whole
from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "ignore-case": "i", "invert-match": "v", "count": "c", "line-number": "n", "quiet": "q",
    "silent": "q", "extended-regexp": "E", "fixed-strings": "F", "only-matching": "o",
    "word-regexp": "w", "line-regexp": "x", "regexp=": "e", "after-context=": "A",
    "before-context=": "B", "context=": "C", "max-count=": "m", "no-filename": "h",
    "with-filename": "H", "files-with-matches": "l", "color=": "K",
}  # fmt: skip
_USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n"
_CLASSES = {
    "[:alnum:]": "A-Za-z0-9", "[:alpha:]": "A-Za-z", "[:blank:]": " \\t", "[:digit:]": "0-9",
    "[:lower:]": "a-z", "[:space:]": "\\s", "[:upper:]": "A-Z", "[:xdigit:]": "0-9A-Fa-f",
}  # fmt: skip
MAX_LINE = 20_000
FOUND, NOT_FOUND, TROUBLE = 0, 1, 2


@dataclass(frozen=True)
class _Input:
    """One file's lines and the name to print before them, if any."""

    name: str
    lines: list[str]


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``grep``."""
    try:
        parsed = parse(argv[1:], "ivcnqEFGPowxhHlse:A:B:C:m:", _LONG)
    except UsageError as error:
        system.err(f"grep: {error}\n{_USAGE}")
        return TROUBLE
    patterns = [value or "" for letter, value in parsed.order if letter == "e"]
    words = parsed.words
    if not patterns:
        if not words:
            system.err(_USAGE)
            return TROUBLE
        patterns, words = [words[0]], words[1:]
    try:
        expression = _compiled(patterns, parsed)
    except re.error:
        system.err("grep: Invalid regular expression\n")
        return TROUBLE
    return (yield from _search(system, parsed, expression, words or ["-"]))


def _compiled(patterns: list[str], parsed: Parsed) -> re.Pattern[str]:
    alternatives = []
    for line in "\n".join(patterns).split("\n"):
        if "F" in parsed:
            text = re.escape(line)
        else:
            text = line if "E" in parsed or "P" in parsed else _basic(line)
            for name, members in _CLASSES.items():
                text = text.replace(name, members)
        alternatives.append(f"(?:{text})")
    whole = "|".join(alternatives)
    if "w" in parsed:
        whole = rf"(?<!\w)(?:{whole})(?!\w)"
    if "x" in parsed:
        whole = rf"^(?:{whole})$"
    return re.compile(whole, re.IGNORECASE if "i" in parsed else 0)


def _basic(pattern: str) -> str:
    r"""Turn a basic expression into an extended one: there ``\(`` groups and ``(`` is itself."""

    def swap(found: re.Match[str]) -> str:
        token = found[0]
        if token.startswith("["):
            return token
        if len(token) == 2 and token[1] in "(){}|+?":
            return token[1]
        return f"\\{token}" if token in "(){}|+?" else token

    text = re.sub(r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\.|[(){}|+?]", swap, pattern, flags=re.DOTALL)
    return re.sub(r"^\*", r"\\*", text)


def _search(
    system: System, parsed: Parsed, expression: re.Pattern[str], names: list[str]
) -> Steps[int]:
    code = NOT_FOUND
    trouble = False
    named = (len(names) > 1 or "H" in parsed) and "h" not in parsed
    for name in names:
        if name == "-" and _may_stream(parsed):
            if (yield from _stream(system, parsed, expression)):
                code = FOUND
            continue
        data = yield from read_whole(system, "grep", name)
        if data is None:
            trouble = True
            continue
        lines = data.decode(errors="replace").splitlines()
        shown = "(standard input)" if name == "-" else name
        found = _print(system, parsed, expression, _Input(shown if named else "", lines), shown)
        if found:
            code = FOUND
            if "q" in parsed:
                return FOUND
    return TROUBLE if trouble and code != FOUND else code


def _may_stream(parsed: Parsed) -> bool:
    """Tell whether each line can be printed as it comes."""
    return not any(letter in parsed for letter in "cABClqm")


def _stream(system: System, parsed: Parsed, expression: re.Pattern[str]) -> Steps[bool]:
    any_found, number = False, 0
    while line := (yield from system.stdin.read_line()):
        number += 1
        text = line.decode(errors="replace").removesuffix("\n")
        if _fits(expression, text, parsed):
            any_found = True
            _line(system, parsed, expression, "", number, text, ":")
    return any_found


def _fits(expression: re.Pattern[str], line: str, parsed: Parsed) -> bool:
    return (expression.search(line[:MAX_LINE]) is not None) is not ("v" in parsed)


def _print(
    system: System, parsed: Parsed, expression: re.Pattern[str], given: _Input, shown: str
) -> bool:
    fitting = [n for n, line in enumerate(given.lines) if _fits(expression, line, parsed)]
    if "m" in parsed:
        fitting = fitting[: _count(parsed, "m")]
    prefix = f"{given.name}:" if given.name else ""
    if "q" in parsed:
        return bool(fitting)
    if "l" in parsed:
        system.out(f"{shown}\n" if fitting else "")
    elif "c" in parsed:
        system.out(f"{prefix}{len(fitting)}\n")
    else:
        _print_lines(system, parsed, expression, given, fitting)
    return bool(fitting)


def _print_lines(
    system: System, parsed: Parsed, expression: re.Pattern[str], given: _Input, fitting: list[int]
) -> None:
    before = _count(parsed, "B") or _count(parsed, "C")
    after = _count(parsed, "A") or _count(parsed, "C")
    chosen = set(fitting)
    wanted = sorted(
        {n for f in fitting for n in range(f - before, f + after + 1) if 0 <= n < len(given.lines)}
    )
    last = -1
    for number in wanted:
        if (before or after) and last >= 0 and number > last + 1:
            system.out("--\n")
        mark = ":" if number in chosen else "-"
        _line(system, parsed, expression, given.name, number + 1, given.lines[number], mark)
        last = number


def _line(
    system: System, parsed: Parsed, expression: re.Pattern[str], name: str, number: int,
    line: str, mark: str,
) -> None:  # fmt: skip
    prefix = f"{name}{mark}" if name else ""
    prefix += f"{number}{mark}" if "n" in parsed else ""
    if "o" in parsed and "v" not in parsed:
        for found in expression.finditer(line[:MAX_LINE]):
            if found[0]:
                system.out(f"{prefix}{found[0]}\n")
        return
    system.out(f"{prefix}{line}\n")


def _count(parsed: Parsed, letter: str) -> int:
    value = parsed.value(letter, "0")
    return int(value[:6]) if value.isdecimal() else 0
