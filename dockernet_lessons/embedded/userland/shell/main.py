"""The programs ``sh`` and ``bash``."""

from __future__ import annotations

import signal

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.shell.builtins import BUILTINS
from dockernet_lessons.embedded.userland.shell.expansion import ExpansionError
from dockernet_lessons.embedded.userland.shell.interpreter import (
    STOPPED,
    Exhausted,
    Interpreter,
    Leave,
    Skip,
)
from dockernet_lessons.embedded.userland.shell.parser import Parser
from dockernet_lessons.embedded.userland.shell.state import MAX_STEPS, Budget, State, Streams
from dockernet_lessons.embedded.userland.shell.syntax import Script
from dockernet_lessons.embedded.userland.shell.words import Incomplete, SyntaxProblem
from dockernet_lessons.embedded.userland.system import System

_PROMPTS = {True: ("bash-5.2# ", "> "), False: ("# ", "> ")}
MAX_SCRIPT = 2**20


def sh(system: System, argv: list[str]) -> Steps[int]:
    """Run ``sh``, as dash has it."""
    return (yield from _shell(system, argv, bash=False))


def bash(system: System, argv: list[str]) -> Steps[int]:
    """Run ``bash``."""
    return (yield from _shell(system, argv, bash=True))


def _shell(system: System, argv: list[str], *, bash: bool) -> Steps[int]:
    letters, words = _options(argv[1:])
    state = _state(system, argv[0].rpartition("/")[2], bash)
    state.options |= letters & {"e", "u", "x"}
    streams = Streams(system.stdin, system.process.stdout, system.process.stderr)
    shell = Interpreter(system, state, BUILTINS)
    if "c" in letters:
        return (yield from _command_line(shell, words, streams))
    if words:
        return (yield from _script(shell, words, streams))
    return (yield from _conversation(shell, streams))


def _options(words: list[str]) -> tuple[set[str], list[str]]:
    letters: set[str] = set()
    while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
        word, words = words[0], words[1:]
        if word == "--":
            break
        if not word.startswith("--"):
            letters |= set(word[1:])
            words = words[1:] if word.endswith("o") else words
    return letters, words


def _state(system: System, name: str, bash: bool) -> State:
    environment = system.environment
    workdir = system.process.workdir
    return State(
        name=name,
        bash=bash,
        variables={**environment, "PWD": workdir, "IFS": " \t\n"},
        exported={*environment, "PWD"},
        workdir=workdir,
        pid=system.process.inner_pid,
    )


def _command_line(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    if not words:
        line = "" if shell.state.bash else "0: "
        _say(shell, streams, f"{line}-c: option requires an argument")
        return 2
    shell.state.name = words[1] if len(words) > 1 else shell.state.name
    shell.state.arguments = words[2:]
    return (yield from _text(shell, words[0], streams))


def _script(shell: Interpreter, words: list[str], streams: Streams) -> Steps[int]:
    try:
        data = shell.system.files.read(words[0], shell.state.workdir)
    except FileError as error:
        missing = f"0: cannot open {words[0]}: No such file"
        _say(shell, streams, f"{words[0]}: {error}" if shell.state.bash else missing)
        return 127 if shell.state.bash else 2
    shell.state.name, shell.state.arguments = words[0], words[1:]
    return (yield from _text(shell, data.decode(errors="replace"), streams))


def _text(shell: Interpreter, text: str, streams: Streams) -> Steps[int]:
    """Run a whole script."""
    if len(text) > MAX_SCRIPT:
        _say(shell, streams, "script too long for the emulated shell")
        return STOPPED
    try:
        script = Parser(text).script()
    except (SyntaxProblem, RecursionError) as problem:
        return _syntax_error(shell, problem, text, streams)
    return (yield from _run(shell, script, streams))


def _syntax_error(shell: Interpreter, problem: Exception, text: str, streams: Streams) -> int:
    """Complain as the shell does; in both a syntax error is status 2."""
    line = text.rstrip("\n").count("\n") + 1
    if not shell.state.bash:
        message = f"{line}: Syntax error: {problem}"
    elif isinstance(problem, Incomplete):
        message = f"-c: line {line + 1}: syntax error: unexpected end of file"
    else:
        token = getattr(problem, "token", "") or "newline"
        message = f"-c: line {line}: syntax error near unexpected token `{token}'"
    _say(shell, streams, message)
    if shell.state.bash and not isinstance(problem, Incomplete):
        _say(shell, streams, f"-c: line {line}: `{text.rstrip().splitlines()[line - 1]}'")
    return 2


def _say(shell: Interpreter, streams: Streams, text: str) -> None:
    streams.stderr.write(f"{shell.state.name}: {text}\n".encode())


def _run(shell: Interpreter, script: Script, streams: Streams) -> Steps[int]:
    """Run a script, then what ``trap … EXIT`` asked for; what leaves it gives the status."""
    status = yield from _guarded(shell, script, streams)
    if shell.state.at_exit and status != STOPPED:
        at_exit, shell.state.at_exit = shell.state.at_exit, ""
        yield from _text(shell, at_exit, streams)
    return status


def _guarded(shell: Interpreter, script: Script, streams: Streams) -> Steps[int]:
    try:
        return (yield from shell.run(script, streams))
    except Leave as leave:
        return leave.status
    except Skip:
        return 0
    except ExpansionError as error:
        shell.complain(streams, str(error))
        return 127 if shell.state.bash else 2
    except (Exhausted, RecursionError):
        _say(shell, streams, f"stopped: the emulated shell runs at most {MAX_STEPS} commands")
        return STOPPED


def _conversation(shell: Interpreter, streams: Streams) -> Steps[int]:
    """Run what comes line by line, each command as soon as it is complete."""
    first, more = _PROMPTS[shell.state.bash] if shell.system.process.tty else ("", "")
    shell.system.on_signal(signal.SIGTERM, None if first else lambda: shell.system.process.end(143))
    pending = ""
    while True:
        streams.stderr.write((more if pending else first).encode())
        line = (yield from streams.stdin.read_line()).decode(errors="replace")
        pending += line
        shell.state.budget = Budget()
        try:
            script = Parser(pending).script()
        except Incomplete:
            if line:
                continue
            return _syntax_error(shell, Incomplete("end of file unexpected"), pending, streams)
        except (SyntaxProblem, RecursionError) as problem:
            shell.state.status = _syntax_error(shell, problem, pending, streams)
            if not first:
                return shell.state.status
        else:
            left = yield from _converse(shell, script, streams)
            if left is not None:
                return left
        pending = ""
        if not line:
            return shell.state.status


def _converse(shell: Interpreter, script: Script, streams: Streams) -> Steps[int | None]:
    """Run one command of a conversation; a status when it ends the shell."""
    try:
        yield from shell.run(script, streams)
    except Leave as leave:
        return leave.status
    except Skip:
        return None
    except (ExpansionError, Exhausted, RecursionError) as error:
        shell.complain(streams, str(error) or "stopped: too many commands at a time")
        shell.state.status = 2
    return None
