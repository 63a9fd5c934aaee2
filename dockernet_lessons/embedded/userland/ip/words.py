"""The words of an ``ip`` command line, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.namespace import Namespace

USAGE_ERROR = 255
"""What iproute2's exit(-1) arrives as."""
FAILED = 1
REFUSED = 2
"""The kernel said no."""


class Failure(Exception):
    """The command ends here.

    Parameters
    ----------
    text
        What it prints to standard error, without the last newline.
    exit_code
        What it returns.
    """

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.text = text
        self.exit_code = exit_code


@dataclass(frozen=True)
class Options:
    """What was asked for before the object (ip(8)).

    Attributes
    ----------
    family
        4, 6 or None for both.
    stats
        How many times ``-statistics`` was given.
    """

    json: bool = False
    pretty: bool = False
    details: bool = False
    brief: bool = False
    oneline: bool = False
    family: int | None = None
    stats: int = 0

    @property
    def newline(self) -> str:
        """What ends a line inside a record: a backslash with ``-oneline``."""
        return "\\" if self.oneline else "\n"


_FLAGS = ("json", "pretty", "details", "brief", "oneline")
_FAMILIES = {"inet": 4, "inet6": 6, "link": None}
_IGNORED = ("all", "loops", "human-readable", "iec", "tshort", "timestamp", "resolve", "Numeric")
_MAC = re.compile(r"[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}")
_COLOR = re.compile(r"-c(o|ol|olo|olor)?(=(always|auto|never))?|-colour(=(always|auto|never))?")


def read_options(words: list[str], utility: str = "ip") -> tuple[Options, list[str]]:
    """Take the options off the front of a command line.

    Parameters
    ----------
    words
        Without the command's own name.
    utility
        ``ip`` or ``bridge``, for the error.

    Returns
    -------
    tuple
        The options and the words after them. A first word ``-Version`` is left for the caller.

    Raises
    ------
    Failure
        An option is unknown.
    """
    options, words = Options(), list(words)
    while words and words[0].startswith("-") and not is_version(words[0]):
        word = words.pop(0)
        if word == "--":
            break
        word = word[1:] if word.startswith("--") else word
        options = _option(options, word, words, utility)
    return options, words


def is_version(word: str) -> bool:
    """Say whether a word asks for the version."""
    return len(word) > 1 and "-Version".startswith(word.replace("--", "-", 1))


def _option(options: Options, word: str, words: list[str], utility: str) -> Options:
    if word in ("-4", "-6"):
        return replace(options, family=int(word[1]))
    if word == "-0" or _COLOR.fullmatch(word):
        return options
    name = word[1:]
    if name and "family".startswith(name):
        return replace(options, family=_family(words))
    if len(name) > 1 and "brief".startswith(name):
        return replace(options, brief=True)
    if name and ("statistics".startswith(name) or name == "stats"):
        return replace(options, stats=options.stats + 1)
    if name and "netns".startswith(name):
        raise no_namespace(words.pop(0) if words else "")
    for flag in _FLAGS:
        if name and flag.startswith(name) and flag != "brief":
            return replace(options, **{flag: True})
    if name and any(ignored.startswith(name) for ignored in _IGNORED):
        return options
    raise Failure(_unknown_option(word, utility), USAGE_ERROR)


def _unknown_option(word: str, utility: str) -> str:
    help_word = "ip -help" if utility == "ip" else f"{utility} help"
    return f'Option "{word}" is unknown, try "{help_word}".'


def _family(words: list[str]) -> int | None:
    name = words.pop(0) if words else ""
    if name not in _FAMILIES:
        raise Failure(f'Error: argument "{name}" is wrong: invalid protocol family', USAGE_ERROR)
    return _FAMILIES[name]


def no_namespace(name: str) -> Failure:
    """Make the error for a name that no network namespace has: Docker's have none."""
    text = f'Cannot open network namespace "{name}": No such file or directory'
    return Failure(text, USAGE_ERROR)


@dataclass
class Words:
    """A cursor over the words after the command.

    Attributes
    ----------
    left
        What was not taken yet.
    """

    left: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.left)

    def take(self) -> str:
        """Take the next word, or fail as iproute2's NEXT_ARG does."""
        if not self.left:
            raise Failure('Command line is not complete. Try option "help"', USAGE_ERROR)
        return self.left.pop(0)

    def skip(self, *names: str) -> bool:
        """Take the next word if it is one of these."""
        if self.left and self.left[0] in names:
            self.left.pop(0)
            return True
        return False


def abbreviates(word: str, *names: str) -> bool:
    """Say whether a word is the beginning of one of the names, as iproute2 takes it."""
    return bool(word) and any(name.startswith(word) for name in names)


def wrong(word: str, why: str) -> Failure:
    """Make the error for a word that cannot be right."""
    return Failure(f'Error: argument "{word}" is wrong: {why}\n', USAGE_ERROR)


def garbage(word: str, expected: str = "dev") -> Failure:
    """Make the error for a word too many."""
    return Failure(
        f'Error: either "{expected}" is duplicate, or "{word}" is a garbage.', USAGE_ERROR
    )


def no_device(exit_code: int) -> Failure:
    """Make the error for a change that names no device."""
    return Failure('Not enough information: "dev" argument is required.', exit_code)


def device(namespace: Namespace, name: str) -> Device:
    """Find a device that a change or a filter names."""
    found = namespace.devices.get(name)
    if found is None:
        raise Failure(f'Cannot find device "{name}"', FAILED)
    return found


def _not_a_prefix(text: str) -> Failure:
    return Failure(f'Error: any valid prefix is expected rather than "{text}".', FAILED)


def interface(text: str) -> IPv4Interface:
    """Read an address with or without a prefix length."""
    try:
        return IPv4Interface(text)
    except ValueError:
        raise _not_a_prefix(text) from None


def network(text: str) -> IPv4Network:
    """Read a prefix; ``default`` is everything.

    Raises
    ------
    Failure
        It is none; or bits after the prefix are set, which the kernel refuses.
    """
    if text in ("default", "any", "all"):
        return IPv4Network("0.0.0.0/0")
    found = interface(text)
    if found.ip != found.network.network_address:
        raise Failure("Error: Invalid prefix for given prefix length.", REFUSED)
    return found.network


def host(text: str) -> IPv4Address:
    """Read an address that must not have a prefix length."""
    try:
        return IPv4Address(text)
    except ValueError:
        raise Failure(f'Error: inet address is expected rather than "{text}".', FAILED) from None


def mac(text: str) -> str | None:
    """Read a MAC address, with or without leading zeros; None if it is none."""
    if not _MAC.fullmatch(text):
        return None
    return ":".join(f"{int(octet, 16):02x}" for octet in text.split(":"))


def address(text: str) -> IPv4Address:
    """Read an address."""
    return interface(text).ip
