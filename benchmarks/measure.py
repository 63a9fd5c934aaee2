"""Time two ways of doing the same thing, in turns, and print the ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """What a benchmark found.

    Attributes
    ----------
    title
        What was done.
    ours_s, theirs_s
        Median seconds of our way and of the docker command's.
    limit
        The ratio that is promised.
    """

    title: str
    ours_s: float
    theirs_s: float
    limit: float

    @property
    def ratio(self) -> float:
        """Our time as a share of theirs."""
        return self.ours_s / self.theirs_s

    def __str__(self) -> str:
        verdict = "ok" if self.ratio <= self.limit else "MISSED"
        return (
            f"{self.title:<58} {self.ours_s:7.3f} s / {self.theirs_s:7.3f} s"
            f" = {self.ratio:5.3f}  (at most {self.limit:g}: {verdict})"
        )


SETTLE_S = 3.0
"""The kernel takes the namespaces of removed containers down in the background for a while."""


def seconds(work: Callable[[], object]) -> float:
    """Time one call, once the machine has settled."""
    time.sleep(SETTLE_S)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(
    title: str,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    *,
    limit: float,
    rounds: int = 3,
) -> Comparison:
    """Measure both ways in turns.

    Parameters
    ----------
    title
        What is done.
    ours, theirs
        Do it once and return the seconds that count.
    limit
        The ratio that is promised.
    rounds
        How often each is measured; medians are compared.
    """
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return Comparison(
        title,
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        limit,
    )
