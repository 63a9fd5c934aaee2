"""Word expansion: parameters, commands, arithmetic, splitting, globbing (POSIX, section 2.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError, Files
from dockernet_lessons.embedded.userland.shell import arithmetic, patterns
from dockernet_lessons.embedded.userland.shell.braces import alternatives
from dockernet_lessons.embedded.userland.shell.dialect import Dialect
from dockernet_lessons.embedded.userland.shell.problems import ShellProblem
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
_ANCHORED = re.compile(r"~(/|$)")
_LITERAL = re.compile(r"[^~*?\[\\]+")


class Piece(NamedTuple):
    """Expanded text.

    Attributes
    ----------
    quoted
        It stands for itself: neither split nor a pattern.
    split
        It came from an expansion, and is split at the characters of IFS.
    end
        A new field begins here whatever IFS is: the next of ``"$@"``.
    """

    text: str
    quoted: bool
    split: bool = False
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
    words
        How the shell words its messages.
    """

    def __init__(self, state: State, files: Files, substitute: Substitute, words: Dialect) -> None:
        self._state = state
        self._files = files
        self._substitute = substitute
        self._words = words

    def fields(self, words: tuple[Word, ...]) -> Steps[list[str]]:
        """Expand words to fields: a word may become none, one or several."""
        found: list[str] = []
        for word in words:
            for alternative in alternatives(word) if self._state.bash else (word,):
                found += yield from self._fields_of(alternative)
        self._state.budget.spend(0, sum(map(len, found)))
        return found

    def _fields_of(self, word: Word) -> Steps[list[str]]:
        if len(word) == 1 and isinstance(word[0], Text):
            text = word[0].text
            if word[0].quoted or _LITERAL.fullmatch(text):
                return [text]
        if word and all(map(_is_plain, word)):
            return ["".join(self._plain(part) for part in word)]
        pieces = yield from self._pieces(word)
        if not self._state.arguments and _has_parameters(word) and not any(p.text for p in pieces):
            return []  # "$@" without parameters is no field, not an empty one
        return [name for field in self._split(pieces) for name in self._globbed(field)]

    def text(self, word: Word) -> Steps[str]:
        """Expand a word to one text, neither split nor globbed."""
        pieces = yield from self._pieces(word)
        text = "".join(" " * piece.end + piece.text for piece in pieces)
        self._state.budget.spend(0, len(text))
        return text

    def pattern(self, word: Word) -> Steps[str]:
        """Expand a word to a pattern in which quoted text stands for itself."""
        pieces = yield from self._pieces(word)
        return "".join(_as_pattern(piece) for piece in pieces)

    def _pieces(self, word: Word) -> Steps[list[Piece]]:
        pieces: list[Piece] = []
        for number, part in enumerate(word):
            if isinstance(part, Text):
                pieces.append(Piece(self._tilde(part, number), part.quoted))
            else:
                pieces += yield from self._expand(part)
        if sum(len(piece.text) for piece in pieces) > MAX_TEXT:
            raise self._problem("text too long for the emulation")
        return pieces

    def _plain(self, part: Part) -> str:
        """Expand a part that stays one text whatever is in it."""
        if isinstance(part, Text):
            return part.text
        assert isinstance(part, Variable)
        return self._known(part.name, self._state.value(part.name))

    def _problem(self, text: str) -> ShellProblem:
        return ShellProblem(text, self._words.expansion_status)

    def _tilde(self, part: Text, number: int) -> str:
        if number == 0 and not part.quoted and _ANCHORED.match(part.text):
            return self._state.variables.get("HOME", "/root") + part.text[1:]
        return part.text

    def _expand(self, part: Part) -> Steps[list[Piece]]:
        if isinstance(part, Substitution):
            text = yield from self._substitute(part.script)
            return [_piece(text.rstrip("\n"), part.quoted)]
        if isinstance(part, Arithmetic):
            expression = yield from self.text(part.word)
            return [_piece(str(self.arithmetic(expression)), part.quoted)]
        assert isinstance(part, Variable)
        if part.name in "@*" and part.operator != "length":
            return (yield from self._parameters(part))
        return (yield from self._variable(part))

    def arithmetic(self, expression: str) -> int:
        """Evaluate an arithmetic expression.

        Raises
        ------
        ShellProblem
            It is none.
        """
        try:
            return arithmetic.evaluate(expression, self._state)
        except arithmetic.ArithmeticProblem as error:
            text = self._words.arithmetic(error.kind, expression.strip(), error.token)
            raise ShellProblem(text, self._words.arithmetic_status) from error

    def _parameters(self, part: Variable) -> Steps[list[Piece]]:
        """Expand ``$@`` and ``$*``: each parameter a field, unless it is ``"$*"``."""
        arguments = self._state.arguments
        if (part.name == "*" and part.quoted) or (part.operator and not arguments):
            return (yield from self._variable(part))
        if part.operator[-1:] == "+":
            return (yield from self._word_of(part))
        if not arguments and part.quoted:
            return [Piece("", False)]
        return [Piece(a, part.quoted, not part.quoted, end=n > 0) for n, a in enumerate(arguments)]

    def _variable(self, part: Variable) -> Steps[list[Piece]]:
        value = self._state.value(part.name)
        operator = part.operator
        if operator == "length":
            return [_piece(str(self._length(part.name, value)), part.quoted)]
        if operator[-1:] in ("%", "#") and operator:
            return (yield from self._trimmed(part, value))
        if operator == "bad":
            raise ShellProblem(self._bad(part), self._words.arithmetic_status)
        missing = value is None or (operator.startswith(":") and value == "")
        kind = operator.lstrip(":")
        if kind == "+":
            return [] if missing else (yield from self._word_of(part))
        if not missing or not kind:
            return [_piece(self._known(part.name, value), part.quoted)]
        if kind == "-":
            return (yield from self._word_of(part))
        text = yield from self.text(part.word or ())
        if kind == "?":
            default = "parameter null or not set" if operator[0] == ":" else "parameter not set"
            raise self._problem(f"{part.name}: {text or default}")
        self._state.assign(part.name, text)
        return [_piece(text, part.quoted)]

    def _bad(self, part: Variable) -> str:
        return f"${{{part.name}}}: bad substitution" if self._state.bash else "Bad substitution"

    def _length(self, name: str, value: str | None) -> int:
        if name in "@*":
            return len(self._state.arguments)
        return len(self._known(name, value))

    def _trimmed(self, part: Variable, value: str | None) -> Steps[list[Piece]]:
        pattern = yield from self.pattern(part.word or ())
        cut = patterns.without_prefix if part.operator[0] == "#" else patterns.without_suffix
        text = cut(self._known(part.name, value), pattern, longest=len(part.operator) == 2)
        return [_piece(text, part.quoted)]

    def _known(self, name: str, value: str | None) -> str:
        if value is None and "u" in self._state.options and name not in "@*":
            raise self._problem(self._words.unset(name))
        return value or ""

    def _word_of(self, part: Variable) -> Steps[list[Piece]]:
        pieces = yield from self._pieces(part.word or ())
        if part.quoted:
            return [Piece(p.text, True, False, p.end) for p in pieces] or [Piece("", True)]
        return [Piece(p.text, p.quoted, not p.quoted, p.end) for p in pieces]

    def _split(self, pieces: list[Piece]) -> list[list[Piece]]:
        """Split what was expanded and not quoted at the characters of IFS (POSIX, 2.6.5)."""
        splitter = _Splitter(self._state.variables.get("IFS", " \t\n"))
        for piece in pieces:
            splitter.add(piece)
        return splitter.result()

    def _globbed(self, field: list[Piece]) -> list[str]:
        text = "".join(piece.text for piece in field)
        if "f" in self._state.options or all(piece.quoted for piece in field):
            return [text]
        pattern = "".join(_as_pattern(piece) for piece in field)
        if not patterns.is_magic(pattern):
            return [text]
        return self._matching(pattern) or [text]

    def _matching(self, pattern: str) -> list[str]:
        """Find the paths that fit a pattern, one folder after another."""
        found = ["/" if pattern.startswith("/") else ""]
        parts = [part for part in pattern.split("/") if part]
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            found = [path for base in found for path in self._in_folder(base, part, last)]
        if pattern.endswith("/"):
            found = [f"{path}/" for path in found if self._is_directory(path)]
        return sorted(found)

    def _in_folder(self, base: str, pattern: str, last: bool) -> list[str]:
        prefix = base if base in ("", "/") else f"{base}/"
        if not patterns.is_magic(pattern):
            path = prefix + patterns.unquoted(pattern)
            there = self._files.exists(path, self._state.workdir)
            return [path] if there or not last else []
        try:
            entries = self._files.listed(base or ".", self._state.workdir)
        except FileError:
            return []
        self._state.budget.spend(len(entries) // 16)
        hidden = pattern.startswith((".", "\\."))
        names = [".", "..", *entries] if hidden and not self._state.bash else list(entries)
        return [
            prefix + name
            for name in names
            if (hidden or not name.startswith(".")) and patterns.fits(pattern, name)
        ]

    def _is_directory(self, path: str) -> bool:
        try:
            return self._files.find(path, self._state.workdir).kind == "directory"
        except FileError:
            return False


def _is_plain(part: Part) -> bool:
    """Tell whether a part is quoted text or a quoted variable's value."""
    if isinstance(part, Text):
        return part.quoted
    return isinstance(part, Variable) and part.quoted and not part.operator and part.name != "@"


def _has_parameters(word: Word) -> bool:
    return any(isinstance(part, Variable) and part.name == "@" for part in word)


class _Splitter:
    """Collects fields; `_current` is None when no field has begun."""

    def __init__(self, separators: str) -> None:
        self._fields: list[list[Piece]] = []
        self._current: list[Piece] | None = None
        white = "".join(c for c in separators if c in " \t\n")
        hard = "".join(c for c in separators if c not in " \t\n")
        self._cut = _separators(white, hard)
        self._white = white

    def add(self, piece: Piece) -> None:
        """Take the next piece."""
        if piece.end:
            self._finish()
        if not piece.split or self._cut is None:
            if piece.text or piece.quoted:
                self._current = [*(self._current or []), piece]
            return
        position = 0
        for found in self._cut.finditer(piece.text):
            self._add_text(piece.text[position : found.start()])
            if found[0].strip(self._white) or self._current is not None:
                self._finish(hard=bool(found[0].strip(self._white)))
            position = found.end()
        self._add_text(piece.text[position:])

    def _add_text(self, text: str) -> None:
        if text:
            self._current = [*(self._current or []), Piece(text, False)]

    def _finish(self, *, hard: bool = False) -> None:
        if self._current is not None or hard:
            self._fields.append(self._current or [Piece("", True)])
        self._current = None

    def result(self) -> list[list[Piece]]:
        """Give the fields."""
        self._finish()
        return self._fields


@lru_cache(maxsize=16)
def _separators(white: str, hard: str) -> re.Pattern[str] | None:
    """Make the expression for what separates fields: blanks, with one other character at most."""
    if not white and not hard:
        return None
    blanks = f"[{re.escape(white)}]" if white else ""
    if not hard:
        return re.compile(f"{blanks}+")
    one = f"[{re.escape(hard)}]"
    return re.compile(f"{blanks}*{one}{blanks}*|{blanks}+" if white else one)


def _piece(text: str, quoted: bool) -> Piece:
    """Make the piece of an expansion."""
    return Piece(text, quoted, not quoted)


def _as_pattern(piece: Piece) -> str:
    if piece.quoted:
        return patterns.quoted(piece.text)
    return piece.text if not piece.split else piece.text.replace("\\", "\\\\")
