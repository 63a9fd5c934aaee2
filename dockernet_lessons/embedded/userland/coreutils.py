"""What the GNU coreutils have in common: complaints, versions, reading files."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse
from dockernet_lessons.embedded.userland.system import System

_LICENSE = (
    "Copyright (C) 2022 Free Software Foundation, Inc.\n"
    "License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\n"
    "This is free software: you are free to change and redistribute it.\n"
    "There is NO WARRANTY, to the extent permitted by law.\n"
)
_AUTHORS = {
    "cat": "Torbjorn Granlund and Richard M. Stallman",
    "echo": "Brian Fox and Chet Ramey",
    "env": "Richard Mlynarik, David MacKenzie, and Assaf Gordon",
    "head": "David MacKenzie and Jim Meyering",
    "ls": "Richard M. Stallman and David MacKenzie",
    "sleep": "Jim Meyering and Paul Eggert",
    "timeout": "Padraig Brady",
    "wc": "Paul Rubin and David MacKenzie",
}
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_INTERVAL = re.compile(
    r"(?:(0[xX][0-9a-fA-F]+)|(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?))"
    r"([smhd]?)",
    re.IGNORECASE,
)
_MULTIPLIERS = {"": 1, "b": 512, "kB": 1000, "k": 1024, "K": 1024, "MB": 10**6, "M": 2**20,
                "GB": 10**9, "G": 2**30}  # fmt: skip
_COUNT = re.compile(r"([-+]?)(\d{1,18})([a-zA-Z]{0,2})")


class Finished(Exception):
    """The program has said all it had to; the argument is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def usage(system: System, name: str, error: object = "", code: int = 1) -> int:
    """Print a coreutils program's complaint about its options; give its exit code."""
    complaint = f"{name}: {error}\n" if error else ""
    system.err(f"{complaint}Try '{name} --help' for more information.\n")
    return code


def options(
    system: System,
    argv: list[str],
    letters: str,
    long: dict[str, str],
    synopsis: str,
    *,
    stop: bool = False,
    code: int = 1,
) -> Parsed:
    """Read the options of a coreutils program.

    Parameters
    ----------
    argv
        Its words, the first being its name.
    letters, long, stop
        See `options.parse`.
    synopsis
        What follows the name in ``--help``.
    code
        Exit code for wrong options.

    Raises
    ------
    Finished
        The options were wrong, or asked for help or the version.
    """
    name = argv[0].rpartition("/")[2]
    known = {**long, "help": "\0help", "version": "\0version"}
    try:
        parsed = parse(argv[1:], letters, known, stop=stop)
    except UsageError as error:
        raise Finished(usage(system, name, error, code)) from error
    if "\0help" in parsed:
        system.out(f"Usage: {name} {synopsis}\n\n{_listed(letters, long)}")
        raise Finished(0)
    if "\0version" in parsed:
        system.out(f"{name} (GNU coreutils) 9.1\n{_LICENSE}\nWritten by {_AUTHORS[name]}.\n")
        raise Finished(0)
    return parsed


def _listed(letters: str, long: dict[str, str]) -> str:
    """List the options that the emulated program knows."""
    short = [letter for letter in letters if letter != ":"]
    names = [f"-{letter}" for letter in short] + [f"--{name.rstrip('=?')}" for name in long]
    return f"The emulated program knows the options {' '.join(names)}.\n" if names else ""


def interval_of(word: str) -> float | None:
    """Read ``1.5``, ``2m`` or ``infinity`` as seconds; None if it is none of these."""
    found = _INTERVAL.fullmatch(word.strip()[:40])
    if found is None:
        return None
    number = float(int(found[1], 16)) if found[1] else float(found[2])
    return number * _UNITS[found[3].lower()]


def count_of(word: str) -> tuple[str, int] | None:
    """Read a sign and a number such as ``-2k``; None if it is none."""
    found = _COUNT.fullmatch(word)
    if found is None or found[3] not in _MULTIPLIERS:
        return None
    return found[1], int(found[2]) * _MULTIPLIERS[found[3]]


def read_whole(system: System, name: str) -> Steps[bytes]:
    """Read a file, or with ``-`` standard input to its end.

    Raises
    ------
    FileError
        It cannot be read.
    """
    if name != "-" and not is_stdin(name):
        return system.files.read(name, system.process.workdir)
    whole = bytearray()
    while data := (yield from system.stdin.read()):
        whole += data
    return bytes(whole)


def is_stdin(name: str) -> bool:
    """Tell whether a file's name stands for standard input."""
    return name in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")


def is_directory(system: System, name: str) -> bool:
    """Tell whether there is a directory of this name."""
    try:
        return system.files.find(name, system.process.workdir).kind == "directory"
    except FileError:
        return False


def shown(name: str) -> str:
    """Give a file's name for a message: quoted if it is empty or has blanks."""
    return f"'{name}'" if not name or re.search(r"[\s'\"\\$*?]", name) else name
