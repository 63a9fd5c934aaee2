"""Builtins that print or look: echo, printf, pwd, cd, test, umask, ulimit, times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.printf import BadFormat, formatted
from dockernet_lessons.embedded.userland.shell.problems import ShellProblem
from dockernet_lessons.embedded.userland.shell.test import Tester, TestProblem
from dockernet_lessons.embedded.userland.text import unescaped

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter

_OPEN_FILES = 1_048_576
"""What ``ulimit -n`` says in a container: dockerd's own limit."""


def echo(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``echo``: dash always understands backslashes, bash with ``-e``."""
    rest, newline, escapes = words[1:], True, not shell.state.bash
    pattern = r"-[neE]+" if shell.state.bash else "-n"
    while rest and re.fullmatch(pattern, rest[0]):
        newline = newline and "n" not in rest[0]
        if shell.state.bash and set(rest[0]) & set("eE"):
            escapes = rest[0].rstrip("n")[-1] == "e"
        rest = rest[1:]
        if not shell.state.bash:
            break
    text = " ".join(rest)
    if escapes:
        bash = shell.state.bash
        text, stopped = unescaped(text, octal=not bash, hexadecimal=bash)
        newline = newline and not stopped
    shell.state.budget.spend(0, len(text))
    streams.out(text + "\n" * newline)
    return 0


def printf(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``printf``."""
    rest = words[2:] if words[1:2] == ["--"] else words[1:]
    if words[1:] and re.match("-[^-]", words[1]):
        return _bad_option(shell, words[1], streams)
    if not rest:
        if shell.state.bash:
            streams.err("printf: usage: printf [-v var] format [arguments]\n")
        else:
            shell.complain(streams, "printf: usage: printf format [arg ...]")
        return 2
    try:
        text, problems = formatted(rest[0], rest[1:], bash=shell.state.bash)
    except BadFormat as error:
        shell.complain(streams, f"printf: {error}")
        streams.out(error.before)
        return 1 if shell.state.bash else 2
    for problem in problems:
        shell.complain(streams, f"printf: {problem}")
    shell.state.budget.spend(0, len(text))
    streams.out(text)
    return 1 if problems else 0


def _bad_option(shell: Interpreter, word: str, streams: Descriptors) -> int:
    if not shell.state.bash:
        raise ShellProblem(f"printf: Illegal option {word[:2]}", 2)
    shell.complain(streams, f"printf: {word[:2]}: invalid option")
    streams.err("printf: usage: printf [-v var] format [arguments]\n")
    return 2


def pwd(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``pwd``."""
    folder = shell.state.workdir
    if words[1:2] == ["-P"]:
        folder = shell.system.files.resolved(folder)
    streams.out(folder + "\n")
    return 0


def change_directory(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``cd``."""
    state = shell.state
    rest = [word for word in words[1:] if word not in ("-P", "-L", "--")]
    if len(rest) > 1 and state.bash:
        shell.complain(streams, "cd: too many arguments")
        return 1
    target = rest[0] if rest else state.variables.get("HOME", "")
    show = target == "-"
    if show:
        if "OLDPWD" not in state.variables and state.bash:
            shell.complain(streams, "cd: OLDPWD not set")
            return 1
        target = state.variables.get("OLDPWD", state.workdir)
    path = shell.system.files.absolute(target, state.workdir)
    try:
        if shell.system.files.find(target or ".", state.workdir).kind != "directory":
            raise FileError("Not a directory")
    except FileError as error:
        shell.complain(streams, shell.dialect.cannot_change_directory(target, str(error)))
        return shell.dialect.error_status
    if show:
        streams.out(f"{path}\n")
    state.assign("OLDPWD", state.workdir)
    state.assign("PWD", path)
    state.exported |= {"PWD", "OLDPWD"}
    state.workdir = shell.system.process.workdir = path
    return 0


def test(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``test`` or ``[``."""
    rest = words[1:]
    if words[0] == "[":
        if rest[-1:] != ["]"]:
            missing = "missing `]'" if shell.state.bash else "missing ]"
            shell.complain(streams, f"[: {missing}")
            return 2
        rest = rest[:-1]
    tester = Tester(shell.system, streams, shell.state.workdir, bash=shell.state.bash)
    try:
        return 0 if tester.holds(rest) else 1
    except TestProblem as error:
        shell.complain(streams, f"{words[0]}: {error}")
        return 2


def umask(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``umask``; files are made with the usual mode whatever it is set to."""
    if len(words) == 1:
        streams.out("0022\n")
    elif words[1] == "-S":
        streams.out("u=rwx,g=rx,o=rx\n")
    return 0


def ulimit(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``ulimit``."""
    if words[1:] in ([], ["-f"]):
        streams.out("unlimited\n")
    elif words[1:] in (["-n"], ["-Hn"], ["-Sn"]):
        streams.out(f"{_OPEN_FILES}\n")
    elif not shell.state.bash:
        raise ShellProblem(f"ulimit: Illegal option {words[1]}", 2)
    return 0


def times(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``times``: programs take no processor time here."""
    line = "0m0.000s 0m0.000s\n" if shell.state.bash else "0m0.000000s 0m0.000000s\n"
    streams.out(line * 2)
    return 0
