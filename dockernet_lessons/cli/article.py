"""``dockernet article``: play the 31 steps in the terminal."""

from __future__ import annotations

import argparse

from dockernet_lessons.actions.pings import check_count
from dockernet_lessons.lab import Lab


def run(options: argparse.Namespace) -> int:
    """Play the article; 0 when every step passed, else 1."""
    from dockernet_lessons.article import STEPS, play

    check_count(options.count)
    with Lab(options.engine, profile=options.profile, seed=options.seed, pace=options.pace) as lab:
        print(f"The article, step by step, on {lab.engine}.")
        failed, _ = play(lab, STEPS, ping_count=options.count)
    if failed:
        print("\nFailed: " + ", ".join(f"{step.number} ({step.title})" for step in failed))
    print(f"\n{len(STEPS) - len(failed)} of {len(STEPS)} steps passed")
    return 1 if failed else 0
