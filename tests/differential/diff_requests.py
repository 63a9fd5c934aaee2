"""Requests to an engine, and the steps that are made of them.

In a path or a body ``~`` stands for the tag of the run: ``c1~`` is ``c1-3fa2``, ``10.~.1.0/24`` is
``10.163.1.0/24``; ``#`` is the number of the mistake. Before the first mistake an engine gets what
`SETUP` makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

IMAGE = "xmtubuntu"
SLEEP = {"Image": IMAGE, "Cmd": ["sleep", "1000"], "HostConfig": {"Init": True}}


@dataclass(frozen=True)
class Ask:
    """One request; a body is sent as JSON unless it is bytes."""

    method: str
    path: str
    body: Any = None


@dataclass(frozen=True)
class Step:
    """Requests made one after another, as one command does; the answer to each counts.

    A slow one takes a real engine a quarter of a minute: it looks for a plugin that is not there.
    """

    name: str
    asks: tuple[Ask, ...]
    slow: bool = False


def mistake(name: str, *asks: Ask) -> Step:
    return Step(name, asks)


def slow(name: str, *asks: Ask) -> Step:
    return Step(name, asks, slow=True)


def get(path: str) -> Ask:
    return Ask("GET", path)


def post(path: str, body: Any = None) -> Ask:
    return Ask("POST", path, body)


def delete(path: str) -> Ask:
    return Ask("DELETE", path)


def create(name: str = "x1~", host: dict[str, Any] | None = None, **options: Any) -> Ask:
    body = {**SLEEP, "HostConfig": {"Init": True, **(host or {})}, **options}
    return post(f"/containers/create?name={name}", body)


def on_network(network: str, name: str = "x1~", **endpoint: Any) -> Ask:
    """Create a container on a network, with settings of its endpoint there."""
    return create(
        name,
        {"NetworkMode": network},
        NetworkingConfig={"EndpointsConfig": {network: endpoint}},
    )


def published(bindings: dict[str, Any], name: str = "x1~") -> Ask:
    """Create a container with published ports; without an exposed port the engine ignores them."""
    return create(name, {"PortBindings": bindings}, ExposedPorts={port: {} for port in bindings})


def start(name: str = "x1~") -> Ask:
    return post(f"/containers/{name}/start")


def network(name: str = "xn~", **options: Any) -> Ask:
    return post("/networks/create", {"Name": name, **options})


def pools(*configs: dict[str, Any]) -> dict[str, Any]:
    return {"IPAM": {"Driver": "default", "Config": list(configs)}}


def pool(subnet: str, **more: Any) -> dict[str, Any]:
    return pools({"Subnet": subnet, **more})


def join(net: str, container: str, **endpoint: Any) -> Ask:
    body = {"Container": container, **({"EndpointConfig": endpoint} if endpoint else {})}
    return post(f"/networks/{net}/connect", body)


def leave(net: str, container: str, *, force: bool = False) -> Ask:
    return post(f"/networks/{net}/disconnect", {"Container": container, "Force": force})


def command(container: str, *words: str, **options: Any) -> Ask:
    """Make an exec; `{exec}` in the path of a later request is its ID."""
    body = {"AttachStdout": True, "AttachStderr": True, "Cmd": list(words), **options}
    return post(f"/containers/{container}/exec", body)


RUN_EXEC = post("/exec/{exec}/start", {"Detach": True})
LOOK_EXEC = get("/exec/{exec}/json")

SETUP = [
    create("c1~"),
    start("c1~"),
    create("c2~"),
    network("an~"),
    network("bn~", **pool("10.~.1.0/24")),
    on_network("bn~", "c3~"),
    start("c3~"),
    create("h1~", {"NetworkMode": "host"}),
    start("h1~"),
    create("s1~", {"NetworkMode": "container:c1~"}),
    start("s1~"),
    create("o1~", {"NetworkMode": "none"}),
    start("o1~"),
]
