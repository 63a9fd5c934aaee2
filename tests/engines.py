"""The engines that the tests run on, and what must be the same on them afterwards."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import docker

from dockernet_lessons import image
from dockernet_lessons.connect import (
    EMBEDDED_ADDRESS,
    connect_docker,
    connect_embedded,
    docker_address,
    embedded_server,
)
from dockernet_lessons.embedded.profile import PROFILES
from dockernet_lessons.errors import EngineUnavailable
from dockernet_lessons.labels import LAB, lab_labels

ADDRESSES = "DOCKERNET_TEST_ENGINES"
REQUIRED = "DOCKERNET_REQUIRE_DOCKER"
LAB_PREFIX = "test-"
PACE = 0.03
"""Real seconds per simulated second on served engines: pings take no time, `sleep 1000` does."""


@dataclass(frozen=True)
class Engine:
    """An address, and the version of what answers there; else why nothing does."""

    address: str
    version: str | None
    problem: str = ""
    profile: str | None = None

    @property
    def id(self):
        return f"embedded-{self.profile}" if self.embedded else self.version or "no-engine"

    @property
    def embedded(self):
        return self.profile is not None

    @property
    def in_process(self):
        return self.address == EMBEDDED_ADDRESS

    @property
    def generation(self):
        return int(self.version.split(".")[0])

    def client(self):
        if self.in_process:
            return connect_embedded(self.profile).client
        return docker.DockerClient(base_url=self.address, timeout=120)


@cache
def engines():
    """Every engine to test on: the emulated ones, then the real ones.

    Where there is no real one, a single engine without a version says why.
    """
    return [*embedded_engines(), *real_engines()]


def embedded_engines():
    """The article's profile in this process, as most learners meet it; the others over a socket."""
    home = Path(mkdtemp(prefix="dn-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    served = [
        Engine(f"unix://{home}/{name}.sock", PROFILES[name].version, profile=name)
        for name in ("classic", "modern")
    ]
    return [Engine(EMBEDDED_ADDRESS, PROFILES["article"].version, profile="article"), *served]


@contextlib.contextmanager
def serving(engine):
    """Serve an emulated engine at its address, as fast as it can."""
    if engine.in_process or not engine.embedded:
        yield
        return
    path = Path(engine.address.removeprefix("unix://"))
    server = embedded_server(engine.profile, path=path, pace=PACE)
    server.start()
    yield
    server.close()


def real_engines():
    """The engines that the environment names, else the one at hand."""
    addresses = os.environ.get(ADDRESSES, "").split() or [docker_address()]
    return [_probe(address) for address in addresses]


def _probe(address):
    before = os.environ.get("DOCKER_HOST")
    os.environ["DOCKER_HOST"] = address
    try:
        connection = connect_docker()
    except EngineUnavailable as error:
        return Engine(address, None, str(error))
    finally:
        if before is None:
            del os.environ["DOCKER_HOST"]
        else:
            os.environ["DOCKER_HOST"] = before
    connection.client.close()
    return Engine(address, connection.version)


def required():
    return os.environ.get(REQUIRED, "").lower() in ("1", "true", "yes")


def shared():
    """Tell whether others may use the engine meanwhile: everywhere but in CI."""
    return not os.environ.get("CI")


def inventory(engine):
    """What is on the engine: containers, networks and, where the engine is ours, interfaces.

    Without the networks' bridges: Engine 28.5 leaves one behind when it fails to set its MTU.
    """
    client = engine.client()
    containers = {
        f"container {row['Names'][0]} ({(row['Labels'] or {}).get(LAB)})"
        for row in client.api.containers(all=True)
        if _counts(row["Labels"])
    }
    networks = {f"network {row['Name']}" for row in client.api.networks() if _counts(row["Labels"])}
    links = set() if shared() else host_links(client)
    if not engine.in_process:
        client.close()
    return containers | networks | links


def _counts(labels):
    return not shared() or (labels or {}).get(LAB, "").startswith(LAB_PREFIX)


def host_links(client):
    """The interfaces of the engine's host, seen by a throw-away container."""
    printed = client.containers.run(
        image.REFERENCE, ["ip", "-o", "link"], network_mode="host", remove=True,
        labels=lab_labels(f"{LAB_PREFIX}links"),
    )  # fmt: skip
    links = (line.split()[1] for line in printed.decode().splitlines())
    return {f"link {link}" for link in links if not link.startswith("br-")}
