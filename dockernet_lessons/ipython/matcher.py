"""Tab in ``%docker`` lines and ``%%docker`` cells: commands, options, names.

IPython asks its matchers one after another (matcher API 2, since IPython 8.6); this one keeps all
others out where a docker line is typed, because Python's names mean nothing there.
"""

from __future__ import annotations

import re
from typing import Protocol

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)
from IPython.core.interactiveshell import InteractiveShell

from dockernet_lessons.commands.completion import completion
from dockernet_lessons.lab import Lab

NAME = "dockernet_lessons.docker_line"
_LINE = re.compile(r"\s*(?:\w+\s*=\s*)?%docker\s+(.*)", re.DOTALL)
_CELL = re.compile(r"\s*%%docker(?:\s|$)")
_ALL_BUT_LAST = re.compile(r"^(?:.*\s)?", re.DOTALL)


class HasLab(Protocol):
    """Whoever knows the lab that is in use."""

    def lab(self) -> Lab | None:
        """Give it; None if there is none yet."""


def add_matcher(shell: InteractiveShell, typed: HasLab) -> None:
    """Let a shell complete docker lines."""

    def docker_matcher(context: CompletionContext) -> SimpleMatcherResult:
        line = docker_part(context)
        if line is None:
            return SimpleMatcherResult(completions=[])
        lab = typed.lab()
        words = completion(lab._context if lab else None, line)
        return SimpleMatcherResult(
            completions=[SimpleCompletion(word, type="docker") for word in words],
            matched_fragment=_ALL_BUT_LAST.sub("", line),
            suppress=True,
        )

    remove_matcher(shell)
    shell.Completer.custom_matchers.append(context_matcher(identifier=NAME)(docker_matcher))


def remove_matcher(shell: InteractiveShell) -> None:
    """Let it be as it was."""
    matchers = shell.Completer.custom_matchers
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != NAME]


def docker_part(context: CompletionContext) -> str | None:
    """Give what is typed of a docker line up to the cursor; None where there is none."""
    typed = context.text_until_cursor
    if _CELL.match(context.full_text):
        return typed.lstrip().removeprefix("%%docker").lstrip().removeprefix("$ ")
    line = _LINE.match(typed)
    return line[1] if line else None
