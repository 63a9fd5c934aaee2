"""Record what real engines do, so that the embedded engine is held to it where there is no Docker.

    python tests/differential/diff_record.py unix:///tmp/e/classic/docker.sock

writes ``recorded/classic.json`` when Engine 20.10 answers there, ``recorded/modern.json`` when 28
does. A recording holds the answers to all mistakes, the chosen steps, and some random ones. After
each step it holds the facts that changed.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from diff_ask import Asker
from diff_mistakes import GROUPS
from diff_play import Side, pings_after
from diff_profiles import GENERATIONS, new_tag
from diff_random import RANGE, Choice, Scene, step_of
from diff_requests import Step
from diff_scenarios import SCENARIOS

from dockernet_lessons import image

RECORDED = Path(__file__).parent / "recorded"
RANDOM_PLAYS, LENGTH = 6, 25


@dataclass(frozen=True)
class Recording:
    """What one real engine did.

    Attributes
    ----------
    version
        The engine's version.
    mistakes
        Group -> name -> status and message of each request.
    plays
        Name -> for each step its name, the answers, and the facts that changed (None: gone).
    """

    version: str
    mistakes: dict[str, dict[str, list[list[Any]]]]
    plays: dict[str, list[dict[str, Any]]]


def recording(profile: str) -> Recording:
    """Read what was recorded."""
    return Recording(**json.loads((RECORDED / f"{profile}.json").read_text()))


def choices(number: int) -> list[Choice]:
    """Give the choices of a recorded random play."""
    source = random.Random(number)
    numbers = iter(lambda: source.randrange(RANGE), None)
    return [(next(numbers), next(numbers), next(numbers), next(numbers)) for _ in range(LENGTH)]


def random_plays() -> dict[str, list[Choice]]:
    """Give the recorded random plays by name."""
    return {f"random {number}": choices(number) for number in range(RANDOM_PLAYS)}


def played(side: Side, steps: list[Step] | list[Choice]) -> Iterator[dict[str, Any]]:
    """Play steps, or what choices become; give what a recording holds of each."""
    before: dict[str, str] = {}
    for number, planned in enumerate(steps, 1):
        step = planned if isinstance(planned, Step) else step_of(planned, Scene.of(before))
        answers = side.do(step)
        facts = side.look(pings=pings_after(number, len(steps)))
        yield {"step": step.name, "answers": answers, "changed": changes(before, facts)}
        before = facts


def changes(before: dict[str, str], after: dict[str, str]) -> dict[str, str | None]:
    """Give the facts that are new or different, and None for those that are gone.

    Pings are not made after each step, so that they are written each time.
    """
    keys = sorted(before.keys() | after.keys())
    return {key: after.get(key) for key in keys if before.get(key) != after.get(key)}


def applied(facts: dict[str, str], changed: dict[str, str | None]) -> dict[str, str]:
    """Undo `changes`."""
    merged = {**facts, **changed}
    return {key: value for key, value in merged.items() if value is not None}


def record(client: docker.DockerClient) -> Recording:
    """Put everything to a real engine."""
    version = str(client.version()["Version"])
    return Recording(version, _mistakes(client), _plays(client))


def _mistakes(client: docker.DockerClient) -> dict[str, dict[str, list[list[Any]]]]:
    return {name: _answers(client, group) for name, group in GROUPS.items()}


def _answers(client: docker.DockerClient, group: list[Step]) -> dict[str, list[list[Any]]]:
    asker = Asker(client, new_tag())
    asker.set_up()
    try:
        return {mistake.name: asker.try_out(mistake) for mistake in group}
    finally:
        asker.tear_down()


def _plays(client: docker.DockerClient) -> dict[str, list[dict[str, Any]]]:
    side = Side(client, new_tag())
    plays: dict[str, list[dict[str, Any]]] = {}
    try:
        for name, steps in {**SCENARIOS, **random_plays()}.items():
            plays[name] = list(played(side, steps))
            side.clear()
    finally:
        side.close()
    return plays


def main() -> None:
    """Record the engine at the address on the command line."""
    client = docker.DockerClient(base_url=sys.argv[1], timeout=120)
    image.ensure(client)
    found = record(client)
    profile = GENERATIONS[int(found.version.split(".")[0])]
    RECORDED.mkdir(exist_ok=True)
    text = json.dumps(vars(found), indent=1, sort_keys=True, ensure_ascii=False)
    (RECORDED / f"{profile}.json").write_text(f"{text}\n")
    print(f"{profile}: {len(found.plays)} plays of Engine {found.version}")


if __name__ == "__main__":
    main()
