"""Carry out a typed ``docker …`` line on the lab's engine, and print what docker would print.

The line is carried out as typed, but for what a notebook cannot do and what keeps the lab safe:

- ``run`` and ``create`` and ``network create`` give the lab's labels, so that `Lab.reset` finds
  what they make; a container stops after one second instead of ten.
- There is no terminal: ``run -it`` of a shell starts in the background, ``exec -it`` runs without
  one, an endless ``ping`` gets ``-c 3``; a sentence says so.
- A command that changes a container or network is refused when it is not this lab's.
- A subnet that this machine uses is refused; ``prune`` prunes what carries the lab's label.
"""

from __future__ import annotations

import re

import docker.errors

from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.commands import system
from dockernet_lessons.commands.call import FAILED, USAGE, Call, CommandError, daemon_error
from dockernet_lessons.commands.edition import Command, Edition, edition_of, typed_command
from dockernet_lessons.commands.options import OptionError, Parsed, options_of, parse
from dockernet_lessons.commands.registry import COMMANDS, GROUPS, Entry, canonical
from dockernet_lessons.commands.shell import shell_words
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import BadArgument, DockernetError
from dockernet_lessons.results import CommandResult

_HELP = ("-h", "--help")
_VERSION = ("-v", "--version")


def docker_line(context: LabContext, line: str) -> CommandResult:
    """Carry out a line such as ``run -it --name ubuntu1 -P xmtubuntu``.

    Parameters
    ----------
    context
        The lab.
    line
        The line, with or without the leading ``docker``.

    Returns
    -------
    CommandResult
        What the docker command would print, its errors included; it never raises for those.

    Raises
    ------
    BadArgument
        The line is no text.
    """
    if not isinstance(line, str):
        raise BadArgument(f"A docker line is a text, not {line!r}.", 'Write it in quotes: "ps -a".')
    typed = f"docker {re.sub(r'^docker( |$)', '', line.strip()).strip()}".strip()
    edition = edition_of(context.connection.version)
    call = Call(context, edition, (), Parsed())
    try:
        with translated():
            exit_code = _carry_out(call, shell_words(typed)[1:])
    except CommandError as error:
        call.write(error.text)
        exit_code = error.exit_code
    except (DockernetError, ValueError) as error:
        call.line(str(error))
        exit_code = FAILED
    return CommandResult(typed, exit_code, call.text())


def _carry_out(call: Call, words: list[str]) -> int:
    """Find the command, read its options, run it."""
    group: Command = ()
    while group in GROUPS:
        if not words or words[0].startswith("-"):
            return _group(call, group, words)
        group, words = (*group, words[0]), words[1:]
    if group[0] == "help":
        return _help(call, words)
    call.command = canonical(call.edition, group)
    if call.command not in COMMANDS:
        return _unknown(call, call.command, words)
    entry = COMMANDS[call.command]
    call.parsed = _parsed(call.edition, call.command, entry, words)
    if call.parsed.asked_help:
        return _show_help(call, call.command)
    for notice in call.parsed.notices:
        call.write(notice)
    _check_count(call, entry)
    _check_known(call, entry)
    try:
        return entry.run(call)
    except docker.errors.NullResource as error:
        text = "invalid container name or ID: value is empty\n"
        raise CommandError(text, FAILED) from error
    except docker.errors.APIError as error:
        raise CommandError(f"{daemon_error(error)}\n", FAILED) from error


def _group(call: Call, group: Command, words: list[str]) -> int:
    """Answer ``docker``, ``docker network`` and their own options."""
    if not group and words and words[0] in _VERSION:
        return system.one_line(call)
    try:
        call.parsed = parse(options_of(call.edition, group), words, interspersed=False)
    except OptionError as error:
        raise CommandError(call.edition.bad_option(group, str(error)), USAGE) from error
    if call.parsed.given:
        raise CommandError(_impossible(group, words[0].partition("=")[0], ()))
    return _show_help(call, _named(call.edition, group, call.parsed.arguments)[0])


def _help(call: Call, words: list[str]) -> int:
    path, rest = (("help",), []) if words == ["help"] else _named(call.edition, (), words)
    if rest:
        raise CommandError(f"unknown help topic: {' '.join(rest)}\n")
    return _show_help(call, path)


def _named(edition: Edition, path: Command, words: list[str]) -> tuple[Command, list[str]]:
    """Follow words as far as they name commands; give what is left of them."""
    rest = list(words)
    while rest and path in GROUPS:
        longer = canonical(edition, (*path, rest[0]))
        if longer not in COMMANDS and longer not in GROUPS:
            break
        path = longer
        rest.pop(0)
    return path, rest


def _show_help(call: Call, command: Command) -> int:
    if call.parsed.asked_h:
        call.write(call.edition.deprecated_h())
    call.write(call.edition.help_text(command))
    return 0


def _unknown(call: Call, path: Command, words: list[str]) -> int:
    """Refuse a command: docker has none of that name, or a lesson does not know it."""
    group, word = path[:-1], path[-1]
    if word not in _listed(call.edition, group):
        if any(help_word in words for help_word in _HELP):
            return _show_help(call, group)
        raise CommandError(call.edition.unknown_command(group, word))
    raise CommandError(_impossible(group, word, GROUPS[group]))


def _listed(edition: Edition, group: Command) -> set[str]:
    """List the commands of a group that docker has."""
    lines = edition.help_text(group).splitlines()
    found = {match[1] for line in lines if (match := re.match(r"  (\w[\w-]*)\s{2,}\S", line))}
    return found | ({"builder", "buildx", "compose"} if not group else set())


def _impossible(group: Command, word: str, possible: tuple[str, ...]) -> str:
    typed = f"{typed_command(group)} {word}"
    listed = ", ".join(possible or GROUPS[group])
    return f"{typed}: not possible in a lesson; possible are {listed}.\n"


def _parsed(edition: Edition, command: Command, entry: Entry, words: list[str]) -> Parsed:
    checks = {
        name: (lambda value, check=check: check(value, edition.classic))
        for name, check in entry.checks.items()
    }
    try:
        return parse(
            options_of(edition, command), words, interspersed=entry.interspersed, checks=checks
        )
    except OptionError as error:
        raise CommandError(edition.bad_option(command, str(error)), USAGE) from error


def _check_count(call: Call, entry: Entry) -> None:
    count = len(call.arguments)
    if count < entry.least or (entry.most is not None and count > entry.most):
        raise CommandError(call.edition.bad_count(call.command, entry.least, entry.most))


def _check_known(call: Call, entry: Entry) -> None:
    """Refuse options that docker has but a lesson does not know."""
    every = set(options_of(call.edition, call.command))
    known = (every & entry.only) if entry.only is not None else every - entry.refused
    for name in call.parsed.given:
        if name not in known:
            possible = ", ".join(f"--{option}" for option in sorted(known))
            raise CommandError(
                f"{call.typed} --{name}: not possible in a lesson; possible are {possible}.\n"
            )
