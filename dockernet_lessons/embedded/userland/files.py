"""A container's files: an in-memory tree."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_FILE = 4 * 2**20
"""Bytes that one file may hold."""

MAX_FILES = 10_000
Reader = Callable[[], str]


class FileError(Exception):
    """A file operation that failed; the text is errno's, as commands print it."""


@dataclass
class Node:
    """A file, directory or symbolic link.

    Attributes
    ----------
    entries
        Name -> node, for a directory.
    reader
        Computes the content each time, for files of /proc and /sys and those that Docker mounts.
    lister
        Computes the entries each time, for directories of /sys.
    target
        Where a symbolic link points.
    program
        Name of the emulated command that an executable file is.
    """

    kind: str
    mode: int = 0o644
    data: bytes = b""
    entries: dict[str, Node] = field(default_factory=dict)
    reader: Reader | None = None
    lister: Callable[[], dict[str, Node]] | None = None
    target: str = ""
    program: str = ""
    modified: float = 0.0

    def listed(self) -> dict[str, Node]:
        """Give a directory's entries."""
        return self.lister() if self.lister is not None else self.entries

    def content(self) -> bytes:
        """Give a file's bytes."""
        return self.reader().encode() if self.reader is not None else self.data

    @property
    def executable(self) -> bool:
        """Whether it may be run."""
        return bool(self.mode & 0o111)


def directory(entries: dict[str, Node] | None = None, mode: int = 0o755) -> Node:
    """Make a directory."""
    return Node("directory", mode, entries=dict(entries or {}))


class Files:
    """A tree of files with a root.

    Parameters
    ----------
    root
        The root directory; it is changed by what is written.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self._count = 0

    def find(self, path: str, base: str = "/", *, follow: bool = True) -> Node:
        """Find a node.

        Raises
        ------
        FileError
            ``No such file or directory`` or ``Not a directory``.
        """
        return self._walk(self.absolute(path, base), follow, 0)

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
        content = data.encode() if isinstance(data, str) else data
        node = self._file_to_write(self.absolute(path, base))
        if node.kind == "null":
            return
        whole = node.content() + content if append else content
        if len(whole) > MAX_FILE:
            raise FileError("No space left on device")
        node.data, node.reader = whole, None

    def mount(self, path: str, reader: Reader) -> None:
        """Put a computed file at a path; writing to it replaces it."""
        parent, name = self._parent(path)
        parent.entries[name] = Node("file", reader=reader)

    def remove(self, path: str, base: str = "/") -> None:
        """Remove a file or an empty directory.

        Raises
        ------
        FileError
            It is not there, or not empty.
        """
        parent, name = self._parent(self.absolute(path, base))
        if name not in parent.entries:
            raise FileError("No such file or directory")
        if parent.entries[name].entries:
            raise FileError("Directory not empty")
        del parent.entries[name]

    @staticmethod
    def absolute(path: str, base: str = "/") -> str:
        """Give the path from the root, without ``.`` and ``..``."""
        joined = posixpath.normpath(posixpath.join("/", base, path))
        return "/" + joined.lstrip("/")

    def _walk(self, path: str, follow: bool, depth: int) -> Node:
        node = self.root
        done = ""
        for name in [part for part in path.split("/") if part]:
            node = self._enter(node, name)
            done = f"{done}/{name}"
            last = done == path
            if node.kind == "link" and (follow or not last):
                if depth > 8:
                    raise FileError("Too many levels of symbolic links")
                target = self.absolute(node.target, posixpath.dirname(done))
                node = self._walk(target, follow=True, depth=depth + 1)
        return node

    def _enter(self, node: Node, name: str) -> Node:
        if node.kind != "directory":
            raise FileError("Not a directory")
        entries = node.listed()
        if name not in entries:
            raise FileError("No such file or directory")
        return entries[name]

    def _parent(self, path: str) -> tuple[Node, str]:
        parent = self.find(posixpath.dirname(path))
        if parent.kind != "directory":
            raise FileError("Not a directory")
        return parent, posixpath.basename(path)

    def _file_to_write(self, path: str) -> Node:
        parent, name = self._parent(path)
        node = parent.listed().get(name)
        if node is None:
            if parent.lister is not None:
                raise FileError("Permission denied")
            if self._count >= MAX_FILES:
                raise FileError("No space left on device")
            self._count += 1
            node = parent.entries[name] = Node("file")
        if node.kind == "link":
            return self._file_to_write(self.absolute(node.target, posixpath.dirname(path)))
        if node.kind == "directory":
            raise FileError("Is a directory")
        if node.kind == "fixed":
            raise FileError("Read-only file system")
        return node
