"""The command line of traceroute 2.1.2 (traceroute(8)), and its complaints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse

_LETTERS: Final = "46dFf:g:Ii:m:N:np:t:l:Tw:q:rs:z:AVUDP:ehM:O:"
_LONG: Final = {
    "first=": "f", "icmp": "I", "interface=": "i", "max-hops=": "m", "sim-queries=": "N",
    "port=": "p", "wait=": "w", "queries=": "q", "source=": "s", "version": "V", "help": "h",
    "tcp": "T", "udp": "U",
}  # fmt: skip
_NOT_HERE: Final = "dFgtlTrzADPeMO"
_ARGUMENTS: Final = {
    "f": "first_ttl", "i": "device", "m": "max_ttl", "N": "squeries", "p": "port",
    "q": "nqueries", "s": "src_addr", "w": "MAX,HERE,NEAR",
}  # fmt: skip
_MOST_HOPS: Final = 255
_MOST_QUERIES: Final = 10
_SHORTEST: Final = 28
_LONGEST: Final = 65000
VERSION: Final = (
    "Modern traceroute for Linux, version 2.1.2\n"
    "Copyright (c) 2016  Dmitry Butskoy,   License: GPL v2 or any later\n"
)
USAGE: Final = """\
Usage:
  traceroute [ -4In ] [ -f first_ttl ] [ -i device ] [ -m max_ttl ] [ -N squeries ]
             [ -p port ] [ -q nqueries ] [ -s src_addr ] [ -w MAX,HERE,NEAR ] host [ packetlen ]
"""


class RouteFailure(Exception):
    """Traceroute ends; the text is for standard error."""

    def __init__(self, text: str, exit_code: int = 2) -> None:
        super().__init__(text)
        self.text = f"{text}\n"
        self.exit_code = exit_code


@dataclass
class RouteOptions:
    """What to do.

    Attributes
    ----------
    waits
        Seconds for an answer; times the round trip of another answer from the same hop; times
        that of one from a later hop.
    length
        Of a probe, IP header included, bytes.
    port
        Of the first UDP probe.
    simultaneous
        Probes under way at most.
    """

    host: str = ""
    length: int = 60
    numeric: bool = False
    icmp: bool = False
    ipv6: bool = False
    first: int = 1
    hops: int = 30
    queries: int = 3
    simultaneous: int = 16
    port: int = 33434
    waits: tuple[float, float, float] = (5.0, 3.0, 10.0)
    source: str | None = None
    device: str | None = None
    show: str = ""


def read_options(words: list[str]) -> RouteOptions:
    """Read a command line.

    Parameters
    ----------
    words
        Without the command's name.

    Raises
    ------
    RouteFailure
        It cannot be understood.
    """
    try:
        parsed = parse(words, _LETTERS, _LONG)
    except UsageError as error:
        raise RouteFailure(_complaint(str(error), words)) from None
    options = RouteOptions(
        numeric="n" in parsed, icmp="I" in parsed, ipv6="6" in parsed,
        source=parsed.options.get("s"), device=parsed.options.get("i"),
        show=next((letter for letter in "Vh" if letter in parsed), ""),
    )  # fmt: skip
    if options.show or not words:
        options.show = options.show or "h"
        return options
    unknown = next((letter for letter in parsed.options if letter in _NOT_HERE), None)
    if unknown is not None:
        raise RouteFailure(f"traceroute: -{unknown} is not emulated\n{USAGE.rstrip()}")
    _read_numbers(options, parsed, words)
    _read_words(options, parsed, words)
    return options


def _complaint(error: str, words: list[str]) -> str:
    option = error.split("'")[1]
    option = option if option.startswith("--") else f"-{option}"
    place = next((n for n, word in enumerate(words, 1) if word.startswith(option)), len(words))
    if "requires" in error:
        argument = _ARGUMENTS.get(option[1:], "value")
        return f"Option `{option}' (argc {place}) requires an argument: `{option} {argument}'"
    return f"Bad option `{option}' (argc {place})"


def _unusable(letter: str, value: str, words: list[str]) -> RouteFailure:
    place = words.index(value) + 1 if value in words else len(words)
    return RouteFailure(f"Cannot handle `-{letter}' option with arg `{value}' (argc {place})")


def _read_numbers(options: RouteOptions, parsed: Parsed, words: list[str]) -> None:
    names = {"f": "first", "m": "hops", "q": "queries", "N": "simultaneous", "p": "port"}
    for letter, name in names.items():
        value = parsed.options.get(letter)
        if value is not None:
            if not value.isdecimal():
                raise _unusable(letter, value, words)
            setattr(options, name, int(value))
    if "w" in parsed:
        options.waits = _waits(options.waits, parsed.value("w"), words)
    _check_numbers(options)


def _check_numbers(options: RouteOptions) -> None:
    if not 0 < options.first <= options.hops:
        raise RouteFailure("first hop out of range")
    if options.hops > _MOST_HOPS:
        raise RouteFailure(f"max hops cannot be more than {_MOST_HOPS}")
    if not 0 < options.queries <= _MOST_QUERIES:
        raise RouteFailure(f"no more than {_MOST_QUERIES} probes per hop")


def _waits(
    usual: tuple[float, float, float], value: str, words: list[str]
) -> tuple[float, float, float]:
    parts = value.split(",")
    if len(parts) > 3 or not all(re.fullmatch(r"-?\d+\.?\d*", part) for part in parts):
        raise _unusable("w", value, words)
    numbers = [float(part) for part in parts]
    if min(numbers) < 0:
        padded = [*parts, "0", "0"][:3]
        raise RouteFailure(f"bad wait specifications `{','.join(padded)}' used")
    longest, here, near = (*numbers, *((0.0, 0.0) if len(parts) == 1 else usual[len(parts) :]))
    return longest, here, near


def _read_words(options: RouteOptions, parsed: Parsed, words: list[str]) -> None:
    if not parsed.words:
        raise RouteFailure('Specify "host" missing argument.')
    options.host = parsed.words[0]
    if len(parsed.words) > 1:
        length = parsed.words[1]
        if not length.isdecimal():
            text = f'Cannot handle "packetlen" cmdline arg `{length}\' on position 2'
            raise RouteFailure(f"{text} (argc {len(words)})")
        if int(length) > _LONGEST:
            raise RouteFailure(f"too big packetlen {length} specified")
        options.length = max(_SHORTEST, int(length))
