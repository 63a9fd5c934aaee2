"""Fixtures: one session per engine, one lab per test module, and nothing left behind."""

from __future__ import annotations

import os
import random
from itertools import chain

import pytest
from browsers import launch, program
from counting import sums
from engines import LAB_PREFIX, engines, inventory, required, serving
from hypothesis import settings

from dockernet_lessons import Lab, image
from dockernet_lessons.connect import ENGINE_VARIABLE

# Times vary on a shared machine, and a test's verdict must not depend on a database of examples.
settings.register_profile("dockernet", deadline=None, database=None, derandomize=True)
settings.load_profile("dockernet")


@pytest.fixture(scope="session", params=engines(), ids=lambda engine: engine.id)
def engine(request):
    """An engine with the lesson image, chosen by the environment while its tests run."""
    found = request.param
    if found.version is None:
        (pytest.fail if required() else pytest.skip)(found.problem)
    with serving(found), pytest.MonkeyPatch.context() as environment:
        image.ensure(found.client())
        before = inventory(found)
        environment.setenv("DOCKER_HOST", found.address)
        environment.delenv(ENGINE_VARIABLE, raising=False)
        if found.in_process:
            environment.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
            environment.setenv(ENGINE_VARIABLE, "embedded")
        yield found
        after = inventory(found)
    assert after == before, f"left behind {after - before}, gone {before - after}"


def pytest_collection_modifyitems(config, items):
    """Leave out what an engine cannot be tested for; see the markers in pyproject.toml."""
    out = [item for item in items if _does_not_apply(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in set(out)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let one process run all tests of an engine, where several run the tests."""
    from scheduling import ByEngine

    return ByEngine(config, log)


def pytest_terminal_summary(terminalreporter):
    for line in sums(chain.from_iterable(terminalreporter.stats.values())):
        terminalreporter.write_line(f"differential: {line}")


def _does_not_apply(item):
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    engine = parameters.get("engine")
    if engine is None:
        return False
    if item.get_closest_marker("real") and engine.embedded:
        return True
    if item.get_closest_marker("kernel") and engine.embedded and not engine.in_process:
        return True
    return bool(item.get_closest_marker("address")) and engine.in_process


@pytest.fixture(scope="module")
def tag():
    """The beginning of this module's container and network names, to meet nobody else's."""
    return f"t{random.randrange(16**5):05x}"


@pytest.fixture(scope="module")
def lab_name(tag):
    return f"{LAB_PREFIX}{tag}"


@pytest.fixture(scope="module")
def lab(engine, lab_name):
    """A lab that the tests of one module share."""
    with Lab(name=lab_name) as made:
        yield made


@pytest.fixture
def own_lab(engine, tag):
    """A lab of the test's own."""
    with Lab(name=f"{LAB_PREFIX}{tag}-own-{random.randrange(16**4):04x}") as made:
        yield made


@pytest.fixture
def client(engine):
    """A docker-py client of the test's own: a second pair of eyes."""
    made = engine.client()
    yield made
    made.close()


@pytest.fixture
def no_docker_environment(monkeypatch):
    """Forget what the shell says about Docker."""
    for variable in [name for name in os.environ if name.startswith("DOCKER")]:
        monkeypatch.delenv(variable)


@pytest.fixture(scope="session")
def playwright():
    """What drives browsers; there can be only one in a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright):
    """A browser."""
    started = launch(playwright, program())
    yield started
    started.close()
