"""What the engine itself says of its containers and networks (``docker inspect``)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import docker
import docker.errors

from dockernet_lessons.engine_errors import translated
from dockernet_lessons.labels import LAB, ROLE
from dockernet_lessons.parallel import WORKERS, side_by_side

_BRIDGE_OPTION = "com.docker.network.bridge.name"


@dataclass(frozen=True)
class Endpoint:
    """What joins a container to one network (moby: libnetwork's endpoint).

    Attributes
    ----------
    network
        Name of the network.
    ipv4
        Address in that network; None while the container is stopped.
    gateway
        The bridge's own address there; None while stopped, and for an internal network from
        Engine 25 on.
    mac
        Lower case; None while the container is stopped.
    """

    network: str
    network_id: str
    ipv4: IPv4Address | None
    gateway: IPv4Address | None
    mac: str | None


@dataclass(frozen=True)
class Container:
    """A container, as the engine describes it.

    Attributes
    ----------
    pid
        Process id of its first process, in the host's PID namespace; 0 while stopped.
    network_mode
        ``bridge``, ``host``, ``none``, ``container:ID`` or a network's name.
    """

    id: str
    name: str
    image: str
    status: str
    pid: int
    network_mode: str
    endpoints: tuple[Endpoint, ...]
    labels: dict[str, str]

    @property
    def running(self) -> bool:
        """Whether it has a first process (true while paused)."""
        return self.pid > 0

    @property
    def networks(self) -> tuple[str, ...]:
        """Names of its networks."""
        return tuple(endpoint.network for endpoint in self.endpoints)

    def address_on(self, networks: tuple[str, ...]) -> IPv4Address | None:
        """Give its address on the first of these networks it has one on, else its first one."""
        addresses = {e.network: e.ipv4 for e in self.endpoints if e.ipv4 is not None}
        shared = [addresses[network] for network in networks if network in addresses]
        return next(iter([*shared, *addresses.values()]), None)


@dataclass(frozen=True)
class Network:
    """A network, as the engine describes it.

    Attributes
    ----------
    bridge
        Name of its Linux bridge on the host; None for other drivers.
    containers
        Names of the running containers with an endpoint in it.
    """

    id: str
    name: str
    driver: str
    scope: str
    internal: bool
    subnet: IPv4Network | None
    gateway: IPv4Address | None
    bridge: str | None
    containers: tuple[str, ...]
    labels: dict[str, str]


def list_containers(
    client: docker.DockerClient,
    lab: str | None,
    *,
    role: str = "lesson",
    workers: int = WORKERS,
) -> list[Container]:
    """List containers, stopped ones included, in the order they were made.

    Parameters
    ----------
    client
        The docker-py client.
    lab
        Only that lab's containers with that role; None for every container of the engine.
    role
        Value of the label ``dockernet.role``.
    workers
        How many to ask for at a time.
    """
    labels = [f"{LAB}={lab}", f"{ROLE}={role}"] if lab is not None else []
    with translated():
        rows = client.api.containers(all=True, filters={"label": labels} if labels else None)
        ids = [row["Id"] for row in reversed(rows)]  # the engine lists the newest first
        found = side_by_side(lambda i: _inspect_or_none(client, i), ids, workers=workers)
    return [read_container(attrs) for attrs in found if attrs is not None]


def _inspect_or_none(client: docker.DockerClient, container_id: str) -> dict[str, Any] | None:
    """Inspect a container that may have been removed since it was listed."""
    try:
        return dict(client.api.inspect_container(container_id))
    except docker.errors.NotFound:
        return None


def remove_container(client: docker.DockerClient, container_id: str) -> None:
    """Remove a container, running or not, and its anonymous volumes; gone already is fine."""
    try:
        client.api.remove_container(container_id, force=True, v=True)
    except docker.errors.NotFound:
        return  # somebody else was faster
    except docker.errors.APIError as error:
        if "already in progress" not in str(error.explanation):
            raise


def read_container(attrs: dict[str, Any]) -> Container:
    """Read the answer to ``GET /containers/ID/json``."""
    return Container(
        id=attrs["Id"],
        name=attrs["Name"].lstrip("/"),
        image=attrs["Config"]["Image"],
        status=attrs["State"]["Status"],
        pid=attrs["State"]["Pid"],
        network_mode=_mode(attrs["HostConfig"]["NetworkMode"]),
        endpoints=tuple(
            Endpoint(
                network=name,
                network_id=endpoint.get("NetworkID", ""),
                ipv4=_address(endpoint.get("IPAddress")),
                gateway=_address(endpoint.get("Gateway")),
                mac=(endpoint.get("MacAddress") or "").lower() or None,
            )
            for name, endpoint in (attrs["NetworkSettings"].get("Networks") or {}).items()
        ),
        labels=attrs["Config"].get("Labels") or {},
    )


def _address(text: str | None) -> IPv4Address | None:
    return IPv4Address(text) if text else None


def _mode(network_mode: str) -> str:
    return "bridge" if network_mode == "default" else network_mode


def list_networks(client: docker.DockerClient, lab: str | None = None) -> list[Network]:
    """List the engine's networks, or only those of one lab, in the order of their names."""
    filters = {"label": f"{LAB}={lab}"} if lab is not None else None
    with translated():
        rows = client.api.networks(filters=filters)
        ids = [row["Id"] for row in sorted(rows, key=lambda row: str(row["Name"]))]
        found = [_inspect_network_or_none(client, network_id) for network_id in ids]
    return [read_network(attrs) for attrs in found if attrs is not None]


def _inspect_network_or_none(client: docker.DockerClient, network_id: str) -> Any:  # noqa: ANN401
    try:
        return client.api.inspect_network(network_id)
    except docker.errors.NotFound:
        return None


def read_network(attrs: dict[str, Any]) -> Network:
    """Read the answer to ``GET /networks/ID``; of several subnets, the first IPv4 one."""
    pools = [p for p in (attrs["IPAM"].get("Config") or []) if ":" not in p.get("Subnet", ":")]
    pool = pools[0] if pools else {}
    return Network(
        id=attrs["Id"],
        name=attrs["Name"],
        driver=attrs["Driver"],
        scope=attrs["Scope"],
        internal=attrs.get("Internal", False),
        subnet=IPv4Network(pool["Subnet"], strict=False) if pool else None,
        gateway=_gateway(pool),
        bridge=_bridge(attrs),
        containers=tuple(sorted(c["Name"] for c in (attrs.get("Containers") or {}).values())),
        labels=attrs.get("Labels") or {},
    )


def _gateway(pool: dict[str, str]) -> IPv4Address | None:
    """Find a pool's gateway; Engine 20.10 leaves out one that it chose itself.

    It then is the first address, or with an ``IPRange`` that range's very first (measured).
    """
    if not pool:
        return None
    if pool.get("Gateway"):
        return IPv4Address(pool["Gateway"].split("/")[0])
    if pool.get("IPRange"):
        return IPv4Network(pool["IPRange"], strict=False)[0]
    return IPv4Network(pool["Subnet"], strict=False)[1]


def _bridge(attrs: dict[str, Any]) -> str | None:
    """Name the Linux bridge: an option says it, else ``br-`` and 12 digits of the network's id."""
    if attrs["Driver"] != "bridge":
        return None
    named = (attrs.get("Options") or {}).get(_BRIDGE_OPTION)
    return str(named or f"br-{attrs['Id'][:12]}")
