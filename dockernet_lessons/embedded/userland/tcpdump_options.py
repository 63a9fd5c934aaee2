"""The command line of tcpdump (tcpdump(8)), and its complaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse

_LETTERS: Final = "#AB:c:C:dDeE:fF:G:hHi:IJj:KlLM:nNOpqQ:r:s:StT:uUvV:w:W:xXy:z:Z:"
_LONG: Final = {
    "interface=": "i", "list-interfaces": "D", "version": "0", "help": "h",
    "immediate-mode": "1", "packet-buffered": "U", "no-promiscuous-mode": "p", "number": "#",
    "direction=": "Q", "relinquish-privileges=": "Z", "snapshot-length=": "s", "micro": "1",
    "nano": "N", "print": "1", "count": "2",
}  # fmt: skip
_NOT_HERE: Final = {
    "w": "saving packets", "r": "reading saved packets", "A": "showing data",
    "x": "showing data", "X": "showing data", "d": "showing the compiled filter",
    "F": "a filter in a file", "L": "choosing a link type", "y": "choosing a link type",
    "#": "numbering packets", "2": "counting without printing", "N": "shortening names",
    "C": "saving packets", "G": "saving packets", "W": "saving packets", "V": "reading files",
    "E": "decryption", "M": "digests", "z": "saving packets",
    "I": "monitor mode", "J": "choosing a clock", "j": "choosing a clock",
}  # fmt: skip
_LONGEST: Final = 262144
VERSION: Final = (
    "tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\nOpenSSL 3.0.19 27 Jan 2026\n"
)
HELP: Final = """\
Usage: tcpdump [-DehKlnpqStuUv] [ -c count ] [ -i interface ] [ -Q in|out|inout ]
\t\t[ -s snaplen ] [ --version ] [ -Z user ] [ expression ]
"""


class DumpFailure(Exception):
    """Tcpdump ends before it begins; the exit code is 1.

    Attributes
    ----------
    text
        For standard error.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = f"tcpdump: {text}\n"


@dataclass
class DumpOptions:
    """What to do.

    Attributes
    ----------
    device
        Empty for the first one.
    count
        Packets to print; None for all.
    link
        Whether the link-level header is printed (``-e``).
    time_style
        How often ``-t`` was given: none, seconds, since the last, with the date, since the first.
    direction
        ``in``, ``out`` or empty for both.
    user
        Whom to become.
    names_everywhere
        Whether UDP on any port is read as DNS (``-T domain``).
    show
        ``D``, ``V`` or ``h``: only print that.
    """

    device: str = ""
    count: int | None = None
    numeric: bool = False
    quiet: bool = False
    link: bool = False
    verbose: int = 0
    time_style: int = 0
    direction: str = ""
    user: str = "tcpdump"
    names_everywhere: bool = False
    show: str = ""
    expression: str = ""


def read_options(words: list[str]) -> DumpOptions:
    """Read a command line.

    Parameters
    ----------
    words
        Without the command's name.

    Raises
    ------
    DumpFailure
        It cannot be understood.
    """
    try:
        parsed = parse(words, _LETTERS, _LONG)
    except UsageError as error:
        raise DumpFailure(f"{error}\n{VERSION}{HELP.rstrip()}") from None
    for letter, name in _NOT_HERE.items():
        if letter in parsed:
            raise DumpFailure(f"{name} is not emulated: packets are printed as they come")
    letters = [letter for letter, _ in parsed.order]
    return DumpOptions(
        device=parsed.value("i"),
        count=_count(parsed),
        numeric="n" in parsed,
        quiet="q" in parsed,
        link="e" in parsed,
        verbose=letters.count("v"),
        time_style=letters.count("t"),
        direction=_direction(parsed),
        user=parsed.value("Z", "tcpdump"),
        names_everywhere=_packet_type(parsed) == "domain",
        show=_shown(parsed),
        expression=" ".join(parsed.words),
    )


def _shown(parsed: Parsed) -> str:
    wanted = {"h": "h", "0": "V", "D": "D"}
    return next((what for letter, what in wanted.items() if letter in parsed), "")


def _count(parsed: Parsed) -> int | None:
    if "s" in parsed and not _is_length(parsed.value("s")):
        text = f"invalid snaplen {parsed.value('s')}"
        raise DumpFailure(f"{text} (must be >= 0 and <= {_LONGEST})")
    if "c" not in parsed:
        return None
    word = parsed.value("c")
    if not word.isdecimal() or int(word) == 0:
        raise DumpFailure(f"invalid packet count {word}")
    return int(word)


def _is_length(word: str) -> bool:
    return word.isdecimal() and int(word) <= _LONGEST


def _packet_type(parsed: Parsed) -> str:
    word = parsed.value("T", "")
    if word not in ("", "domain"):
        raise DumpFailure(f"reading packets as '{word}' is not emulated, only as 'domain'")
    return word


def _direction(parsed: Parsed) -> str:
    word = parsed.value("Q", "inout")
    if word not in ("in", "out", "inout"):
        raise DumpFailure(f"unknown capture direction `{word}'")
    return "" if word == "inout" else word
