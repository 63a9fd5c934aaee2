"""The command line of iputils' ping 20221126 (ping(8)), and its complaints."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse

_LETTERS: Final = "46aAbBc:CDde:fF:hi:I:Ll:m:M:nN:Op:qQ:rRs:S:t:T:UvVw:W:"
_NOT_HERE: Final = "NRTelmp"
_LONG_OPTION: Final = re.compile(r"unrecognized option.*")
_NO_SUCH: Final = "invalid option -- '-'"
_USAGE: Final = """
Usage
  ping [options] <destination>

Options:
  <destination>  address or name
  -b             allow pinging broadcast
  -c <count>     stop after <count> replies
  -D             print timestamps
  -f             flood ping
  -i <interval>  seconds between sending each packet
  -I <interface> either interface name or address
  -M do          never fragment
  -n             no reverse name resolution
  -O             report outstanding replies
  -q             quiet output
  -s <size>      number of data bytes to be sent
  -t <ttl>       time to live
  -v             verbose output
  -V             print version and exit
  -w <deadline>  reply wait <deadline> in seconds
  -W <timeout>   time to wait for response
  -4             use IPv4
"""
VERSION: Final = (
    "ping from iputils 20221126\n"
    "libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n"
)
_LARGEST: Final = 2**63 - 1
_LARGEST_INT: Final = 2**31 - 1


class PingFailure(Exception):
    """Ping ends before it begins.

    Parameters
    ----------
    text
        For standard error.
    exit_code
        What it returns.
    """

    def __init__(self, text: str, exit_code: int = 2) -> None:
        super().__init__(text)
        self.text = text
        self.exit_code = exit_code


@dataclass
class PingOptions:
    """What to do.

    Attributes
    ----------
    interval, deadline, linger
        Seconds: between requests; for everything (None: as long as it takes); for the answer to
        the last request if none came so far.
    wait_for_reply
        Send the next request as soon as an answer came (``-f``, ``-A``, ``-i 0``).
    bound
        Interface name or source address of ``-I``.
    warnings
        For standard error, before anything else.
    """

    target: str = ""
    count: int | None = None
    interval: float = 1.0
    deadline: float | None = None
    linger: float = 10.0
    size: int = 56
    ttl: int = 64
    numeric: bool = False
    quiet: bool = False
    flood: bool = False
    wait_for_reply: bool = False
    timestamps: bool = False
    outstanding: bool = False
    verbose: bool = False
    bell: bool = False
    sticky: bool = False
    broadcast: bool = False
    whole: bool = False
    ipv6: bool = False
    bound: str | None = None
    version: bool = False
    warnings: str = ""


def read_options(words: list[str]) -> PingOptions:
    """Read a command line.

    Parameters
    ----------
    words
        Without the command's name.

    Raises
    ------
    PingFailure
        It cannot be understood.
    """
    parsed = _parse(words)
    options = PingOptions()
    for letter, value in parsed.order:
        _READERS[letter](options, value or "")
    if options.version:
        return options
    if not parsed.words:
        raise PingFailure("ping: usage error: Destination address required\n", 1)
    if len(parsed.words) > 1:
        raise PingFailure("ping: one destination; routes through others are not emulated\n")
    options.target = parsed.words[0]
    return options


def _parse(words: list[str]) -> Parsed:
    try:
        parsed = parse(words, _LETTERS)
    except UsageError as error:
        raise PingFailure(f"ping: {_LONG_OPTION.sub(_NO_SUCH, str(error))}\n{_USAGE}") from None
    if "h" in parsed:
        raise PingFailure(_USAGE)
    unknown = next((letter for letter in parsed.options if letter in _NOT_HERE), None)
    if unknown is not None:
        raise PingFailure(f"ping: -{unknown} is not emulated\n{_USAGE}")
    return parsed


def _whole_number(text: str, lowest: int, highest: int) -> int:
    """Read a number as strtol(3) does, within bounds."""
    try:
        number = int(text, 0) if re.fullmatch(r"[+-]?(0[xX][0-9a-fA-F]+|\d+)", text) else None
    except ValueError:
        number = int(text, 8) if re.fullmatch(r"[+-]?[0-7]+", text) else None
    if number is None:
        raise PingFailure(f"ping: invalid argument: '{text}'\n", 1)
    if abs(number) > _LARGEST:
        raise PingFailure(f"ping: invalid argument: '{text}': Numerical result out of range\n", 1)
    if not lowest <= number <= highest:
        bounds = f"out of range: {lowest} <= value <= {highest}"
        raise PingFailure(f"ping: invalid argument: '{text}': {bounds}\n", 1)
    return number


_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def _seconds(options: PingOptions, text: str) -> float:
    """Read seconds as strtod(3) does: what follows the number is complained of, and ignored."""
    found = _NUMBER.match(text)
    if found is None or found.end() < len(text):
        options.warnings += f"ping: option argument contains garbage: {text}\n"
        options.warnings += "ping: this will become fatal error in the future\n"
    return float(found[0]) if found else 0.0


def _read_interval(options: PingOptions, text: str) -> None:
    options.interval = _seconds(options, text)
    if options.interval >= _LARGEST_INT / 1000:
        raise PingFailure(f"ping: bad timing interval: {text}\n")
    options.interval = max(0.0, options.interval)
    options.wait_for_reply = options.interval < 0.001


def _read_linger(options: PingOptions, text: str) -> None:
    options.linger = _seconds(options, text)
    if not 0 <= options.linger < _LARGEST_INT / 1000:
        raise PingFailure(f"ping: bad linger time: {text}\n")
    options.linger = options.linger or 10.0


def _read_deadline(options: PingOptions, text: str) -> None:
    options.deadline = _whole_number(text, 0, _LARGEST_INT) or None


def _read_count(options: PingOptions, text: str) -> None:
    options.count = _whole_number(text, 1, _LARGEST)


def _read_size(options: PingOptions, text: str) -> None:
    options.size = _whole_number(text, 0, _LARGEST_INT)


def _read_ttl(options: PingOptions, text: str) -> None:
    options.ttl = _whole_number(text, 0, 255)
    if options.ttl == 0:
        raise PingFailure("ping: cannot set unicast time-to-live: Invalid argument\n")


def _read_discovery(options: PingOptions, text: str) -> None:
    if text not in ("do", "dont", "want"):
        raise PingFailure(f"ping: invalid -M argument: {text}\n")
    options.whole = text == "do"


def _read_bound(options: PingOptions, text: str) -> None:
    options.bound = text


def _read_flood(options: PingOptions, text: str) -> None:
    options.flood = options.wait_for_reply = True


def _flag(name: str) -> Callable[[PingOptions, str], None]:
    return lambda options, _: setattr(options, name, True)


def _ignore(options: PingOptions, text: str) -> None:
    """Accept what makes no difference here: tos, the flow label of IPv6, socket settings."""


_READERS: Final[dict[str, Callable[[PingOptions, str], None]]] = {
    "c": _read_count, "i": _read_interval, "w": _read_deadline, "W": _read_linger,
    "s": _read_size, "t": _read_ttl, "M": _read_discovery, "I": _read_bound, "f": _read_flood,
    "n": _flag("numeric"), "q": _flag("quiet"), "D": _flag("timestamps"),
    "O": _flag("outstanding"), "v": _flag("verbose"), "b": _flag("broadcast"),
    "6": _flag("ipv6"), "A": _flag("wait_for_reply"), "V": _flag("version"),
    "a": _flag("bell"),
    "B": _flag("sticky"), **dict.fromkeys("4CdFLQrSU", _ignore),
}  # fmt: skip
