"""POSIX regular expressions by Python's (regex(7)), bounded."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PATTERN = 2_000
_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\s", "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip
_TOKEN = re.compile(
    r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\[\^?(?P<unclosed>.*)|\\.|\{\d*,?\d*\}|.", re.DOTALL
)
_BRACKET = re.compile(r"\[:(\w+):\]|\\|\[|&&|--|~~|\|\|")
_SPECIAL = "(){}|+?"
_QUANTIFIERS = "*+?"


class BadExpression(Exception):
    """No regular expression; of a wrong bracket or backslash the text is the C library's."""


@lru_cache(maxsize=256)
def compiled(pattern: str, *, extended: bool, flags: int = 0) -> re.Pattern[str]:
    r"""Translate and compile an expression.

    Parameters
    ----------
    pattern
        POSIX basic or extended regular expression.
    extended
        Which of the two; in a basic one ``\(`` groups, ``\|`` and ``\+`` are GNU's.
    flags
        Of `re`.

    Raises
    ------
    BadExpression
        It is none.
    """
    if len(pattern) > MAX_PATTERN:
        raise BadExpression("Regular expression too big")
    try:
        return re.compile(translated(pattern, extended=extended), flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadExpression(str(error)) from error


def translated(pattern: str, *, extended: bool) -> str:
    """Translate an expression to Python's.

    Raises
    ------
    BadExpression
        A bracket is not closed, or a backslash is the last character.
    """
    parts: list[str] = []
    for found in _TOKEN.finditer(pattern):
        if found["unclosed"] is not None:
            unmatched = "Unmatched [, [^, [:, [., or [="
            raise BadExpression(unmatched if found["unclosed"] else "Invalid regular expression")
        parts.append(_part(found[0], parts, extended))
    return "".join(parts)


def _part(token: str, before: list[str], extended: bool) -> str:
    if token[0] == "[":
        return _bracket(token)
    if token == "\\":
        raise BadExpression("Trailing backslash")
    if token[0] == "\\":
        return _escaped(token[1], extended)
    first = not before or before[-1] in ("(", "|", "^")
    if token[0] == "{":
        return token if extended and not first and len(token) > 2 else re.escape(token)
    if token in _QUANTIFIERS and (extended or token == "*"):
        if first:
            return "" if extended else re.escape(token)
        return "" if before[-1] in _QUANTIFIERS else token
    if extended and token == ")" and before.count("(") <= before.count(")"):
        return r"\)"
    return re.escape(token) if token in _SPECIAL and not extended else token


def _escaped(character: str, extended: bool) -> str:
    if not extended and character in _SPECIAL:
        return character
    if character in "<>":
        return r"\b"
    return f"\\{character}" if character in "wWsSbB123456789" else re.escape(character)


def _bracket(token: str) -> str:
    """Translate ``[[:digit:]_]``: in POSIX a backslash stands for itself there."""
    if re.fullmatch(r"\[:\w+:\]", token):
        raise BadExpression("character class syntax is [[:space:]], not [:space:]")
    unknown = [name for name in re.findall(r"\[:(\w+):\]", token) if name not in _CLASSES]
    if unknown:
        raise BadExpression("Invalid character class name")

    def member(found: re.Match[str]) -> str:
        return _CLASSES.get(found[1], "") if found[1] else re.sub(r"(.)", r"\\\1", found[0])

    start = 2 if token[1] == "^" else 1
    inside = token[start:-1]
    if inside.startswith("]"):
        inside = "\\]" + _BRACKET.sub(member, inside[1:])
    else:
        inside = _BRACKET.sub(member, inside)
    return f"{token[:start]}{inside}]"
