"""``ls``, as GNU coreutils 9.1 has it, to a pipe: one name a line."""

from __future__ import annotations

import time
from collections.abc import Iterable

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import usage
from dockernet_lessons.embedded.userland.files import FileError, Node
from dockernet_lessons.embedded.userland.options import Parsed, UsageError, parse
from dockernet_lessons.embedded.userland.system import System

_LONG = {"all": "a", "almost-all": "A", "directory": "d", "reverse": "r", "recursive": "R"}
_KINDS = {"directory": "d", "link": "l", "null": "c"}
_CANNOT = 2


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``ls``."""
    try:
        parsed = parse(argv[1:], "1aAdlhrtRFSns", _LONG)
    except UsageError as error:
        usage(system, "ls", error)
        return _CANNOT
    code = 0
    files: dict[str, Node] = {}
    folders: dict[str, Node] = {}
    for name in parsed.words or ["."]:
        try:
            node = system.files.find(name, system.process.workdir, follow="l" not in parsed)
        except FileError as error:
            system.err(f"ls: cannot access '{name}': {error}\n")
            code = _CANNOT
            continue
        (folders if node.kind == "directory" and "d" not in parsed else files)[name] = node
    _print(system, parsed, files.items())
    for number, (name, folder) in enumerate(folders.items()):
        if len(parsed.words) > 1:
            system.out(f"{chr(10) if number or files else ''}{name}:\n")
        if "l" in parsed:
            system.out(f"total {sum(_blocks(n) for _, n in _entries(folder, parsed))}\n")
        _print(system, parsed, _entries(folder, parsed))
    return code
    yield


def _entries(folder: Node, parsed: Parsed) -> list[tuple[str, Node]]:
    """List a folder's entries in the order and choice of the options."""
    entries = [
        (name, node)
        for name, node in sorted(folder.listed().items())
        if "a" in parsed or "A" in parsed or not name.startswith(".")
    ]
    if "a" in parsed:
        entries = [(".", folder), ("..", folder), *entries]
    return entries[::-1] if "r" in parsed else entries


def _print(system: System, parsed: Parsed, entries: Iterable[tuple[str, Node]]) -> None:
    listed = list(entries)
    width = max((len(str(_size(node))) for _, node in listed), default=1)
    for name, node in listed:
        marked = name + ("/" if "F" in parsed and node.kind == "directory" else "")
        system.out(f"{_long(name, node, width)}\n" if "l" in parsed else f"{marked}\n")


def _long(name: str, node: Node, width: int) -> str:
    letters = "".join(
        letter if node.mode & (0o400 >> bit) else "-" for bit, letter in enumerate("rwxrwxrwx")
    )
    if node.mode & 0o1000:
        letters = letters[:-1] + "t"
    date = time.strftime("%b %e  %Y", time.gmtime(node.modified))
    shown = f"{name} -> {node.target}" if node.kind == "link" else name
    links = 2 if node.kind == "directory" else 1
    kind = _KINDS.get(node.kind, "-")
    return f"{kind}{letters} {links} root root {_size(node):>{width}} {date} {shown}"


def _size(node: Node) -> int:
    if node.kind == "directory":
        return 4096
    return len(node.target) if node.kind == "link" else len(node.content())


def _blocks(node: Node) -> int:
    """Give the KiB that a file takes on the disk."""
    return 0 if node.kind in ("link", "null") else -(-_size(node) // 4096) * 4
