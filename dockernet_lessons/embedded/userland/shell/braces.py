"""Brace expansion, which bash has and dash has not: ``a{b,c}d``, ``{1..3}``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockernet_lessons.embedded.userland.shell.syntax import Part, Text, Word

MAX_WORDS = 10_000
MAX_BRACES = 40
_RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?|([A-Za-z])\.\.([A-Za-z])")
_PIECES = re.compile(r"[{},]|[^{},]+")

_Token = str | Part
"""``{``, ``}`` and ``,`` as they are; everything else a part."""


def alternatives(word: Word) -> list[Word]:
    """Give the words that a word stands for."""
    plain = [part.text for part in word if isinstance(part, Text) and not part.quoted]
    if not 0 < sum(text.count("{") for text in plain) <= MAX_BRACES:
        return [word]
    found = [tuple(_merged(tokens)) for tokens in _expand(_tokens(word))[:MAX_WORDS]]
    return found or [word]


def _tokens(word: Word) -> list[_Token]:
    tokens: list[_Token] = []
    for part in word:
        if isinstance(part, Text) and not part.quoted:
            pieces = _PIECES.findall(part.text)
            tokens += [piece if piece in ("{", "}", ",") else Text(piece) for piece in pieces]
        else:
            tokens.append(part)
    return tokens


def _expand(tokens: list[_Token]) -> list[list[_Token]]:
    """Expand the first braces and go on with what that gives."""
    start = 0
    while "{" in tokens[start:]:
        start = tokens.index("{", start)
        choices = _choices(tokens, start)
        if choices is not None:
            end, options = choices
            rests = _expand(tokens[end + 1 :])
            middles = [middle for option in options for middle in _expand(option)]
            results = [tokens[:start] + m + r for m in middles[:MAX_WORDS] for r in rests]
            return results[:MAX_WORDS]
        start += 1
    return [tokens]


def _choices(tokens: list[_Token], start: int) -> tuple[int, list[list[_Token]]] | None:
    """Find the closing brace and what stands between the commas; None if it is no choice."""
    depth = 0
    options: list[list[_Token]] = [[]]
    for position in range(start + 1, len(tokens)):
        token = tokens[position]
        if token == "}" and depth == 0:
            if len(options) > 1:
                return position, options
            numbers = _numbers(options[0])
            return None if numbers is None else (position, numbers)
        depth += (token == "{") - (token == "}")
        if token == "," and depth == 0:
            options.append([])
        else:
            options[-1].append(token)
    return None


def _numbers(inside: list[_Token]) -> list[list[_Token]] | None:
    """Expand ``1..5``, ``a..e`` or ``0..10..2``."""
    if len(inside) != 1 or not isinstance(inside[0], Text):
        return None
    found = _RANGE.fullmatch(inside[0].text)
    if found is None:
        return None
    if found[4]:
        letters = (chr(code) for code in _count(ord(found[4]), ord(found[5]), 1))
        return [[Text(letter)] for letter in letters]
    first, last = int(found[1]), int(found[2])
    width = max(len(found[1]), len(found[2])) if _padded(found[1]) or _padded(found[2]) else 0
    counted = _count(first, last, abs(int(found[3] or 1)) or 1)
    return [[Text(f"{number:0{width}d}")] for number in counted]


def _padded(number: str) -> bool:
    return len(number.lstrip("-")) > 1 and number.lstrip("-").startswith("0")


def _count(first: int, last: int, step: int) -> Iterator[int]:
    steps = min(abs(last - first) // step + 1, MAX_WORDS)
    direction = step if last >= first else -step
    return (first + direction * number for number in range(steps))


def _merged(tokens: list[_Token]) -> Iterator[Part]:
    for token in tokens:
        yield Text(token) if isinstance(token, str) else token
