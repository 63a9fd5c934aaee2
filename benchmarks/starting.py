"""`run_many` of 20 containers against 20 ``docker run -d`` one after another."""

from __future__ import annotations

from benchmarks.measure import Comparison, compare, seconds
from benchmarks.shell import Shell
from dockernet_lessons import Lab

CONTAINERS = 20


def measure(shell: Shell, rounds: int) -> Comparison:
    """Start 20 containers both ways; removing them again is not timed."""
    names = [f"bench{number}" for number in range(CONTAINERS)]
    remove = f"docker rm -f {' '.join(names)}"
    loop = "\n".join(f"docker run -d --init --name {n} xmtubuntu sleep infinity" for n in names)

    def ours() -> float:
        taken = seconds(lambda: lab.run_many(names))
        lab.reset()
        return taken

    def theirs() -> float:
        taken = shell.seconds(loop)
        shell.run(remove)
        return taken

    with Lab(name="bench-starting") as lab:
        lab.prepare_image()
        title = f"run_many, {CONTAINERS} containers / docker run -d one after another"
        return compare(title, ours, theirs, limit=0.5, rounds=rounds)
