"""The live map with 50 containers on the embedded engine: one refresh, in the kernel."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from benchmarks.shell import Shell
from dockernet_lessons import Lab
from dockernet_lessons.actions import views
from dockernet_lessons.plots.arrange import arrange
from dockernet_lessons.plots.highlight import Highlight
from dockernet_lessons.widgets.map import TopologyMap
from dockernet_lessons.widgets.map_svg import draw_map
from dockernet_lessons.widgets.marks import Marks

CONTAINERS = 50
LIMIT_MS = 150


def measure(_: Shell, rounds: int) -> str:
    """Refresh a map after one container came or went; also the looking and the drawing alone."""
    with Lab("embedded", name="bench-map") as lab:
        lab.run_many(f"bench{number}" for number in range(CONTAINERS - 1))
        shown = lab.map()
        refreshed = _median_ms(lambda: _refresh(lab, shown), rounds)
        wiring = views.look(lab._context)
        looked = _median_ms(lambda: _timed(lambda: views.look(lab._context)), rounds)
        drawn = _median_ms(lambda: _timed(lambda: _draw(wiring)), rounds)
    verdict = "ok" if refreshed <= LIMIT_MS else "MISSED"
    title = f"map refresh, {CONTAINERS} containers, embedded engine"
    return (
        f"{title:<58} {refreshed:.0f} ms of processor time (at most {LIMIT_MS} ms: {verdict});"
        f" the look {looked:.0f} ms, the drawing {drawn:.0f} ms"
    )


def _refresh(lab: Lab, shown: TopologyMap) -> float:
    lab.run("one-more")
    seconds = _timed(shown.refresh)
    lab.remove("one-more")
    shown.refresh()
    return seconds


def _draw(wiring: views.Wiring) -> str:
    shown = arrange(wiring)
    return draw_map(shown, Marks(), Highlight(shown, None), "map")


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _median_ms(work: Callable[[], float], rounds: int) -> float:
    return 1000 * statistics.median(work() for _ in range(max(rounds, 5)))
