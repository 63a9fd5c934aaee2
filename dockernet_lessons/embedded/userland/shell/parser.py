"""Shell text to a tree."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.userland.shell.syntax import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Text,
    While,
    Word,
)
from dockernet_lessons.embedded.userland.shell.words import Incomplete, SyntaxProblem, WordReader

MAX_DEPTH = 40
_RESERVED = {
    "if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done", "case", "esac",
    "{", "}", "!", "in",
}  # fmt: skip
_OPERATOR = re.compile(r"&&|\|\||;;|&>|<<-?|>>|>&|<&|<>|>\||[|&;<>()\n]")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_NAME = re.compile(r"[A-Za-z_]\w*$")
_REDIRECT = re.compile(r"(\d?)(<<-?|<>|>>|>\||>&|<&|[<>])|()(&>)")
_PLAIN_START = re.compile(r"[^\s|&;<>()$`'\"\\]*")
_STARTERS = ("if", "while", "until", "for", "case", "{", "(")


class Parser(WordReader):
    """Reads a script.

    Parameters
    ----------
    text
        The script.

    Raises
    ------
    SyntaxProblem
        It is no script; `Incomplete` if only its end is missing.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._here_documents: list[tuple[Redirect, str, bool, bool]] = []

    def script(self) -> Script:
        """Read everything."""
        found = self._list(())
        if self.position < len(self.text):
            raise self._unexpected()
        return found

    def substituted(self) -> Script:
        """Read what stands between ``$(`` and ``)``."""
        found = self._nested((")",))
        self._expect(")")
        return found

    def _nested(self, ends: tuple[str, ...]) -> Script:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SyntaxProblem("nested too deeply for the emulated shell")
        found = self._list(ends)
        self._depth -= 1
        return found

    def _body(self, *ends: str) -> Script:
        """Read commands up to a reserved word; there must be some."""
        found = self._nested(ends)
        if not found.lists:
            raise self._unexpected()
        return found

    def _list(self, ends: tuple[str, ...]) -> Script:
        found = Script()
        while True:
            self._skip_newlines()
            if self.position >= len(self.text) or self._peek() in ends or self._peek() == ";;":
                return found
            and_or = self._and_or()
            separator = self._peek()
            if separator == "&":
                and_or = AndOr(and_or.items, background=True)
            found.lists.append(and_or)
            if separator in (";", "&", "\n"):
                self._take(separator)
            elif self.position < len(self.text) and separator not in (*ends, ";;"):
                raise self._unexpected()

    def _and_or(self) -> AndOr:
        items = [("", self._pipeline())]
        while (operator := self._peek()) in ("&&", "||"):
            self._take(operator)
            self._skip_newlines()
            items.append((operator, self._pipeline()))
        return AndOr(tuple(items))

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._peek() == "!":
            self._take("!")
            negated = not negated
        commands = [self._command()]
        while self._peek() == "|":
            self._take("|")
            self._skip_newlines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        token = self._peek()
        if token in _STARTERS:
            return self._compound(token)
        if token in _RESERVED or token in (";", "&", "|", "&&", "||", ";;", ")"):
            raise self._unexpected()
        return self._simple()

    def _compound(self, token: str) -> Command:
        self._take(token)
        if token == "if":
            return self._if()
        if token in ("while", "until"):
            condition = self._body("do")
            return While(condition, self._do(), token == "until", self._redirects())
        if token == "for":
            return self._for()
        if token == "case":
            return self._case()
        end = "}" if token == "{" else ")"
        body = self._body(end)
        self._expect(end)
        return Group(body, token == "(", self._redirects())

    def _if(self) -> If:
        branches = []
        otherwise = None
        word = "if"
        while word in ("if", "elif"):
            condition = self._body("then")
            self._expect("then")
            branches.append((condition, self._body("elif", "else", "fi")))
            word = self._peek()
            if word == "elif":
                self._take(word)
        if word == "else":
            self._take("else")
            otherwise = self._body("fi")
        self._expect("fi")
        return If(tuple(branches), otherwise, self._redirects())

    def _do(self) -> Script:
        self._expect("do")
        body = self._body("done")
        self._expect("done")
        return body

    def _for(self) -> For:
        name = self._plain_word()
        if not _NAME.match(name):
            raise SyntaxProblem("Bad for loop variable")
        self._skip_newlines()
        words: tuple[Word, ...] | None = None
        if self._peek() == "in":
            self._take("in")
            words = self._words()
        if self._peek() in (";", "\n"):
            self._take(self._peek())
        self._skip_newlines()
        return For(name, words, self._do(), self._redirects())

    def _words(self) -> tuple[Word, ...]:
        words = []
        while self._peek() not in (";", "\n", "&", ""):
            words.append(self.word())
        return tuple(words)

    def _case(self) -> Case:
        self._skip_blanks()
        word = self.word()
        self._skip_newlines()
        self._expect("in")
        branches = []
        while True:
            self._skip_newlines()
            if self._peek() == "esac":
                break
            branches.append(self._branch())
        self._expect("esac")
        return Case(word, tuple(branches), self._redirects())

    def _branch(self) -> tuple[tuple[Word, ...], Script]:
        if self._peek() == "(":
            self._take("(")
        patterns = [self._pattern()]
        while self._peek() == "|":
            self._take("|")
            patterns.append(self._pattern())
        self._expect(")")
        body = self._nested(("esac",))
        if self._peek() == ";;":
            self._take(";;")
        return tuple(patterns), body

    def _pattern(self) -> Word:
        self._skip_blanks()
        return self.word()

    def _simple(self) -> Command:
        line = self.text.count("\n", 0, self.position) + 1
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self._skip_blanks()
            if self._redirect(redirects):
                continue
            token = self._peek()
            if token == "(" and len(words) == 1 and not assignments and not redirects:
                return self._function(words[0])
            if token == "" or _OPERATOR.fullmatch(token):
                break
            found = _ASSIGNMENT.match(self.text, self.position) if not words else None
            if found:
                self.position = found.end()
                assignments.append((found[1], self.word(may_be_empty=True)))
            else:
                words.append(self.word())
        if not words and not assignments and not redirects:
            raise self._unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirects), line)

    def _function(self, word: Word) -> Function:
        self._take("(")
        self._expect(")")
        self._skip_newlines()
        name = word[0].text if len(word) == 1 and isinstance(word[0], Text) else ""
        if not _NAME.match(name):
            raise SyntaxProblem("Bad function name")
        return Function(name, self._command())

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while self._redirect(found):
            pass
        return tuple(found)

    def _redirect(self, into: list[Redirect]) -> bool:
        """Read one redirect, if there is one next."""
        self._skip_blanks()
        found = _REDIRECT.match(self.text, self.position)
        if not found:
            return False
        operator = found[2] or found[4]
        self.position = found.end()
        self._skip_blanks()
        descriptor = int(found[1]) if found[1] else 0 if operator.startswith("<") else 1
        if operator.startswith("<<"):
            self._here_document(into, descriptor, strip=operator == "<<-")
        else:
            into.append(Redirect(descriptor, operator, self.word()))
        return True

    def _here_document(self, into: list[Redirect], descriptor: int, *, strip: bool) -> None:
        start = self.position
        word = self.word()
        end = "".join(part.text for part in word if isinstance(part, Text))
        quoted = any(c in self.text[start : self.position] for c in "'\"\\")
        into.append(Redirect(descriptor, "<<", ()))
        self._here_documents.append((into[-1], end, quoted, strip))

    def _read_here_documents(self) -> None:
        """Read the waiting here-documents, which begin after a newline."""
        waiting, self._here_documents = self._here_documents, []
        for redirect, end, quoted, strip in waiting:
            text = self._lines_to(end, strip)
            redirect.target = (Text(text, quoted=True),) if quoted else _here_word(text)

    def _lines_to(self, end: str, strip: bool) -> str:
        lines: list[str] = []
        while self.position < len(self.text):
            line, newline, _ = self.text[self.position :].partition("\n")
            self.position += len(line) + len(newline)
            line = line.lstrip("\t") if strip else line
            if line == end:
                return "".join(lines)
            lines.append(line + "\n")
        raise Incomplete("end of file unexpected")

    def _plain_word(self) -> str:
        self._skip_blanks()
        return "".join(part.text for part in self.word() if isinstance(part, Text))

    def _peek(self) -> str:
        """Give the next operator, or the next word as far as it is plain text; empty at the end."""
        self._skip_blanks()
        found = _OPERATOR.match(self.text, self.position)
        if found:
            return found[0]
        plain = _PLAIN_START.match(self.text, self.position)
        assert plain is not None
        return plain[0] or self.text[self.position : self.position + 1]

    def _take(self, token: str) -> None:
        self._skip_blanks()
        self.position += len(token)
        if token == "\n" and self._here_documents:
            self._read_here_documents()

    def _expect(self, token: str) -> None:
        self._skip_newlines()
        if self._peek() != token:
            raise self._unexpected(expecting=token)
        self._take(token)

    def _skip_newlines(self) -> None:
        while self._peek() == "\n":
            self._take("\n")

    def _unexpected(self, expecting: str = "") -> SyntaxProblem:
        token = self._peek()
        wanted = f' (expecting "{expecting}")' if expecting else ""
        if token == "":
            return Incomplete(f"end of file unexpected{wanted}")
        shown = "newline" if token == "\n" else f'"{token}"'
        return SyntaxProblem(f"{shown} unexpected{wanted}", token)


def _here_word(text: str) -> Word:
    reader = Parser(text)
    return reader.double_quoted(end="")
