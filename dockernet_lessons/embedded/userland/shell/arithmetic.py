"""Arithmetic expansion: whole numbers as in C (POSIX, section 2.6.4)."""

from __future__ import annotations

import re
from collections.abc import Callable

from dockernet_lessons.embedded.userland.shell.state import State

_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|&&|\|\||<<|>>|[<>=!]=|[-+*/%&|^~!<>?:()=])"
)
_LEVELS = (("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", "<=", ">", ">="),
           ("<<", ">>"), ("+", "-"), ("*", "/", "%"))  # fmt: skip
_BITS = 1 << 64
MAX_DEPTH = 60


class ArithmeticProblem(Exception):
    """No expression, or a division by zero."""


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a or b)),
    "&&": lambda a, b: int(bool(a and b)),
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


def evaluate(expression: str, state: State) -> int:
    """Evaluate an expression; variables without a value are 0.

    Raises
    ------
    ArithmeticProblem
        It is no expression, or divides by zero.
    """
    return _Evaluation(expression, state).result()


class _Evaluation:
    def __init__(self, expression: str, state: State) -> None:
        self._expression = expression
        self._state = state
        self._depth = 0
        self._tokens: list[str] = []
        position = 0
        while position < len(expression.rstrip()):
            found = _TOKEN.match(expression, position)
            if found is None:
                raise self._problem()
            self._tokens.append(found[1])
            position = found.end()

    def result(self) -> int:
        if not self._tokens:
            return 0
        value = self._conditional()
        if self._tokens:
            raise self._problem()
        return value

    def _problem(self) -> ArithmeticProblem:
        return ArithmeticProblem(f'arithmetic expression: expecting primary: "{self._expression}"')

    def _next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _conditional(self) -> int:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._problem()
        if re.match(r"[A-Za-z_]", self._next()) and self._tokens[1:2] == ["="]:
            name = self._tokens[0]
            del self._tokens[:2]
            value = self._conditional()
            self._state.variables[name] = str(value)
        else:
            value = self._binary(0)
            if self._next() == "?":
                value = self._chosen(value)
        self._depth -= 1
        return value

    def _chosen(self, condition: int) -> int:
        self._tokens.pop(0)
        first = self._conditional()
        if self._next() != ":":
            raise self._problem()
        self._tokens.pop(0)
        second = self._conditional()
        return first if condition else second

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        value = self._binary(level + 1)
        while self._next() in _LEVELS[level]:
            operator = self._tokens.pop(0)
            value = _wrapped(self._apply(operator, value, self._binary(level + 1)))
        return value

    def _apply(self, operator: str, left: int, right: int) -> int:
        if operator not in "/%":
            return _OPERATIONS[operator](left, right)
        if right == 0:
            raise ArithmeticProblem("division by zero")
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if operator == "/" else left - quotient * right

    def _unary(self) -> int:
        token = self._next()
        if not token:
            raise self._problem()
        self._tokens.pop(0)
        if token in "-+!~":
            value = self._unary()
            return {"-": -value, "+": value, "!": int(not value), "~": ~value}[token]
        if token == "(":
            value = self._conditional()
            if self._next() != ")":
                raise self._problem()
            self._tokens.pop(0)
            return value
        return self._primary(token)

    def _primary(self, token: str) -> int:
        if token[0].isdecimal():
            try:
                return _wrapped(int(token, 0) if token[:2] in ("0x", "0X") else _decimal(token))
            except ValueError as error:
                raise self._problem() from error
        if not (token[0].isalpha() or token[0] == "_"):
            raise self._problem()
        value = self._state.variables.get(token, "").strip() or "0"
        if not re.fullmatch(r"[-+]?\d+", value):
            raise ArithmeticProblem(f"Illegal number: {value}")
        return _wrapped(int(value))


def _decimal(token: str) -> int:
    return int(token, 8) if len(token) > 1 and token[0] == "0" else int(token[:40])


def _wrapped(value: int) -> int:
    """Cut to 64 bits with sign."""
    value %= _BITS
    return value - _BITS if value >= _BITS // 2 else value
