"""bash's ``[[ … ]]``: conditions whose words are neither split nor globbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.regex import BadExpression, compiled
from dockernet_lessons.embedded.userland.shell import patterns
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.problems import ShellProblem
from dockernet_lessons.embedded.userland.shell.syntax import Condition, Text, Word
from dockernet_lessons.embedded.userland.shell.test import MAX_DEPTH, NUMBERS, Tester

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter


def evaluate(shell: Interpreter, condition: Condition, streams: Descriptors) -> Steps[int]:
    """Decide a condition: 0 if it holds, 1 if not."""
    decision = _Decision(shell, condition.tokens, streams)
    holds = yield from decision.either()
    if decision.rest:
        raise ShellProblem("syntax error in conditional expression", 2)
    return 0 if holds else 1


class _Decision:
    """One decision; `rest` is what is not read yet."""

    def __init__(
        self, shell: Interpreter, tokens: tuple[str | Word, ...], streams: Descriptors
    ) -> None:
        self.rest = list(tokens)
        self._shell = shell
        self._tester = Tester(shell.system, streams, shell.state.workdir, bash=True)
        self._depth = 0

    def either(self) -> Steps[bool]:
        """Read conditions joined by ``||``."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ShellProblem("stopped by the emulation: nested too deeply", 2)
        result = yield from self._both()
        while self.rest[:1] == ["||"]:
            self.rest.pop(0)
            other = yield from self._both()
            result = result or other
        self._depth -= 1
        return result

    def _both(self) -> Steps[bool]:
        result = yield from self._one()
        while self.rest[:1] == ["&&"]:
            self.rest.pop(0)
            other = yield from self._one()
            result = result and other
        return result

    def _one(self) -> Steps[bool]:
        negated = False
        while self.rest and _plain(self.rest[0]) == "!":
            self.rest.pop(0)
            negated = not negated
        return (yield from self._primary()) is not negated

    def _primary(self) -> Steps[bool]:
        if not self.rest:
            raise ShellProblem("syntax error in conditional expression", 2)
        first = self.rest.pop(0)
        if first == "(":
            result = yield from self.either()
            if self.rest[:1] == [")"]:
                self.rest.pop(0)
            return result
        operator = _plain(first)
        following = self.rest[0] if self.rest else None
        if (
            isinstance(following, tuple)
            and self._tester.is_unary(operator)
            and not (self._is_binary(_plain(following)) and len(self.rest) > 1)
        ):
            word = yield from self._text(self.rest.pop(0))
            return self._unary(operator, word)
        if following is None or following in ("&&", "||", ")"):
            return bool((yield from self._text(first)))
        operator = _plain(self.rest.pop(0))
        if not self.rest or not self._is_binary(operator):
            raise ShellProblem("conditional binary operator expected", 2)
        return (yield from self._binary(first, operator, self.rest.pop(0)))

    def _is_binary(self, operator: str) -> bool:
        return operator == "=~" or self._tester.is_binary(operator)

    def _unary(self, operator: str, word: str) -> bool:
        if operator == "-v":
            return self._shell.state.value(word) is not None
        return self._tester.unary(operator, word)

    def _binary(self, left: str | Word, operator: str, right: str | Word) -> Steps[bool]:
        text = yield from self._text(left)
        if operator in ("=", "==", "!="):
            pattern = yield from self._shell.expander.pattern(_word(right))
            return patterns.fits(pattern, text) is (operator != "!=")
        other = yield from self._text(right)
        if operator == "=~":
            return self._matches(text, other)
        if operator in NUMBERS:
            arithmetic = self._shell.expander.arithmetic
            return NUMBERS[operator](arithmetic(text), arithmetic(other))
        return self._tester.binary(text, operator, other)

    def _matches(self, text: str, expression: str) -> bool:
        try:
            return compiled(expression, extended=True).search(text) is not None
        except BadExpression as error:
            raise ShellProblem(f"[[: {error}", 2) from error

    def _text(self, token: str | Word) -> Steps[str]:
        return (yield from self._shell.expander.text(_word(token)))


def _word(token: str | Word) -> Word:
    return (Text(token),) if isinstance(token, str) else token


def _plain(token: str | Word) -> str:
    """Give a token that is no expansion as text."""
    if isinstance(token, str):
        return token
    return token[0].text if len(token) == 1 and isinstance(token[0], Text) else ""
