"""Word expansion: parameters, commands, arithmetic, splitting, globbing (POSIX, section 2.6)."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError, Files
from dockernet_lessons.embedded.userland.shell import arithmetic
from dockernet_lessons.embedded.userland.shell.state import State
from dockernet_lessons.embedded.userland.shell.syntax import (
    Arithmetic,
    Part,
    Script,
    Substitution,
    Text,
    Variable,
    Word,
)

MAX_TEXT = 2**20
_GLOB = re.compile(r"[*?\[]")


class ExpansionError(Exception):
    """An expansion that ends the script, such as ``${x:?text}``."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Expanded text; `fixed` text is neither split nor globbed; `end` begins a new field."""

    text: str
    fixed: bool
    end: bool = False


Substitute = Callable[[Script], Steps[str]]


class Expander:
    """Expands the words of one shell.

    Parameters
    ----------
    state
        The shell's variables; assigned to by ``${x:=word}``.
    files
        Where globs look.
    substitute
        Runs a command substitution and gives its output.
    """

    def __init__(self, state: State, files: Files, substitute: Substitute) -> None:
        self._state = state
        self._files = files
        self._substitute = substitute

    def fields(self, words: tuple[Word, ...]) -> Steps[list[str]]:
        """Expand words to fields: a word may become none, one or several."""
        found: list[str] = []
        for word in words:
            if len(word) == 1 and isinstance(word[0], Text):
                found += self._globbed([Piece(word[0].text, word[0].quoted)])
                continue
            pieces = yield from self._pieces(word)
            for field in self._split(pieces):
                found += self._globbed(field)
        return found

    def text(self, word: Word) -> Steps[str]:
        """Expand a word to one text, neither split nor globbed."""
        pieces = yield from self._pieces(word)
        return "".join(" " * piece.end + piece.text for piece in pieces).strip("\0")

    def pattern(self, word: Word) -> Steps[str]:
        """Expand a word to a pattern of `fnmatch`, in which quoted text stands for itself."""
        pieces = yield from self._pieces(word)
        return "".join(_escaped(p.text) if p.fixed else p.text for p in pieces)

    def _pieces(self, word: Word) -> Steps[list[Piece]]:
        pieces: list[Piece] = []
        for number, part in enumerate(word):
            if isinstance(part, Text):
                pieces.append(Piece(self._tilde(part, number), part.quoted))
            else:
                pieces += yield from self._expand(part)
        if sum(len(piece.text) for piece in pieces) > MAX_TEXT:
            raise ExpansionError("text too long for the emulated shell")
        return pieces

    def _tilde(self, part: Text, number: int) -> str:
        if number == 0 and not part.quoted and re.match(r"~(/|$)", part.text):
            return self._state.variables.get("HOME", "/root") + part.text[1:]
        return part.text

    def _expand(self, part: Part) -> Steps[list[Piece]]:
        if isinstance(part, Substitution):
            text = yield from self._substitute(part.script)
            return [Piece(text.rstrip("\n"), part.quoted)]
        if isinstance(part, Arithmetic):
            expression = yield from self.text(part.word)
            try:
                return [Piece(str(arithmetic.evaluate(expression, self._state)), part.quoted)]
            except arithmetic.ArithmeticProblem as error:
                raise ExpansionError(str(error)) from error
        assert isinstance(part, Variable)
        if part.name == "@" and part.quoted and not part.operator:
            given = enumerate(self._state.arguments)
            return [Piece(a, True, end=n > 0) for n, a in given] or [Piece("", False)]
        return (yield from self._variable(part))

    def _variable(self, part: Variable) -> Steps[list[Piece]]:
        value = self._state.value(part.name)
        operator = part.operator
        if operator == "length":
            return [Piece(str(len(value or "")), part.quoted)]
        if operator[-1:] in ("%", "#") and operator:
            pattern = yield from self.pattern(part.word or ())
            return [Piece(_trimmed(value or "", operator, pattern), part.quoted)]
        missing = value is None or (operator.startswith(":") and value == "")
        kind = operator.lstrip(":")
        if kind == "+":
            return [] if missing else (yield from self._word_of(part))
        if not missing or not kind:
            return self._found(part, value)
        if kind == "-":
            return (yield from self._word_of(part))
        text = yield from self.text(part.word or ())
        if kind == "?":
            raise ExpansionError(f"{part.name}: {text or 'parameter not set'}")
        self._state.variables[part.name] = text
        return [Piece(text, part.quoted)]

    def _found(self, part: Variable, value: str | None) -> list[Piece]:
        if value is None and "u" in self._state.options and part.name not in "@*":
            raise ExpansionError(f"{part.name}: parameter not set")
        return [Piece(value or "", part.quoted)]

    def _word_of(self, part: Variable) -> Steps[list[Piece]]:
        pieces = yield from self._pieces(part.word or ())
        return [Piece(p.text, p.fixed or part.quoted, p.end) for p in pieces]

    def _split(self, pieces: list[Piece]) -> list[list[Piece]]:
        """Split what is not quoted at blanks (the characters of IFS)."""
        separators = self._state.variables.get("IFS", " \t\n")
        fields: list[list[Piece]] = []
        current: list[Piece] | None = None
        for piece in pieces:
            if piece.end and current is not None:
                fields.append(current)
                current = None
            if piece.fixed or not separators:
                current = [*(current or []), piece]
                continue
            words = re.split(f"[{re.escape(separators)}]+", piece.text)
            for number, word in enumerate(words):
                if number > 0 and current is not None:
                    fields.append(current)
                    current = None
                if word:
                    current = [*(current or []), Piece(word, False)]
        return [*fields, current] if current is not None else fields

    def _globbed(self, field: list[Piece]) -> list[str]:
        text = "".join(piece.text for piece in field)
        if not any(_GLOB.search(piece.text) for piece in field if not piece.fixed):
            return [text]
        pattern = "".join(_escaped(p.text) if p.fixed else p.text for p in field)
        return self._matching(pattern) or [text]

    def _matching(self, pattern: str) -> list[str]:
        """Find the paths that fit a pattern, one folder after another."""
        found = ["/" if pattern.startswith("/") else ""]
        for part in [p for p in pattern.split("/") if p]:
            found = [path for base in found for path in self._in_folder(base, part)]
        return sorted(found)

    def _in_folder(self, base: str, pattern: str) -> list[str]:
        try:
            entries = self._files.find(base or ".", self._state.workdir).listed()
        except FileError:
            return []
        prefix = base if base in ("", "/") else f"{base}/"
        hidden = pattern.startswith(".")
        return [
            f"{prefix}{name}"
            for name in entries
            if fnmatch.fnmatchcase(name, pattern) and (hidden or not name.startswith("."))
        ]


def _escaped(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)


def _trimmed(value: str, operator: str, pattern: str) -> str:
    """Remove a prefix (``#``) or suffix (``%``): the shortest, or doubled the longest."""
    longest = len(operator) == 2
    lengths = range(len(value) + 1)
    for length in reversed(lengths) if longest else lengths:
        cut = value[:length] if operator[0] == "#" else value[len(value) - length :]
        if fnmatch.fnmatchcase(cut, pattern):
            return value[length:] if operator[0] == "#" else value[: len(value) - length]
    return value
