"""A container's files: an in-memory tree."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.streams import OpenFile, WriteError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.process import Process

MAX_FILE = 4 * 2**20
"""Bytes that one file may hold."""

MAX_FILES = 10_000
_MAX_LINKS = 8
_PATH_MAX = 4096
Reader = Callable[[], str]
Lister = Callable[["Process | None"], "dict[str, Node]"]
Writer = Callable[[str], None]


class FileError(Exception):
    """A file operation that failed; the text is errno's, as commands print it."""


class Node:
    """A file, directory or symbolic link.

    Attributes
    ----------
    kind
        ``file``, ``fixed`` (one that cannot be written to), ``directory``, ``link`` or
        ``device``.
    entries
        Name -> node, for a directory.
    reader
        Computes the content each time, for files of /proc and /sys and those that Docker mounts.
    writer
        Takes what is written, for settings in /proc/sys and devices.
    lister
        Computes the entries each time for a process, for directories of /proc and /sys.
    target
        Where a symbolic link points.
    program
        Name of the emulated command that an executable file is.
    modified
        Virtual time, seconds since 1970 UTC; None: when the container was made.
    size
        Bytes it claims to have; None: those of its content.
    shared
        Whether it is a file of the image, which containers share until one of them writes to it.
    """

    __slots__ = (
        "data",
        "entries",
        "kind",
        "lister",
        "mode",
        "modified",
        "program",
        "reader",
        "shared",
        "size",
        "target",
        "writer",
    )

    def __init__(
        self,
        kind: str,
        mode: int = 0o644,
        *,
        data: bytes = b"",
        entries: dict[str, Node] | None = None,
        reader: Reader | None = None,
        writer: Writer | None = None,
        lister: Lister | None = None,
        target: str = "",
        program: str = "",
        modified: float | None = None,
        size: int | None = None,
        shared: bool = False,
    ) -> None:
        self.kind = kind
        self.mode = mode
        self.data = data
        self.entries = {} if entries is None else entries
        self.reader = reader
        self.writer = writer
        self.lister = lister
        self.target = target
        self.program = program
        self.modified = modified
        self.size = size
        self.shared = shared

    def listed(self, viewer: Process | None = None) -> dict[str, Node]:
        """Give a directory's entries, as a process sees them."""
        return self.lister(viewer) if self.lister is not None else self.entries

    def content(self) -> bytes:
        """Give a file's bytes.

        Raises
        ------
        FileError
            The kernel refuses to tell.
        """
        if self.program and not self.data:
            return b"\x7fELF\x02\x01\x01".ljust(self.size or 0, b"\0")
        return self.reader().encode() if self.reader is not None else self.data

    def write(self, data: bytes) -> None:
        """Set what a kernel file stands for.

        Raises
        ------
        WriteError
            It takes no such value.
        """
        assert self.writer is not None
        try:
            self.writer(data.decode(errors="replace").strip())
        except ValueError as error:
            raise WriteError("Invalid argument") from error

    @property
    def length(self) -> int:
        """Bytes it has, as ``ls -l`` shows them."""
        if self.size is not None:
            return self.size
        return len(self.target) if self.kind == "link" else len(self.content())

    @property
    def executable(self) -> bool:
        """Whether it may be run."""
        return bool(self.mode & 0o111)


def directory(entries: dict[str, Node] | None = None, mode: int = 0o755) -> Node:
    """Make a directory."""
    return Node("directory", mode, entries=dict(entries or {}), size=4096)


class Files:
    """A tree of files with a root.

    Parameters
    ----------
    root
        The root directory; it is changed by what is written.
    viewer
        The process that looks: ``/proc/self`` is its directory.
    """

    def __init__(self, root: Node, viewer: Process | None = None) -> None:
        self.root = root
        self._viewer = viewer
        self._count = [0]

    def seen_by(self, viewer: Process) -> Files:
        """Give the same tree as a process sees it."""
        seen = Files(self.root, viewer)
        seen._count = self._count
        return seen

    def find(self, path: str, base: str = "/", *, follow: bool = True) -> Node:
        """Find a node.

        Raises
        ------
        FileError
            ``No such file or directory``, ``Not a directory`` and the like.
        """
        return self._walk(path, base, follow, 0)[0]

    def resolved(self, path: str, base: str = "/") -> str:
        """Give the path from the root without symbolic links (realpath(3)).

        Raises
        ------
        FileError
            It is not there.
        """
        return self._walk(path, base, True, 0)[1]

    def listed(self, path: str, base: str = "/") -> dict[str, Node]:
        """Give a directory's entries.

        Raises
        ------
        FileError
            It is not there, or no directory.
        """
        node = self.find(path, base)
        if node.kind != "directory":
            raise FileError("Not a directory")
        return node.listed(self._viewer)

    def exists(self, path: str, base: str = "/") -> bool:
        """Tell whether there is something."""
        try:
            self.find(path, base)
        except FileError:
            return False
        return True

    def read(self, path: str, base: str = "/") -> bytes:
        """Read a file.

        Raises
        ------
        FileError
            It is not there, or a directory.
        """
        node = self.find(path, base)
        if node.kind == "directory":
            raise FileError("Is a directory")
        return node.content()

    def text(self, path: str) -> str:
        """Read a text file; empty if there is none."""
        try:
            return self.read(path).decode(errors="replace")
        except FileError:
            return ""

    def write(self, path: str, data: bytes | str, base: str = "/", *, append: bool = False) -> None:
        """Write a file, made if need be.

        Raises
        ------
        FileError
            There is no such directory, it is a directory, read-only or too large.
        """
        opened = self.open(path, base, append=append)
        try:
            opened.write(data.encode() if isinstance(data, str) else data)
        except WriteError as error:
            raise FileError(str(error)) from error

    def open(self, path: str, base: str = "/", *, append: bool = False) -> OpenFile:
        """Open a file to write to it; made if need be, emptied unless `append`.

        Raises
        ------
        FileError
            There is no such directory, it is a directory, or read-only.
        """
        node = self._file_to_write(path, base)
        if node.kind == "file" and node.writer is None:
            node.modified = self._viewer.machine.loop.now if self._viewer else None
            if not append:
                node.data, node.reader, node.program, node.size = b"", None, "", None
        return OpenFile(node, MAX_FILE, append=append)

    def mount(self, path: str, reader: Reader) -> None:
        """Put a computed file at a path; writing to it replaces what is computed."""
        parent, name = self._parent(path, "/")
        parent.entries[name] = Node("file", reader=reader)

    @staticmethod
    def absolute(path: str, base: str = "/") -> str:
        """Give the path from the root, without ``.`` and ``..``."""
        joined = posixpath.normpath(posixpath.join("/", base, path))
        return "/" + joined.lstrip("/")

    def _walk(self, path: str, base: str, follow: bool, depth: int) -> tuple[Node, str]:
        """Follow a path step by step; give the node and its path without links."""
        if not path:
            raise FileError("No such file or directory")
        if len(path) > _PATH_MAX:
            raise FileError("File name too long")
        must_be_directory = path.endswith(("/", "/."))
        names = _names(path, base)
        node, done = self.root, ""
        for number, name in enumerate(names):
            if name == "..":
                done = posixpath.dirname(done or "/").rstrip("/")
                node = self._walk(done or "/", "/", True, depth)[0]
                continue
            node = self._enter(node, name)
            last = number == len(names) - 1
            if node.kind == "link" and (follow or not last or must_be_directory):
                if depth > _MAX_LINKS:
                    raise FileError("Too many levels of symbolic links")
                node, done = self._walk(node.target, done or "/", True, depth + 1)
            else:
                done = f"{done}/{name}"
        if must_be_directory and node.kind != "directory":
            raise FileError("Not a directory")
        return node, done or "/"

    def _enter(self, node: Node, name: str) -> Node:
        if node.kind != "directory":
            raise FileError("Not a directory")
        entries = node.listed(self._viewer)
        if name not in entries:
            raise FileError("No such file or directory")
        return entries[name]

    def _parent(self, path: str, base: str) -> tuple[Node, str]:
        whole = self.absolute(path, base)
        parent = self.find(posixpath.dirname(whole))
        if parent.kind != "directory":
            raise FileError("Not a directory")
        return parent, posixpath.basename(whole)

    def _file_to_write(self, path: str, base: str, depth: int = 0) -> Node:
        if not path:
            raise FileError("No such file or directory")
        parent, name = self._parent(path, base)
        node = parent.listed(self._viewer).get(name) if name else parent
        if node is None:
            return self._made(parent, name, self.absolute(path, base))
        if node.kind == "link" and depth <= _MAX_LINKS:
            folder = posixpath.dirname(self.absolute(path, base))
            return self._file_to_write(node.target, folder, depth + 1)
        if node.kind == "directory" or path.endswith("/"):
            raise FileError("Is a directory")
        if node.kind == "fixed":
            raise FileError("Read-only file system")
        return _copied_up(parent, name) if node.shared else node

    def _made(self, parent: Node, name: str, path: str) -> Node:
        """Make an empty file; the kernel's file systems take none."""
        if path.startswith("/sys/"):
            raise FileError("Read-only file system")
        if path.startswith("/proc/"):
            raise FileError("No such file or directory")
        if self._count[0] >= MAX_FILES:
            raise FileError("No space left on device")
        self._count[0] += 1
        node = parent.entries[name] = Node("file")
        return node


def _copied_up(parent: Node, name: str) -> Node:
    """Give a container a copy of its own of a file of the image, as overlayfs does."""
    node = parent.entries[name] = copy(parent.entries[name])
    node.shared = False
    return node


@lru_cache(maxsize=1024)
def _names(path: str, base: str) -> tuple[str, ...]:
    """Split a path into the names that are walked from the root."""
    whole = posixpath.join("/", base, path)
    return tuple(name for name in whole.split("/") if name not in ("", "."))
