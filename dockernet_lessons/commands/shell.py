"""What a shell would do with a typed line: split it into words; and what no shell does here."""

from __future__ import annotations

import re
import shlex

from dockernet_lessons.commands.call import FAILED, CommandError

_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.""", re.DOTALL)
_COMMENT = re.compile(r"(?:^|(?<=\s))#")
_OPERATOR = re.compile(r"\|\|?|&&?|;|<+|>+")
_FILLED_IN = re.compile(r"(?<!\\)(?:\$\(|`|\$\{?[A-Za-z_?!@*#$]\w*\}?)")


def shell_words(line: str) -> list[str]:
    """Split a line into words, with a shell's quotes and comments.

    Raises
    ------
    CommandError
        It has what only a shell carries out: a pipe, a redirection, a variable.
    ValueError
        A quotation has no end.
    """
    comment = _COMMENT.search(_hidden(line, "'\"\\"))
    line = line[: comment.start()] if comment else line
    operator = _OPERATOR.search(_hidden(line, "'\"\\"))
    if operator:
        raise CommandError(
            f"No shell reads this line, so '{operator[0]}' does nothing here; "
            "give one command on a line.\n", FAILED,
        )  # fmt: skip
    filled_in = _FILLED_IN.search(_hidden(line, "'\\"))
    if filled_in:
        raise CommandError(
            f"No shell reads this line, so '{filled_in[0]}' is not filled in; "
            "fill it in with Python, or put single quotes around it to pass it on as it is.\n",
            FAILED,
        )
    return shlex.split(_QUOTED.sub(_unescaped, line))


def _hidden(line: str, marks: str) -> str:
    """Overwrite what is quoted with one of some marks; the length stays."""
    return _QUOTED.sub(lambda part: "x" * len(part[0]) if part[0][0] in marks else part[0], line)


def _unescaped(part: re.Match[str]) -> str:
    """Take the backslash before ``$`` and a backtick in double quotes, which `shlex` leaves."""
    if part[0][0] != '"':
        return part[0]
    return re.sub(r"\\(.)", lambda pair: pair[1] if pair[1] in "$`" else pair[0], part[0])


def script_lines(text: str) -> list[str]:
    """Give the commands of a script: no empty lines, no comments, no ``$`` prompts.

    A backslash at its end joins a line with the next one.
    """
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = (line.strip().removeprefix("$ ").strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
