"""Routes, neighbors and forwarding databases: ip-route(8), ip-neighbour(8), bridge(8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

ROUTES = "ip -json -4 route"
NEIGHBORS = "ip -json -4 neigh"
FDB = "bridge -json fdb show br {bridge}"


@dataclass(frozen=True)
class Route:
    """One line of a routing table (RFC 1812 section 5.2.4: the longest prefix wins).

    Attributes
    ----------
    destination
        The default route is 0.0.0.0/0.
    gateway
        None when the destination is on the link itself.
    source
        The address that packets take by default.
    """

    destination: IPv4Network
    gateway: IPv4Address | None
    interface: str
    source: IPv4Address | None


@dataclass(frozen=True)
class Neighbor:
    """One line of a neighbor table: an address and the MAC that ARP (RFC 826) found for it.

    Attributes
    ----------
    mac
        None while ARP has no answer.
    state
        For example ``REACHABLE``, ``STALE``, ``FAILED``.
    """

    ipv4: IPv4Address
    interface: str
    mac: str | None
    state: str


@dataclass(frozen=True)
class FdbEntry:
    """One line of a bridge's forwarding database: which MAC is behind which bridge port.

    Attributes
    ----------
    port
        The bridge port.
    own
        True for the port's own MAC (``permanent``), False for one learned from a frame.
    """

    mac: str
    port: str
    own: bool


def parse_routes(text: str) -> tuple[Route, ...]:
    """Read the output of `ROUTES`."""
    return tuple(_route(entry) for entry in json.loads(text or "[]") if "dst" in entry)


def _route(entry: dict[str, Any]) -> Route:
    destination = "0.0.0.0/0" if entry["dst"] == "default" else entry["dst"]
    return Route(
        destination=IPv4Network(destination, strict=False),
        gateway=IPv4Address(entry["gateway"]) if "gateway" in entry else None,
        interface=entry.get("dev", ""),
        source=IPv4Address(entry["prefsrc"]) if "prefsrc" in entry else None,
    )


def parse_neighbors(text: str) -> tuple[Neighbor, ...]:
    """Read the output of `NEIGHBORS`."""
    return tuple(
        Neighbor(
            ipv4=IPv4Address(entry["dst"]),
            interface=entry.get("dev", ""),
            mac=entry.get("lladdr"),
            state="/".join(entry.get("state", ())),
        )
        for entry in json.loads(text or "[]")
        if "dst" in entry
    )


def parse_fdb(text: str, bridge: str) -> tuple[FdbEntry, ...]:
    """Read the output of `FDB`; only what the bridge itself uses to forward unicast frames."""
    return tuple(
        FdbEntry(entry["mac"], entry["ifname"], entry.get("state") == "permanent")
        for entry in json.loads(text or "[]")
        if entry.get("master") == bridge and "vlan" not in entry
    )
