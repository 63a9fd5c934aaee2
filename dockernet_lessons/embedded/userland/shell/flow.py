"""Builtins that decide what runs next: exit, return, eval, command, trap and the like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.shell.commands import NOT_FOUND
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.problems import Leave, ShellProblem, Skip
from dockernet_lessons.embedded.userland.signals import name_of, number_of

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter

_KEYWORDS = frozenset(
    ("!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then",
     "until", "while")
)  # fmt: skip


def number(shell: Interpreter, words: list[str], default: int) -> int:
    """Read the number that a builtin was given.

    Raises
    ------
    ShellProblem
        It is none.
    """
    if len(words) < 2:
        return default
    if not re.fullmatch(r"\d{1,9}" if not shell.state.bash else r"[-+]?\d{1,9}", words[1]):
        raise ShellProblem(shell.dialect.bad_number(words[0], words[1]), 2)
    return int(words[1])


def leave(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``exit``."""
    if shell.state.interactive and shell.state.bash:
        streams.err("exit\n")
    raise Leave(number(shell, words, shell.state.status) & 255)


def come_back(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``return``."""
    if shell.state.bash and not shell.state.scopes and not shell.state.sourced:
        text = "return: can only `return' from a function or sourced script"
        shell.complain(streams, text)
        return 2
    raise Leave(number(shell, words, shell.state.status) & 255, function=True)


def skip(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``break`` or ``continue``."""
    levels = number(shell, words, 1)
    if not shell.state.loops:
        if shell.state.bash:
            text = f"{words[0]}: only meaningful in a `for', `while', or `until' loop"
            shell.complain(streams, text)
        return 0
    raise Skip(min(max(1, levels), shell.state.loops), again=words[0] == "continue")


def evaluate(shell: Interpreter, words: list[str], streams: Descriptors) -> Steps[int]:
    """Run ``eval``."""
    return shell.commands.text(" ".join(words[1:]), streams, "eval")


def source(shell: Interpreter, words: list[str], streams: Descriptors) -> Steps[int]:
    """Run ``.``: the commands of a file in this shell."""
    if len(words) < 2:
        if shell.state.bash:
            shell.complain(streams, f"{words[0]}: filename argument required")
            streams.err(f"{words[0]}: usage: {words[0]} filename [arguments]\n")
        return 2 if shell.state.bash else 0
    try:
        text = shell.system.files.read(words[1], shell.state.workdir)
    except FileError as error:
        message = shell.dialect.cannot_open(words[1], str(error))
        if not shell.state.bash:
            raise ShellProblem(f".: {message}", 2) from error
        shell.complain(streams, message)
        return 1
    shell.state.sourced += 1
    try:
        return (yield from shell.commands.text(text.decode(errors="replace"), streams))
    except Leave as left:
        if not left.function:
            raise
        return left.status
    finally:
        shell.state.sourced -= 1


def command(shell: Interpreter, words: list[str], streams: Descriptors) -> int | Steps[int]:
    """Run ``command``: a program or builtin, but no function; with ``-v`` tell what it is."""
    rest = words[1:]
    while rest[:1] in (["-p"], ["--"]):
        rest = rest[1:]
    if rest[:1] in (["-v"], ["-V"]):
        return _describe(shell, rest[1:], streams, rest[0] == "-v", words[0])
    if not rest:
        return 0
    if rest[0] in shell.builtins:
        return shell.commands.builtin(rest[0], rest, streams)
    return shell.commands.program(rest, {}, streams)


def tell_type(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``type``."""
    return _describe(shell, words[1:], streams, False, words[0])


def _describe(
    shell: Interpreter, names: list[str], streams: Descriptors, brief: bool, builtin: str
) -> int:
    """Tell what commands are; dash's ``command -v`` looks at one name only."""
    found = 0
    names = names[:1] if brief and not shell.state.bash else names
    for name in names:
        text = _kind(shell, name, brief)
        found += text is not None
        if text is not None:
            streams.out(f"{text}\n")
        elif not brief and shell.state.bash:
            shell.complain(streams, f"{builtin}: {name}: not found")
        elif not brief:
            streams.out(f"{name}: not found\n")
    if shell.state.bash:
        return int(found == 0 or (not brief and found < len(names)))
    return 0 if found == len(names) else NOT_FOUND


def _kind(shell: Interpreter, name: str, brief: bool) -> str | None:
    path = shell.commands.path_of(name)
    if name in _KEYWORDS:
        kind = "is a shell keyword"
    elif name in shell.state.functions:
        kind = "is a function" if shell.state.bash else "is a shell function"
    elif name in shell.builtins:
        special = not shell.state.bash and name in _SPECIAL_SHOWN
        kind = "is a special shell builtin" if special else "is a shell builtin"
    elif path:
        return path if brief else f"{name} is {path}"
    else:
        return None
    return name if brief else f"{name} {kind}"


_SPECIAL_SHOWN = frozenset(
    (".", ":", "break", "continue", "eval", "exec", "exit", "export", "local", "readonly", "return",
     "set", "shift", "times", "trap", "unset")
)  # fmt: skip


def trap(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``trap``: what to do at a signal or at the end."""
    rest = words[2:] if words[1:2] == ["--"] else words[1:]
    if not rest or rest == ["-p"]:
        for known, action in sorted(shell.state.traps.items()):
            quoted = action.replace("'", "'\\''" if shell.state.bash else "'\"'\"'")
            streams.out(f"trap -- '{quoted}' {_shown(shell, known)}\n")
        return 0
    alone = len(rest) == 1 or rest[0].isdecimal()
    wanted: str | None = None if alone or rest[0] == "-" else rest[0]
    names = rest if alone else rest[1:]
    for name in names:
        number = 0 if name in ("EXIT", "0") else number_of(name)
        if number is None:
            if shell.state.bash:
                shell.complain(streams, f"trap: {name}: invalid signal specification")
            else:
                streams.err(f"trap: {name}: bad trap\n")
            return 1
        shell.traps.set(number, wanted)
    return 0


def _shown(shell: Interpreter, number: int) -> str:
    if number == 0:
        return "EXIT"
    return f"SIG{name_of(number)}" if shell.state.bash else name_of(number)
