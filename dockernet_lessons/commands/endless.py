"""Commands that only Ctrl-C would end, which a notebook's cell does not have."""

from __future__ import annotations

from collections.abc import Sequence

PINGS = 3
STOPPED = "Stopped after three requests, as Ctrl-C would."
SHELLS = ("sh", "bash", "ash", "dash", "zsh")


def bounded_ping(command: Sequence[str]) -> tuple[list[str], str]:
    """Give an endless ``ping`` a count.

    Returns
    -------
    (command, note)
        The command to run, and a sentence to print behind its output; empty if nothing changed.
    """
    words = list(command)
    bounded = any(word.startswith(("-c", "-w")) for word in words[1:])
    if words[:1] != ["ping"] or bounded or len(words) < 2:
        return words, ""
    return [words[0], "-c", str(PINGS), *words[1:]], STOPPED


def is_shell(command: Sequence[str]) -> bool:
    """Tell whether a command is a shell that waits for input."""
    return len(command) == 1 and command[0].rpartition("/")[2] in SHELLS


def sleeps_long(command: Sequence[str], patience_s: float) -> bool:
    """Tell whether a command is a ``sleep`` that takes longer than one would wait."""
    if len(command) < 2 or command[0].rpartition("/")[2] != "sleep":
        return False
    times = [word.rstrip("s") for word in command[1:]]
    return not all(word.replace(".", "", 1).isdigit() and float(word) < patience_s
                   for word in times)  # fmt: skip
