"""`veth_pairs` with 50 running containers against an exec per container."""

from __future__ import annotations

from benchmarks.measure import Comparison, compare, seconds
from benchmarks.shell import Shell
from dockernet_lessons import Lab

CONTAINERS = 50


def measure(shell: Shell, rounds: int) -> Comparison:
    """Start 50 containers and look at their interfaces both ways."""
    names = [f"bench{number}" for number in range(CONTAINERS)]
    loop = f"for name in {' '.join(names)}; do docker exec $name ip -j addr; done"
    with Lab(name="bench-looking") as lab:
        lab.run_many(names)
        assert len(lab.veth_pairs()) == CONTAINERS  # and pandas is loaded, the observer started
        return compare(
            f"veth_pairs(), {CONTAINERS} containers / docker exec X ip -j addr",
            lambda: seconds(lab.veth_pairs),
            lambda: shell.seconds(loop),
            limit=0.15,
            rounds=rounds,
        )
