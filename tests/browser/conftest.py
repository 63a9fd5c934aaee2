"""Fixtures: a browser, a JupyterLab per engine, a tab per test."""

from __future__ import annotations

import os

import pytest
from browser_page import NotebookPage
from browser_server import jupyterlab, namespace_of
from browsers import launch, missing, program
from engines import LAB_PREFIX

SIZE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def prefix(request, engine):
    """What to put before a command: to stay here, or to go where the engine's interfaces are.

    Parametrize it with ``inside_the_engine`` for the latter.
    """
    if not getattr(request, "param", False):
        return []
    if os.geteuid() != 0 or not engine.address.startswith("unix://"):
        missing("only root can enter the network namespace of an engine, and only of a local one")
    return namespace_of(engine.address)


@pytest.fixture(scope="session")
def browser(playwright, prefix, tmp_path_factory):
    path = tmp_path_factory.mktemp("browser") / "chromium"
    path.write_text(f'#!/bin/sh\nexec {" ".join(prefix)} {program()} "$@"\n')
    path.chmod(0o755)
    started = launch(playwright, path)
    yield started
    started.close()


@pytest.fixture(scope="session")
def server(engine, prefix, tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("jupyterlab"), prefix) as started:
        yield started


@pytest.fixture(scope="session")
def window(browser):
    """What the tabs share: a cache, so that only the first one loads all of JupyterLab."""
    opened = browser.new_context(viewport=SIZE, reduced_motion="no-preference")
    yield opened
    opened.close()


@pytest.fixture
def notebook(window, server, prefix, tmp_path):
    """A tab of the test's own. In the end its page must not have complained of anything."""
    tab = NotebookPage(window.new_page(), server)
    if prefix:  # only there the network of the browser changes, and requests are broken off
        tab.expected += ["net::ERR_NETWORK_CHANGED", "Failed to fetch"]
    yield tab
    tab.page.screenshot(path=tmp_path / "end.png")
    tab.close()
    assert tab.unexpected() == []


@pytest.fixture
def write(server, tmp_path):
    """Write a notebook of these cells into the served folder, and give its name."""
    return lambda *sources: server.write(f"{tmp_path.name}.ipynb", sources)


@pytest.fixture
def make_lab(tag):
    """A cell's text that makes a lab of the test's own."""
    return f"from dockernet_lessons import Lab\nlab = Lab(name={f'{LAB_PREFIX}{tag}-browser'!r})"
