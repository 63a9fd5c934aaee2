"""The whole article against a shell script that types the commands which the article shows.

Every command that the player shows is in the script, in the same order, and the script's removals
at the end are the player's. Pings send one request each on both sides, so no time passes between
requests; the pings that nobody answers wait four seconds each, on both sides, one after another,
and this wait is taken off both times.
"""

from __future__ import annotations

from benchmarks.measure import Comparison, compare, seconds
from benchmarks.shell import Shell
from dockernet_lessons import Lab
from dockernet_lessons.article import STEPS, play
from dockernet_lessons.observe.ping import PATIENCE_S

UNANSWERED_PINGS = 2
_WAITS_S = UNANSWERED_PINGS * PATIENCE_S
_CLEAN_UP = (
    "docker rm -f ubuntu1 ubuntu2 ubuntu3 ubuntu4 redis1 mongodb1",
    "docker network rm mynet redis-net mongodb-net",
)


def measure(shell: Shell, rounds: int) -> Comparison:
    """Play the article, type its commands, in turns."""
    commands: list[str] = []

    def ours() -> float:
        return seconds(lambda: commands.__setitem__(slice(None), play_once())) - _WAITS_S

    def theirs() -> float:
        return shell.seconds("\n".join((*commands, *_CLEAN_UP))) - _WAITS_S

    Lab(name="bench-article").prepare_image()
    title = "the 31 steps / their commands typed, waits excluded"
    return compare(title, ours, theirs, limit=0.5, rounds=rounds)


def play_once(engine: str = "docker", ping_count: int = 1) -> list[str]:
    """Play the article once on an engine; give the commands that it showed."""
    with Lab(engine, name="bench-article") as lab:
        failed, player = play(lab, STEPS, write=lambda _: None, ping_count=ping_count)
    assert not failed, failed  # also when a name is taken: the script must not touch it then
    return player.commands
