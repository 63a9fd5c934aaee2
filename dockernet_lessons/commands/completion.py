"""Complete a docker line: commands, options, and the names of containers and networks."""

from __future__ import annotations

from collections.abc import Iterable

import docker.errors
import requests.exceptions

from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.commands.edition import Command, Edition, edition_of
from dockernet_lessons.commands.options import HIDDEN, OUTDATED, OptionError, options_of, parse
from dockernet_lessons.commands.registry import COMMANDS, GROUPS, canonical

_NAMED_BY_OPTION = {"network": "network", "net": "network", "link": "container"}
_NEWEST = Edition("28.5")


def completion(context: LabContext | None, line: str, cursor: int | None = None) -> list[str]:
    """List the words that may stand at the cursor.

    Parameters
    ----------
    context
        The lab; without one there are no names, and the commands are those of the newest docker.
    line
        The line typed so far, with or without the leading ``docker``.
    cursor
        Where in the line the cursor is; by default at its end.

    Returns
    -------
    list
        Whole words that begin with what is typed, sorted; empty where nothing is known.
    """
    words = line[:cursor].split()
    begun = words.pop() if words and not line[:cursor][-1:].isspace() else ""
    if words[:1] == ["docker"]:
        words = words[1:]
    edition = edition_of(context.connection.version) if context else _NEWEST
    return sorted({word for word in _candidates(context, edition, words, begun)
                   if word.startswith(begun)})  # fmt: skip


def _candidates(
    context: LabContext | None, edition: Edition, before: list[str], begun: str
) -> Iterable[str]:
    path: Command = ()
    if before[:1] == ["help"]:
        return GROUPS.get(tuple(before[1:]), ())
    while path in GROUPS:
        if not before:
            return _options(edition, path) if begun.startswith("-") else GROUPS[path]
        path, before = (*path, before[0]), before[1:]
    command = canonical(edition, path)
    if command not in COMMANDS:
        return ()
    option, equals, _ = begun.partition("=")
    if equals:
        kind = _NAMED_BY_OPTION.get(option.removeprefix("--"), "")
        return [f"{option}={name}" for name in _names(context, kind)]
    kind, options_end = _next(edition, command, before)
    if begun.startswith("-") and not options_end:
        return _options(edition, command)
    return _names(context, kind)


def _options(edition: Edition, command: Command) -> list[str]:
    """List the options of a command that a lesson knows, as its help does."""
    shown = set(options_of(edition, command)) - set(HIDDEN) - set(OUTDATED)
    entry = COMMANDS.get(command)
    if entry is None:
        return ["--help"]
    known = shown & entry.only if entry.only is not None else shown - entry.refused
    return [f"--{name}" for name in (*known, "help")]


def _next(edition: Edition, command: Command, before: list[str]) -> tuple[str, bool]:
    """Tell what comes next.

    Returns
    -------
    (kind, options_end)
        ``container``, ``network``, ``image`` or nothing; whether no option may stand here.
    """
    entry, options = COMMANDS[command], options_of(edition, command)
    try:
        arguments = parse(options, before, interspersed=entry.interspersed).arguments
    except OptionError:  # most likely the value of the last word is what is being typed
        return _NAMED_BY_OPTION.get(before[-1].removeprefix("--"), ""), True
    options_end = bool(arguments) and not entry.interspersed
    full = entry.most is not None and len(arguments) >= entry.most
    if full or not entry.names or options_end:
        return "", options_end
    return entry.names[min(len(arguments), len(entry.names) - 1)], options_end


def _names(context: LabContext | None, kind: str) -> list[str]:
    """List what there is; nothing where no engine answers."""
    if context is None:
        return []
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
