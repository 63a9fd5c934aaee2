"""A shell that reads its commands from standard input, each line as soon as it comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.shell import jobs
from dockernet_lessons.embedded.userland.shell.commands import MAX_SCRIPT
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.interpreter import STOPPED
from dockernet_lessons.embedded.userland.shell.problems import (
    Exhausted,
    Interrupted,
    Leave,
    ShellProblem,
    Skip,
)
from dockernet_lessons.embedded.userland.shell.reading import parser_of, syntax_message
from dockernet_lessons.embedded.userland.shell.words import Incomplete, SyntaxProblem

if TYPE_CHECKING:
    from dockernet_lessons.embedded.pipe import Pipe
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter
    from dockernet_lessons.embedded.userland.shell.parser import Parser
    from dockernet_lessons.embedded.userland.shell.syntax import Script

_PROMPT_ESCAPE = re.compile(r"\\(.)")
INTERRUPTED = 130


class Conversation:
    """Reads and runs commands until the input ends or the shell is left.

    Parameters
    ----------
    shell
        The shell; if it is interactive, it prompts, and outlives mistakes.
    streams
        What it has open.
    """

    def __init__(self, shell: Interpreter, streams: Descriptors) -> None:
        self._shell = shell
        self._streams = streams
        self._buffer = b""
        self._lines = 0

    def hold(self) -> Steps[int]:
        """Read and run; give the exit status."""
        state = self._shell.state
        self._shell.traps.converse()
        while True:
            try:
                left = yield from self._next_command()
            except Interrupted:
                self._streams.err("\n")
                state.status = INTERRUPTED
                continue
            if left is not None:
                return left

    def _next_command(self) -> Steps[int | None]:
        """Read a command, however many lines it takes, and run it; a status at the end."""
        state, pending = self._shell.state, ""
        if state.interactive:
            jobs.announce(self._shell, self._streams)
        while True:
            self._prompt("PS2" if pending else "PS1")
            line = yield from self._line()
            pending += line
            state.budget.renew()
            if not line and not pending:
                return self._end()
            if len(pending) > MAX_SCRIPT:
                self._streams.err(f"{state.name}: stopped by the emulation: script too long\n")
                return 126
            state.first_line = self._lines - pending.count("\n") - (not pending.endswith("\n"))
            parser = parser_of(pending, state)
            try:
                script = parser.script()
            except Incomplete as problem:
                if line:
                    continue
                return self._mistake(problem, parser)
            except SyntaxProblem as problem:
                return self._mistake(problem, parser)
            if parser.here_documents.open and line:
                continue
            return (yield from self._run(script))

    def _end(self) -> int:
        """Leave at the end of the input: an interactive shell begins a new line."""
        if self._shell.state.interactive:
            self._streams.err("exit\n" if self._shell.state.bash else "\n")
        return self._shell.state.status

    def _mistake(self, problem: SyntaxProblem, parser: Parser) -> int | None:
        """Complain about what is no command; a shell without a terminal ends then, dash at once."""
        shell = self._shell
        message = syntax_message(problem, parser, shell.state)
        if shell.state.bash:
            shown = message.split("\n")[0] + "\n" if shell.state.interactive else message
            self._streams.err(shown)
        else:
            shell.state.line = shell.state.first_line + parser.line
            shell.complain(self._streams, message)
        shell.state.status = 2
        return None if shell.state.interactive or (
            shell.state.bash and not isinstance(problem, Incomplete)) else 2  # fmt: skip

    def _run(self, script: Script) -> Steps[int | None]:
        """Run a command; a status when it ends the shell."""
        shell = self._shell
        try:
            yield from shell.run(script, self._streams)
            yield from shell.traps.check()
        except Leave as leave:
            return leave.status
        except Skip:
            return None
        except ShellProblem as problem:
            shell.complain(self._streams, str(problem))
            shell.state.status = min(problem.status, 127)
            # bash gives up the line only, when it reads from standard input
            gives_up = problem.status == shell.dialect.arithmetic_status and shell.state.bash
            return None if shell.state.interactive or gives_up else problem.status
        except Exhausted:
            shell.report_exhausted(self._streams)
            shell.state.status = STOPPED
            return None if shell.state.interactive else STOPPED
        return None

    def _line(self) -> Steps[str]:
        """Read a line. dash takes whatever is there: what it runs does not see the rest."""
        stdin = self._streams.stdin
        if self._shell.state.bash or self._shell.state.interactive:
            line = yield from self._shell.traps.interruptible(stdin.read_line())
        else:
            line = yield from self._shell.traps.interruptible(self._buffered(stdin))
        self._lines += line.endswith(b"\n")
        return line.decode("utf-8", "surrogateescape")

    def _buffered(self, stdin: Pipe) -> Steps[bytes]:
        while b"\n" not in self._buffer:
            data = yield from stdin.read()
            if not data:
                break
            self._buffer += data
        line, newline, self._buffer = self._buffer.partition(b"\n")
        return line + newline

    def _prompt(self, name: str) -> None:
        state = self._shell.state
        if not state.interactive:
            return
        text = state.variables.get(name, "")
        self._streams.err(self._bash_prompt(text) if state.bash else text)

    def _bash_prompt(self, text: str) -> str:
        r"""Replace ``\u``, ``\h``, ``\w`` and the like."""
        state = self._shell.state
        host, home = self._shell.system.hostname, state.variables.get("HOME", "/root")
        inside = state.workdir == home or state.workdir.startswith(f"{home}/")
        folder = "~" + state.workdir[len(home) :] if inside else state.workdir
        shown = {
            "$": "#", "u": "root", "h": host.partition(".")[0], "H": host, "w": folder,
            "W": folder.rpartition("/")[2] or folder, "s": state.name.rpartition("/")[2],
            "v": "5.2", "n": "\n", "[": "", "]": "", "\\": "\\", "e": "\x1b",
        }  # fmt: skip
        return _PROMPT_ESCAPE.sub(lambda found: shown.get(found[1], found[0]), text)
