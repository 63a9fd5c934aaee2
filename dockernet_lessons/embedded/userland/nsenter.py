"""nsenter(1) of util-linux 2.38.1: run a command in another process's namespaces.

Network, mount and UTS namespace make a difference to what the lesson's commands do; the others
are accepted if they belong to the target.
"""

from __future__ import annotations

import re
from typing import Final

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse
from dockernet_lessons.embedded.userland.process import CommandNotFound, Context, NotExecutable
from dockernet_lessons.embedded.userland.system import System

_HELP: Final = """
Usage:
 nsenter [options] [<program> [<argument>...]]

Run a program with the namespaces of another process.

Options:
 -t, --target <pid>     target process to get namespaces from
 -a, --all              enter all namespaces
 -n, --net[=<file>]     enter network namespace
 -m, --mount            enter mount namespace
 -u, --uts              enter UTS namespace (hostname etc)
 -i, --ipc, -p, --pid, -C, --cgroup
                        accepted; the programs here see no difference

 -h, --help             display this help
 -V, --version          display version
"""
_LONG: Final = {
    "target=": "t", "all": "a", "mount": "m", "uts": "u", "ipc": "i", "net": "n", "pid": "p",
    "cgroup": "C", "user": "U", "time": "T", "preserve-credentials": "P", "root": "r", "wd": "w",
    "no-fork": "F", "help": "h", "version": "V",
}  # fmt: skip
_FILES: Final = {"m": "mnt", "u": "uts", "i": "ipc", "n": "net", "p": "pid", "C": "cgroup"}
_PATH: Final = re.compile(r"/proc/(\d+)/ns/(\w+)")
_OPTIONAL_VALUE: Final = re.compile(r"--(?:net|mount|uts|ipc|pid|cgroup)=(.*)|-[nmuipC](.+)")


class _Failure(Exception):
    """The text after ``nsenter: ``; the exit code is 1."""


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``nsenter``."""
    try:
        parsed, file = _read(argv[1:])
        if "h" in parsed:
            system.out(_HELP)
            return 0
        if "V" in parsed:
            system.out("nsenter from util-linux 2.38.1\n")
            return 0
        context = _enter(system, parsed, file)
    except UsageError as error:
        system.err(f"nsenter: {error}\nTry 'nsenter --help' for more information.\n")
        return 1
    except _Failure as failure:
        system.err(f"nsenter: {failure}\n")
        return 1
    return (yield from _run(system, parsed.words or ["sh"], context))


def _read(words: list[str]) -> tuple[Parsed, str | None]:
    """Read the options; a value of ``-n`` is optional, so it is written without a blank."""
    file, plain = None, list[str]()
    for position, word in enumerate(words):
        if not word.startswith("-") and (not plain or plain[-1] not in ("-t", "--target")):
            plain += words[position:]
            break
        value = _OPTIONAL_VALUE.fullmatch(word)
        if value is None:
            plain.append(word)
        else:
            file = value[1] or value[2]
            plain.append(word[: -len(file)].rstrip("=") if file else word)
    return parse(plain, "t:amuinpCUTPrwFhV", _LONG, stop=True), file


def _enter(system: System, parsed: Parsed, file: str | None) -> Context:
    """Find the namespaces to run in.

    Raises
    ------
    _Failure
        There is no such process, or the rights are missing.
    """
    pid = _target(parsed)
    names = [_FILES[letter] for letter in _FILES if letter in parsed or "a" in parsed]
    if not names:
        return system.context
    if file is not None:
        found = _PATH.fullmatch(file)
        if found is None:
            raise _Failure(f"cannot open {file}: No such file or directory")
        pid = int(found[1])
    if not pid:
        raise _Failure(f"neither filename nor target pid supplied for ns/{names[-1]}")
    process = system.context.pids.processes.get(pid)
    if process is None:
        raise _Failure(f"cannot open /proc/{pid}/ns/{names[0]}: No such file or directory")
    if "SYS_ADMIN" not in system.capabilities:
        raise _Failure(f"reassociate to namespace 'ns/{names[0]}' failed: Operation not permitted")
    return system.context.entering(process.context, names)


def _target(parsed: Parsed) -> int:
    word = parsed.value("t", "0")
    if not re.fullmatch(r"[+-]?\d+", word):
        raise _Failure(f"failed to parse pid: '{word}'")
    return int(word) % 2**32


def _run(system: System, words: list[str], context: Context) -> Steps[int]:
    try:
        return (yield from system.replace(words, context=context))
    except CommandNotFound:
        system.err(f"nsenter: failed to execute {words[0]}: No such file or directory\n")
        return 127
    except NotExecutable:
        system.err(f"nsenter: failed to execute {words[0]}: Permission denied\n")
        return 126
