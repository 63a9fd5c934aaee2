"""Shell patterns: ``*``, ``?`` and ``[…]`` (POSIX.1-2017, section 2.13).

A pattern is text in which a backslash makes the next character stand for itself. Patterns become
regular expressions whose parts between stars are atomic, so that none takes exponential time.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\s", "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\(?P<quoted>.)|(?P<star>\*+)|(?P<any>\?)"
    r"|\[(?P<not>[!^]?)(?P<members>\]?(?:\\.|\[:\w+:\]|[^\]\\])*)\]|(?P<plain>.)",
    re.DOTALL,
)
_MEMBER = re.compile(r"\[:(\w+):\]|\\(.)|(.)", re.DOTALL)
_MAGIC = re.compile(r"(?:\\.|[^*?\[\\])*[*?\[]", re.DOTALL)
_STAR = "*"


def quoted(text: str) -> str:
    """Give a pattern that only the text itself fits."""
    return re.sub(r"([\\*?\[\]!^-])", r"\\\1", text)


def unquoted(pattern: str) -> str:
    """Give the text of a pattern without magic characters."""
    return re.sub(r"\\(.)", r"\1", pattern, flags=re.DOTALL)


def is_magic(pattern: str) -> bool:
    """Tell whether a pattern may fit more than one text."""
    return _MAGIC.match(pattern) is not None


def fits(pattern: str, text: str) -> bool:
    """Tell whether a whole text fits."""
    return _expression(pattern, "whole").match(text) is not None


def without_prefix(text: str, pattern: str, *, longest: bool) -> str:
    """Remove the shortest or the longest beginning that fits."""
    found = _expression(pattern, "longest" if longest else "shortest").match(text)
    return text[found.end() :] if found else text


def without_suffix(text: str, pattern: str, *, longest: bool) -> str:
    """Remove the shortest or the longest end that fits."""
    kind = "longest" if longest else "shortest"
    found = _expression(pattern, kind, backwards=True).match(text[::-1])
    return text[: len(text) - found.end()] if found else text


@lru_cache(maxsize=256)
def _expression(pattern: str, kind: str, *, backwards: bool = False) -> re.Pattern[str]:
    """Make the expression: the last star as greedy as wanted, what is before it atomic."""
    parts = [_part(found) for found in _TOKEN.finditer(pattern)]
    if backwards:
        parts.reverse()
    pieces: list[str] = [""]
    for part in parts:
        if part is _STAR:
            pieces.append("")
        else:
            pieces[-1] += part
    text = pieces[0] + "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    if len(pieces) > 1:
        text += (".*" if kind != "shortest" else ".*?") + pieces[-1]
    return re.compile(text + (r"\Z" if kind == "whole" else ""), re.DOTALL)


def _part(found: re.Match[str]) -> str:
    if found["star"]:
        return _STAR
    if found["any"]:
        return "."
    if found["members"]:
        return _set(found["members"], "^" if found["not"] else "")
    return re.escape(found["quoted"] or found["plain"] or found[0])


def _set(members: str, inverted: str) -> str:
    """Translate a bracket expression; ``a-c`` is a range unless the dash is quoted."""
    atoms: list[tuple[str, bool]] = []
    for found in _MEMBER.finditer(members):
        if found[1]:
            atoms.append((_CLASSES.get(found[1], ""), True))
        else:
            atoms.append((found[2] or found[3], found[2] is not None))
    text, position = "", 0
    while position < len(atoms):
        character, ready = atoms[position]
        if (
            len(character) == 1
            and atoms[position + 1 : position + 2] == [("-", False)]
            and (len(atoms[position + 2 : position + 3]) == 1)
        ):
            end = atoms[position + 2][0]
            if character <= end:
                text += f"{re.escape(character)}-{re.escape(end)}"
            position += 3
        else:
            text += character if ready and len(character) > 1 else re.escape(character)
            position += 1
    return f"[{inverted}{text}]" if text else ("." if inverted else r"(?!)")
