"""The real engines that the tests run on, and what must be the same on them afterwards."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

import docker

from dockernet_lessons import image
from dockernet_lessons.connect import connect_docker, docker_address
from dockernet_lessons.errors import EngineUnavailable
from dockernet_lessons.labels import LAB, lab_labels

ADDRESSES = "DOCKERNET_TEST_ENGINES"
REQUIRED = "DOCKERNET_REQUIRE_DOCKER"
LAB_PREFIX = "test-"


@dataclass(frozen=True)
class Engine:
    """An address, and the version of what answers there; else why nothing does."""

    address: str
    version: str | None
    problem: str = ""

    @property
    def id(self):
        return self.version or "no-engine"

    @property
    def generation(self):
        return int(self.version.split(".")[0])

    def client(self):
        return docker.DockerClient(base_url=self.address, timeout=120)


@cache
def engines():
    """Every engine to test on; a single one without a version if there is none."""
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
    """What is on the engine: containers, networks and, where the engine is ours, interfaces."""
    client = engine.client()
    containers = {
        f"container {row['Names'][0]} ({(row['Labels'] or {}).get(LAB)})"
        for row in client.api.containers(all=True)
        if _counts(row["Labels"])
    }
    networks = {f"network {row['Name']}" for row in client.api.networks() if _counts(row["Labels"])}
    links = set() if shared() else host_links(client)
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
    return {f"link {line.split()[1]}" for line in printed.decode().splitlines()}
