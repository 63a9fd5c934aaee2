"""Fixtures: one session per engine, one lab per test module, and nothing left behind."""

from __future__ import annotations

import os
import random

import pytest
from engines import LAB_PREFIX, engines, inventory, required
from hypothesis import settings

from dockernet_lessons import Lab, image
from dockernet_lessons.connect import ENGINE_VARIABLE

# Times vary on a shared machine, and a test's verdict must not depend on a database of examples.
settings.register_profile("dockernet", deadline=None, database=None, derandomize=True)
settings.load_profile("dockernet")


@pytest.fixture(scope="session", params=engines(), ids=lambda engine: engine.id)
def engine(request):
    """A real engine with the lesson image, chosen by ``DOCKER_HOST`` while its tests run."""
    found = request.param
    if found.version is None:
        (pytest.fail if required() else pytest.skip)(found.problem)
    client = found.client()
    image.ensure(client)
    client.close()
    before = inventory(found)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DOCKER_HOST", found.address)
        environment.delenv(ENGINE_VARIABLE, raising=False)
        yield found
    after = inventory(found)
    assert after == before, f"left behind {after - before}, gone {before - after}"


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
