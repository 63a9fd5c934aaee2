"""Cut a template into text and actions, and an action into tokens (Go: text/template/parse)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPEN = re.compile(r"\{\{(-(?=\s))?")
_COMMENT = re.compile(r"\s*/\*.*?\*/\s*?( -)?\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"(?:\\.|[^"\\\n])*"|`[^`]*`)
    |(?P<number>[+-]?\d+(?:\.\d+)?)
    |(?P<field>\.[A-Za-z_]\w*)
    |(?P<dot>\.)
    |(?P<variable>\$\w*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>:=|=|\||\(|\)|,)""",
    re.VERBOSE,
)


class TemplateError(Exception):
    """A template that cannot be used; the text is Go's where Go would refuse it too."""


@dataclass(frozen=True)
class Token:
    """A token of an action.

    Attributes
    ----------
    kind
        ``string``, ``number``, ``field``, ``dot``, ``variable``, ``word``, ``sign``, ``space``.
    text
        As written.
    at
        Where it begins in the template.
    """

    kind: str
    text: str
    at: int

    @property
    def value(self) -> str | int | float:
        """A literal's value."""
        if self.kind == "number":
            return float(self.text) if "." in self.text else int(self.text)
        raw = self.text.startswith("`")
        return self.text[1:-1] if raw else str(json.loads(self.text, strict=False))


Piece = str | list[Token]


def pieces(template: str) -> Iterator[Piece]:
    """Give the text and the actions of a template in their order.

    Raises
    ------
    TemplateError
        An action without an end, or with something in it that Go does not know.
    """
    position, trim = 0, False
    while position < len(template):
        opening = _OPEN.search(template, position)
        text = template[position : opening.start()] if opening else template[position:]
        text = text.lstrip() if trim else text
        if opening is None:
            yield text
            return
        yield text.rstrip() if opening[1] else text
        position, trim, tokens = _action(template, opening.end())
        if tokens is not None:
            yield tokens


def _action(template: str, start: int) -> tuple[int, bool, list[Token] | None]:
    """Read an action; give where it ends, whether it trims what follows, and its tokens."""
    comment = _COMMENT.match(template, start)
    if comment:
        return comment.end(), comment[1] is not None, None
    tokens: list[Token] = []
    position = start
    while True:
        closing = re.compile(r"(\s-)?\}\}").match(template, position)
        if closing:
            return closing.end(), closing[1] is not None, tokens
        token = _token(template, position)
        position += len(token.text)
        tokens.append(token)


def _token(template: str, position: int) -> Token:
    match = _TOKEN.match(template, position)
    if match is not None and match.lastgroup:
        return Token(match.lastgroup, match[0], position)
    line = template.count("\n", 0, position) + 1
    rest = template[position : position + 1]
    if rest in ("", "\n") or "}}" not in template[position:]:
        raise TemplateError(f"template: :{line}: unclosed action")
    if rest == '"':
        raise TemplateError(f"template: :{line}: unterminated quoted string")
    raise TemplateError(f"template: :{line}: unexpected {json.dumps(rest)} in command")
