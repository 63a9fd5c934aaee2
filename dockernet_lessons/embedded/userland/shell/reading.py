"""Shell text to scripts, and what the shells say about text that is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.shell.bash_parser import BashParser
from dockernet_lessons.embedded.userland.shell.parser import Parser
from dockernet_lessons.embedded.userland.shell.words import Incomplete, SyntaxProblem, TooDeep

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.state import State


def parser_of(text: str, state: State) -> Parser:
    """Make the parser of a shell."""
    return BashParser(text) if state.bash else Parser(text)


def syntax_message(problem: SyntaxProblem, parser: Parser, state: State, name: str = "") -> str:
    """Word a syntax error.

    Parameters
    ----------
    problem, parser
        What went wrong, and where.
    name
        Of the builtin (``eval``) or option (``-c``) that the text is from.

    Returns
    -------
    str
        For dash without what heads every message; for bash whole lines.
    """
    if not state.bash:
        return f"{name}: Syntax error: {problem}" if name else f"Syntax error: {problem}"
    line = parser.line + state.first_line
    shown = f"{name}: " if name else ""

    def head(number: int) -> str:
        return f"{state.name}: {shown}line {number}: " if state.numbered else f"{state.name}: "

    if isinstance(problem, Incomplete):
        return _unfinished(problem, parser, line, head)
    if isinstance(problem, TooDeep):
        return f"{head(line)}{problem}\n"
    text = parser.text.split("\n")[parser.line - 1]
    token = "newline" if problem.token in ("\n", "") else problem.token
    return f"{head(line)}syntax error near unexpected token `{token}'\n{head(line)}`{text}'\n"


def _unfinished(problem: Incomplete, parser: Parser, line: int, head: Callable[[int], str]) -> str:
    after = line + (not parser.text.endswith("\n"))
    if problem.missing == ")":
        return f"{head(after)}unexpected EOF while looking for matching `)'\n"
    if problem.missing:
        return f"{head(line)}unexpected EOF while looking for matching `{problem.missing[0]}'\n"
    return f"{head(after)}syntax error: unexpected end of file\n"
