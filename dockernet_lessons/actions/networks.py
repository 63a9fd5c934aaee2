"""Create, connect, disconnect and remove a lab's networks."""

from __future__ import annotations

import contextlib

import docker.errors
from docker.models.networks import Network as DockerNetwork
from docker.types import IPAMConfig, IPAMPool

from dockernet_lessons import preflight
from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.actions.views import NamespaceReader
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import (
    AlreadyConnected,
    BadArgument,
    NameTaken,
    NetworkInUse,
    NotConnected,
    NotThisLab,
    ObserverRefused,
)
from dockernet_lessons.labels import SPEC, belongs_to, lab_labels, spec_digest
from dockernet_lessons.observe.engine import list_networks
from dockernet_lessons.observe.forwarding import Route
from dockernet_lessons.observe.interfaces import Interface


def claims(context: LabContext) -> list[preflight.Claim]:
    """List every range of addresses in use: Docker's networks, the host's addresses and routes."""
    networks = list_networks(context.client)
    host: tuple[tuple[Interface, ...], tuple[Route, ...]]
    try:
        host = NamespaceReader(context).host_addresses_and_routes()
    except ObserverRefused as error:
        context.notice(f"{error.what} Subnets are compared with Docker's networks only.")
        host = (), ()
    return preflight.claims_of(networks, *host, desktop=context.desktop)


def create(
    context: LabContext,
    name: str,
    *,
    subnet: str | None = None,
    gateway: str | None = None,
    internal: bool = False,
) -> DockerNetwork:
    """Create a bridge network, or take the lab's own one made with the same options.

    Raises
    ------
    NameTaken, InvalidSubnet, SubnetInUse
        Before the engine is asked for anything.
    """
    spec = (subnet, gateway, internal)
    attrs = context.inspect_network(name)
    if attrs is not None:
        labels = attrs.get("Labels") or {}
        if belongs_to(labels, context.name) and labels.get(SPEC) == spec_digest(spec):
            return context.client.networks.get(attrs["Id"])
        raise NameTaken("network", name, context.holder(labels))
    _check_addresses(context, subnet, gateway)
    labels = {**lab_labels(context.name), SPEC: spec_digest(spec)}
    ipam = IPAMConfig(pool_configs=[IPAMPool(subnet=subnet, gateway=gateway)]) if subnet else None
    with translated():
        return context.client.networks.create(
            name, driver="bridge", ipam=ipam, internal=internal, labels=labels
        )


def _check_addresses(context: LabContext, subnet: str | None, gateway: str | None) -> None:
    if subnet is not None:
        preflight.check_subnet(subnet, gateway, claims(context))
    elif gateway is not None:
        raise BadArgument("A gateway needs a subnet.", "Give `subnet` as well.")


def connect(context: LabContext, network: str, name: str, ip: str | None = None) -> None:
    """Give a container an endpoint in one more network.

    Raises
    ------
    AlreadyConnected
        It has one there.
    """
    found = context.container(name)
    target = context.usable_network(network)
    if target.name in found.networks:
        raise AlreadyConnected(name, network)
    if ip is not None:
        preflight.parse_address(ip)
    with translated():
        try:
            context.client.api.connect_container_to_network(found.id, target.id, ipv4_address=ip)
        except docker.errors.APIError:
            _forget_endpoint(context, found.id, target.name)
            raise


def _forget_endpoint(context: LabContext, container_id: str, network_name: str) -> None:
    """Take back a failed connect.

    Engines keep a half-made endpoint, with which the container cannot even be restarted, and take
    away only a whole one (20.10 to 28.5): so it is made whole first, at an address that is free.
    """
    api = context.client.api
    with contextlib.suppress(docker.errors.APIError):
        networks = api.inspect_container(container_id)["NetworkSettings"]["Networks"]
        if network_name in networks:
            api.connect_container_to_network(container_id, network_name)
            api.disconnect_container_from_network(container_id, network_name)


def disconnect(context: LabContext, network: str, name: str) -> None:
    """Take a container out of a network.

    Raises
    ------
    NotConnected
        It is not in it.
    """
    found = context.container(name)
    target = context.network(network)
    if target.name not in found.networks:
        raise NotConnected(name, network)
    with translated():
        context.client.api.disconnect_container_from_network(found.id, target.id)


def remove(context: LabContext, name: str) -> None:
    """Remove a network of the lab.

    Raises
    ------
    NetworkInUse
        Containers are connected to it; names them.
    """
    found = context.network(name)
    if not belongs_to(found.labels, context.name):
        raise NotThisLab("network", name)
    if found.containers:
        raise NetworkInUse(name, found.containers)
    _remove_by_id(context, found.id)


def remove_all(context: LabContext) -> None:
    """Remove every network of the lab; its containers must be gone already."""
    context.side_by_side(
        lambda network: _remove_by_id(context, network.id),
        [n for n in list_networks(context.client) if belongs_to(n.labels, context.name)],
    )


def _remove_by_id(context: LabContext, network_id: str) -> None:
    # NotFound: somebody else was faster.
    with translated(), contextlib.suppress(docker.errors.NotFound):
        context.client.api.remove_network(network_id)
