"""Complete a docker line: commands, options, and the names of containers and networks."""

from __future__ import annotations

from collections.abc import Iterable

import docker.errors
import requests.exceptions

from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.commands.edition import Command, Edition, edition_of
from dockernet_lessons.commands.options import Option, options_of
from dockernet_lessons.commands.registry import ALIASES, COMMANDS, GROUPS

_NETWORK_OPTIONS = ("--network", "--net")
_CONTAINER_OPTIONS = ("--link",)
_IMAGE_COMMANDS = (("run",), ("create",), ("images",))


def completion(context: LabContext, line: str, cursor: int | None = None) -> list[str]:
    """List the words that may stand at the cursor.

    Parameters
    ----------
    context
        The lab.
    line
        The line typed so far, with or without the leading ``docker``.
    cursor
        Where in the line the cursor is; by default at its end.

    Returns
    -------
    list
        Whole words that begin with what is typed, sorted; empty where nothing is known.
    """
    typed = line[:cursor].lstrip()
    words = typed.removeprefix("docker ").lstrip().split(" ") if typed != "docker" else [""]
    begun, before = words[-1], [word for word in words[:-1] if word]
    edition = edition_of(context.connection.version)
    return sorted({word for word in _candidates(context, edition, before, begun)
                   if word.startswith(begun)})  # fmt: skip


def _candidates(
    context: LabContext, edition: Edition, before: list[str], begun: str
) -> Iterable[str]:
    group: Command = ()
    rest = before
    while group in GROUPS:
        if not rest:
            return GROUPS[group]
        group, rest = (*group, rest[0]), rest[1:]
    command = ALIASES.get(group, group)
    entry = COMMANDS.get(command)
    if entry is None:
        return ()
    options = options_of(edition, command)
    if begun.startswith("-"):
        known = entry.only if entry.only is not None else set(options) - entry.refused
        return [f"--{name}" for name in known if name in options]
    return _names(context, _kind(command, rest, options))


def _kind(command: Command, rest: list[str], options: dict[str, Option]) -> str:
    """Tell what kind of name comes next: ``container``, ``network``, ``image`` or none."""
    last = rest[-1] if rest else ""
    if last in _NETWORK_OPTIONS:
        return "network"
    if last in _CONTAINER_OPTIONS:
        return "container"
    if last.startswith("--") and options.get(last[2:], Option("", "", "")).kind:
        return ""
    arguments = [word for word in rest if not word.startswith("-")]
    if command in _IMAGE_COMMANDS:
        return "image"
    entry = COMMANDS[command]
    full = entry.most is not None and len(arguments) >= entry.most
    if full or not entry.names or (arguments and not entry.interspersed):
        return ""
    return entry.names[min(len(arguments), len(entry.names) - 1)]


def _names(context: LabContext, kind: str) -> list[str]:
    """List what there is; nothing where the engine does not answer."""
    api = context.client.api
    try:
        if kind == "container":
            names = [name for row in api.containers(all=True) for name in row["Names"]]
            return [name[1:] for name in names if "/" not in name[1:]]
        if kind == "network":
            return [row["Name"] for row in api.networks()]
        if kind == "image":
            tags = [tag for row in api.images() for tag in row["RepoTags"] or []]
            return [tag.removesuffix(":latest") for tag in tags if "<none>" not in tag]
    except (docker.errors.DockerException, requests.exceptions.RequestException):
        pass
    return []
