"""Read the options of a typed line, with the rules and the words of docker's own parser.

Which options a command has is read from its help text. The rules are those of the Go package
pflag; the errors quote Go's ``strconv``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from dockernet_lessons.commands.edition import Command, Edition

_LINE = re.compile(r"  (?:-(\w), |    )--([\w-]+)(?: ([\w-]+))?(?:\s{2,}|$)")
_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")
_SPLIT_AT_COMMAS = ("strings",)
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kKmMgGtTpP]?)(?:i?[bB])?")
# Options that work but are not in the help text: hidden name -> shown name.
HIDDEN = {"net": "network", "net-alias": "network-alias", "dns-opt": "dns-option"}
OUTDATED = {"time": "timeout"}


class OptionError(Exception):
    """An option that cannot be read; the text is docker's."""


@dataclass(frozen=True)
class Option:
    """One option of a command.

    Attributes
    ----------
    name, shorthand
        ``"detach"`` and ``"d"``; the shorthand may be empty.
    kind
        What the help text calls its value (``"string"``, ``"list"``, …); empty for a switch.
    """

    name: str
    shorthand: str
    kind: str

    @property
    def typed(self) -> str:
        """The option as error messages name it."""
        return f"-{self.shorthand}, --{self.name}" if self.shorthand else f"--{self.name}"


@dataclass
class Parsed:
    """The options and arguments of a line.

    Attributes
    ----------
    given
        Name of every option given -> its values in their order; ``"true"`` for a switch.
    arguments
        The words that are not options.
    asked_help, asked_h
        Whether ``--help`` or ``-h`` was among the options, and whether it was ``-h``.
    notices
        What docker says of outdated options.
    """

    given: dict[str, list[str]] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    asked_help: bool = False
    asked_h: bool = False
    notices: list[str] = field(default_factory=list)

    def on(self, name: str, default: bool = False) -> bool:
        """Tell whether a switch is on."""
        return self.given[name][-1] in _TRUE if name in self.given else default

    def one(self, name: str, default: str = "") -> str:
        """Give an option's value, the last one if it was given several times."""
        return self.given.get(name, [default])[-1]

    def number(self, name: str, default: int | None = None) -> int | None:
        """Give an option's value as a number."""
        return int(self.given[name][-1], 0) if name in self.given else default

    def all(self, name: str) -> list[str]:
        """Give all values of an option that may be repeated."""
        return self.given.get(name, [])

    def pairs(self, name: str) -> dict[str, str]:
        """Give the values of an option like ``--label key=value`` as pairs."""
        return {key: value for key, _, value in (text.partition("=") for text in self.all(name))}


@cache
def options_of(edition: Edition, command: Command) -> dict[str, Option]:
    """List a command's options by name, hidden names included."""
    found = _read(edition.help_text(command))
    hidden = OUTDATED | (HIDDEN if command[-1:] in (("run",), ("create",)) else {})
    return found | {name: found[shown] for name, shown in hidden.items() if shown in found}


def _read(text: str) -> dict[str, Option]:
    matches = (_LINE.match(line) for line in text.splitlines())
    options = (Option(m[2], m[1] or "", m[3] or "") for m in matches if m)
    return {option.name: option for option in options}


Checks = Mapping[str, Callable[[str], str]]


def parse(
    options: Mapping[str, Option],
    words: Iterable[str],
    *,
    interspersed: bool = True,
    checks: Checks | None = None,
) -> Parsed:
    """Split the words after a command into options and arguments.

    Parameters
    ----------
    options
        What `options_of` gives.
    words
        The words.
    interspersed
        Whether options may follow arguments; not so for ``run``, ``exec`` and a few others.
    checks
        Option -> what says, in docker's words, what is wrong with a value.

    Raises
    ------
    OptionError
        An unknown option, a missing or a wrong value.
    """
    return _Reader(options, words, interspersed, checks or {}).read()


class _Reader:
    """Reads one line, word by word."""

    def __init__(
        self,
        options: Mapping[str, Option],
        words: Iterable[str],
        interspersed: bool,
        checks: Checks,
    ) -> None:
        self._long = options
        self._short = {option.shorthand: option for option in options.values() if option.shorthand}
        self._left = list(words)
        self._interspersed = interspersed
        self._checks = checks
        self._parsed = Parsed()

    def read(self) -> Parsed:
        while self._left:
            word = self._left.pop(0)
            if word == "--":
                break
            if word.startswith("--"):
                self._read_long(word[2:])
            elif word.startswith("-") and word != "-":
                self._read_short(word[1:])
            else:
                self._parsed.arguments.append(word)
                if not self._interspersed:
                    break
        self._parsed.arguments += self._left
        return self._parsed

    def _read_long(self, text: str) -> None:
        name, equals, value = text.partition("=")
        if not name or name.startswith("-"):
            raise OptionError(f"bad flag syntax: --{text}")
        option = self._long.get(name)
        if option is not None and name != option.name and name in OUTDATED:
            notice = f"Flag --{name} has been deprecated, use --{option.name} instead\n"
            self._parsed.notices.append(notice)
        if option is None:
            self._require_help(name == "help", f"unknown flag: --{name}")
        elif not option.kind and not equals:
            self._take(option, "true")
        elif equals:
            self._take(option, value)
        else:
            self._take(option, self._next(f"flag needs an argument: --{name}"))

    def _read_short(self, letters: str) -> None:
        for index, letter in enumerate(letters):
            option, rest = self._short.get(letter), letters[index + 1 :]
            if option is None:
                error = f"unknown shorthand flag: '{letter}' in -{letters[index:]}"
                self._require_help(letter == "h", error)
                self._parsed.asked_h = True
            elif rest.startswith("="):
                return self._take(option, rest[1:])
            elif not option.kind:
                self._take(option, "true")
            else:
                error = f"flag needs an argument: '{letter}' in -{letters[index:]}"
                return self._take(option, rest or self._next(error))
        return None

    def _require_help(self, is_help: bool, error: str) -> None:
        if not is_help:
            raise OptionError(error)
        self._parsed.asked_help = True

    def _next(self, error: str) -> str:
        if not self._left:
            raise OptionError(error)
        return self._left.pop(0)

    def _take(self, option: Option, value: str) -> None:
        if option.name == "help":
            self._parsed.asked_help = True
            return
        check = self._checks.get(option.name)
        problem = _problem(option.kind, value) or (check(value) if check else "")
        if problem:
            raise OptionError(f'invalid argument "{value}" for "{option.typed}" flag: {problem}')
        values = value.split(",") if option.kind in _SPLIT_AT_COMMAS else [value]
        self._parsed.given.setdefault(option.name, []).extend(values)


def _problem(kind: str, value: str) -> str:
    """Say what is wrong with a value, in docker's words; empty if nothing is."""
    check = _CHECKS.get(kind)
    return check(value) if check else ""


def _bool_problem(value: str) -> str:
    fine = value in (*_TRUE, *_FALSE)
    return "" if fine else f'strconv.ParseBool: parsing "{value}": invalid syntax'


def _int_problem(value: str) -> str:
    try:
        int(value, 0)
    except ValueError:
        return f'strconv.ParseInt: parsing "{value}": invalid syntax'
    return ""


def _filter_problem(value: str) -> str:
    return "" if "=" in value or not value else "bad format of filter (expected name=value)"


def _bytes_problem(value: str) -> str:
    return "" if value == "-1" or _SIZE.fullmatch(value) else f"invalid size: '{value}'"


_CHECKS: dict[str, Callable[[str], str]] = {
    "": _bool_problem,
    "int": _int_problem,
    "filter": _filter_problem,
    "bytes": _bytes_problem,
}


def size_in_bytes(text: str) -> int:
    """Read a size such as ``64m``; docker counts in powers of 1024 here."""
    match = _SIZE.fullmatch(text)
    if match is None:
        return int(text)
    return int(float(match[1]) * 1024 ** " kmgtp".index(match[2].lower() or " "))
