"""``docker network create``."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import docker.errors

from dockernet_lessons.actions.networks import claims
from dockernet_lessons.commands.call import Call, CommandError, daemon_error
from dockernet_lessons.commands.requests_of import path, post
from dockernet_lessons.errors import SubnetInUse
from dockernet_lessons.labels import lab_labels
from dockernet_lessons.observe.engine import list_networks
from dockernet_lessons.preflight import Claim

_CHECK_DUPLICATE_BEFORE = (1, 44)


def create(call: Call) -> int:
    """Create a network with the lab's labels, after comparing its subnets with this machine's."""
    name = call.arguments[0]
    pools = _pools(call)
    rival = _rival(call, [pool["Subnet"] for pool in pools])
    try:
        made = post(call.api, path("networks", "create"), body=_body(call, name, pools))
    except docker.errors.APIError as error:
        call.line(daemon_error(error))
        if rival is not None:
            call.note(f"That subnet overlaps {rival.owner}; lab.free_subnet() finds a free /24.")
        return 1
    if not call.edition.classic and made.get("Warning"):
        call.line(f"WARNING: {made['Warning']}")
    call.line(made["Id"])
    return 0


def _body(call: Call, name: str, pools: list[dict[str, Any]]) -> dict[str, Any]:
    given = call.parsed
    body: dict[str, Any] = {
        "Name": name,
        "Driver": given.one("driver", "bridge"),
        "Scope": given.one("scope"),
        "IPAM": {
            "Driver": given.one("ipam-driver", "default"),
            "Options": given.pairs("ipam-opt"),
            "Config": pools,
        },
        "Internal": given.on("internal"),
        "Attachable": given.on("attachable"),
        "Options": given.pairs("opt"),
        "Labels": given.pairs("label") | lab_labels(call.context.name),
    }
    if "ipv6" in given.given or call.edition.classic:
        body["EnableIPv6"] = given.on("ipv6")
    if "ipv4" in given.given:
        body["EnableIPv4"] = given.on("ipv4")
    version = tuple(int(part) for part in call.api.api_version.split("."))
    return body | ({"CheckDuplicate": True} if version < _CHECK_DUPLICATE_BEFORE else {})


def _pools(call: Call) -> list[dict[str, Any]]:
    """Match ranges, gateways and reserved addresses with their subnets.

    Raises
    ------
    CommandError
        They do not fit, in the docker command's words.
    """
    given = call.parsed
    subnets = given.all("subnet")
    if len(subnets) < max(len(given.all("ip-range")), len(given.all("gateway"))):
        raise CommandError("every ip-range or gateway must have a corresponding subnet\n")
    _check_apart(subnets)
    pools: dict[str, dict[str, Any]] = {subnet: {"Subnet": subnet} for subnet in subnets}
    ranges = given.all("ip-range")
    wrong = [text for text in ranges if _network(text) is None]
    if wrong and not call.edition.classic:
        raise CommandError(f"invalid CIDR address: {wrong[0]}\n")
    _match(pools, "IPRange", ranges, "range")
    _match(pools, "Gateway", given.all("gateway"), "gateway")
    for key, address in given.pairs("aux-address").items():
        home = _home(pools, address)
        if home is None:
            raise CommandError(f"no matching subnet for aux-address {address}\n")
        home.setdefault("AuxiliaryAddresses", {})[key] = address
    return list(pools.values())


def _check_apart(subnets: list[str]) -> None:
    networks = [_network(subnet) for subnet in subnets]
    for index, one in enumerate(networks):
        for other in networks[:index]:
            if one and other and one.version == other.version and one.overlaps(other):
                raise CommandError("multiple overlapping subnet configuration is not supported\n")


def _match(pools: dict[str, dict[str, Any]], key: str, values: Iterable[str], what: str) -> None:
    for value in values:
        home = _home(pools, value)
        if home is None:
            raise CommandError(f"no matching subnet for {what} {value}\n")
        if key in home:
            where = f"{'for' if what == 'gateway' else 'on'} the same subnet ({home['Subnet']})"
            both = f"({value}, {home[key]})"
            raise CommandError(f"cannot configure multiple {what}s {both} {where}\n")
        home[key] = value


def _home(pools: dict[str, dict[str, Any]], value: str) -> dict[str, Any] | None:
    """Find the subnet that an address or a range belongs to."""
    for subnet, pool in pools.items():
        network = _network(subnet)
        if network is None:
            raise CommandError(f"invalid subnet: invalid CIDR address: {subnet}\n")
        if _address(value) in network:
            return pool
    return None


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def _address(text: str) -> Any:  # noqa: ANN401 - an address, or what is in no network
    try:
        return ip_address(text.partition("/")[0])
    except ValueError:
        return ip_address("0.0.0.0")


def _rival(call: Call, subnets: Iterable[str]) -> Claim | None:
    """Find what a subnet overlaps: Docker's own networks, which the engine refuses by itself.

    Raises
    ------
    SubnetInUse
        It overlaps the host's own addresses or routes, which the engine would not notice.
    """
    wanted = [(text, _network(text)) for text in subnets]
    ours = [(text, network) for text, network in wanted if isinstance(network, IPv4Network)]
    known = claims(call.context) if ours else []
    docker_s = {network.subnet for network in list_networks(call.context.client)} if ours else set()
    rival: Claim | None = None
    for text, network in ours:
        for claim in (claim for claim in known if claim.subnet.overlaps(network)):
            if claim.subnet not in docker_s:
                raise SubnetInUse(text, claim.owner)
            rival = rival or claim
    return rival
