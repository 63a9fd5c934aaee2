"""Arithmetic expansion: whole numbers of 64 bits as in C (POSIX.1-2017, section 2.6.4)."""

from __future__ import annotations

import re
from collections.abc import Callable

from dockernet_lessons.embedded.userland.shell.state import State

_COMMON = (
    r"0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|&&|\|\||<<|>>|[-+*/%&|^<>=!]=|[-+*/%&|^~!<>?:()=,]"
)
_TOKEN = re.compile(rf"\s*({_COMMON})")
_BASH_TOKEN = re.compile(rf"\s*(\*\*|\+\+|--|{_COMMON})")
_NAME = re.compile(r"[A-Za-z_]")
_LEVELS = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", "<=", ">", ">="), ("<<", ">>"),
    ("+", "-"), ("*", "/", "%"), ("**",),
)  # fmt: skip
_PRECEDENCE = {op: level for level, operators in enumerate(_LEVELS) for op in operators}
_ASSIGNING = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")
_BITS = 1 << 64
_PRIMARY = "expecting primary"
MAX_DEPTH = 30
MAX_LENGTH = 10_000


class ArithmeticProblem(Exception):
    """No expression, or a division by zero.

    Attributes
    ----------
    kind
        ``division``, ``number``, or what dash says was expected.
    token
        Where it went wrong.
    """

    def __init__(self, kind: str, token: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.token = token


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
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
    "**": lambda a, b: pow(a, max(b, 0), _BITS),
}
_UNARY: dict[str, Callable[[int], int]] = {
    "-": lambda value: -value,
    "+": lambda value: value,
    "!": lambda value: int(not value),
    "~": lambda value: ~value,
}


def evaluate(expression: str, state: State, depth: int = 0) -> int:
    """Evaluate an expression; variables without a value are 0.

    Parameters
    ----------
    depth
        Variables whose values are being evaluated, as bash does.

    Raises
    ------
    ArithmeticProblem
        It is no expression, or divides by zero.
    """
    return _Evaluation(expression, state, depth).result()


class _Evaluation:
    """One evaluation; `_skipping` counts the operands whose value does not matter."""

    def __init__(self, expression: str, state: State, depth: int) -> None:
        if len(expression) > MAX_LENGTH:
            raise ArithmeticProblem("expression too long")
        self._expression = expression
        self._state = state
        self._depth = depth
        self._skipping = 0
        self._tokens: list[str] = []
        self._starts: list[int] = []
        self._position = 0
        text, position = expression.rstrip(), 0
        while position < len(text):
            found = (_BASH_TOKEN if state.bash else _TOKEN).match(text, position)
            if found is None:
                raise ArithmeticProblem(_PRIMARY, text[position:].strip())
            self._tokens.append(found[1])
            self._starts.append(found.start(1))
            position = found.end()

    def _problem(self, kind: str, back: int = 0) -> ArithmeticProblem:
        """Make the error: it is at the next token, or so many tokens back."""
        at = min(self._position - back, len(self._tokens) - 1)
        return ArithmeticProblem(kind, self._expression[self._starts[at] :].strip())

    def result(self) -> int:
        if not self._tokens:
            return 0
        value = self._comma()
        if self._next():
            raise self._problem("expecting EOF")
        return value

    def _next(self, ahead: int = 0) -> str:
        position = self._position + ahead
        return self._tokens[position] if position < len(self._tokens) else ""

    def _take(self) -> str:
        self._position += 1
        return self._tokens[self._position - 1]

    def _comma(self) -> int:
        value = self._assignment()
        while self._next() == "," and self._state.bash:
            self._take()
            value = self._assignment()
        return value

    def _assignment(self) -> int:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._problem("nested too deeply for the emulation")
        if _NAME.match(self._next()) and self._next(1) in _ASSIGNING:
            name, operator = self._take(), self._take()
            value = self._assignment()
            if operator != "=":
                value = self._apply(operator[:-1], self._variable(name), value)
            self._assign(name, value)
        else:
            value = self._conditional()
        self._depth -= 1
        return value

    def _assign(self, name: str, value: int) -> None:
        if not self._skipping:
            self._state.assign(name, str(value))

    def _conditional(self) -> int:
        condition = self._binary(0)
        if self._next() != "?":
            return condition
        self._take()
        first = self._assignment_if(bool(condition))
        if self._next() != ":":
            raise self._problem("expecting ':'")
        self._take()
        second = self._assignment_if(not condition)
        return first if condition else second

    def _assignment_if(self, wanted: bool) -> int:
        self._skipping += not wanted
        value = self._assignment()
        self._skipping -= not wanted
        return value

    def _binary(self, least: int) -> int:
        """Read operators that bind at least so tightly (precedence climbing)."""
        value = self._unary()
        while _PRECEDENCE.get(self._next(), -1) >= least:
            operator = self._take()
            level = _PRECEDENCE[operator]
            if operator in ("||", "&&"):
                known = bool(value) is (operator == "||")
                self._skipping += known
                right = self._binary(level + 1)
                self._skipping -= known
                value = int(bool(value) or bool(right)) if operator == "||" else (
                    int(bool(value) and bool(right)))  # fmt: skip
            else:
                value = self._apply(operator, value, self._binary(level + 1))
        return value

    def _apply(self, operator: str, left: int, right: int) -> int:
        if operator not in "/%":
            return _wrapped(_OPERATIONS[operator](left, right))
        if right == 0:
            if self._skipping:
                return 0
            raise self._problem("division", back=1)
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return _wrapped(quotient if operator == "/" else left - quotient * right)

    def _unary(self) -> int:
        signs = []
        while self._next() in _UNARY or (self._next() in ("++", "--") and not self._steps()):
            signs += list(self._take())
            if len(signs) > MAX_LENGTH:
                break
        value = self._postfix()
        for sign in reversed(signs):
            value = _wrapped(_UNARY[sign](value))
        return value

    def _steps(self) -> bool:
        """Tell whether ``++`` stands before a variable, in bash."""
        return self._state.bash and _NAME.match(self._next(1)) is not None

    def _postfix(self) -> int:
        step = 0
        if self._next() in ("++", "--"):
            step = 1 if self._take() == "++" else -1
        token = self._next()
        if not token:
            raise self._problem(_PRIMARY)
        self._take()
        if token == "(":
            return self._parenthesis()
        if token[0].isdecimal():
            return self._number(token)
        if not _NAME.match(token):
            raise self._problem(_PRIMARY, back=1)
        value = _wrapped(self._variable(token) + step)
        if step:
            self._assign(token, value)
        elif self._state.bash and self._next() in ("++", "--"):
            self._assign(token, _wrapped(value + (1 if self._take() == "++" else -1)))
        return value

    def _parenthesis(self) -> int:
        value = self._comma()
        if self._next() != ")":
            raise self._problem("expecting ')'")
        self._take()
        return value

    def _variable(self, name: str) -> int:
        text = (self._state.value(name) or "").strip() or "0"
        found = re.fullmatch(r"([-+]?)(0[xX][0-9a-fA-F]+|\d+)", text[:100])
        if found is not None:
            return -self._number(found[2]) if found[1] == "-" else self._number(found[2])
        if not self._state.bash:
            raise ArithmeticProblem("number", text)
        return evaluate(text, self._state, self._depth + 1)

    def _number(self, token: str) -> int:
        """Read a number: decimal, ``0x`` hexadecimal, or octal after a zero."""
        digits = token[:40]
        octal = len(digits) > 1 and digits[0] == "0" and digits[1] not in "xX"
        if octal and re.search("[89]", digits):
            raise ArithmeticProblem("base" if self._state.bash else "expecting EOF", token)
        value = int(digits, 8 if octal else 16 if digits[:2] in ("0x", "0X") else 10)
        return _wrapped(value) if self._state.bash else min(value, _BITS // 2 - 1)


def _wrapped(value: int) -> int:
    """Cut to 64 bits with sign."""
    value %= _BITS
    return value - _BITS if value >= _BITS // 2 else value
