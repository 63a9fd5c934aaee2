"""What a request for a network may say: the checks of each generation, in its own words.

Sources: moby, daemon/network.go (both), api/types/network/ipam.go (modern), libnetwork/network.go.
"""

from __future__ import annotations

from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    NetmaskValueError,
    ip_address,
    ip_interface,
)

from dockernet_lessons.embedded.cnm.network_request import NetworkRequest, Pool
from dockernet_lessons.embedded.errors import DockerError

RESERVED_NAMES = ("bridge", "host", "none", "default")
LONELY_DRIVERS = ("host", "null")
UNSUPPORTED_DRIVERS = ("macvlan", "ipvlan")
_SWARM = (
    "This node is not a swarm manager. Use "
    '"docker swarm init" or "docker swarm join" to connect this node to swarm and try again.'
)


def check_name(name: str, *, modern: bool) -> None:
    """Refuse reserved names (403) and empty ones (400; 500 on classic engines)."""
    if name in RESERVED_NAMES:
        raise DockerError(403, f"operation is not permitted on predefined {name} network ")
    if not name.strip():
        if modern:
            raise DockerError(400, "invalid name: name is empty")
        raise DockerError(500, f"invalid name: {name}")


def check_kind(request: NetworkRequest, *, modern: bool) -> None:
    """Refuse drivers, scopes and address families that there are not."""
    if request.ingress:
        raise DockerError(403, "Ingress network can only be global scope network")
    if request.scope == "swarm":
        raise DockerError(403, "cannot create a swarm scoped network when swarm is not active")
    _check_driver(request, modern=modern)
    if request.ipam_driver == "null":
        raise _no_ipam(request, modern=modern)
    if request.ipam_driver not in ("", "default"):
        raise _no_plugin(request.ipam_driver)
    _check_family(request, modern=modern)


def _no_ipam(request: NetworkRequest, *, modern: bool) -> DockerError:
    """Say that a bridge needs addresses: the driver ``null`` gives none (libnetwork/ipams/null)."""
    for pool in request.pools:
        parse_subnet(pool)
    text = "null ipam driver does not handle specific address pool requests"
    return DockerError(400 if modern else 500, text if request.pools else "ipv4 pool is empty")


def _check_driver(request: NetworkRequest, *, modern: bool) -> None:
    driver = request.driver or "bridge"
    if driver in LONELY_DRIVERS:
        raise DockerError(403, f'only one instance of "{driver}" network is allowed')
    if driver == "overlay" or (not modern and request.scope not in ("", "local")):
        raise DockerError(403 if modern else 500, _SWARM)
    if driver in UNSUPPORTED_DRIVERS:
        raise DockerError(501, f"the embedded engine has no {driver} networks")
    if driver != "bridge":
        raise _no_plugin(driver)


def _check_family(request: NetworkRequest, *, modern: bool) -> None:
    has_ipv6 = any(":" in pool.subnet for pool in request.pools)
    if request.enable_ipv6 and not has_ipv6 and not modern:
        raise DockerError(
            404,
            "could not find an available, non-overlapping IPv6 address pool among the defaults "
            "to assign to the network",
        )
    if request.enable_ipv6 or has_ipv6:
        raise DockerError(501, "the embedded engine has no IPv6 networks")
    if request.enable_ipv4 is False:
        raise DockerError(501, "the embedded engine has no networks without IPv4")


def _no_plugin(name: str) -> DockerError:
    return DockerError(404, f'plugin "{name}" not found')


def parse_subnet(pool: Pool) -> IPv4Network:
    """Read a subnet; a classic engine takes host bits in it.

    Raises
    ------
    DockerError
        It is none (500; modern engines refused it before, see `check_pools`).
    """
    interface = _interface(pool.subnet)
    if interface is None:
        why = f"invalid CIDR address: {pool.subnet}"
        raise DockerError(500, f"Invalid subnet {pool.subnet} : {why}")
    return interface.network


def parse_range(pool: Pool) -> IPv4Network | None:
    """Read an IP range; None if there is none.

    Raises
    ------
    DockerError
        It is no subnet (500).
    """
    if not pool.ip_range:
        return None
    interface = _interface(pool.ip_range)
    if interface is None:
        raise DockerError(
            500,
            f'failed to parse pool request for address space "LocalDefault" pool "{pool.subnet}" '
            f'subpool "{pool.ip_range}": Invalid Address SubPool',
        )
    return interface.network


def parse_gateway(pool: Pool) -> IPv4Address | None:
    """Read a gateway; None if there is none.

    Raises
    ------
    DockerError
        It is no address, or one outside of the subnet's family (500).
    """
    if not pool.gateway:
        return None
    try:
        address = ip_address(pool.gateway)
    except ValueError:
        text = f"invalid gateway address {pool.gateway} in Ipam configuration"
        raise DockerError(500, text) from None
    if not isinstance(address, IPv4Address):
        text = f"failed to allocate gateway ({pool.gateway}): Requested address is out of range"
        raise DockerError(500, text)
    return address


def parse_auxiliary(
    request: NetworkRequest, pool: Pool, subnet: IPv4Network, *, modern: bool
) -> dict[str, IPv4Address]:
    """Read the reserved addresses.

    Raises
    ------
    DockerError
        One cannot be read (500; 400 on modern engines) or lies outside of the subnet (403).
    """
    found = {}
    for name, text in pool.aux.items():
        try:
            found[name] = IPv4Address(text)
        except AddressValueError:
            message = (
                f"non parsable secondary ip address ({name}:{text}) passed for network "
                f"{request.name}"
            )
            raise DockerError(400 if modern else 500, message) from None
        if found[name] not in subnet:
            message = f"auxiliary address: ({name}:{text}) must belong to the master pool: {subnet}"
            raise DockerError(403, message)
    return found


def check_pools(pools: tuple[Pool, ...]) -> None:
    """Check what a modern engine checks before it does anything, and says all at once.

    Raises
    ------
    DockerError
        400, with one line per mistake.
    """
    mistakes = [mistake for pool in pools for mistake in _mistakes(pool)]
    if len(mistakes) > 1:
        mistakes = [f"* {mistake}" for mistake in mistakes]
    if mistakes:
        raise DockerError(400, "invalid network config:\n" + "\n".join(mistakes))


def _mistakes(pool: Pool) -> list[str]:
    subnet = _interface(pool.subnet)
    if subnet is None:
        return [f"invalid subnet {pool.subnet}: invalid CIDR block notation"]
    parent = subnet.network
    mistakes = []
    if subnet.ip != parent.network_address:
        mistakes.append(f"invalid subnet {pool.subnet}: it should be {parent}")
    if pool.ip_range:
        mistakes += _range_mistakes(pool.ip_range, parent)
    if pool.gateway:
        mistakes += _address_mistakes(f"gateway {pool.gateway}", pool.gateway, parent)
    for name, address in pool.aux.items():
        if address:
            mistakes += _address_mistakes(f"auxiliary address {name}", address, parent)
    return mistakes


def _range_mistakes(text: str, parent: IPv4Network) -> list[str]:
    interface = _interface(text)
    if interface is None:
        return [f"invalid ip-range {text}: invalid CIDR block notation"]
    ip_range = interface.network
    mistakes = []
    if ip_range.prefixlen < parent.prefixlen:
        why = f"CIDR block is bigger than its parent subnet {parent}"
        mistakes.append(f"invalid ip-range {text}: {why}")
    if interface.ip != ip_range.network_address:
        mistakes.append(f"invalid ip-range {text}: it should be {ip_range}")
    if ip_range.network_address not in parent and parent.network_address not in ip_range:
        why = f"parent subnet {parent} doesn't contain ip-range"
        mistakes.append(f"invalid ip-range {text}: {why}")
    return mistakes


def _address_mistakes(what: str, text: str, parent: IPv4Network) -> list[str]:
    try:
        address = ip_address(text)
    except ValueError:
        return [f"invalid {what}: invalid address"]
    if not isinstance(address, IPv4Address):
        return [f"invalid {what}: parent subnet is an IPv4 block"]
    if address not in parent:
        return [f"invalid {what}: parent subnet {parent} doesn't contain this address"]
    return []


def _interface(text: str) -> IPv4Interface | None:
    """Read ``ADDRESS/LENGTH``; None if it is not that (Go's net.ParseCIDR)."""
    address, slash, length = text.partition("/")
    if not slash or not (length.isascii() and length.isdecimal()):
        return None
    try:
        interface = ip_interface((address, int(length)))
    except (AddressValueError, NetmaskValueError, ValueError):
        return None
    return interface if isinstance(interface, IPv4Interface) else None
