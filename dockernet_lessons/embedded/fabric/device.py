"""Network devices: their numbers, names, addresses and state. What carries frames is elsewhere."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv6Interface
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.bridge import Bridge
    from dockernet_lessons.embedded.fabric.namespace import Namespace
    from dockernet_lessons.embedded.fabric.neighbors import Neighbor

QUEUE_LENGTHS: Final = {"loopback": 1000, "veth": 1000, "bridge": 1000, "ether": 1000}
"""Packets (``qlen`` of ``ip link``)."""


class Address:
    """An address of a device.

    Attributes
    ----------
    interface
        Address and prefix length.
    broadcast
        IPv4 only, where set.
    scope
        ``global``, ``link`` or ``host``.
    label
        The device's name when the address was added; empty for IPv6.
    secondary
        Another address of the same subnet was there first.
    """

    __slots__ = ("broadcast", "interface", "label", "scope", "secondary")

    def __init__(
        self,
        interface: IPv4Interface | IPv6Interface,
        broadcast: IPv4Address | None = None,
        scope: str = "global",
        label: str = "",
    ) -> None:
        self.interface = interface
        self.broadcast = broadcast
        self.scope = scope
        self.label = label
        self.secondary = False


class Device:
    """A network device.

    Parameters
    ----------
    namespace
        The network namespace it is in.
    name, ifindex
        Unique there.
    kind
        ``loopback``, ``veth``, ``bridge`` or ``ether`` (a card with a cable).
    mac
        Lower case, with colons.
    mtu
        Bytes of the largest IP packet.

    Attributes
    ----------
    up
        Administratively up; see `carrier`, `operstate`.
    exists
        False once it is deleted.
    peer
        The other end of the veth pair or cable; None for others.
    master
        The bridge it is a port of.
    addresses
        In the order `ip addr` shows them: IPv4, then IPv6.
    ipv6
        Whether it gets a link-local address (sysctl ``disable_ipv6`` is 0).
    multicast
        MACs of the groups it joined, in the order `bridge fdb` shows them.
    qdisc
        Queueing discipline; ``noop`` before the device was up for the first time.
    linked
        Carrier as the kernel last noticed it.
    neighbors
        Its part of the namespace's neighbor table (`neighbors.NeighborTable`): by address, as a
        number.
    reachable_time
        Seconds for which a neighbor on it counts as reachable: 15 to 45, drawn (RFC 4861, 6.3.2).
    """

    __slots__ = (
        "addresses",
        "exists",
        "ifindex",
        "ipv6",
        "kind",
        "linked",
        "mac",
        "master",
        "mtu",
        "multicast",
        "name",
        "namespace",
        "neighbors",
        "peer",
        "qdisc",
        "reachable_time",
        "rx_bytes",
        "rx_dropped",
        "rx_packets",
        "tx_bytes",
        "tx_dropped",
        "tx_packets",
        "txqueuelen",
        "up",
    )

    def __init__(
        self, namespace: Namespace, name: str, ifindex: int, kind: str, mac: str, mtu: int
    ) -> None:
        self.namespace = namespace
        self.name = name
        self.ifindex = ifindex
        self.kind = kind
        self.mac = mac
        self.mtu = mtu
        self.up = False
        self.exists = True
        self.peer: Device | None = None
        self.master: Bridge | None = None
        self.addresses: list[Address] = []
        self.ipv6 = namespace.ipv6
        self.multicast: list[str] = []
        self.qdisc = "noop"
        self.txqueuelen = QUEUE_LENGTHS[kind]
        self.linked = False
        self.neighbors: dict[int, Neighbor] = {}
        self.reachable_time = 30.0
        self.rx_packets = self.tx_packets = self.rx_bytes = self.tx_bytes = 0
        self.rx_dropped = self.tx_dropped = 0

    def __repr__(self) -> str:
        return f"<{self.kind} {self.ifindex}: {self.name} in {self.namespace.name}>"

    @property
    def carrier(self) -> bool:
        """Whether a signal is on the wire: both ends of a pair are up; a bridge has a live port."""
        if self.kind == "loopback":
            return self.up
        return self.up and self.peer is not None and self.peer.up

    @property
    def operstate(self) -> str:
        """RFC 2863's state as `ip link` shows it: UP, DOWN, UNKNOWN or LOWERLAYERDOWN."""
        if self.carrier:
            return "UNKNOWN" if self.kind == "loopback" else "UP"
        return "LOWERLAYERDOWN" if self.up and self._lower_is_down() else "DOWN"

    def _lower_is_down(self) -> bool:
        """Look for the peer's number in the own namespace, as the kernel's default_operstate does.

        If the peer is elsewhere, that number is another device's or nobody's.
        """
        lower = self.namespace.by_index.get(self.iflink)
        return lower is not None and lower is not self and not lower.carrier

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags in the order `ip link` prints them, ``NO-CARRIER`` and ``M-DOWN`` included."""
        kind = ("LOOPBACK",) if self.kind == "loopback" else ("BROADCAST", "MULTICAST")
        carrier = self.carrier
        before = ("NO-CARRIER",) if self.up and not carrier else ()
        running = ("LOWER_UP",) if carrier else ()
        return before + kind + (("UP",) if self.up else ()) + running + self._peer_flag()

    def _peer_flag(self) -> tuple[str, ...]:
        peer = self.pair
        here = peer is not None and peer.namespace is self.namespace
        return ("M-DOWN",) if here and peer is not None and not peer.up else ()

    @property
    def pair(self) -> Device | None:
        """The veth peer that `ip link` shows after the ``@``; a cable's other end is not seen."""
        return self.peer if self.kind == "veth" else None

    @property
    def iflink(self) -> int:
        """Content of ``/sys/class/net/NAME/iflink``: the veth peer's number, else the own."""
        peer = self.pair
        return self.ifindex if peer is None else peer.ifindex

    @property
    def peer_netnsid(self) -> int | None:
        """Number of the veth peer's namespace (``link-netnsid``); None if it is in the same one."""
        peer = self.pair
        if peer is None or peer.namespace is self.namespace:
            return None
        return self.namespace.netnsid(peer.namespace)

    def ipv4(self) -> list[Address]:
        """Give the IPv4 addresses, in order."""
        return [address for address in self.addresses if address.interface.version == 4]

    def join(self, mac: str) -> None:
        """Receive a multicast group's frames."""
        if mac not in self.multicast:
            self.multicast.append(mac)
