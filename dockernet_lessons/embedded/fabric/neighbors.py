"""Neighbor tables: which MAC an IPv4 address has, and how sure that is (arp(7), ip-neighbour(8)).

The states are those of RFC 4861, 7.3.2, as the kernel's net/core/neighbour.c runs them for ARP.
Packets are sent by `arp.ArpProtocol`; here is what is known, and when it has to be asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from dockernet_lessons.embedded.fabric.packets import Ipv4Packet

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.namespace import Namespace
    from dockernet_lessons.embedded.loop import Timer

INCOMPLETE: Final = "INCOMPLETE"
REACHABLE: Final = "REACHABLE"
STALE: Final = "STALE"
DELAY: Final = "DELAY"
PROBE: Final = "PROBE"
FAILED: Final = "FAILED"
PERMANENT: Final = "PERMANENT"
VALID: Final = frozenset((REACHABLE, STALE, DELAY, PROBE, PERMANENT))
"""States in which packets are sent to the MAC that is known."""

RETRANSMIT_S: Final = 1.0
DELAY_FIRST_PROBE_S: Final = 5.0
PROBES: Final = 3
LOCK_S: Final = 1.0
"""How long the first of several answers counts (sysctl ``locktime``)."""

QUEUE_LENGTH: Final = 101
"""Packets that wait for an address at most (sysctl ``unres_qlen``); then the oldest is lost."""


class Neighbor:
    """An entry of a neighbor table.

    Attributes
    ----------
    address, device
        Who, and on which link.
    mac
        None as long as it is unknown.
    state
        ``INCOMPLETE``, ``REACHABLE``, ``STALE``, ``DELAY``, ``PROBE``, ``FAILED`` or
        ``PERMANENT``.
    probes
        Requests sent without an answer.
    confirmed, used, updated
        Virtual times, seconds: it answered; a packet was sent to it; the MAC or state changed.
    waiting
        Packets to send once the MAC is known.
    """

    __slots__ = (
        "address",
        "confirmed",
        "device",
        "mac",
        "probes",
        "state",
        "timer",
        "updated",
        "used",
        "waiting",
    )

    def __init__(self, address: IPv4Address, device: Device) -> None:
        self.address = address
        self.device = device
        self.mac: str | None = None
        self.state = FAILED
        self.probes = 0
        self.confirmed = self.used = self.updated = device.namespace.fabric.loop.now
        self.waiting: list[Ipv4Packet] = []
        self.timer: Timer | None = None

    def __repr__(self) -> str:
        return f"<neighbor {self.address} dev {self.device.name} {self.mac} {self.state}>"

    def agrees(self, mac: str) -> bool:
        """Tell whether hearing once more that it has this MAC would change nothing."""
        return self.mac == mac and self.state in VALID

    def stop(self) -> None:
        """Cancel what is due for it."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class NeighborTable:
    """The neighbors of a namespace: device by device, in the order they were met."""

    __slots__ = ("_devices", "_namespace")

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._devices: dict[Device, None] = {}

    def __iter__(self) -> Iterator[Neighbor]:
        for device in list(self._devices):
            yield from list(device.neighbors.values())

    def get(self, address: IPv4Address, device: Device) -> Neighbor | None:
        """Find an entry."""
        return device.neighbors.get(int(address))

    def find_or_add(self, address: IPv4Address, device: Device) -> Neighbor:
        """Find an entry, or make one that nothing is known of yet."""
        key = int(address)
        neighbor = device.neighbors.get(key)
        if neighbor is None:
            self._devices[device] = None
            neighbor = device.neighbors[key] = Neighbor(address, device)
        return neighbor

    def set_permanent(self, address: IPv4Address, device: Device, mac: str) -> Neighbor:
        """Do ``ip neigh replace ADDRESS lladdr MAC dev DEVICE nud permanent``."""
        neighbor = self.find_or_add(address, device)
        self._namespace.fabric.arp.update(neighbor, mac, PERMANENT)
        return neighbor

    def delete(self, neighbor: Neighbor) -> None:
        """Forget an entry, with what waits for it."""
        self._discard(neighbor)
        neighbors = neighbor.device.neighbors
        if neighbors.get(int(neighbor.address)) is neighbor:
            del neighbors[int(neighbor.address)]

    def flush(self) -> None:
        """Do ``ip neigh flush all``: permanent entries and failed ones stay."""
        for neighbor in self:
            if neighbor.state not in (PERMANENT, FAILED):
                self.delete(neighbor)

    def forget_device(self, device: Device) -> None:
        """Forget the neighbors on a device that went down or lost its carrier."""
        self._devices.pop(device, None)
        neighbors, device.neighbors = device.neighbors, {}
        for neighbor in neighbors.values():
            self._discard(neighbor)

    def _discard(self, neighbor: Neighbor) -> None:
        neighbor.stop()
        namespace = self._namespace
        for packet in neighbor.waiting:
            namespace.fabric.link.drop(namespace, neighbor.device, packet, "neighbor forgotten")
        neighbor.waiting.clear()
