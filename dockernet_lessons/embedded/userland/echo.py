"""``echo``, as GNU coreutils 9.1 has it."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.coreutils import Finished, options
from dockernet_lessons.embedded.userland.system import System
from dockernet_lessons.embedded.userland.text import unescaped


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``echo``."""
    if argv[1:] in (["--help"], ["--version"]):
        try:
            options(system, argv, "neE", {}, "[SHORT-OPTION]... [STRING]...")
        except Finished as finished:
            return finished.code
    words, newline, escapes = argv[1:], True, False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        newline = newline and "n" not in words[0]
        meant = words[0].replace("n", "")
        escapes = meant[-1] == "e" if meant[1:] else escapes
        words = words[1:]
    text = " ".join(words)
    if escapes:
        text, stopped = unescaped(text)
        newline = newline and not stopped
    system.out(text + "\n" * newline)
    return 0
    yield  # a program is a generator, also one that never waits
