"""Check a subnet before a network is made with it.

Docker avoids subnets in use only when it picks one itself; a subnet given by hand is taken as it
is, and may cut the machine off from its own network. So ours are compared with everything the
host knows: Docker's networks, the host's addresses and its routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from dockernet_lessons.errors import AddressUnavailable, InvalidSubnet, SubnetInUse
from dockernet_lessons.observe.engine import Network
from dockernet_lessons.observe.forwarding import Route
from dockernet_lessons.observe.interfaces import Interface

DESKTOP_INTERNAL = IPv4Network("192.168.65.0/24")
"""What Docker Desktop uses inside its virtual machine (its default; a setting there)."""

_DEFAULT_ROUTE = IPv4Network("0.0.0.0/0")
# Where a free /24 is looked for: 10.77.0.0/16 first, a corner of RFC 1918 that few routers use,
# then the rest of 10.0.0.0/8, then what lies inside 172.16.0.0/12 and 192.168.0.0/16.
_SEARCH = ("10.77.0.0/16", "10.128.0.0/9", "10.0.0.0/9", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True)
class Claim:
    """A range of addresses that is in use.

    Attributes
    ----------
    subnet
        The range.
    owner
        Who uses it, in words that continue "overlaps …".
    """

    subnet: IPv4Network
    owner: str


@dataclass(frozen=True)
class SubnetChoice:
    """A subnet for a lesson network, and why it was chosen.

    Attributes
    ----------
    subnet, gateway
        Text, ready for `Lab.create_network`.
    as_wished
        True when the wished-for subnet was free.
    reason
        A sentence for the learner.
    """

    subnet: str
    gateway: str
    as_wished: bool
    reason: str

    def __str__(self) -> str:
        return self.reason


def parse_subnet(subnet: str) -> IPv4Network:
    """Read a subnet in CIDR notation (RFC 4632).

    Raises
    ------
    InvalidSubnet
        Not IPv4 CIDR notation, host bits set, or no room for a gateway and a container.
    """
    try:
        network = IPv4Network(subnet, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise InvalidSubnet(
            f"'{subnet}' is not an IPv4 subnet.", "Write it like 10.20.30.0/24."
        ) from error
    if "/" not in subnet or str(network.network_address) != subnet.split("/")[0]:
        raise InvalidSubnet(f"'{subnet}' is not a subnet.", f"Did you mean {_masked(network)}?")
    if network.num_addresses < 4 or network.is_multicast or network.is_loopback:
        raise InvalidSubnet(
            f"{subnet} cannot hold a gateway and a container.", "Take a /24 such as 10.20.30.0/24."
        )
    return network


def _masked(network: IPv4Network) -> str:
    return str(network if network.prefixlen < 32 else network.supernet(new_prefix=24))


def parse_gateway(gateway: str, network: IPv4Network) -> IPv4Address:
    """Read a gateway address.

    Raises
    ------
    InvalidSubnet
        Not an IPv4 address, or not one that a host in `network` can have.
    """
    try:
        address = IPv4Address(gateway)
    except AddressValueError as error:
        raise InvalidSubnet(
            f"The gateway '{gateway}' is not an IPv4 address.",
            f"Take one inside {network}, for example {network[1]}.",
        ) from error
    if address not in network or address in (network[0], network[-1]):
        raise InvalidSubnet(
            f"The gateway {gateway} is not a host address of {network}.",
            f"Take one inside it, for example {network[1]}.",
        )
    return address


def parse_address(address: str) -> IPv4Address:
    """Read the address that a container shall have.

    Raises
    ------
    AddressUnavailable
        Not an IPv4 address.
    """
    try:
        return IPv4Address(address)
    except AddressValueError as error:
        raise AddressUnavailable(
            f"'{address}' is not an IPv4 address.", "Write it like 10.20.30.5."
        ) from error


def claims_of(
    networks: Iterable[Network],
    interfaces: Iterable[Interface] = (),
    routes: Iterable[Route] = (),
    *,
    desktop: bool = False,
) -> list[Claim]:
    """List every range in use, Docker's own networks first.

    Parameters
    ----------
    networks
        The engine's networks.
    interfaces, routes
        The host's; empty where the host cannot be looked at.
    desktop
        Whether the engine is Docker Desktop.
    """
    claims = [
        Claim(network.subnet, f"the Docker network '{network.name}' ({network.subnet})")
        for network in networks
        if network.subnet is not None
    ]
    bridges = {network.bridge for network in networks}
    claims += _host_claims(interfaces, routes, bridges)
    if desktop:
        claims.append(Claim(DESKTOP_INTERNAL, f"Docker Desktop's own range ({DESKTOP_INTERNAL})"))
    return claims


def _host_claims(
    interfaces: Iterable[Interface], routes: Iterable[Route], bridges: set[str | None]
) -> Iterator[Claim]:
    for interface in interfaces:
        for address in interface.ipv4 if interface.name not in bridges else ():
            owner = f"the host's address {address.ip} on {interface.name} ({address.network})"
            yield Claim(address.network, owner)
    for route in routes:
        if route.destination != _DEFAULT_ROUTE and route.interface not in bridges:
            owner = f"the host's route to {route.destination} through {route.interface}"
            yield Claim(route.destination, owner)
            continue
        if route.gateway is not None:
            owner = f"the host's router {route.gateway} behind {route.interface}"
            yield Claim(IPv4Network(route.gateway), owner)


def check_subnet(subnet: str, gateway: str | None, claims: Iterable[Claim]) -> None:
    """Refuse a subnet that cannot be used here.

    Raises
    ------
    InvalidSubnet
        It is no subnet, or the gateway is not inside it.
    SubnetInUse
        It overlaps a claim; names the culprit.
    """
    network = parse_subnet(subnet)
    if gateway is not None:
        parse_gateway(gateway, network)
    claim = _overlapping(network, claims)
    if claim is not None:
        raise SubnetInUse(subnet, claim.owner)


def _overlapping(network: IPv4Network, claims: Iterable[Claim]) -> Claim | None:
    return next((claim for claim in claims if claim.subnet.overlaps(network)), None)


def find_free(claims: Iterable[Claim], prefix_length: int = 24) -> IPv4Network:
    """Find a private subnet (RFC 1918) that overlaps no claim.

    Raises
    ------
    SubnetInUse
        Everything private is in use.
    """
    known = list(claims)
    for pool in _SEARCH:
        for candidate in IPv4Network(pool).subnets(new_prefix=prefix_length):
            if _overlapping(candidate, known) is None:
                return candidate
    raise SubnetInUse(f"any private /{prefix_length}", "networks and routes of this machine")


def choose_subnet(wish: str, claims: Iterable[Claim]) -> SubnetChoice:
    """Take the wished-for subnet if it is free here, else a free /24, and say why.

    Parameters
    ----------
    wish
        The subnet one would like, for example the article's 192.168.0.0/16.
    claims
        What is in use.
    """
    known = list(claims)
    network = parse_subnet(wish)
    claim = _overlapping(network, known)
    if claim is None:
        return SubnetChoice(wish, str(network[1]), True, f"{wish} is free on this machine.")
    free = find_free(known)
    reason = f"{wish} overlaps {claim.owner}, so this network takes {free} instead."
    return SubnetChoice(str(free), str(free[1]), False, reason)
