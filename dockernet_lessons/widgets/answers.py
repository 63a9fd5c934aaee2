"""Compare what a learner predicted with what came out.

A learner writes "One", a cell counts ``1``: both mean the same. Case, blanks and the full stop do
not count; numbers up to twelve may be words; ``True`` is "yes", ``False`` is "no".
"""

from __future__ import annotations

from collections.abc import Iterable

NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip
_SAME = {word: str(number) for number, word in enumerate(NUMBERS)}
_SAME |= {"none": "0", "nothing": "0", "true": "yes", "false": "no"}


def same(one: object, other: object) -> bool:
    """Tell whether two answers mean the same."""
    return _plain(one) == _plain(other)


def in_words(actual: object, choices: Iterable[str] = ()) -> str:
    """Say an answer as the learner would: as the choice that means the same, if there is one."""
    for choice in choices:
        if same(choice, actual):
            return choice
    words = " ".join(str(actual).split()).rstrip(".")
    return _plain(actual) if isinstance(actual, bool) else words


def quoted(answer: str) -> str:
    """Put an answer of several words in quotation marks, so that a sentence can hold it."""
    return f"“{answer}”" if " " in answer else answer


def _plain(answer: object) -> str:
    text = " ".join(str(answer).split()).casefold().rstrip(".!")
    return _SAME.get(text, text)
