"""``env``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

import shlex

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import Finished, options
from dockernet_lessons.embedded.userland.files import FileError
from dockernet_lessons.embedded.userland.options import Parsed
from dockernet_lessons.embedded.userland.process import CommandNotFound, NotExecutable
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "chdir=": "C", "ignore-environment": "i", "null": "0", "split-string=": "S", "unset=": "u",
}  # fmt: skip
FAILED, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``env``: show the environment, or run a program in another one."""
    synopsis = "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]"
    try:
        parsed = options(system, argv, "0C:iS:u:", _LONG, synopsis, stop=True, code=FAILED)
        folder = _folder(system, parsed)
    except Finished as finished:
        return finished.code
    words, environment = _changed(system, parsed)
    if not words:
        end = "\0" if "0" in parsed else "\n"
        system.out("".join(f"{name}={value}{end}" for name, value in environment.items()))
        return 0
    try:
        return (yield from system.replace(words, environment=environment, workdir=folder))
    except CommandNotFound:
        system.err(f"env: '{words[0]}': No such file or directory\n")
        return NOT_FOUND
    except NotExecutable:
        system.err(f"env: '{words[0]}': Permission denied\n")
        return NOT_EXECUTABLE


def _changed(system: System, parsed: Parsed) -> tuple[list[str], dict[str, str]]:
    """Apply the options and assignments; give the command and its environment."""
    words = parsed.words
    if "S" in parsed:
        words = [*shlex.split(parsed.value("S")), *words]
    empty = "i" in parsed or words[:1] == ["-"]
    environment = {} if empty else dict(system.environment)
    words = words[1:] if words[:1] == ["-"] else words
    for letter, value in parsed.order:
        if letter == "u":
            environment.pop(value or "", None)
    while words and "=" in words[0]:
        name, _, value = words[0].partition("=")
        environment[name] = value
        words = words[1:]
    return words, environment


def _folder(system: System, parsed: Parsed) -> str | None:
    if "C" not in parsed:
        return None
    name = parsed.value("C")
    try:
        if system.files.find(name, system.process.workdir).kind != "directory":
            raise FileError("Not a directory")
    except FileError as error:
        system.err(f"env: cannot change directory to '{name}': {error}\n")
        raise Finished(FAILED) from error
    return system.files.absolute(name, system.process.workdir)
