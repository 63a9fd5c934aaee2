"""Redirections: files, descriptors and here-documents as streams of a command."""

from __future__ import annotations

from collections.abc import Iterable

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors, Stream
from dockernet_lessons.embedded.userland.shell.dialect import Dialect
from dockernet_lessons.embedded.userland.shell.expansion import Expander
from dockernet_lessons.embedded.userland.shell.problems import RedirectProblem
from dockernet_lessons.embedded.userland.shell.state import State
from dockernet_lessons.embedded.userland.shell.syntax import Redirect
from dockernet_lessons.embedded.userland.streams import Closed, pipe_of
from dockernet_lessons.embedded.userland.system import System

_OWN = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


class Redirector:
    """Applies redirections."""

    def __init__(self, system: System, state: State, expander: Expander, words: Dialect) -> None:
        self._system = system
        self._state = state
        self._expander = expander
        self._words = words

    def apply(self, redirects: Iterable[Redirect], streams: Descriptors) -> Steps[Descriptors]:
        """Give the descriptors after the redirections; the given ones stay as they are.

        Raises
        ------
        RedirectProblem
            A file that cannot be opened, or a bad descriptor.
        """
        if not redirects:
            return streams
        changed = streams.copy()
        for redirect in redirects:
            target = yield from self._expander.text(redirect.target)
            self._one(redirect, target, changed)
        return changed

    def _one(self, redirect: Redirect, target: str, streams: Descriptors) -> None:
        operator, number = redirect.operator, redirect.descriptor
        if operator == "<<":
            streams.table[number] = pipe_of(target.encode("utf-8", "surrogateescape"))
        elif operator in (">&", "<&") and (target.isdecimal() or target == "-"):
            streams.table[number] = self._duplicated(target, streams)
        elif operator in ("<", "<>"):
            streams.table[number] = self._opened(target, streams)
        elif operator in ("&>", "&>>", ">&"):
            streams.table[1] = streams.table[2] = self._created(target, streams, operator)
        elif operator == "<&":
            raise RedirectProblem(f"{target}: ambiguous redirect")
        else:
            streams.table[number] = self._created(target, streams, operator)

    def _duplicated(self, target: str, streams: Descriptors) -> Stream:
        if target == "-":
            return Closed()
        stream = streams.table.get(int(target[:4]))
        if stream is None or isinstance(stream, Closed):
            raise RedirectProblem(f"{target}: Bad file descriptor")
        return stream

    def _own(self, path: str, streams: Descriptors) -> Stream | None:
        """Give what ``/dev/stdout`` or ``/dev/fd/3`` is open on already."""
        number = _OWN.get(path)
        if number is None and path.startswith("/dev/fd/") and path[8:].isdecimal():
            number = int(path[8:][:4])
        return None if number is None else streams.table.get(number)

    def _opened(self, path: str, streams: Descriptors) -> Pipe:
        own = self._own(path, streams)
        if isinstance(own, Pipe):
            return own
        try:
            return pipe_of(self._system.files.read(path, self._state.workdir))
        except FileError as error:
            if str(error) == "Is a directory":  # can be opened, but not read
                return pipe_of(b"")
            raise RedirectProblem(self._words.cannot_open(path, str(error))) from error

    def _created(self, path: str, streams: Descriptors, operator: str) -> Stream:
        own = self._own(path, streams)
        if own is not None:
            return own
        if path == "/dev/tty" and self._system.process.terminal is not None:
            return self._system.process.terminal
        try:
            append = operator.endswith(">>")
            return self._system.files.open(path, self._state.workdir, append=append)
        except FileError as error:
            raise RedirectProblem(self._words.cannot_create(path, str(error))) from error
