"""What bash understands beyond the POSIX shell: ``[[``, ``((``, ``function``, ``|&``."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.userland.shell.parser import STARTERS, Parser
from dockernet_lessons.embedded.userland.shell.syntax import (
    AndOr,
    Calculation,
    Command,
    Condition,
    Function,
    Group,
    Pipeline,
    Redirect,
    Script,
    Text,
    While,
    Word,
)
from dockernet_lessons.embedded.userland.shell.words import Incomplete

_TEST_OPERATOR = re.compile(r"&&|\|\||[()<>]")
_MATCHES: Word = (Text("=~"),)
_EXPRESSION = re.compile(r"[^\s\\'\"$`]+\$?(?=\s)")
"""A regular expression that needs no expansion: its parentheses are its own."""

_COMPOUND = (*STARTERS, "[[", "function")


class BashParser(Parser):
    """Reads a script as bash does.

    Parameters
    ----------
    text
        The script.
    """

    def __init__(self, text: str, *, bash: bool = True, depth: int = 0) -> None:
        super().__init__(text, bash=bash, depth=depth)

    def _command(self) -> Command:
        token = self._peek()
        if token == "(" and self.text.startswith("((", self.position):
            return self._calculation()
        if token == "[[":
            return self._condition()
        if token == "function":
            return self._named_function()
        return super()._command()

    def _joined(self, commands: list[Command], operator: str) -> None:
        if operator == "|&":
            redirect = Redirect(2, ">&", (Text("1"),))
            commands[-1] = Group(_alone(commands[-1]), False, (redirect,))

    def _for(self) -> Command:
        self.skip_blanks()
        return self._counting() if self.text.startswith("((", self.position) else super()._for()

    def _function_body(self, name: str) -> Function:
        self._skip_newlines()
        if self._peek() not in _COMPOUND:
            raise self.unexpected()
        return super()._function_body(name)

    def _named_function(self) -> Function:
        self._take("function")
        self.skip_blanks()
        name = "".join(part.text for part in self.word() if isinstance(part, Text))
        if self._peek() == "(":
            self._take("(")
            self._expect(")")
        return self._function_body(name)

    def _condition(self) -> Condition:
        """Read the words of ``[[ … ]]``."""
        self._take("[[")
        tokens: list[str | Word] = []
        while True:
            self._skip_newlines()
            if self._peek() == "]]":
                self._take("]]")
                return Condition(tuple(tokens), self._redirects())
            expression = _EXPRESSION.match(self.text, self.position)
            if expression and tokens[-1:] == [_MATCHES]:
                self.position = expression.end()
                tokens.append((Text(expression[0]),))
                continue
            found = _TEST_OPERATOR.match(self.text, self.position)
            if found:
                self.position = found.end()
                tokens.append(found[0])
            elif self._peek() in ("", ";", "&", "|"):
                raise self.unexpected()
            else:
                tokens.append(self.word())

    def _calculation(self) -> Command:
        inside = self._between_parentheses()
        return Calculation(self._expression(inside), self._redirects())

    def _between_parentheses(self) -> str:
        end = self.closing(self.position + 2)
        if end is None or self.text[end : end + 2] != "))":
            raise Incomplete("end of file unexpected", ")")
        inside = self.text[self.position + 2 : end]
        self.position = end + 2
        return inside

    def _expression(self, text: str) -> Word:
        return self.within(text).double_quoted(end="")

    def _counting(self) -> Command:
        """Read ``for ((first; condition; step))`` as the ``while`` loop that it is."""
        parts = [*self._between_parentheses().split(";"), "", ""][:3]
        if self._peek() in (";", "\n"):
            self._take(self._peek())
        self._skip_newlines()
        first, condition, step = (Calculation(self._expression(part or "1")) for part in parts)
        body = self._do()
        loop = While(_alone(condition), body, False, self._redirects(), step)
        return Group(Script([*_alone(first).lists, *_alone(loop).lists]), False)


def _alone(command: Command) -> Script:
    return Script([AndOr((("", Pipeline((command,))),))])
