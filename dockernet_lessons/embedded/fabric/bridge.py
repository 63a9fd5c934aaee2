"""Learning bridges (IEEE 802.1D): their ports and the forwarding database (FDB)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.packets import ZERO_MAC

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.namespace import Namespace

AGEING_S: Final = 300.0
"""How long a learned entry lives after the last frame from it (bridge(8), ``ageing_time``)."""


class FdbEntry:
    """Behind which port a MAC is.

    Attributes
    ----------
    mac
        The MAC.
    device
        The port; the bridge itself for its own MAC.
    local
        A MAC of the bridge or of a port of it: permanent, and frames to it go up to the host.
    updated
        Virtual time of the last frame from it, seconds.
    """

    __slots__ = ("device", "local", "mac", "updated")

    def __init__(self, mac: str, device: Device, local: bool, updated: float) -> None:
        self.mac = mac
        self.device = device
        self.local = local
        self.updated = updated


class Fdb:
    """A forwarding database."""

    __slots__ = ("_entries", "ageing")

    def __init__(self) -> None:
        self._entries: dict[str, FdbEntry] = {}
        self.ageing = AGEING_S

    def learn(self, mac: str, port: Device, now: float) -> bool:
        """Note that a frame from `mac` came in by `port`.

        Returns
        -------
        bool
            Whether that was news. A local MAC is never learned (somebody uses the bridge's own).
        """
        entry = self._entries.get(mac)
        if entry is None or (entry.device is not port and not entry.local):
            self._entries[mac] = FdbEntry(mac, port, False, now)
            return True
        entry.updated = now
        return False

    def lookup(self, mac: str, now: float) -> FdbEntry | None:
        """Find where `mac` is; None if unknown or too old."""
        entry = self._entries.get(mac)
        if entry is None or entry.local or now - entry.updated < self.ageing:
            return entry
        del self._entries[mac]
        return None

    def add_local(self, mac: str, device: Device) -> None:
        """Enter a MAC of the bridge or of one of its ports; an older entry of it gives way."""
        entry = self._entries.get(mac)
        if entry is None or not entry.local:
            self._entries[mac] = FdbEntry(mac, device, True, 0.0)

    def forget(self, device: Device, *, local: bool) -> None:
        """Drop what was learned from a port, with ``local`` its own MAC too."""
        entries = self._entries.values()
        gone = [entry.mac for entry in entries if entry.device is device and local >= entry.local]
        for mac in gone:
            del self._entries[mac]

    def clear_learned(self) -> None:
        """Drop all that was learned."""
        self._entries = {mac: entry for mac, entry in self._entries.items() if entry.local}

    def entries(self, now: float) -> list[FdbEntry]:
        """Give what is known now, the newest first (the kernel puts it at the list's head)."""
        return [entry for mac in reversed(list(self._entries)) if (entry := self.lookup(mac, now))]


class Bridge(Device):
    """A bridge: a switch, and a device of the host that is plugged into it.

    Attributes
    ----------
    fdb
        Its forwarding database.
    ports
        Its ports, in the order they were plugged in.
    own_mac
        The MAC was given; otherwise it follows the lowest MAC among the ports (all
        zeros when the last one leaves).
    checked_ports
        Whether the kernel has ever looked for live ports. It does so when a MAC is given and when
        ports come and go (br_port_state_selection); before, a bridge counts as connected.
    """

    __slots__ = ("checked_ports", "fdb", "own_mac", "ports")

    def __init__(
        self, namespace: Namespace, name: str, ifindex: int, mac: str, mtu: int, *, own_mac: bool
    ) -> None:
        super().__init__(namespace, name, ifindex, "bridge", mac, mtu)
        self.fdb = Fdb()
        self.ports: dict[Device, None] = {}
        self.own_mac = own_mac
        self.checked_ports = own_mac
        self.fdb.add_local(mac, self)

    @property
    def carrier(self) -> bool:
        """Whether any port is up and has a carrier."""
        if not self.checked_ports:
            return self.up
        return self.up and any(port.carrier for port in self.ports)

    @property
    def operstate(self) -> str:
        """UP or DOWN; UNKNOWN as long as nothing ever made the kernel look for ports."""
        if self.checked_ports:
            return super().operstate
        return "UNKNOWN" if self.up else "DOWN"

    def plug(self, port: Device) -> None:
        """Make a device a port."""
        self.ports[port] = None
        self.checked_ports = True
        port.master = self
        self.fdb.add_local(port.mac, port)
        self._choose_mac()

    def unplug(self, port: Device) -> None:
        """Let a port go, with everything that was learned from it."""
        del self.ports[port]
        port.master = None
        self.fdb.forget(port, local=True)
        self._choose_mac()

    def _choose_mac(self) -> None:
        """Take the lowest MAC of the ports, as br_stp_recalculate_bridge_id does."""
        if self.own_mac:
            return
        lowest = min((port.mac for port in self.ports), default=ZERO_MAC)
        self.fdb.forget(self, local=True)
        self.mac = lowest
        if self.ports:
            self.fdb.add_local(lowest, self)


class FdbLine(NamedTuple):
    """A line of `bridge fdb show`.

    Attributes
    ----------
    mac
        A station, or a multicast group that the device listens to.
    device
        The port, or the device itself.
    master
        The bridge whose FDB has the entry; None for ``self`` entries, the device's own list.
    permanent
        False: learned.
    """

    mac: str
    device: Device
    master: Bridge | None
    permanent: bool


def fdb_lines(namespace: Namespace) -> Iterator[FdbLine]:
    """Give what `bridge fdb show` prints, in its order.

    Parameters
    ----------
    namespace
        Where it runs.
    """
    now = namespace.fabric.loop.now
    by_device: dict[Device, list[FdbLine]] = {}
    for bridge in namespace.devices.values():
        if isinstance(bridge, Bridge):
            for entry in bridge.fdb.entries(now):
                line = FdbLine(entry.mac, entry.device, bridge, entry.local)
                by_device.setdefault(entry.device, []).append(line)
    for device in sorted(namespace.devices.values(), key=lambda device: device.ifindex):
        groups = [FdbLine(mac, device, None, True) for mac in device.multicast]
        stations = by_device.get(device, [])
        yield from groups + stations if isinstance(device, Bridge) else stations + groups
