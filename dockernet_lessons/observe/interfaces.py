"""Read ``ip -json -details addr`` (ip-address(8), iproute2).

In that listing ``link_index`` is what plain ``ip addr`` prints after ``@if``: the ifindex of the
peer *in the peer's own namespace*. ``link_netnsid`` is a small number by which this namespace
calls the peer's; both are absent where there is no peer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

COMMAND = "ip -json -details addr"


@dataclass(frozen=True)
class Interface:
    """One network interface, as its own namespace sees it.

    Attributes
    ----------
    ifindex
        Number of the interface, unique in its namespace.
    name
        For example ``eth0``.
    kind
        ``veth``, ``bridge``, ``loopback``, ``ether`` (a real card) or what the kernel names it.
    peer_ifindex
        Number of the other end, in the other end's namespace; None without a peer.
    peer_netnsid
        This namespace's number for the peer's namespace; None when the peer is here.
    master
        Name of the bridge that it is a port of; None if it is no port.
    mac
        Lower case, colons.
    ipv4
        Addresses with their prefix lengths.
    state
        ``UP``, ``DOWN`` or ``UNKNOWN`` (loopback).
    mtu
        Bytes.
    """

    ifindex: int
    name: str
    kind: str
    peer_ifindex: int | None
    peer_netnsid: int | None
    master: str | None
    mac: str | None
    ipv4: tuple[IPv4Interface, ...]
    state: str
    mtu: int

    @property
    def address(self) -> IPv4Address | None:
        """The first IPv4 address, or None."""
        return self.ipv4[0].ip if self.ipv4 else None

    @property
    def label(self) -> str:
        """The interface as ``ip addr`` heads it, for example ``116: eth0@if117``."""
        peer = f"@if{self.peer_ifindex}" if self.peer_ifindex is not None else ""
        return f"{self.ifindex}: {self.name}{peer}"


def parse_interfaces(text: str) -> tuple[Interface, ...]:
    """Read the output of `COMMAND`.

    Parameters
    ----------
    text
        The JSON text.

    Returns
    -------
    tuple of Interface
        In the order of their numbers.
    """
    entries = [_interface(entry) for entry in json.loads(text or "[]") if "ifindex" in entry]
    return tuple(sorted(entries, key=lambda interface: interface.ifindex))


def _interface(entry: dict[str, Any]) -> Interface:
    return Interface(
        ifindex=entry["ifindex"],
        name=entry["ifname"],
        kind=_kind(entry),
        peer_ifindex=entry.get("link_index"),
        peer_netnsid=entry.get("link_netnsid"),
        master=entry.get("master"),
        mac=entry.get("address", "").lower() or None,
        ipv4=tuple(
            IPv4Interface(f"{address['local']}/{address['prefixlen']}")
            for address in entry.get("addr_info", ())
            if address.get("family") == "inet"
        ),
        state=entry.get("operstate", "UNKNOWN"),
        mtu=entry.get("mtu", 0),
    )


def _kind(entry: dict[str, Any]) -> str:
    kind = entry.get("linkinfo", {}).get("info_kind")
    return str(kind or entry.get("link_type", "unknown"))
