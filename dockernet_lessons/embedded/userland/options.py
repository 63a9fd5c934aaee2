"""Command-line options as getopt_long(3) reads them, with its error messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class UsageError(Exception):
    """The options cannot be understood; the text is getopt's, after the program's name."""


@dataclass
class Parsed:
    """What was read.

    Attributes
    ----------
    options
        Letter (or long name) -> value, or None for an option without one. The last one counts.
    order
        Every (letter, value) in its order.
    words
        What is no option.
    """

    options: dict[str, str | None] = field(default_factory=dict)
    order: list[tuple[str, str | None]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __contains__(self, letter: str) -> bool:
        return letter in self.options

    def value(self, letter: str, default: str = "") -> str:
        """Give an option's value."""
        return self.options.get(letter) or default


def parse(
    words: Sequence[str], letters: str, long: Mapping[str, str] | None = None, *, stop: bool = False
) -> Parsed:
    """Read options.

    Parameters
    ----------
    words
        Without the program's name.
    letters
        As for getopt(3): a colon after those that take a value.
    long
        Long name, with ``=`` after those that take a value, ``?`` after those that may take one
        -> its letter.
    stop
        The first word that is no option ends the options.

    Raises
    ------
    UsageError
        An unknown option, or a missing value.
    """
    parsed = Parsed()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            parsed.words += rest
            break
        if word.startswith("--"):
            _long(parsed, word, rest, long or {})
        elif word.startswith("-") and word != "-":
            _short(parsed, word, rest, letters)
        else:
            parsed.words.append(word)
            if stop:
                parsed.words += rest
                break
    return parsed


def _short(parsed: Parsed, word: str, rest: list[str], letters: str) -> None:
    for position, letter in enumerate(word[1:], start=1):
        at = letters.find(letter)
        if at < 0 or letter == ":":
            raise UsageError(f"invalid option -- '{letter}'")
        if letters[at + 1 : at + 2] != ":":
            _note(parsed, letter, None)
            continue
        value = word[position + 1 :]
        if not value:
            if not rest:
                raise UsageError(f"option requires an argument -- '{letter}'")
            value = rest.pop(0)
        _note(parsed, letter, value)
        return


def _long(parsed: Parsed, word: str, rest: list[str], long: Mapping[str, str]) -> None:
    name, equals, value = word[2:].partition("=")
    fitting = [known for known in long if known.rstrip("=?") == name] or [
        known for known in long if known.startswith(name)
    ]
    if not fitting:
        raise UsageError(f"unrecognized option '{word}'")
    if len({long[known] for known in fitting}) > 1:
        names = " ".join(f"'--{known.rstrip('=?')}'" for known in fitting)
        raise UsageError(f"option '{word}' is ambiguous; possibilities: {names}")
    takes_value = fitting[0].endswith("=")
    full = fitting[0].rstrip("=?")
    if takes_value and not equals:
        if not rest:
            raise UsageError(f"option '--{full}' requires an argument")
        value = rest.pop(0)
    elif equals and not takes_value and not fitting[0].endswith("?"):
        raise UsageError(f"option '--{full}' doesn't allow an argument")
    _note(parsed, long[fitting[0]], value if takes_value or equals else None)


def _note(parsed: Parsed, letter: str, value: str | None) -> None:
    parsed.options[letter] = value
    parsed.order.append((letter, value))
