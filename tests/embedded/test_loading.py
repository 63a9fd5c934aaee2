"""The engine is imported quickly: what it is made of comes first, the rest when it is needed."""

import pkgutil
import re
import subprocess
import sys
from importlib import import_module

import pytest

from dockernet_lessons.embedded import api
from dockernet_lessons.embedded.errors import DockerError

_NEW = """
import sys
before = set(sys.modules)
import dockernet_lessons.embedded.engine
print(*set(sys.modules) - before)
"""
DEAR = {
    "ast", "dataclasses", "hashlib", "inspect", "signal", "tokenize", "urllib.parse",
    "docker", "pandas", "requests",
}  # fmt: skip
LATER = {
    "api.containers", "api.system", "cnm.connection", "daemon.creation", "daemon.lifecycle",
    "userland.image_root", "userland.process", "userland.scheduler", "userland.shell",
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded():
    """What a fresh interpreter has after the import and not before."""
    done = subprocess.run([sys.executable, "-c", _NEW], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_engine_is_imported_without_what_is_dear(loaded):
    assert "dockernet_lessons.embedded.fabric.fabric" in loaded
    assert not loaded & DEAR


def test_the_engine_is_imported_without_what_it_needs_later(loaded):
    assert not loaded & {f"dockernet_lessons.embedded.{name}" for name in LATER}


class Collected:
    """Takes the place of a router."""

    def __init__(self):
        self.routes = []

    def route(self, method, pattern):
        return lambda handler: self.routes.append((method, pattern, handler))


def every_route():
    collected = Collected()
    for module in pkgutil.iter_modules(api.__path__, f"{api.__name__}."):
        routes = getattr(import_module(module.name), "routes", None)
        if routes is not None:
            routes.add_to(collected)
    return collected.routes


@pytest.mark.parametrize(
    ("method", "pattern", "handler"), [pytest.param(*r, id=" ".join(r[:2])) for r in every_route()]
)
def test_every_route_is_found_by_its_first_word(method, pattern, handler):
    path = re.sub(r"\{(\w+)(:path)?\}", r"\1", pattern)
    found, parts = api.find(method, path)
    assert found is handler
    assert parts == {name: name for name in re.findall(r"\{(\w+)", pattern)}


@pytest.mark.parametrize("path", ["", "/", "//", "x", "/x", "//_ping", "x_ping", "/_ping/"])
def test_no_other_path_is_found(path):
    with pytest.raises(DockerError, match="page not found"):
        api.find("GET", path)
