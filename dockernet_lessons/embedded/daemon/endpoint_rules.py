"""Rules about how a container may be in a network (moby daemon/container_operations.go)."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon.container import EndpointConfig
from dockernet_lessons.embedded.daemon.mac import is_mac
from dockernet_lessons.embedded.daemon.options import is_address
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockernet_lessons.embedded.cnm.network import Network

SHARED = (
    "container sharing network namespace with another container or host "
    "cannot be connected to any other network"
)
PREDEFINED = ("bridge", "host", "none")
_ON_USER_NETWORKS = "user specified IP address is supported on user defined networks only"
_ON_USER_SUBNETS = (
    "user specified IP address is supported only when connecting to networks "
    "with user configured subnets"
)
_ALIAS = "network-scoped alias is supported only for containers in user defined networks"


def asks_for_address(wanted: EndpointConfig) -> bool:
    """Tell whether the user named an address."""
    ipam = wanted.ipam or {}
    return bool(ipam.get("IPv4Address") or ipam.get("IPv6Address"))


def check_classic(network: Network, wanted: EndpointConfig) -> None:
    """Check what Engine 20.10 does before anything else (validateNetworkingConfig).

    Raises
    ------
    DockerError
        400.
    """
    check_classic_network(network, wanted)
    check_classic_subnet(network, wanted)


def check_classic_network(network: Network, wanted: EndpointConfig) -> None:
    """Refuse what no predefined network does.

    Raises
    ------
    DockerError
        400.
    """
    predefined = network.name in PREDEFINED
    if predefined and asks_for_address(wanted):
        raise DockerError(400, _ON_USER_NETWORKS)
    if predefined and wanted.aliases:
        raise DockerError(400, _ALIAS)


def check_classic_subnet(network: Network, wanted: EndpointConfig) -> None:
    """Refuse an address where the engine chose the subnet; a start has noted the names by then.

    Raises
    ------
    DockerError
        400.
    """
    ipam = wanted.ipam or {}
    if asks_for_address(wanted) and (not network.has_user_subnet or ipam.get("IPv6Address")):
        raise DockerError(400, _ON_USER_SUBNETS)


def check_classic_address(network: Network, wanted: EndpointConfig) -> None:
    """Refuse a text that is no IPv4 address, when it comes to asking for it.

    Raises
    ------
    DockerError
        500.
    """
    text = wanted.ipv4
    if text and not is_address(text):
        raise DockerError(500, f"Invalid IPv4 address: {text})")
    if text and not is_address(text, 4):
        raise DockerError(
            500, f"Invalid address {text}: It does not belong to any of this network's subnets"
        )
    for local in (wanted.ipam or {}).get("LinkLocalIPs") or ():
        if not is_address(local):
            raise DockerError(500, f"Invalid link-local IP address: [{local}]")


def check_modern(name: str, network: Network | None, wanted: EndpointConfig) -> None:
    """Check at once, as Engine 25 and later do (api/types/network, ValidateEndpointSettings).

    Parameters
    ----------
    name
        What the network is called.
    network
        None if it is not there yet: then its subnets are not looked at.

    Raises
    ------
    DockerError
        400; several mistakes are listed.
    """
    if wanted.mac and not is_mac(wanted.mac):
        raise DockerError(400, f"invalid MAC address {wanted.mac}")
    mistakes = [*_modern_mistakes(name, network, wanted)]
    if len(mistakes) == 1:
        raise DockerError(400, f"invalid endpoint settings:\n{mistakes[0]}")
    if mistakes:
        lines = "\n".join(f"* {mistake}" for mistake in mistakes)
        raise DockerError(400, f"invalid endpoint settings:\n{lines}")


def _modern_mistakes(name: str, network: Network | None, wanted: EndpointConfig) -> Iterator[str]:
    if wanted.aliases and name in PREDEFINED:
        yield _ALIAS
    if asks_for_address(wanted) and name in PREDEFINED:
        yield _ON_USER_NETWORKS
    ipam = wanted.ipam or {}
    if wanted.ipv4 and not is_address(wanted.ipv4, 4):
        yield f"invalid IPv4 address: {wanted.ipv4}"
    if ipam.get("IPv6Address") and not is_address(ipam["IPv6Address"], 6):
        yield f"invalid IPv6 address: {ipam['IPv6Address']}"
    for local in ipam.get("LinkLocalIPs") or ():
        if not is_address(local):
            yield f"invalid link-local IP address: {local}"
    if network is not None:
        yield from _subnet_mistakes(network, wanted)


def _subnet_mistakes(network: Network, wanted: EndpointConfig) -> Iterator[str]:
    ipam = wanted.ipam or {}
    if not asks_for_address(wanted):
        return
    if not network.has_user_subnet or ipam.get("IPv6Address"):
        yield _ON_USER_SUBNETS
    elif not _in_a_pool(network, wanted.ipv4):
        yield f"no configured subnet or ip-range contain the IP address {wanted.ipv4}"


def _in_a_pool(network: Network, address: str) -> bool:
    if not is_address(address):
        return False
    subnets = (ip_network(pool.subnet, strict=False) for pool in network.config_pools)
    return any(ip_address(address) in subnet for subnet in subnets)
