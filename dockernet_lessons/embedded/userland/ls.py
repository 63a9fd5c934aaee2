"""``ls``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import Finished, options, shown
from dockernet_lessons.embedded.userland.files import FileError, Node
from dockernet_lessons.embedded.userland.listing import Entry, Layout, kib
from dockernet_lessons.embedded.userland.system import System

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.options import Parsed

_LONG = {
    "all": "a", "almost-all": "A", "author": "\0author", "classify": "F", "color?": "\0color",
"directory": "d", "file-type": "p", "full-time": "\0full",
    "human-readable": "h", "inode": "i", "no-group": "G", "numeric-uid-gid": "n",
    "recursive": "R", "reverse": "r", "size": "s", "dereference": "L", "width=": "w",
}  # fmt: skip
_LETTERS = "aAbBcCdfFgGhiklLmnoNpqQrRsStuUvw:xXZ1"
_TROUBLE = 2
_MAX_DEPTH = 20


@dataclass(frozen=True)
class _Place:
    """A directory to list: its name as typed or found, and its path."""

    name: str
    path: str


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``ls``."""
    try:
        parsed = options(
            system, argv, _LETTERS, _LONG, "[OPTION]... [FILE]...", code=_TROUBLE
        )  # fmt: skip
    except Finished as finished:
        return finished.code
    return _Listing(system, parsed).run(parsed.words or ["."])
    yield  # a program is a generator, also one that never waits


class _Listing:
    """One run of ls."""

    def __init__(self, system: System, parsed: Parsed) -> None:
        self._system = system
        self._options = parsed
        self._code = 0
        self._printed = False
        self._layout = Layout(parsed, system.columns, terminal=system.stdout_is_terminal)
        self._made = _container_start(system)

    def run(self, names: list[str]) -> int:
        """List files first, then directories."""
        files: list[Entry] = []
        folders: list[tuple[_Place, Node]] = []
        for name in names:
            node = self._found(name)
            if node is None:
                continue
            if node.kind == "directory" and "d" not in self._options:
                folders.append((_Place(name, name), node))
            else:
                files.append(self._entry(name, node, name))
        if files:
            others = [self._entry(place.name, node, place.path) for place, node in folders]
            self._system.out(self._layout.text(self._sorted(files), others))
            self._printed = True
        ordered = sorted(folders, key=lambda item: item[0].name, reverse="r" in self._options)
        titled = len(names) > 1 or "R" in self._options
        for place, node in folders if "U" in self._options else ordered:
            self._folder(place, node, titled, 0)
        return self._code

    def _found(self, name: str) -> Node | None:
        """Find a file named on the command line; a link to a directory stands for that."""
        files, workdir = self._system.files, self._system.process.workdir
        follow = not any(letter in self._options for letter in "dFl") or "L" in self._options
        try:
            return files.find(name, workdir, follow=follow)
        except FileError as error:
            self._system.err(f"ls: cannot access '{name}': {error}\n")
            self._code = _TROUBLE
            return None

    def _folder(self, place: _Place, node: Node, titled: bool, depth: int) -> None:
        if titled:
            self._system.out(f"{chr(10) * self._printed}{self._title(place.name)}:\n")
        self._printed = True
        entries = self._entries(place, node)
        if "l" in self._options or self._layout.long or "s" in self._options:
            total = sum(entry.blocks for entry in entries)
            human = "h" in self._options
            self._system.out(f"total {kib(total * 1024) if human and total else total}\n")
        self._system.out(self._layout.text(entries))
        if "R" not in self._options or depth > _MAX_DEPTH:
            return
        for entry in entries:
            if entry.node.kind == "directory" and entry.name not in (".", ".."):
                path = f"{place.path.rstrip('/')}/{entry.name}"
                self._folder(_Place(path, path), entry.node, True, depth + 1)

    def _title(self, name: str) -> str:
        return f'"{name}"' if "Q" in self._options else shown(name)

    def _entries(self, place: _Place, node: Node) -> list[Entry]:
        listed = self._system.files.listed(place.path, self._system.process.workdir)
        everything = "a" in self._options or "f" in self._options
        names = [n for n in listed if everything or "A" in self._options or not n.startswith(".")]
        found = [self._entry(name, listed[name], f"{place.path}/{name}") for name in names]
        if everything:
            found += [
                self._entry(".", node, place.path),
                self._entry("..", node, f"{place.path}/.."),
            ]
        return self._sorted(found)

    def _entry(self, name: str, node: Node, path: str) -> Entry:
        files, workdir = self._system.files, self._system.process.workdir
        if "L" in self._options or name == "..":
            with contextlib.suppress(FileError):
                node = files.find(path, workdir)
        modified = self._made if node.modified is None else node.modified
        return Entry(name, node, modified, self._links(node), self._system.loop.now)

    def _links(self, node: Node) -> int:
        """Count a directory's links; overlayfs says 1 for those that the container changed."""
        root = self._system.files.root
        if node.kind != "directory" or node in (root, root.entries.get("etc")):
            return 1
        return 2 + sum(child.kind == "directory" for child in node.entries.values())

    def _sorted(self, entries: list[Entry]) -> list[Entry]:
        if "U" in self._options or "f" in self._options:
            return entries
        ordered = sorted(entries, key=lambda entry: entry.name)
        if "X" in self._options:
            ordered.sort(
                key=lambda entry: entry.name.rpartition(".")[2] if "." in entry.name else ""
            )
        if "S" in self._options:
            ordered.sort(key=lambda entry: -entry.node.length)
        if "t" in self._options:
            ordered.sort(key=lambda entry: -entry.modified)
        return ordered[::-1] if "r" in self._options else ordered


def _container_start(system: System) -> float:
    """Tell when the container's first process was started."""
    processes = system.context.processes.values()
    return min((process.started for process in processes), default=system.loop.now)
