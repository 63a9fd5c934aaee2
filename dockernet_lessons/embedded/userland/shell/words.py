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
from dockernet_lessons.embedded.userland.text import unescaped

MAX_DEPTH = 25
"""Commands inside commands, substitutions inside substitutions."""

_PLAIN = re.compile(r"[^\s|&;<>()$`'\"\\]+")
_IN_QUOTES = re.compile(r"[^$`\"\\]+")
_IN_BRACES = re.compile(r"[^$`\"'\\}]+")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_VARIABLE = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_BRACED = re.compile(r"(#?)([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(:?[-=?+]|%%?|##?)?")
_BACKTICKS = re.compile(r"((?:[^`\\]|\\.)*)`", re.DOTALL)


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


class TooDeep(SyntaxProblem):
    """Commands inside commands, deeper than the emulation reads."""

    def __init__(self) -> None:
        super().__init__("nested too deeply for the emulation")


class Incomplete(SyntaxProblem):
    """The text ends before the command does: more lines may complete it.

    Attributes
    ----------
    missing
        The character that would close what is open; empty if it is a word such as ``fi``.
    """

    def __init__(self, text: str, missing: str = "") -> None:
        super().__init__(text)
        self.missing = missing


class WordReader:
    """Reads words at a position in a text.

    Parameters
    ----------
    text
        Shell text.
    bash
        Read what only bash understands, too.
    depth
        What the text is nested in already.
    """

    def __init__(self, text: str, *, bash: bool = False, depth: int = 0) -> None:
        self.text = text
        self.position = 0
        self.bash = bash
        self.depth = depth

    def script(self) -> Script:
        """Read everything."""
        raise NotImplementedError

    def substituted(self) -> Script:
        """Read what stands between ``$(`` and ``)``."""
        raise NotImplementedError

    def enter(self) -> None:
        """Go a level deeper.

        Raises
        ------
        TooDeep
            It is too deep.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep

    def within(self, text: str) -> WordReader:
        """Give a reader for a text inside this one."""
        self.enter()
        reader = type(self)(text, bash=self.bash, depth=self.depth)
        self.depth -= 1
        return reader

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
            raise self.unexpected(word=True)
        return tuple(parts)

    def unexpected(self, expecting: str = "", *, word: bool = False) -> SyntaxProblem:
        """Make the error that something else was expected."""
        raise NotImplementedError

    def double_quoted(self, end: str = '"') -> Word:
        """Read up to a closing quote, or with an empty `end` to the end of the text."""
        parts: list[Part] = [Text("", quoted=True)]
        while self.position < len(self.text):
            if end and self.text[self.position] == end:
                self.position += 1
                return tuple(parts)
            self._inside_quotes(parts, end)
        if end:
            raise Incomplete("Unterminated quoted string", end)
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
            raise Incomplete("Unterminated quoted string", "'")
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
        if self.bash and not quoted and text.startswith("$'", start):
            self.position = start + 1
            return Text(self._escaped(), quoted=True)
        name = _VARIABLE.match(text, start + 1)
        if name is None:
            self.position = start + 1
            return Text("$", quoted)
        self.position = name.end()
        return Variable(name[0], quoted=quoted)

    def _escaped(self) -> str:
        """Read bash's ``$'…'``, in which backslashes are understood."""
        found = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL).match(self.text, self.position)
        if found is None:
            raise Incomplete("Unterminated quoted string", "'")
        self.position = found.end()
        return unescaped(found[1].replace("\\'", "'").replace('\\"', '"'), c_style=True)[0]

    def _backticks(self, quoted: bool) -> Part:
        found = _BACKTICKS.match(self.text, self.position + 1)
        if found is None:
            raise Incomplete("EOF in backquote substitution", "`")
        self.position = found.end()
        special = r'\\([$`\\"])' if quoted else r"\\([$`\\])"
        return Substitution(self.within(re.sub(special, r"\1", found[1])).script(), quoted)

    def _arithmetic(self, quoted: bool) -> Arithmetic | None:
        """Read ``$((…))``; None if it is ``$( (…) … )``."""
        end = self.closing(self.position + 3)
        if end is None:
            raise Incomplete("Missing '))'", "))")
        if self.text[end : end + 2] != "))":
            if end + 1 >= len(self.text):
                raise Incomplete("Missing '))'", "))")
            return None
        inner = self.within(self.text[self.position + 3 : end]).double_quoted(end="")
        self.position = end + 2
        return Arithmetic(inner, quoted)

    def closing(self, position: int) -> int | None:
        """Find the parenthesis that closes one opened before a position."""
        depth = 0
        for found in re.compile(r"\\.|[()]", re.DOTALL).finditer(self.text, position):
            if found[0] == "(":
                depth += 1
            elif found[0] == ")":
                if depth == 0:
                    return found.start()
                depth -= 1
        return None

    def _braced(self, quoted: bool) -> Variable:
        found = _BRACED.match(self.text, self.position)
        if self.text.startswith("#}", self.position):
            self.position += 2
            return Variable("#", quoted=quoted)
        if found is None:
            return self._bad(self.position, quoted)
        length, name, operator = found[1], found[2], found[3] or ""
        start, self.position = self.position, found.end()
        word = self._brace_word(quoted) if operator else ()
        if self.position >= len(self.text):
            raise Incomplete("Missing '}'", "}")
        if self.text[self.position] != "}" or (length and operator):
            return self._bad(start, quoted)
        self.position += 1
        return Variable(name, "length" if length else operator, word, quoted)

    def _bad(self, start: int, quoted: bool) -> Variable:
        """Read what is no expansion; that is told when it would be used."""
        end = self.text.find("}", start)
        if end < 0:
            raise Incomplete("Missing '}'", "}")
        self.position = end + 1
        return Variable(self.text[start:end], "bad", (), quoted)

    def _brace_word(self, quoted: bool) -> Word:
        self.enter()
        parts: list[Part] = []
        while self.position < len(self.text) and self.text[self.position] != "}":
            plain = _IN_BRACES.match(self.text, self.position)
            if plain:
                self.position = plain.end()
                parts.append(Text(plain[0], quoted))
            elif quoted and self.text[self.position] == "'":
                self.position += 1
                parts.append(Text("'", quoted))
            elif not self._quoted_or_expanded(parts):
                break
        self.depth -= 1
        return tuple(parts)

    def skip_blanks(self) -> None:
        """Go past blanks, joined lines and a comment."""
        blanks = _BLANKS.match(self.text, self.position)
        if blanks:
            self.position = blanks.end()
        comment = _COMMENT.match(self.text, self.position)
        if comment and (self.position == 0 or self.text[self.position - 1] in " \t\n;&|()"):
            self.position = comment.end()
