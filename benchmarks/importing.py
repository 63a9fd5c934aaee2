"""How long ``import dockernet_lessons`` takes in a fresh interpreter, and what it loads."""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.shell import Shell

LIMIT_S = 0.3
_SCRIPT = """
import sys, time
start = time.perf_counter()
import dockernet_lessons
print(time.perf_counter() - start, *{"pandas", "matplotlib", "networkx"} & set(sys.modules))
"""


def measure(_: Shell, rounds: int) -> str:
    """Import it `rounds` times and take the median."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(rounds)
    ]
    median = statistics.median(float(run[0]) for run in runs)
    loaded = sorted({name for run in runs for name in run[1:]})
    verdict = "ok" if median <= LIMIT_S and not loaded else "MISSED"
    return (
        f"{'import dockernet_lessons':<58} {median:7.3f} s, loads {', '.join(loaded) or 'no'} "
        f"heavy module  (at most {LIMIT_S:g} s: {verdict})"
    )
