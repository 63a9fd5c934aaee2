"""Words of shell text: quotes, variables, substitutions."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.userland.shell.syntax import (
    Arithmetic,
    Part,
    Script,
    Substitution,
    Text,
    Variable,
    Word,
)

_PLAIN = re.compile(r"[^\s|&;<>()$`'\"\\]+")
_IN_QUOTES = re.compile(r"[^$`\"\\]+")
_IN_BRACES = re.compile(r"[^$`\"'\\}]+")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_VARIABLE = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_BRACED = re.compile(r"(#?)([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(:?[-=?+]|%%?|##?)?")
UNTERMINATED = "Unterminated quoted string"


class SyntaxProblem(Exception):
    """Text that is no shell script.

    Attributes
    ----------
    token
        Where it went wrong, if a token did.
    """

    def __init__(self, text: str, token: str = "") -> None:
        super().__init__(text)
        self.token = token


class Incomplete(SyntaxProblem):
    """The text ends before the command does: more lines may complete it."""


class WordReader:
    """Reads words at a position in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def script(self) -> Script:
        """Read everything."""
        raise NotImplementedError

    def substituted(self) -> Script:
        """Read what stands between ``$(`` and ``)``."""
        raise NotImplementedError

    def word(self, *, may_be_empty: bool = False) -> Word:
        """Read a word."""
        parts: list[Part] = []
        start = self.position
        while self.position < len(self.text):
            plain = _PLAIN.match(self.text, self.position)
            if plain:
                self.position = plain.end()
                parts.append(Text(plain[0]))
            elif not self._quoted_or_expanded(parts):
                break
        if self.position == start and not may_be_empty:
            raise SyntaxProblem(f'"{self.text[start : start + 1] or "newline"}" unexpected')
        return tuple(parts)

    def double_quoted(self, end: str = '"') -> Word:
        """Read up to a closing quote, or with an empty `end` to the end of the text."""
        parts: list[Part] = [Text("", quoted=True)]
        while self.position < len(self.text):
            if end and self.text[self.position] == end:
                self.position += 1
                return tuple(parts)
            self._inside_quotes(parts, end)
        if end:
            raise Incomplete(UNTERMINATED)
        return tuple(parts)

    def _inside_quotes(self, parts: list[Part], end: str) -> None:
        plain = _IN_QUOTES.match(self.text, self.position)
        character = self.text[self.position]
        if plain:
            self.position = plain.end()
            parts.append(Text(plain[0], quoted=True))
        elif character == "\\":
            following = self.text[self.position + 1 : self.position + 2]
            special = following in ("$", "`", "\\", "\n") or (following == '"' and end == '"')
            self.position += 2
            text = following if special else f"\\{following}"
            parts.append(Text("" if following == "\n" else text, quoted=True))
        elif character == '"':
            self.position += 1
            parts.append(Text('"', quoted=True))
        else:
            parts.append(self._expanded(quoted=True))

    def _quoted_or_expanded(self, parts: list[Part]) -> bool:
        character = self.text[self.position]
        if character == "'":
            parts.append(self._single_quoted())
        elif character == '"':
            self.position += 1
            parts += self.double_quoted()
        elif character == "\\":
            following = self.text[self.position + 1 : self.position + 2]
            self.position += 2
            if following != "\n":
                parts.append(Text(following or "\\", quoted=True))
        elif character in "$`":
            parts.append(self._expanded(quoted=False))
        else:
            return False
        return True

    def _single_quoted(self) -> Text:
        end = self.text.find("'", self.position + 1)
        if end < 0:
            raise Incomplete(UNTERMINATED)
        text = self.text[self.position + 1 : end]
        self.position = end + 1
        return Text(text, quoted=True)

    def _expanded(self, *, quoted: bool) -> Part:
        text, start = self.text, self.position
        if text[start] == "`":
            return self._backticks(quoted)
        if text.startswith("$((", start):
            found = self._arithmetic(quoted)
            if found is not None:
                return found
        if text.startswith("$(", start):
            self.position = start + 2
            return Substitution(self.substituted(), quoted)
        if text.startswith("${", start):
            self.position = start + 2
            return self._braced(quoted)
        name = _VARIABLE.match(text, start + 1)
        if name is None:
            self.position = start + 1
            return Text("$", quoted)
        self.position = name.end()
        return Variable(name[0], quoted=quoted)

    def _backticks(self, quoted: bool) -> Part:
        found = re.compile(r"((?:[^`\\]|\\.)*)`", re.DOTALL).match(self.text, self.position + 1)
        if found is None:
            raise Incomplete("EOF in backquote substitution")
        self.position = found.end()
        inner = re.sub(r"\\([$`\\])", r"\1", found[1])
        return Substitution(type(self)(inner).script(), quoted)

    def _arithmetic(self, quoted: bool) -> Arithmetic | None:
        depth, position = 0, self.position + 3
        while position < len(self.text):
            character = self.text[position]
            if character == "(":
                depth += 1
            elif character == ")":
                if depth == 0:
                    break
                depth -= 1
            position += 1
        if self.text[position : position + 2] != "))":
            return None
        inner = type(self)(self.text[self.position + 3 : position]).double_quoted(end="")
        self.position = position + 2
        return Arithmetic(inner, quoted)

    def _braced(self, quoted: bool) -> Variable:
        found = _BRACED.match(self.text, self.position)
        if found is None:
            if self.text.startswith("#}", self.position):
                self.position += 2
                return Variable("#", quoted=quoted)
            raise SyntaxProblem("Bad substitution")
        length, name, operator = found[1], found[2], found[3] or ""
        self.position = found.end()
        word = self._brace_word(quoted) if operator else ()
        if self.text[self.position : self.position + 1] != "}":
            if self.position >= len(self.text):
                raise Incomplete("end of file unexpected")
            raise SyntaxProblem("Bad substitution")
        self.position += 1
        return Variable(name, "length" if length else operator, word, quoted)

    def _brace_word(self, quoted: bool) -> Word:
        parts: list[Part] = []
        while self.position < len(self.text) and self.text[self.position] != "}":
            plain = _IN_BRACES.match(self.text, self.position)
            if plain:
                self.position = plain.end()
                parts.append(Text(plain[0], quoted))
            elif not self._quoted_or_expanded(parts):
                break
        return tuple(parts)

    def _skip_blanks(self) -> None:
        blanks = _BLANKS.match(self.text, self.position)
        if blanks:
            self.position = blanks.end()
        comment = _COMMENT.match(self.text, self.position)
        if comment and (self.position == 0 or self.text[self.position - 1] in " \t\n;&|()"):
            self.position = comment.end()
