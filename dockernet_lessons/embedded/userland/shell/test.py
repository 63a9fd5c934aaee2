"""The conditions of ``test``, ``[`` and ``[[`` (POSIX.1-2017, XCU test)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.files import FileError, Node

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
    from dockernet_lessons.embedded.userland.system import System

MAX_DEPTH = 30
NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
_AGES = ("-nt", "-ot", "-ef")
_PLAIN = ("file", "fixed")
_FILES: dict[str, Callable[[Node], bool]] = {
    "-b": lambda node: False,
    "-c": lambda node: node.kind == "device",
    "-d": lambda node: node.kind == "directory",
    "-e": lambda node: True,
    "-f": lambda node: node.kind in _PLAIN,
    "-g": lambda node: False,
    "-G": lambda node: True,
    "-h": lambda node: node.kind == "link",
    "-k": lambda node: bool(node.mode & 0o1000),
    "-L": lambda node: node.kind == "link",
    "-O": lambda node: True,
    "-p": lambda node: False,
    "-r": lambda node: True,
    "-s": lambda node: node.kind == "directory" or node.length > 0,
    "-S": lambda node: False,
    "-u": lambda node: False,
    "-w": lambda node: node.kind != "fixed",
    "-x": lambda node: node.executable or node.kind == "directory",
}


class TestProblem(Exception):
    """The words are no condition."""

    __test__ = False  # not a test class


class Tester:
    """Decides conditions for one command.

    Parameters
    ----------
    system
        Whose files are looked at.
    streams
        What the command has open, for ``-t``.
    workdir
        Where relative paths begin.
    bash
        Understand and word it as bash does, else as dash.
    """

    __test__ = False

    def __init__(self, system: System, streams: Descriptors, workdir: str, *, bash: bool) -> None:
        self._system = system
        self._streams = streams
        self._workdir = workdir
        self._bash = bash
        self._words: list[str] = []
        self._position = 0
        self._depth = 0

    def holds(self, words: list[str]) -> bool:
        """Tell whether a condition holds.

        Raises
        ------
        TestProblem
            It is none.
        """
        if len(words) <= 4:
            known = self._short(words)
            if known is not None:
                return known
        if self._bash and len(words) in (2, 3, 4):
            raise TestProblem(self._bash_problem(words))
        self._words, self._position = words, 0
        result = self._or()
        if self._position < len(words):
            raise TestProblem(self._leftover())
        return result

    def _leftover(self) -> str:
        if self._bash:
            return "too many arguments"
        return f"{self._words[self._position - 1]}: unexpected operator"

    def _bash_problem(self, words: list[str]) -> str:
        if len(words) == 2:
            return f"{words[0]}: unary operator expected"
        return f"{words[1]}: binary operator expected" if len(words) == 3 else "too many arguments"

    def _short(self, words: list[str]) -> bool | None:
        """Decide what POSIX defines by the number of words; None if it does not."""
        if len(words) < 2:
            return bool(words and words[0])
        if len(words) == 2:
            if words[0] == "!":
                return not words[1]
            return self.unary(*words) if self.is_unary(words[0]) else None
        if len(words) == 3 and self.is_binary(words[1]):
            return self.binary(*words)
        if len(words) == 3 and words[1] in ("-a", "-o"):
            both = bool(words[0]), bool(words[2])
            return all(both) if words[1] == "-a" else any(both)
        if words[0] == "!":
            inner = self._short(words[1:])
            return None if inner is None else not inner
        if words[0] == "(" and words[-1] == ")":
            return self._short(words[1:-1])
        return None

    def _next(self) -> str | None:
        return self._words[self._position] if self._position < len(self._words) else None

    def _take(self) -> str:
        word = self._next()
        if word is None:
            if self._bash:
                raise TestProblem("argument expected")
            raise TestProblem(f"{self._words[-1]}: argument expected")
        self._position += 1
        return word

    def _or(self) -> bool:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TestProblem("nested too deeply for the emulation")
        result = self._and()
        while self._next() == "-o":
            self._take()
            result = self._and() or result
        self._depth -= 1
        return result

    def _and(self) -> bool:
        result = self._not()
        while self._next() == "-a":
            self._take()
            result = self._not() and result
        return result

    def _not(self) -> bool:
        negated = False
        while self._next() == "!":
            self._take()
            negated = not negated
        return self._primary() is not negated

    def _primary(self) -> bool:
        word = self._take()
        following = self._next()
        if word == "(" and following is not None:
            result = self._or()
            if self._next() != ")":
                raise TestProblem("closing paren expected" if not self._bash else "`)' expected")
            self._take()
            return result
        if following is not None and self.is_binary(following):
            return self.binary(word, self._take(), self._take())
        if self.is_unary(word) and following is not None:
            return self.unary(word, self._take())
        return bool(word)

    def is_unary(self, word: str) -> bool:
        """Tell whether a word is an operator with one operand."""
        return word in ("-n", "-z", "-t") or word in _FILES or (self._bash and word == "-v")

    def is_binary(self, word: str) -> bool:
        """Tell whether a word is an operator with two operands."""
        known = word in _TEXTS or word in NUMBERS or word in _AGES
        return known and (self._bash or word != "==")

    def unary(self, operator: str, word: str) -> bool:
        """Decide a condition with one operand."""
        if operator in ("-n", "-z"):
            return bool(word) is (operator == "-n")
        if operator == "-t":
            terminal = self._system.process.terminal
            number = int(word[:4]) if word.isdecimal() else -1
            stream = self._streams.table.get(number)
            return terminal is not None and stream in (
                terminal, self._system.process.terminal_input)  # fmt: skip
        if operator == "-v":
            return word in self._system.environment
        node = self._node(word, follow=operator not in ("-L", "-h"))
        return node is not None and _FILES[operator](node)

    def _node(self, path: str, *, follow: bool = True) -> Node | None:
        try:
            return self._system.files.find(path, self._workdir, follow=follow)
        except FileError:
            return None

    def binary(self, left: str, operator: str, right: str) -> bool:
        """Decide a condition with two operands."""
        if operator in _TEXTS:
            return _TEXTS[operator](left, right)
        if operator in NUMBERS:
            return NUMBERS[operator](self.number(left), self.number(right))
        one, other = self._node(left), self._node(right)
        if operator == "-ef":
            return one is not None and one is other
        newer, older = (one, other) if operator == "-nt" else (other, one)
        if newer is None or older is None:
            return newer is not None and self._bash
        return (newer.modified or 0) > (older.modified or 0)

    def number(self, word: str) -> int:
        """Read a whole number.

        Raises
        ------
        TestProblem
            It is none.
        """
        if re.fullmatch(r"\s*[-+]?\d{1,40}\s*", word, re.ASCII):
            return int(word)
        if self._bash:
            raise TestProblem(f"{word}: integer expression expected")
        raise TestProblem(f"Illegal number: {word}")
