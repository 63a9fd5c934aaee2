"""What the engine itself says of its containers and networks.

One request lists them with nearly everything; only what a listing leaves out costs a request each.
"""

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
    """A container, as the engine lists it.

    Attributes
    ----------
    image
        As it was named; its id once that name means another image (``docker ps`` shows the same).
    network_mode
        ``bridge``, ``host``, ``none``, ``container:ID`` or a network's name.
    """

    id: str
    name: str
    image: str
    status: str
    network_mode: str
    endpoints: tuple[Endpoint, ...]
    labels: dict[str, str]

    @property
    def running(self) -> bool:
        """Whether it has a first process (true while paused)."""
        return self.status in ("running", "paused")

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
class InspectedContainer(Container):
    """A container, as the engine describes it alone.

    Attributes
    ----------
    image
        As it was named.
    pid
        Process id of its first process, in the host's PID namespace; 0 while stopped.
    """

    pid: int


@dataclass(frozen=True)
class Network:
    """A network, as the engine lists it.

    Attributes
    ----------
    bridge
        Name of its Linux bridge on the host; None for other drivers.
    """

    id: str
    name: str
    driver: str
    scope: str
    internal: bool
    subnet: IPv4Network | None
    gateway: IPv4Address | None
    bridge: str | None
    labels: dict[str, str]


@dataclass(frozen=True)
class InspectedNetwork(Network):
    """A network, as the engine describes it alone.

    Attributes
    ----------
    containers
        Names of the running containers with an endpoint in it.
    """

    containers: tuple[str, ...]


def list_containers(client: docker.DockerClient, lab: str) -> list[Container]:
    """List a lab's containers, stopped ones included, in the order they were made."""
    with translated():
        return [_listed_container(row) for row in _rows(client, lab)]


def inspect_containers(
    client: docker.DockerClient, lab: str, *, workers: int = WORKERS
) -> list[InspectedContainer]:
    """Inspect a lab's containers, stopped ones included, in the order they were made.

    Parameters
    ----------
    client
        The docker-py client.
    lab
        Name of the lab.
    workers
        How many to ask for at a time.
    """
    with translated():
        ids = [row["Id"] for row in _rows(client, lab)]
        found = side_by_side(lambda i: _inspect_or_none(client, i), ids, workers=workers)
    return [read_container(attrs) for attrs in found if attrs is not None]


def _rows(client: docker.DockerClient, lab: str) -> list[dict[str, Any]]:
    rows = client.api.containers(all=True, filters={"label": [f"{LAB}={lab}", f"{ROLE}=lesson"]})
    return list(reversed(rows))  # the engine lists the newest first


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


def _listed_container(row: dict[str, Any]) -> Container:
    """Read a row of the answer to ``GET /containers/json``."""
    return Container(
        id=row["Id"],
        # Legacy links add names such as /ubuntu2/ubuntu1; one being removed may have lost its own.
        name=next((n.lstrip("/") for n in row["Names"] if n.count("/") == 1), ""),
        image=row["Image"],
        status=row["State"],
        network_mode=_mode(row["HostConfig"]["NetworkMode"]),
        endpoints=_endpoints(row["NetworkSettings"]),
        labels=row.get("Labels") or {},
    )


def read_container(attrs: dict[str, Any]) -> InspectedContainer:
    """Read the answer to ``GET /containers/ID/json``."""
    return InspectedContainer(
        id=attrs["Id"],
        name=attrs["Name"].lstrip("/"),
        image=attrs["Config"]["Image"],
        status=attrs["State"]["Status"],
        network_mode=_mode(attrs["HostConfig"]["NetworkMode"]),
        endpoints=_endpoints(attrs["NetworkSettings"]),
        labels=attrs["Config"].get("Labels") or {},
        pid=attrs["State"]["Pid"],
    )


def _endpoints(settings: dict[str, Any]) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(
            network=name,
            network_id=endpoint.get("NetworkID", ""),
            ipv4=_address(endpoint.get("IPAddress")),
            gateway=_address(endpoint.get("Gateway")),
            mac=(endpoint.get("MacAddress") or "").lower() or None,
        )
        for name, endpoint in (settings.get("Networks") or {}).items()
    )


def _address(text: str | None) -> IPv4Address | None:
    return IPv4Address(text) if text else None


def _mode(network_mode: str) -> str:
    return "bridge" if network_mode == "default" else network_mode


def list_networks(client: docker.DockerClient) -> list[Network]:
    """List the engine's networks, in the order of their names."""
    with translated():
        rows = client.api.networks()
    return [Network(**_facts(row)) for row in sorted(rows, key=_name)]


def inspect_networks(client: docker.DockerClient) -> list[InspectedNetwork]:
    """Inspect the engine's networks, in the order of their names."""
    with translated():
        ids = [row["Id"] for row in sorted(client.api.networks(), key=_name)]
        found = [_inspect_network_or_none(client, network_id) for network_id in ids]
    return [read_network(attrs) for attrs in found if attrs is not None]


def _name(row: dict[str, Any]) -> str:
    return str(row["Name"])


def _inspect_network_or_none(client: docker.DockerClient, network_id: str) -> Any:  # noqa: ANN401
    try:
        return client.api.inspect_network(network_id)
    except docker.errors.NotFound:
        return None


def read_network(attrs: dict[str, Any]) -> InspectedNetwork:
    """Read the answer to ``GET /networks/ID``; of several subnets, the first IPv4 one."""
    members = (attrs.get("Containers") or {}).values()
    return InspectedNetwork(
        **_facts(attrs), containers=tuple(sorted(member["Name"] for member in members))
    )


def _facts(attrs: dict[str, Any]) -> dict[str, Any]:
    """Read what a listing and an inspection both say of a network."""
    pools = [p for p in (attrs["IPAM"].get("Config") or []) if ":" not in p.get("Subnet", ":")]
    pool = pools[0] if pools else {}
    return {
        "id": attrs["Id"],
        "name": attrs["Name"],
        "driver": attrs["Driver"],
        "scope": attrs["Scope"],
        "internal": attrs.get("Internal", False),
        "subnet": IPv4Network(pool["Subnet"], strict=False) if pool else None,
        "gateway": _gateway(pool),
        "bridge": _bridge(attrs),
        "labels": attrs.get("Labels") or {},
    }


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
