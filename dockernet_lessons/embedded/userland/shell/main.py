"""The programs ``sh`` and ``bash``."""

from __future__ import annotations

from dataclasses import dataclass, field

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.shell.builtins import BASH_BUILTINS, DASH_BUILTINS
from dockernet_lessons.embedded.userland.shell.commands import MAX_SCRIPT
from dockernet_lessons.embedded.userland.shell.conversation import Conversation
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter
from dockernet_lessons.embedded.userland.shell.problems import ShellProblem
from dockernet_lessons.embedded.userland.shell.reading import parser_of, syntax_message
from dockernet_lessons.embedded.userland.shell.state import Budget, State
from dockernet_lessons.embedded.userland.shell.words import SyntaxProblem
from dockernet_lessons.embedded.userland.system import System

_LETTERS = "abefhilmnsuvxCEIVpB"
_DASH_VARIABLES = {"IFS": " \t\n", "OPTIND": "1", "PS1": "# ", "PS2": "> ", "PS4": "+ "}
_BASH_VARIABLES = {
    "BASH": "/bin/bash", "BASH_VERSION": "5.2.15(1)-release", "EUID": "0", "HOSTTYPE": "x86_64",
    "IFS": " \t\n", "MACHTYPE": "x86_64-pc-linux-gnu", "OPTERR": "1", "OPTIND": "1",
    "OSTYPE": "linux-gnu", "PS4": "+ ", "SHELL": "/bin/bash", "UID": "0",
}  # fmt: skip
_INTERACTIVE_BASH = {"PS1": r"\s-\v\$ ", "PS2": "> "}
_NO_FILE = 127


@dataclass
class _Invocation:
    """How a shell was called: its options, and the words after them."""

    letters: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    version: bool = False


def sh(system: System, argv: list[str]) -> Steps[int]:
    """Run ``sh``, as dash has it."""
    return (yield from _shell(system, argv, bash=False))


def bash(system: System, argv: list[str]) -> Steps[int]:
    """Run ``bash``."""
    return (yield from _shell(system, argv, bash=True))


def _shell(system: System, argv: list[str], *, bash: bool) -> Steps[int]:
    state = _state(system, argv[0], bash)
    streams = Descriptors({0: system.stdin, 1: system.process.stdout, 2: system.process.stderr})
    shell = Interpreter(system, state, BASH_BUILTINS if bash else DASH_BUILTINS)
    try:
        called = _invocation(argv[1:], state)
    except ShellProblem as problem:
        streams.err(f"{state.name}: {problem}\n")
        return problem.status
    if called.version:
        streams.out(_VERSION)
        return 0
    state.options |= called.letters & set("efuxa")
    return (yield from shell.alone(lambda: _run(shell, called, streams), streams))


_VERSION = (
    "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n"
    "Copyright (C) 2022 Free Software Foundation, Inc.\n"
    "License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\n"
    "This is free software; you are free to change and redistribute it.\n"
    "There is NO WARRANTY, to the extent permitted by law.\n"
)


def _invocation(words: list[str], state: State) -> _Invocation:
    called = _Invocation()
    rest = list(words)
    while rest and rest[0][:1] in ("-", "+") and len(rest[0]) > 1:
        word = rest.pop(0)
        if word == "--":
            break
        if word.startswith("--") and state.bash:
            called.version = called.version or word == "--version"
            if word not in ("--version", "--login", "--norc", "--noprofile", "--posix"):
                raise ShellProblem(f"{word}: invalid option", 2)
            continue
        for letter in word[1:]:
            if letter not in _LETTERS and letter not in "co":
                shown = f"{word}: invalid option" if state.bash else (
                    f"0: Illegal option -{letter}")  # fmt: skip
                raise ShellProblem(shown, 2)
        called.letters |= set(word[1:])
        rest = rest[1:] if "o" in word else rest
    called.words = rest
    return called


def _run(shell: Interpreter, called: _Invocation, streams: Descriptors) -> Steps[int]:
    if "c" in called.letters:
        return (yield from _command_line(shell, called.words, streams))
    if called.words and "s" not in called.letters:
        return (yield from _script(shell, called.words, streams))
    shell.state.arguments = called.words
    system = shell.system
    at_terminal = system.process.terminal is not None and (
        system.process.stdin is system.process.terminal_input
    )
    shell.state.interactive = "i" in called.letters or at_terminal
    shell.state.numbered = not shell.state.bash
    shell.state.flags = "s"
    if shell.state.interactive:
        shell.state.flags = "himBHs" if shell.state.bash else "smi"
        for name, value in (_INTERACTIVE_BASH if shell.state.bash else {}).items():
            shell.state.variables.setdefault(name, value)
    elif shell.state.bash:
        shell.state.flags = "hBs"
    return (yield from Conversation(shell, streams).hold())


def _state(system: System, argument: str, bash: bool) -> State:
    environment = system.environment
    workdir = system.process.workdir
    variables = {**(_BASH_VARIABLES if bash else _DASH_VARIABLES), **environment}
    variables.update(PWD=workdir, PPID=str(system.process.parent_pid), IFS=" \t\n", OPTIND="1")
    exported = {*environment, "PWD"}
    if bash:
        level = environment.get("SHLVL", "")
        variables["SHLVL"] = str(int(level[:4]) + 1 if level.isdecimal() else 1)
        variables.setdefault("HOSTNAME", system.hostname)
        variables.setdefault("TERM", "dumb")
        exported.add("SHLVL")
    return State(
        name=argument,
        bash=bash,
        variables=variables,
        exported=exported,
        workdir=workdir,
        budget=Budget(lambda: system.loop.now),
        flags="hB" if bash else "",
        pid=system.process.inner_pid,
        random=lambda: system.random.randrange(32768),
    )


def _command_line(shell: Interpreter, words: list[str], streams: Descriptors) -> Steps[int]:
    if not words:
        where = "" if shell.state.bash else "0: "
        option = "-c: option requires an argument" if shell.state.bash else (
            "-c requires an argument")  # fmt: skip
        streams.err(f"{shell.state.name}: {where}{option}\n")
        return 2
    if words[1:]:
        shell.state.name, shell.state.arguments = words[1], words[2:]
    shell.state.flags += "c" if shell.state.bash else ""
    return (yield from _text(shell, words[0], streams, "-c", last=shell.state.bash))


def _script(shell: Interpreter, words: list[str], streams: Descriptors) -> Steps[int]:
    try:
        data = shell.system.files.read(words[0], shell.state.workdir)
    except FileError as error:
        if shell.state.bash:
            streams.err(f"{shell.state.name}: {words[0]}: {error}\n")
        else:
            message = shell.dialect.cannot_open(words[0], str(error))
            streams.err(f"{shell.state.name}: 0: {message}\n")
        return _NO_FILE if shell.state.bash else 2
    shell.state.name, shell.state.arguments = words[0], words[1:]
    return (yield from _text(shell, data.decode("utf-8", "surrogateescape"), streams, ""))


def _text(
    shell: Interpreter, text: str, streams: Descriptors, name: str, *, last: bool = False
) -> Steps[int]:
    """Run a whole script, line by line; `last`: its last program may take the shell's place."""
    if len(text) > MAX_SCRIPT:
        streams.err(f"{shell.state.name}: stopped by the emulation: script too long\n")
        return 126
    parser = parser_of(text, shell.state)
    try:
        while (script := parser.next_line()) is not None:
            final = last and not parser.text[parser.position :].strip()
            yield from shell.run(script, streams, last=final)
    except SyntaxProblem as problem:
        shell.state.line = parser.line
        message = syntax_message(problem, parser, shell.state, name if shell.state.bash else "")
        if not shell.state.bash:
            raise ShellProblem(message, 2) from problem
        streams.err(message)
        return 2
    return shell.state.status
