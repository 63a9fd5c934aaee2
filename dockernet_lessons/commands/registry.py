"""The docker commands that a lesson knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dockernet_lessons.commands import (
    exec,
    images,
    inspect,
    lifecycle,
    network_create,
    networks,
    ps,
    reading,
    system,
)
from dockernet_lessons.commands.call import Call
from dockernet_lessons.commands.edition import Command, Edition
from dockernet_lessons.commands.run import command, words


@dataclass(frozen=True)
class Entry:
    """One command.

    Attributes
    ----------
    run
        What carries it out.
    least, most
        How many arguments it takes; None for any number.
    interspersed
        Whether options may follow arguments.
    refused
        Options that a lesson does not know.
    only
        If set, the only options that a lesson knows.
    checks
        What is wrong with an option's value, beyond its kind.
    names
        What its arguments name, for completion: ``container``, ``network``,
        ``image`` or nothing.
    """

    run: Callable[[Call], int]
    least: int = 0
    most: int | None = None
    interspersed: bool = True
    refused: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    checks: Mapping[str, words.Check] = field(default_factory=dict)
    names: tuple[str, ...] = ()


_ANY = ("container",)


def _many(run: Callable[[Call], int], *refused: str) -> Entry:
    return Entry(run, 1, None, refused=frozenset(refused), names=_ANY)


def _made(run: Callable[[Call], int]) -> Entry:
    """Describe a command that makes a container of an image."""
    return Entry(run, 1, None, False, only=words.SUPPORTED, checks=words.CHECKS, names=("image",))


COMMANDS: dict[Command, Entry] = {
    ("images",): Entry(images.images, 0, 1, refused=frozenset({"tree"}), names=("image",)),
    ("ps",): Entry(ps.ps, 0, 0),
    ("run",): _made(command.run),
    ("create",): _made(command.create),
    ("exec",): Entry(
        exec.exec_, 2, None, False, frozenset({"detach-keys", "env-file"}),
        checks=words.EXEC_CHECKS, names=_ANY,
    ),
    ("rm",): _many(lifecycle.rm),
    ("stop",): _many(lifecycle.stop),
    ("start",): _many(lifecycle.start, "detach-keys", "checkpoint", "checkpoint-dir"),
    ("restart",): _many(lifecycle.restart),
    ("kill",): _many(lifecycle.kill),
    ("pause",): _many(lifecycle.pause),
    ("unpause",): _many(lifecycle.unpause),
    ("wait",): _many(reading.wait),
    ("rename",): Entry(lifecycle.rename, 2, 2, names=_ANY),
    ("inspect",): Entry(inspect.inspect, 1, None, names=_ANY),
    ("logs",): Entry(reading.logs, 1, 1, names=_ANY),
    ("port",): Entry(reading.port, 1, 2, names=_ANY),
    ("top",): Entry(reading.top, 1, None, False, names=_ANY),
    ("diff",): Entry(reading.diff, 1, 1, names=_ANY),
    ("version",): Entry(system.version, 0, 0),
    ("info",): Entry(system.info, 0, 0),
    ("network", "ls"): Entry(networks.ls, 0, 0),
    ("network", "create"): Entry(
        network_create.create, 1, 1, refused=frozenset({"config-from", "config-only", "ingress"}),
        checks=words.LABEL_CHECKS,
    ),
    ("network", "inspect"): Entry(inspect.inspect_network, 1, None, names=("network",)),
    ("network", "connect"): Entry(
        networks.connect, 2, 2, checks=words.CONNECT_CHECKS, names=("network", "container")
    ),
    ("network", "disconnect"): Entry(networks.disconnect, 2, 2, names=("network", "container")),
    ("network", "rm"): Entry(networks.rm, 1, None, names=("network",)),
    ("network", "prune"): Entry(networks.prune, 0, 0),
}  # fmt: skip
_UNDER_CONTAINER = (
    "create", "diff", "exec", "kill", "logs", "pause", "port", "rename", "restart", "rm", "run",
    "start", "stop", "top", "unpause", "wait",
)  # fmt: skip
COMMANDS |= {
    **{("container", name): COMMANDS[name,] for name in _UNDER_CONTAINER},
    ("container", "ls"): COMMANDS["ps",],
    ("container", "inspect"): Entry(inspect.inspect_container, 1, None, names=_ANY),
    ("image", "ls"): COMMANDS["images",],
    ("image", "inspect"): Entry(
        inspect.inspect_image, 1, None, refused=frozenset({"platform"}), names=("image",)
    ),
}
GROUPS: dict[Command, tuple[str, ...]] = {
    (): tuple(dict.fromkeys(path[0] for path in COMMANDS)),
    **{
        (group,): tuple(path[1] for path in COMMANDS if path[0] == group)
        for group in ("network", "container", "image")
    },
}
_OTHER_NAMES: dict[Command, Command] = {
    ("network", "list"): ("network", "ls"),
    ("network", "remove"): ("network", "rm"),
    ("container", "list"): ("container", "ls"),
    ("container", "ps"): ("container", "ls"),
    ("container", "remove"): ("container", "rm"),
    ("image", "list"): ("image", "ls"),
}


def canonical(edition: Edition, path: Command) -> Command:
    """Give a command's own name for another one that the docker command's help lists."""
    name = _OTHER_NAMES.get(path)
    listed = rf"^Aliases:\n.*\b{path[-1]}\b"
    return name if name and re.search(listed, edition.help_text(name), re.M) else path
