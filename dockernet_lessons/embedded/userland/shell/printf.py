"""``printf`` (POSIX.1-2017, XCU printf)."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.userland.coreutils import unescaped

MAX_WIDTH = 10_000
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]{1,16}|[1-9]\d{0,18}|0)")
_DIRECTIVE = re.compile(r"%(%|([-+ 0#]*)(\d*)(?:\.(\d*))?([diouxXsbc]))")


def formatted(pattern: str, arguments: list[str]) -> str:
    """Give what ``printf`` prints; the pattern is used again while arguments are left."""
    pattern, _ = unescaped(pattern)
    rest = list(arguments)
    out = _once(pattern, rest)
    while rest and len(rest) < len(arguments):
        arguments = list(rest)
        out += _once(pattern, rest)
    return out


def _once(pattern: str, rest: list[str]) -> str:
    def directive(found: re.Match[str]) -> str:
        if found[1] == "%":
            return "%"
        return _converted(found, rest.pop(0) if rest else "")

    return _DIRECTIVE.sub(directive, pattern)


def _converted(found: re.Match[str], argument: str) -> str:
    flags, kind = found[2], found[5]
    width = min(int(found[3] or 0), MAX_WIDTH)
    precision = "" if found[4] is None else f".{min(int(found[4] or 0), MAX_WIDTH)}"
    if kind in "sb":
        text = unescaped(argument)[0] if kind == "b" else argument
        return f"%{flags.replace('0', '')}{width or ''}{precision}s" % text
    if kind == "c":
        return argument[:1]
    number = int(argument, 0) if _INTEGER.fullmatch(argument) else 0
    return f"%{flags}{width or ''}{precision}{'d' if kind in 'iu' else kind}" % number
