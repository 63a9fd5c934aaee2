"""The shells' own commands."""

from __future__ import annotations

import re
import signal

from dockernet_lessons.embedded.loop import Steps, Wait
from dockernet_lessons.embedded.userland.coreutils import echoed
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.shell.interpreter import (
    Builtin,
    Interpreter,
    Leave,
    Skip,
)
from dockernet_lessons.embedded.userland.shell.parser import Parser
from dockernet_lessons.embedded.userland.shell.printf import formatted
from dockernet_lessons.embedded.userland.shell.state import Streams
from dockernet_lessons.embedded.userland.shell.streams import write
from dockernet_lessons.embedded.userland.shell.test import TestProblem, holds
from dockernet_lessons.embedded.userland.shell.words import SyntaxProblem

_NAME = re.compile(r"[A-Za-z_]\w*")
_SIGNALS = {name.removeprefix("SIG"): number for name, number in signal.Signals.__members__.items()}


def _now(status: int) -> Steps[int]:
    """Give a status at once; a builtin is a generator, also one that never waits."""
    return status
    yield


def _cd(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    target = words[1] if len(words) > 1 else shell.state.variables.get("HOME", "/")
    if target == "-":
        target = shell.state.variables.get("OLDPWD", shell.state.workdir)
    path = shell.system.files.absolute(target, shell.state.workdir)
    try:
        if shell.system.files.find(path).kind != "directory":
            raise FileError("Not a directory")
    except FileError as error:
        shell.complain(streams, f"cd: {target}: {error}" if shell.state.bash
                       else f"cd: can't cd to {target}")  # fmt: skip
        return _now(1 if shell.state.bash else 2)
    shell.state.variables.update(OLDPWD=shell.state.workdir, PWD=path)
    shell.state.workdir = path
    return _now(0)


def _pwd(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    write(streams.stdout, shell.state.workdir + "\n")
    return _now(0)


def _echo(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    write(streams.stdout, echoed(words[1:], escapes=not shell.state.bash))
    return _now(0)


def _printf(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    if len(words) < 2:
        shell.complain(streams, "printf: usage: printf format [arg ...]")
        return _now(2)
    write(streams.stdout, formatted(words[1], words[2:]))
    return _now(0)


def _export(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if name == "-p" and not equals:
            continue
        if not _NAME.fullmatch(name):
            shell.complain(streams, f"{words[0]}: {name}: bad variable name")
            return _now(2)
        shell.state.exported.add(name)
        if equals:
            shell.state.variables[name] = value
    if len(words) == 1 or words[1:] == ["-p"]:
        for name, value in sorted(shell.state.environment().items()):
            write(streams.stdout, f"export {name}='{value}'\n")
    return _now(0)


def _local(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    for word in words[1:]:
        name, _, value = word.partition("=")
        shell.state.variables[name] = value
    return _now(0)


def _unset(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    for name in words[1:]:
        shell.state.variables.pop(name, None)
        shell.state.functions.pop(name, None)
    return _now(0)


def _number(words: list[str], default: int) -> int:
    return int(words[1]) if len(words) > 1 and re.fullmatch(r"-?\d{1,9}", words[1]) else default


def _exit(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    raise Leave(_number(words, shell.state.status) & 255)


def _return(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    raise Leave(_number(words, shell.state.status) & 255, function=True)


def _break(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    raise Skip(max(1, _number(words, 1)), again=words[0] == "continue")


def _set(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    rest = words[1:]
    while rest and rest[0][:1] in ("-", "+") and rest[0] not in ("-", "--"):
        letters = set(rest[0][1:])
        if rest[0][0] == "-":
            shell.state.options |= letters
        else:
            shell.state.options -= letters
        rest = rest[2:] if "o" in letters else rest[1:]
    if rest:
        shell.state.arguments = rest[1:] if rest[0] == "--" else rest
    elif len(words) == 1:
        for name, value in sorted(shell.state.variables.items()):
            write(streams.stdout, f"{name}='{value}'\n")
    return _now(0)


def _shift(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    count = _number(words, 1)
    if count > len(shell.state.arguments):
        shell.complain(streams, "shift: can't shift that many")
        return _now(2)
    del shell.state.arguments[:count]
    return _now(0)


def _test(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    rest = words[1:]
    if words[0] == "[":
        if rest[-1:] != ["]"]:
            shell.complain(streams, "[: missing ]")
            return _now(2)
        rest = rest[:-1]
    try:
        return _now(0 if holds(rest, shell.system.files, shell.state.workdir) else 1)
    except TestProblem as error:
        shell.complain(streams, f"{words[0]}: {error}")
        return _now(2)


def _command(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    if words[1:2] in (["-v"], ["-V"]):
        return _type(shell, ["type", *words[2:]], streams, brief=words[1] == "-v")
    if len(words) < 2:
        return _now(0)
    if words[1] in shell.builtins:
        return shell.builtins[words[1]](shell, words[1:], streams)
    return shell.program(words[1:], {}, streams)


def _type(
    shell: Interpreter, words: list[str], streams: Streams, *, brief: bool = False
) -> Steps[int]:
    status = 0
    for name in words[1:]:
        path = _path_of(shell, name)
        if name in shell.state.functions:
            write(streams.stdout, f"{name}\n" if brief else f"{name} is a shell function\n")
        elif name in shell.builtins:
            write(streams.stdout, f"{name}\n" if brief else f"{name} is a shell builtin\n")
        elif path:
            write(streams.stdout, f"{path}\n" if brief else f"{name} is {path}\n")
        else:
            status = 127
            if not brief:
                write(streams.stdout, f"{name}: not found\n")
    return _now(status)


def _path_of(shell: Interpreter, name: str) -> str:
    folders = [""] if "/" in name else shell.state.variables.get("PATH", "").split(":")
    for folder in folders:
        path = f"{folder}/{name}" if folder else name
        try:
            if shell.system.files.find(path, shell.state.workdir).executable:
                return path
        except FileError:
            continue
    return ""


def _read(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    names = [word for word in words[1:] if not word.startswith("-")] or ["REPLY"]
    line = (yield from streams.stdin.read_line()).decode(errors="replace")
    fields = line.rstrip("\n").split(None, len(names) - 1)
    for number, name in enumerate(names):
        shell.state.variables[name] = fields[number].rstrip() if number < len(fields) else ""
    return 0 if line.endswith("\n") else 1


def _eval(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    return (yield from _run_text(shell, " ".join(words[1:]), streams))


def _source(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    try:
        text = shell.system.files.read(words[1], shell.state.workdir).decode(errors="replace")
    except (FileError, IndexError):
        shell.complain(streams, f".: cannot open {' '.join(words[1:2])}: No such file")
        return 2
    return (yield from _run_text(shell, text, streams))


def _run_text(shell: Interpreter, text: str, streams: Streams) -> Steps[int]:
    try:
        script = Parser(text).script()
    except SyntaxProblem as problem:
        shell.complain(streams, f"Syntax error: {problem}")
        raise Leave(2) from problem
    return (yield from shell.run(script, streams))


def _exec(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    if len(words) < 2:
        return 0
    raise Leave((yield from shell.program(words[1:], {}, streams)))


def _wait(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    jobs, shell.state.jobs = shell.state.jobs, []
    status = 0
    for job in jobs:
        while not job.done:
            yield Wait(signals=(job.finished,))
        status = job.result()
    return status if len(words) > 1 else 0


def _kill(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    rest, number = words[1:], int(signal.SIGTERM)
    if rest[:1] == ["-s"]:
        rest = [f"-{rest[1]}" if len(rest) > 1 else "-", *rest[2:]]
    if rest and rest[0].startswith("-"):
        name = rest.pop(0)[1:].upper().removeprefix("SIG")
        known = _SIGNALS.get(name, int(name) if name.isdecimal() else None)
        if known is None:
            shell.complain(streams, f"kill: invalid signal number or name: {name}")
            return _now(2)
        number = int(known)
    status = 0
    for word in rest:
        processes = shell.system.context.pids.processes
        process = processes.get(int(word)) if word.isdecimal() else None
        if process is None:
            shell.complain(streams, "kill: No such process")
            status = 1
        else:
            process.signal(number)
    return _now(status)


def _trap(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    """Note what to do at the end of the script; signals have no handlers here."""
    if words[2:] and words[2:] != ["EXIT"] and words[2:] != ["0"]:
        shell.complain(streams, "trap: the emulated shell traps EXIT only")
        return _now(2)
    if len(words) > 2:
        shell.state.at_exit = "" if words[1] == "-" else words[1]
    return _now(0)


def _true(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    return _now(1 if words[0] == "false" else 0)


BUILTINS: dict[str, Builtin] = {
    ".": _source,
    ":": _true,
    "[": _test,
    "break": _break,
    "cd": _cd,
    "command": _command,
    "continue": _break,
    "echo": _echo,
    "eval": _eval,
    "exec": _exec,
    "exit": _exit,
    "export": _export,
    "false": _true,
    "kill": _kill,
    "local": _local,
    "printf": _printf,
    "pwd": _pwd,
    "read": _read,
    "readonly": _export,
    "return": _return,
    "set": _set,
    "shift": _shift,
    "test": _test,
    "trap": _trap,
    "true": _true,
    "type": _type,
    "umask": _true,
    "unset": _unset,
    "wait": _wait,
}
