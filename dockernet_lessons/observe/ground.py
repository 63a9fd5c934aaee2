"""What one must know of the wiring to tell what a packet did: ports, peers, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.observe.wiring import Wiring


@dataclass(frozen=True)
class Ground:
    """The host, and the two namespaces that a walk leads from and to.

    Attributes
    ----------
    interfaces
        Namespace -> its interfaces; a namespace of several containers bears its owner's name.
    source, target
        The namespaces of the ends; the target's is the host's where nobody has the address.
    peers
        The host's veth ends -> container and interface at the other end.
    """

    interfaces: Mapping[str, tuple[Interface, ...]]
    source: str
    target: str
    peers: Mapping[str, tuple[str, str]]

    def bridge_of(self, interface: str) -> str | None:
        """Give the bridge that an interface of the host is a port of."""
        return next((i.master for i in self.interfaces[HOST] if i.name == interface), None)

    def is_bridge(self, namespace: str, interface: str) -> bool:
        """Tell whether an interface is a bridge of the host."""
        return namespace == HOST and any(
            i.name == interface and i.kind == "bridge" for i in self.interfaces[HOST]
        )

    def addresses(self, namespace: str) -> set[IPv4Address]:
        """Give all addresses of a namespace."""
        found = self.interfaces.get(namespace, ())
        return {address.ip for interface in found for address in interface.ipv4}

    @property
    def bridges(self) -> list[str]:
        """Names of the host's bridges that veth pairs of the lab lead to."""
        masters = {self.bridge_of(port) for port in self.peers}
        return sorted(master for master in masters if master)

    @property
    def gateways(self) -> dict[str, str]:
        """MAC -> name of each of these bridges."""
        bridges = set(self.bridges)
        return {i.mac: i.name for i in self.interfaces[HOST] if i.name in bridges and i.mac}

    @property
    def concerned(self) -> set[IPv4Address]:
        """Addresses between which ARP belongs to the walk."""
        bridges = set(self.bridges)
        own = {a.ip for i in self.interfaces[HOST] if i.name in bridges for a in i.ipv4}
        ends = {self.source, self.target} - {HOST}
        return own.union(*(self.addresses(end) for end in ends))


def ground_of(wiring: Wiring, source: str, target: str) -> Ground:
    """Pick from a look at everything what a walk between two namespaces needs."""
    ends = [name for name in dict.fromkeys((source, target)) if name != HOST]
    inside = {name: wiring.inside.get(name, ()) for name in ends}
    peers = {
        pair.outside.name: (pair.container, pair.inside.name)
        for pair in wiring.pairs
        if pair.outside is not None
    }
    return Ground({HOST: wiring.host, **inside}, source, target, peers)
