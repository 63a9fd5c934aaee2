"""Network namespaces: devices, addresses, routes, neighbors, firewall and sockets of their own."""

from __future__ import annotations

from heapq import heappop, heappush
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface, ip_interface
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.fabric import links
from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Address, Device
from dockernet_lessons.embedded.fabric.errors import Exists, KernelError, NotAvailable
from dockernet_lessons.embedded.fabric.firewall import Firewall
from dockernet_lessons.embedded.fabric.local import LocalAddresses
from dockernet_lessons.embedded.fabric.neighbors import NeighborTable
from dockernet_lessons.embedded.fabric.packets import ZERO_MAC
from dockernet_lessons.embedded.fabric.ratelimit import RateLimit
from dockernet_lessons.embedded.fabric.routes import RoutingTable
from dockernet_lessons.embedded.fabric.sockets import IcmpSocket, Sockets, UdpSocket
from dockernet_lessons.embedded.fabric.ways import Ways

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.capture import Capture
    from dockernet_lessons.embedded.fabric.fabric import Fabric


class Namespace:
    """A network namespace (network_namespaces(7)).

    Parameters
    ----------
    fabric
        What it is a part of.
    name
        For people.
    identifier
        Inode number, as ``readlink /proc/PID/ns/net`` shows.

    Attributes
    ----------
    devices, by_index
        By name and by number.
    next_ifindex
        The number the next device gets, unless it is taken; may be set.
    forwarding
        Whether it routes (sysctl ``ip_forward``).
    ipv6
        Whether new devices get link-local addresses (sysctl ``conf.default.disable_ipv6`` is 0).
    ping_group_range
        Groups that may ping without ``CAP_NET_RAW``; the kernel's default is nobody.
    local
        The IPv4 addresses of all its devices.
    captures
        tcpdump's taps.
    """

    def __init__(self, fabric: Fabric, name: str, identifier: int) -> None:
        self.fabric = fabric
        self.name = name
        self.identifier = identifier
        self.devices: dict[str, Device] = {}
        self.by_index: dict[int, Device] = {}
        self.next_ifindex = 1
        self.forwarding = False
        self.ipv6 = True
        self.ping_group_range = (1, 0)
        self.captures: list[Capture] = []
        self.local = LocalAddresses()
        self.routes = RoutingTable()
        self.ways = Ways(self)
        self.neighbors = NeighborTable(self)
        self.firewall = Firewall(self)
        self.sockets = Sockets(self)
        self.icmp_limit = RateLimit()
        self._netnsids: dict[Namespace, int] = {}
        self._free_ids: list[int] = []
        index = self.take_ifindex()
        self.loopback = Device(self, "lo", index, "loopback", ZERO_MAC, 65536)
        self.adopt(self.loopback)

    def __repr__(self) -> str:
        return f"<network namespace {self.name}>"

    def take_ifindex(self) -> int:
        """Give the next free interface number; numbers are not used again soon."""
        while self.next_ifindex in self.by_index:
            self.next_ifindex += 1
        self.next_ifindex += 1
        return self.next_ifindex - 1

    def adopt(self, device: Device) -> None:
        """Enter a device that was made or moved here.

        Raises
        ------
        Exists
            The name is taken.
        """
        if device.name in self.devices:
            raise Exists
        self.devices[device.name] = device
        self.by_index[device.ifindex] = device
        links.created(device)

    def release(self, device: Device) -> None:
        """Take a device out: down, without addresses, nobody's port."""
        links.set_down(device)
        for address in device.ipv4():
            if address in device.addresses:
                self.remove_address(device, str(address.interface))
        device.addresses.clear()
        self.enslave(device, None)
        del self.devices[device.name], self.by_index[device.ifindex]

    def netnsid(self, other: Namespace) -> int:
        """Give the number by which another namespace is known here (ip-netns(8), ``list-id``).

        It gets the lowest free one at the first meeting.
        """
        number = self._netnsids.get(other)
        if number is None:
            number = heappop(self._free_ids) if self._free_ids else len(self._netnsids)
            self._netnsids[other] = number
        return number

    def known(self) -> list[Namespace]:
        """Give the namespaces that have a number here."""
        return list(self._netnsids)

    def forget(self, other: Namespace) -> None:
        """Free the number of a namespace that is gone."""
        if other in self._netnsids:
            heappush(self._free_ids, self._netnsids.pop(other))

    def set_up(self, device: Device) -> None:
        """Do ``ip link set DEVICE up``."""
        links.set_up(device)

    def set_down(self, device: Device) -> None:
        """Do ``ip link set DEVICE down``."""
        links.set_down(device)

    def set_ipv6(self, device: Device, enabled: bool) -> None:
        """Set sysctl ``net.ipv6.conf.DEVICE.disable_ipv6`` to 0 (enabled) or 1."""
        device.ipv6 = enabled
        if not enabled:
            links.drop_ipv6(device)
        else:
            links.created(device)
            links.add_link_local(device)

    def enslave(self, device: Device, bridge: Bridge | None) -> None:
        """Make a device a port of a bridge, or of none.

        Raises
        ------
        KernelError
            The device is a bridge or the loopback device.
        """
        if bridge is not None and device.kind in ("bridge", "loopback"):
            raise KernelError
        if device.master is bridge:
            return
        if device.master is not None:
            before = device.master
            before.unplug(device)
            links.refresh(before)
        if bridge is not None:
            bridge.plug(device)
            links.refresh(bridge)

    def add_address(
        self,
        device: Device,
        interface: str | IPv4Interface | IPv6Interface,
        broadcast: IPv4Address | None = None,
        scope: str = "global",
    ) -> Address:
        """Do ``ip addr add``.

        Raises
        ------
        Exists
            The device has it already.
        """
        parsed = ip_interface(interface)
        label = device.name if isinstance(parsed, IPv4Interface) else ""
        address = Address(parsed, broadcast, scope, label)
        if any(other.interface == parsed for other in device.addresses):
            raise Exists("ipv4: Address already assigned.")
        if isinstance(parsed, IPv4Interface):
            self._place(device, address, parsed)
        else:
            device.addresses.append(address)
        return address

    def remove_address(self, device: Device, interface: str) -> None:
        """Do ``ip addr del``; the secondary addresses of its subnet go with a primary one.

        Raises
        ------
        NotAvailable
            The device does not have it.
        """
        wanted = ip_interface(interface)
        found = next((a for a in device.addresses if a.interface == wanted), None)
        if found is None:
            raise NotAvailable("ipv4: Address not found.")
        for address in _with_secondaries(device, found):
            device.addresses.remove(address)
            if isinstance(address.interface, IPv4Interface):
                self.local.remove(address, device)
                self.routes.forget_source(address.interface.ip, device)

    def open_icmp(self) -> IcmpSocket:
        """Open a socket for echo requests."""
        return IcmpSocket(self)

    def open_udp(self, address: IPv4Address | None = None, port: int | None = None) -> UdpSocket:
        """Open a UDP socket.

        Parameters
        ----------
        address
            To bind to; None for any.
        port
            None for a free one.

        Raises
        ------
        InUse
            The port is taken.
        NotAvailable
            The address is not of this namespace.
        """
        return self.sockets.open_udp(address, port)

    def _place(self, device: Device, address: Address, interface: IPv4Interface) -> None:
        """Put an IPv4 address in its place: primary ones, secondary ones, then IPv6."""
        before = device.ipv4()
        address.secondary = any(other.interface.network == interface.network for other in before)
        primary = [other for other in before if not other.secondary]
        position = len(before) if address.secondary else len(primary)
        device.addresses.insert(position, address)
        self.local.add(address, device)
        links.add_connected_route(device, address)


def _with_secondaries(device: Device, address: Address) -> list[Address]:
    if address.secondary or not isinstance(address.interface, IPv4Interface):
        return [address]
    network = address.interface.network
    same = (a for a in device.ipv4() if a.secondary and a.interface.network == network)
    return [address, *same]
