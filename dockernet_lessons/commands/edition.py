"""Which docker command is imitated: the old one of Engine 20.10 or the one of Engine 28.

Usage errors are worded as in docker/cli: ``cli/required.go`` and ``cli/cobra.go`` at both versions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

_FIRST_MODERN = 23
Command = tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """A generation of the docker command.

    Attributes
    ----------
    name
        ``"20.10"`` or ``"28.5"``: the folder of its help texts.
    """

    name: str

    @property
    def classic(self) -> bool:
        """Whether it is the one of Engine 20.10."""
        return self.name == "20.10"

    def help_text(self, command: Command) -> str:
        """Give what ``docker COMMAND --help`` prints.

        Parameters
        ----------
        command
            The command's words without ``docker``: ``("network", "ls")``; empty for docker itself.
        """
        text = _read(self.name, "_".join(command) or "docker")
        return text.replace("{config}", str(Path.home() / ".docker"))

    def usage(self, command: Command) -> str:
        """Give the usage line of a command: ``docker rm [OPTIONS] CONTAINER [CONTAINER...]``."""
        line = self.help_text(command).strip().splitlines()[0].removeprefix("Usage:").strip()
        if self.classic:
            return line
        return line.removesuffix(" COMMAND") if command else f"{line} [ARG...]"

    def summary(self, command: Command) -> str:
        """Give the sentence below the usage line."""
        return self.help_text(command).strip().splitlines()[2]

    def deprecated_h(self) -> str:
        """Give the warning that ``-h`` gets."""
        advice = "please use --help" if self.classic else "use --help"
        return f"Flag shorthand -h has been deprecated, {advice}\n"

    def bad_option(self, command: Command, error: str) -> str:
        """Word what is wrong with an option."""
        typed = typed_command(command)
        if not self.classic:
            return (
                f"{error}\n\nUsage:  {self.usage(command)}\n\n"
                f"Run '{typed} --help' for more information\n"
            )
        group = "COMMAND" in self.usage(command).split()[-1:]
        text = re.sub(r"  completion .*\n", "", self.help_text(command))  # only --help lists it
        return f"{error}\nSee '{typed} --help'.\n" + (f"{text}\n" if group else "")

    def bad_count(self, command: Command, least: int, most: int | None) -> str:
        """Word that a command got too few arguments or too many."""
        typed, needs = typed_command(command), _needs(least, most, self.classic)
        if self.classic:
            return (
                f"\"{typed}\" {needs}.\nSee '{typed} --help'.\n\n"
                f"Usage:  {self.usage(command)}\n\n{self.summary(command)}\n"
            )
        return (
            f"docker: '{typed}' {needs}\n\nUsage:  {self.usage(command)}\n\n"
            f"{_see(least, most)} '{typed} --help' for more information\n"
        )

    def unknown_command(self, group: Command, word: str) -> str:
        """Word that there is no such command."""
        if not self.classic:
            typed = typed_command(group)
            usage = f"Usage:  {self.usage(group)}\n\n" if group else ""
            return (
                f"docker: unknown command: {typed} {word}\n\n{usage}"
                f"Run '{typed} --help' for more information\n"
            )
        if group:
            return self.help_text(group)
        return f"docker: '{word}' is not a docker command.\nSee 'docker --help'\n"


def edition_of(engine_version: str) -> Edition:
    """Choose the docker command that belongs to an engine."""
    major = engine_version.partition(".")[0]
    modern = not major.isdigit() or int(major) >= _FIRST_MODERN
    return Edition("28.5" if modern else "20.10")


def typed_command(command: Command) -> str:
    """Write a command as one types it: ``docker network ls``."""
    return " ".join(("docker", *command))


@cache
def _read(edition: str, name: str) -> str:
    folder = files("dockernet_lessons.commands") / "help" / edition
    return (folder / f"{name}.txt").read_text(encoding="utf-8")


def _needs(least: int, most: int | None, classic: bool) -> str:
    if most == 0:
        return "accepts no arguments"
    if least == most:
        return f"requires {'exactly ' if classic else ''}{_count(least)}"
    if most is None:
        return f"requires at least {_count(least)}"
    if least == 0:
        return f"requires at most {_count(most)}"
    return f"requires at least {least} and at most {_count(most)}"


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def _see(least: int, most: int | None) -> str:
    """Give the first word of the advice; the third is a slip of docker 28's own."""
    if most is None:
        return "See"
    return "SRun" if least == 0 and most else "Run"
