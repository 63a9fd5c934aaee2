"""The conditions of ``test`` and ``[`` (POSIX.1-2017, XCU test)."""

from __future__ import annotations

from collections.abc import Callable

from dockernet_lessons.embedded.userland.files import FileError, Files, Node

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
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
}
_FILES: dict[str, Callable[[Node], bool]] = {
    "-e": lambda node: True,
    "-f": lambda node: node.kind in ("file", "fixed"),
    "-d": lambda node: node.kind == "directory",
    "-r": lambda node: True,
    "-w": lambda node: node.kind != "fixed",
    "-x": lambda node: node.executable or node.kind == "directory",
    "-s": lambda node: node.kind == "directory" or len(node.content()) > 0,
    "-L": lambda node: node.kind == "link",
    "-h": lambda node: node.kind == "link",
}


class TestProblem(Exception):
    """The words are no condition."""

    __test__ = False  # not a test class


def holds(words: list[str], files: Files, workdir: str) -> bool:
    """Tell whether a condition holds.

    Raises
    ------
    TestProblem
        It is none.
    """
    for operator in ("-o", "-a"):
        if operator in words[1:-1] and len(words) > 3:
            at = words.index(operator, 1)
            left, right = (holds(w, files, workdir) for w in (words[:at], words[at + 1 :]))
            return left or right if operator == "-o" else left and right
    if words[:1] == ["!"] and len(words) > 1:
        return not holds(words[1:], files, workdir)
    if words[:1] == ["("] and words[-1:] == [")"] and len(words) > 2:
        return holds(words[1:-1], files, workdir)
    if len(words) < 2:
        return bool(words and words[0])
    if len(words) == 2:
        return _unary(words[0], words[1], files, workdir)
    if len(words) == 3:
        return _binary(*words)
    raise TestProblem(f"{words[3]}: unexpected operator")


def _unary(operator: str, word: str, files: Files, workdir: str) -> bool:
    if operator in ("-n", "-z"):
        return bool(word) is (operator == "-n")
    if operator == "-t":
        return False
    if operator not in _FILES:
        raise TestProblem(f"{operator}: unexpected operator")
    try:
        node = files.find(word, workdir, follow=operator not in ("-L", "-h"))
    except FileError:
        return False
    return _FILES[operator](node)


def _binary(left: str, operator: str, right: str) -> bool:
    if operator in _TEXTS:
        return _TEXTS[operator](left, right)
    if operator not in _COMPARISONS:
        raise TestProblem(f"{operator}: unexpected operator")
    return _COMPARISONS[operator](_number(left), _number(right))


def _number(word: str) -> int:
    try:
        return int(word.strip()[:40], 10)
    except ValueError as error:
        raise TestProblem(f"Illegal number: {word}") from error
