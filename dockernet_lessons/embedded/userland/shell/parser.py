"""Shell text to a tree (POSIX.1-2017, Shell Command Language, section 2.10)."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.userland.shell.heredocs import HereDocuments
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

_RESERVED = {
    "if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done", "case", "esac",
    "{", "}", "!",
}  # fmt: skip
_BAD_LOOP = "Bad for loop variable"
_CLOSING = ("then", "elif", "else", "fi", "do", "done", "esac", "}", ")", ";;")
_NAMED = _RESERVED | {"in"}
_OPERATOR = re.compile(r"&&|\|\||;;|<<-|<<|>>|>&|<&|<>|>\||[|&;<>()\n]")
_BASH_OPERATOR = re.compile(r"&>>|&>|\|&|<<<|" + _OPERATOR.pattern)
CONTROL = ("", "\n", ";", "&", "|", "&&", "||", ";;", "(", ")", "|&")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=")
NAME = re.compile(r"[A-Za-z_]\w*")
_REDIRECT = re.compile(r"(\d?)(<<<|<<-|<<|<>|>>|>\||>&|<&|[<>])|()(&>>|&>)")
_WORD_START = re.compile(r"(?:[^\s|&;<>()$`'\"\\]|\\.)*", re.DOTALL)
STARTERS = ("if", "while", "until", "for", "case", "{", "(")


class Parser(WordReader):
    """Reads a script, a line or several lines that belong together at a time.

    Parameters
    ----------
    text
        The script.
    bash
        Read what only bash understands, too.
    """

    def __init__(self, text: str, *, bash: bool = False, depth: int = 0) -> None:
        super().__init__(text, bash=bash, depth=depth)
        self.here_documents = HereDocuments(self)
        self._operators = _BASH_OPERATOR if bash else _OPERATOR
        self._line_at = (0, 1)

    @property
    def line(self) -> int:
        """Number of the line at the position."""
        position, line = self._line_at
        line += self.text.count("\n", position, self.position)
        self._line_at = (self.position, line)
        return line

    def script(self) -> Script:
        """Read everything.

        Raises
        ------
        SyntaxProblem
            It is no script; `Incomplete` if only its end is missing.
        """
        found = self._list(())
        if self.position < len(self.text):
            raise self.unexpected()
        return found

    def next_line(self) -> Script | None:
        """Read the commands of the next line that has any, as `script` does; None at the end."""
        self._skip_newlines()
        if self.position >= len(self.text):
            return None
        found = Script()
        while self.position < len(self.text):
            found.lists.append(self._and_or())
            separator = self._separator(found)
            if separator == "\n":
                self._take("\n")
                break
            if separator not in (";", "&", ""):
                raise self.unexpected()
            if separator and self._peek() == "\n":
                self._take("\n")
                break
        return found

    def _separator(self, found: Script) -> str:
        """Take ``;`` or ``&`` after a list; give what stands there."""
        separator = self._peek()
        if separator in (";", "&"):
            last = found.lists[-1]
            found.lists[-1] = AndOr(last.items, separator == "&", last.text)
            self._take(separator)
        return separator

    def substituted(self) -> Script:
        """Read what stands between ``$(`` and ``)``."""
        found = self._nested((")",))
        if self._peek() == "":
            raise Incomplete('end of file unexpected (expecting ")")', ")")
        self._expect(")")
        return found

    def _nested(self, ends: tuple[str, ...]) -> Script:
        self.enter()
        found = self._list(ends)
        self.depth -= 1
        return found

    def _body(self, *ends: str) -> Script:
        """Read commands up to a reserved word; there must be some."""
        found = self._nested(ends)
        if not found.lists and self.position < len(self.text):
            raise self.unexpected()
        return found

    def _list(self, ends: tuple[str, ...]) -> Script:
        found = Script()
        while True:
            self._skip_newlines()
            token = self._peek()
            if token in ends or token == "" or (token == ";;" and "esac" in ends):
                return found
            if token in _CLOSING and found.lists:
                return found  # whoever expects another end complains
            found.lists.append(self._and_or())
            separator = self._separator(found)
            if separator not in (";", "&", "\n", "", *ends) and not (
                separator == ";;" and "esac" in ends
            ):
                raise self.unexpected()

    def _and_or(self) -> AndOr:
        self.skip_blanks()
        start = self.position
        items = [("", self._pipeline())]
        while (operator := self._peek()) in ("&&", "||"):
            self._take(operator)
            self._skip_newlines()
            items.append((operator, self._pipeline()))
        return AndOr(tuple(items), text=self.text[start : self.position].strip())

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._peek() == "!" and (self.bash or not negated):
            self._take("!")
            negated = not negated
        commands = [self._command()]
        while (operator := self._peek()) in ("|", "|&"):
            self._joined(commands, operator)
            self._take(operator)
            self._skip_newlines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _joined(self, commands: list[Command], operator: str) -> None:
        """Note how a command is joined to the next one of its pipeline."""

    def _command(self) -> Command:
        token = self._peek()
        if token in STARTERS:
            return self._compound(token)
        if token in _RESERVED or token in CONTROL:
            raise self.unexpected()
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

    def _for(self) -> Command:
        name = self._peek()
        if not NAME.fullmatch(name):
            raise self.unexpected(word=True) if self.bash else SyntaxProblem(_BAD_LOOP)
        self._take(name)
        self._skip_newlines()
        words: tuple[Word, ...] | None = None
        if self._peek() == "in":
            self._take("in")
            words = self._words()
        if self._peek() in (";", "\n"):
            self._take(self._peek())
        elif words is not None:
            raise self.unexpected()
        self._skip_newlines()
        return For(name, words, self._do(), self._redirects())

    def _words(self) -> tuple[Word, ...]:
        words = []
        while self._peek() not in CONTROL:
            words.append(self.word())
        return tuple(words)

    def _case(self) -> Case:
        if self._peek() in CONTROL:
            raise self.unexpected("word", word=True)
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
        elif self._peek() != "esac":
            raise self.unexpected(";;")
        return tuple(patterns), body

    def _pattern(self) -> Word:
        if self._peek() in CONTROL:
            raise self.unexpected(")", word=True)
        return self.word()

    def _simple(self) -> Command:
        line = self.line
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            if self._redirect(redirects):
                continue
            token = self._peek()
            if token == "(" and len(words) == 1 and not assignments and not redirects:
                return self._function(words[0])
            if token in CONTROL:
                break
            found = _ASSIGNMENT.match(self.text, self.position) if not words else None
            if found and (self.bash or not found[2]):
                assignments.append(self._assignment(found))
            else:
                words.append(self.word())
        if token == "(":
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirects), line)

    def _assignment(self, found: re.Match[str]) -> tuple[str, Word]:
        self.position = found.end()
        word = self.word(may_be_empty=True)
        if self._peek() == "(" and self.text[self.position : self.position + 1] == "(":
            raise self.unexpected()
        if found[2]:
            reader = self.within(f'"${{{found[1]}-}}"')
            word = (*reader.word(), *word)
        return found[1], word

    def _function(self, word: Word) -> Function:
        name = word[0].text if len(word) == 1 and isinstance(word[0], Text) else ""
        if not NAME.fullmatch(name) and self.bash:
            raise self.unexpected()
        self._take("(")
        if self._peek() not in CONTROL and not self.bash:
            raise SyntaxProblem('word unexpected (expecting ")")')
        self._expect(")")
        if not NAME.fullmatch(name):
            raise SyntaxProblem("Bad function name")
        return self._function_body(name)

    def _function_body(self, name: str) -> Function:
        self._skip_newlines()
        self.enter()
        body = self._command()
        self.depth -= 1
        return Function(name, body)

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while self._redirect(found):
            pass
        return tuple(found)

    def _redirect(self, into: list[Redirect]) -> bool:
        """Read one redirect, if there is one next."""
        self.skip_blanks()
        found = _REDIRECT.match(self.text, self.position)
        if not found or (not self.bash and (found[2] or found[4]) in ("<<<", "&>", "&>>")):
            return False
        operator = found[2] or found[4]
        self.position = found.end()
        descriptor = int(found[1]) if found[1] else 0 if operator.startswith("<") else 1
        if self._peek() in CONTROL or self._operators.match(self.text, self.position):
            raise self.unexpected(word=True)
        if operator == "<<<":
            text: Word = (*self.word(), Text("\n", quoted=True))
            into.append(Redirect(descriptor, "<<", text))
        elif operator.startswith("<<"):
            into.append(Redirect(descriptor, "<<", ()))
            self.here_documents.announce(into[-1], strip=operator == "<<-")
        else:
            into.append(Redirect(descriptor, operator, self.word()))
        return True

    def _peek(self) -> str:
        """Give the next operator, or the next word as far as it is plain text; empty at the end."""
        self.skip_blanks()
        found = self._operators.match(self.text, self.position)
        if found:
            return found[0]
        plain = _WORD_START.match(self.text, self.position)
        assert plain is not None
        rest = self.text[plain.end() : plain.end() + 1]
        # A word that goes on with a quote or an expansion is never a reserved one.
        return plain[0] + (rest if rest and rest in "$`'\"\\" else "")

    def _take(self, token: str) -> None:
        self.skip_blanks()
        self.position += len(token)
        if token == "\n":
            self.here_documents.read()

    def _expect(self, token: str) -> None:
        self._skip_newlines()
        if self._peek() != token:
            raise self.unexpected(expecting=token)
        self._take(token)

    def _skip_newlines(self) -> None:
        while self._peek() == "\n":
            self._take("\n")

    def unexpected(self, expecting: str = "", *, word: bool = False) -> SyntaxProblem:
        """Make the error that the next token was not expected; `word`: but a word was."""
        token = self._peek()
        shown = f'"{expecting}"' if expecting != "word" else expecting
        wanted = f" (expecting {shown})" if expecting else ""
        if token == "" and word and self.bash:
            return SyntaxProblem("end of file", "\n")  # for bash the text ends with a newline
        if token == "":
            return Incomplete(f"end of file unexpected{wanted}")
        if _REDIRECT.match(self.text, self.position):
            return SyntaxProblem(f"redirection unexpected{wanted}", token)
        named = token in _NAMED or token in CONTROL
        kind = "newline" if token == "\n" else f'"{token}"' if named else "word"
        return SyntaxProblem(f"{kind} unexpected{wanted}", token)
