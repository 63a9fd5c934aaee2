"""``env``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

from dockernet_lessons.embedded.loop import Steps, Wait
from dockernet_lessons.embedded.userland.coreutils import usage
from dockernet_lessons.embedded.userland.options import UsageError, parse
from dockernet_lessons.embedded.userland.process import CommandNotFound, NotExecutable
from dockernet_lessons.embedded.userland.system import System

_LONG = {"ignore-environment": "i", "unset=": "u", "null": "0"}


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``env``: show the environment, or run a program in another one."""
    try:
        parsed = parse(argv[1:], "iu:0", _LONG, stop=True)
    except UsageError as error:
        return usage(system, "env", error) and 125
    words = parsed.words
    environment = {} if "i" in parsed or words[:1] == ["-"] else dict(system.environment)
    words = words[1:] if words[:1] == ["-"] else words
    for letter, value in parsed.order:
        if letter == "u" and value:
            environment.pop(value, None)
    while words and "=" in words[0]:
        name, _, value = words[0].partition("=")
        environment[name] = value
        words = words[1:]
    if not words:
        end = "\0" if "0" in parsed else "\n"
        system.out("".join(f"{name}={value}{end}" for name, value in environment.items()))
        return 0
    return (yield from run_other(system, "env", words, environment))


def run_other(
    system: System, name: str, words: list[str], environment: dict[str, str] | None = None
) -> Steps[int]:
    """Run another program in this one's place; 126 or 127, as env(1) says, if it cannot be."""
    try:
        child = system.start(words, environment=environment)
    except CommandNotFound:
        system.err(f"{name}: '{words[0]}': No such file or directory\n")
        return 127
    except NotExecutable:
        system.err(f"{name}: '{words[0]}': Permission denied\n")
        return 126
    while child.exit_code is None:
        yield Wait(signals=(child.ended,))
    return child.exit_code
