"""Backslash escapes, as echo(1), printf(1) and bash's quotes understand them."""

from __future__ import annotations

import re

_ESCAPES = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\",
}  # fmt: skip
_ESCAPE = re.compile(r"\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2}|c|.)", re.DOTALL)


def unescaped(
    text: str, *, c_style: bool = False, octal: bool = True, hexadecimal: bool = True
) -> tuple[str, bool]:
    r"""Replace backslash escapes; also tell whether ``\c`` said to stop there.

    Parameters
    ----------
    text
        With backslashes.
    c_style
        As in C and in a format of printf: octal digits are three at most, a leading 0 included.
    octal
        ``\101`` is understood, and not only ``\0101`` (bash's echo does not).
    hexadecimal
        ``\x41`` is understood (dash does not).
    """
    result, position = "", 0
    while (found := _ESCAPE.search(text, position)) is not None:
        result += text[position : found.start()]
        if found[1] == "c" and not c_style:
            return result, True
        replaced, used = _replaced(found[1], c_style, octal, hexadecimal)
        result += replaced
        position = found.start(1) + used
    return result + text[position:], False


def _replaced(escape: str, c_style: bool, octal: bool, hexadecimal: bool) -> tuple[str, int]:
    """Give what an escape stands for, and how many of its characters it took."""
    first = escape[0]
    if first == "0" and not c_style:
        return _byte(int(escape, 8)), len(escape)
    if first in "01234567" and (c_style or octal):
        digits = escape[:3]
        return _byte(int(digits, 8)), len(digits)
    if first == "x" and len(escape) > 1 and hexadecimal:
        return _byte(int(escape[1:], 16)), len(escape)
    return _ESCAPES.get(first, f"\\{first}"), 1


def _byte(number: int) -> str:
    """Give a byte as text that is written as that byte again."""
    return bytes((number & 255,)).decode("ascii", "surrogateescape")
