"""A network as ``docker network inspect`` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.timestamps import rfc3339

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.endpoint import Endpoint
    from dockernet_lessons.embedded.cnm.network import Network
    from dockernet_lessons.embedded.cnm.network_request import Pool

Shape = dict[str, Any]


def inspect(daemon: Daemon, network: Network, *, containers: bool) -> Shape:
    """Show a network.

    Parameters
    ----------
    containers
        With the containers that are in it.
    """
    ipv4 = {"EnableIPv4": network.enable_ipv4} if daemon.modern else {}
    return {
        "Name": network.name,
        "Id": network.id,
        "Created": rfc3339(network.created),
        "Scope": network.scope,
        "Driver": network.driver,
        **ipv4,
        "EnableIPv6": network.enable_ipv6,
        "IPAM": _ipam(daemon, network),
        "Internal": network.internal,
        "Attachable": network.attachable,
        "Ingress": False,
        "ConfigFrom": {"Network": ""},
        "ConfigOnly": network.config_only,
        "Containers": _containers(network) if containers else {},
        "Options": dict(sorted(network.options.items())),
        "Labels": dict(sorted(network.labels.items())),
    }


def _ipam(daemon: Daemon, network: Network) -> Shape:
    pools: list[Shape] | None = [_pool(pool) for pool in network.config_pools]
    if daemon.modern and not pools:
        pools = None
    return {"Driver": network.ipam_driver, "Options": network.ipam_options, "Config": pools}


def _pool(pool: Pool) -> Shape:
    shape: Shape = {"Subnet": pool.subnet}
    if pool.ip_range:
        shape["IPRange"] = pool.ip_range
    if pool.gateway:
        shape["Gateway"] = pool.gateway
    if pool.aux:
        shape["AuxiliaryAddresses"] = dict(sorted(pool.aux.items()))
    return shape


def _containers(network: Network) -> Shape:
    return {key: _member(network.endpoints[key]) for key in sorted(network.endpoints)}


def _member(endpoint: Endpoint) -> Shape:
    return {
        "Name": endpoint.name,
        "EndpointID": endpoint.id,
        "MacAddress": endpoint.mac,
        "IPv4Address": str(endpoint.address) if endpoint.address is not None else "",
        "IPv6Address": "",
    }
