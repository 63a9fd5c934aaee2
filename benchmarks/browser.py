"""The widgets in a browser, against the times that are promised, on the embedded engine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from benchmarks.measure import Comparison
from benchmarks.shell import Shell
from tests.browser.browser_page import NOTEBOOK, NotebookPage
from tests.browser.browser_server import Server, jupyterlab
from tests.browsers import launch, program

CONTAINERS = 50
HOVER_S = 0.05
FIRST_PAINT_S = 1.0
LONGEST_TASK_S = 0.05
"""A task that keeps the browser longer than this is what the Long Tasks API calls long."""

FRAME = "const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));"
HOVER = (
    "async () => {"
    + FRAME
    + """
    const ends = [...document.querySelectorAll("svg.dn-map [data-peer]")];
    const times = [];
    for (const end of ends) {
        await frame();
        const start = performance.now();
        for (const kind of ["pointerover", "mouseover"])
            end.dispatchEvent(new PointerEvent(kind, { bubbles: true, pointerType: "mouse" }));
        await frame();
        if (end.closest(".dn-lit")) times.push(performance.now() - start);
    }
    return times;
}"""
)
FIRST_PAINT = (
    "async () => {"
    + FRAME
    + NOTEBOOK
    + """
    const start = performance.now();
    app.commands.execute("notebook:run-cell");
    while (!notebook.node.querySelector("svg.dn-map")) await frame();
    await frame();
    return performance.now() - start;
}"""
)
REFRESH = (
    "async () => {"
    + FRAME
    + NOTEBOOK
    + """
    let longest = 0;
    new PerformanceObserver(list => {
        for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
    }).observe({ type: "longtask" });
    const before = document.querySelector("svg.dn-map");
    app.commands.execute("notebook:run-cell");
    while (before.isConnected) await frame();
    await frame();
    await frame();
    return longest;
}"""
)


def measure_hover(shell: Shell, rounds: int) -> Comparison:
    """Point at every end of a veth pair; until it is lit and the frame is drawn."""
    with _map_of(CONTAINERS) as page:
        times = [time for _ in range(rounds) for time in page.page.evaluate(HOVER)]
    return _kept(f"hover to highlight, {CONTAINERS} containers / promised", times, HOVER_S)


def measure_first_paint(shell: Shell, rounds: int) -> Comparison:
    """Run the cell of a lesson's first map; until the map is drawn."""
    times = []
    for _ in range(rounds):
        with _map_of(2, run=False) as page:
            times.append(page.page.evaluate(FIRST_PAINT))
    return _kept("first paint of a lesson's map / promised", times, FIRST_PAINT_S)


def measure_refresh(shell: Shell, rounds: int) -> Comparison:
    """Start a container, which a large map shows; how long it keeps the browser at most."""
    times = []
    with _map_of(CONTAINERS) as page:
        for number in range(rounds):
            page.new_cell(f"lab.run('more{number}')")
            times.append(page.page.evaluate(REFRESH))
            page.wait()
    title = f"map refresh, {CONTAINERS} containers: longest task / a long one"
    return _kept(title, times, LONGEST_TASK_S)


def _kept(title: str, times_ms: list[float], promised_s: float) -> Comparison:
    return Comparison(title, median(times_ms) / 1000, promised_s, limit=1.0)


@contextlib.contextmanager
def _map_of(containers: int, *, run: bool = True) -> Iterator[NotebookPage]:
    """Open a notebook whose last cell shows a map; run all of it, or all but that cell."""
    names = [f"ubuntu{number}" for number in range(1, containers + 1)]
    lab = ["from dockernet_lessons import Lab\nlab = Lab('embedded')", f"lab.run_many({names!r})"]
    with TemporaryDirectory() as home, jupyterlab(Path(home)) as server, _tab(server) as page:
        page.open(server.write("map.ipynb", lab))
        page.run_all()
        page.new_cell("lab.map()")
        if run:
            page.run_cell()
            page.shown("svg.dn-map").wait_for()
        yield page


@contextlib.contextmanager
def _tab(server: Server) -> Iterator[NotebookPage]:
    with sync_playwright() as playwright:
        browser = launch(playwright, program())
        page = NotebookPage(browser.new_page(), server)
        yield page
        page.close()
        browser.close()
