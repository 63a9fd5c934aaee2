"""Redirections: files, descriptors and here-documents as streams of a command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.files import FileError, Files
from dockernet_lessons.embedded.userland.process import Sink
from dockernet_lessons.embedded.userland.shell.expansion import Expander
from dockernet_lessons.embedded.userland.shell.state import State, Streams
from dockernet_lessons.embedded.userland.shell.syntax import Redirect
from dockernet_lessons.embedded.userland.system import BrokenPipe, System


class RedirectProblem(Exception):
    """A redirection that cannot be made; the text is the shell's."""


class FileSink:
    """A file that a command writes to."""

    broken = False

    def __init__(self, files: Files, path: str) -> None:
        self._files = files
        self._path = path

    def write(self, data: bytes) -> None:
        """Append to the file; a full disk loses it."""
        try:
            self._files.write(self._path, data, append=True)
        except FileError:
            self.broken = True


def write(sink: Sink, text: str) -> None:
    """Write text.

    Raises
    ------
    BrokenPipe
        Nobody reads it.
    """
    if sink.broken:
        raise BrokenPipe
    sink.write(text.encode("utf-8", "surrogateescape"))


def pipe_of(data: bytes) -> Pipe:
    """Make a pipe that holds some bytes and then ends."""
    pipe = Pipe()
    pipe.write(data)
    pipe.close()
    return pipe


class Redirector:
    """Applies redirections."""

    def __init__(self, system: System, state: State, expander: Expander) -> None:
        self._files = system.files
        self._state = state
        self._expander = expander

    def apply(self, redirects: Iterable[Redirect], streams: Streams) -> Steps[Streams]:
        """Give the streams after the redirections.

        Raises
        ------
        RedirectProblem
            A file that cannot be opened, or a bad descriptor.
        """
        for redirect in redirects:
            target = yield from self._expander.text(redirect.target)
            streams = self._one(redirect, target, streams)
        return streams

    def _one(self, redirect: Redirect, target: str, streams: Streams) -> Streams:
        operator = redirect.operator
        if operator == "<<":
            return replace(streams, stdin=pipe_of(target.encode()))
        if operator in ("<", "<>"):
            return replace(streams, stdin=self._opened(target))
        if operator in (">&", "<&") and (target.isdecimal() or target == "-"):
            return self._duplicated(redirect.descriptor, target, streams)
        sink = self._created(target, append=operator == ">>")
        if operator in ("&>", ">&"):
            return replace(streams, stdout=sink, stderr=sink)
        return _with_sink(streams, redirect.descriptor, sink)

    def _duplicated(self, descriptor: int, target: str, streams: Streams) -> Streams:
        if target == "-":
            return _with_sink(streams, descriptor, FileSink(self._files, "/dev/null"))
        sources = {"1": streams.stdout, "2": streams.stderr}
        if target not in sources:
            raise RedirectProblem(f"{target}: Bad file descriptor")
        return _with_sink(streams, descriptor, sources[target])

    def _opened(self, path: str) -> Pipe:
        try:
            return pipe_of(self._files.read(path, self._state.workdir))
        except FileError as error:
            if self._state.bash:
                raise RedirectProblem(f"{path}: {error}") from error
            raise RedirectProblem(f"cannot open {path}: {_dash(str(error))}") from error

    def _created(self, path: str, *, append: bool) -> FileSink:
        whole = self._files.absolute(path, self._state.workdir)
        try:
            self._files.write(whole, b"", append=append)
        except FileError as error:
            if self._state.bash:
                raise RedirectProblem(f"{path}: {error}") from error
            raise RedirectProblem(f"cannot create {path}: {_missing(str(error))}") from error
        return FileSink(self._files, whole)


def _dash(text: str) -> str:
    return "No such file" if text == "No such file or directory" else text


def _missing(text: str) -> str:
    return "Directory nonexistent" if text == "No such file or directory" else text


def _with_sink(streams: Streams, descriptor: int, sink: Sink) -> Streams:
    if descriptor == 1:
        return replace(streams, stdout=sink)
    if descriptor == 2:
        return replace(streams, stderr=sink)
    return streams  # nothing in a lesson uses the others
