"""The fabric: all namespaces of one emulated machine, and what is beyond its router."""

from __future__ import annotations

import random
from typing import Final

from dockernet_lessons.embedded.fabric import links
from dockernet_lessons.embedded.fabric.arp import ArpProtocol
from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.errors import Exists, NotSupported
from dockernet_lessons.embedded.fabric.icmp import Icmp
from dockernet_lessons.embedded.fabric.ip import Ip
from dockernet_lessons.embedded.fabric.link import Link
from dockernet_lessons.embedded.fabric.mac import random_mac
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.switch import Switch
from dockernet_lessons.embedded.loop import Loop

FIRST_NAMESPACE: Final = 4026531840
"""Inode number of the first namespace; the kernel's initial ones are there too."""

LATER_NAMESPACES: Final = 4026532177
REACHABLE_S: Final = (15.0, 45.0)
End = tuple[Namespace, str]
Macs = tuple[str | None, str | None]


class Fabric:
    """All network namespaces of an emulated machine.

    Parameters
    ----------
    loop
        Its virtual time.
    random
        Where MACs, ports and travel times come from.

    Attributes
    ----------
    namespaces
        Those that exist.
    link, switch, arp, ip, icmp
        The protocols: they keep nothing about a packet, so their methods are the steps of its way
        (`trace.Tracer` watches those).
    """

    def __init__(self, loop: Loop, random: random.Random) -> None:
        self.loop = loop
        self.random = random
        self.namespaces: dict[Namespace, None] = {}
        self.link = Link(self)
        self.switch = Switch(self)
        self.arp = ArpProtocol(self)
        self.ip = Ip(self)
        self.icmp = Icmp(self)
        self._made = 0

    @property
    def moment(self) -> float:
        """The virtual time with the travel time of the packet in hand added, seconds."""
        return self.loop.now + self.link.elapsed

    def add_namespace(self, name: str) -> Namespace:
        """Make a namespace; it has ``lo``, which is down."""
        first = self._made == 0
        identifier = FIRST_NAMESPACE if first else LATER_NAMESPACES + 71 * (self._made - 1)
        self._made += 1
        namespace = Namespace(self, name, identifier)
        self.namespaces[namespace] = None
        return namespace

    def delete_namespace(self, namespace: Namespace) -> None:
        """Delete a namespace with its devices, and with them their peers; close its sockets."""
        namespace.sockets.close_all()
        for device in list(namespace.devices.values()):
            if device.exists and device.kind != "loopback":
                self.delete(device)
        namespace.release(namespace.loopback)
        namespace.captures.clear()
        namespace.firewall.connections.clear()
        self.namespaces.pop(namespace, None)
        for other in namespace.known():
            other.forget(namespace)

    def add_veth(
        self, first: End, second: End, *, macs: Macs = (None, None), mtu: int = 1500
    ) -> tuple[Device, Device]:
        """Make a veth pair (veth(4)).

        Parameters
        ----------
        first, second
            Namespace and name of each end; each takes the next interface number there, `first`
            before `second`.
        macs
            None draws one.
        mtu
            Bytes.

        Raises
        ------
        Exists
            A name is taken.
        """
        return self._add_pair("veth", first, second, macs, mtu)

    def add_wire(
        self, first: End, second: End, *, macs: Macs = (None, None)
    ) -> tuple[Device, Device]:
        """Make two network cards and a cable between them; see `add_veth`."""
        return self._add_pair("ether", first, second, macs, 1500)

    def add_bridge(
        self, namespace: Namespace, name: str, *, mac: str | None = None, mtu: int = 1500
    ) -> Bridge:
        """Make a bridge.

        Parameters
        ----------
        mac
            None draws one, and lets it follow the ports' MACs.

        Raises
        ------
        Exists
            The name is taken.
        """
        self._check_free(namespace, name)
        index, own_mac = namespace.take_ifindex(), mac is not None
        bridge = Bridge(
            namespace, name, index, mac or random_mac(self.random), mtu, own_mac=own_mac
        )
        self._adopt(bridge)
        return bridge

    def move(self, device: Device, namespace: Namespace, name: str | None = None) -> None:
        """Do ``ip link set DEVICE netns NAMESPACE [name NAME]``.

        It keeps its number, unless that is taken there, and its MAC; it loses its addresses and
        its bridge, and is down.

        Raises
        ------
        Exists
            The name is taken there.
        NotSupported
            It is a loopback device or a bridge, which stay where they are.
        """
        if device.kind in ("loopback", "bridge"):
            raise NotSupported
        name = name or device.name
        if namespace is device.namespace:
            self.rename(device, name)
            return
        self._check_free(namespace, name)
        device.namespace.release(device)
        if device.ifindex in namespace.by_index:
            device.ifindex = namespace.take_ifindex()
        device.namespace, device.name = namespace, name
        device.ipv6 = namespace.ipv6
        namespace.adopt(device)
        self._introduce(device)

    def delete(self, device: Device) -> None:
        """Do ``ip link del DEVICE``; a veth's peer goes too.

        Raises
        ------
        NotSupported
            It is a loopback device.
        """
        if device.kind == "loopback":
            raise NotSupported
        if not device.exists:
            return
        peer = device.peer
        self._remove(device)
        if peer is not None:
            self._remove(peer)

    def rename(self, device: Device, name: str) -> None:
        """Do ``ip link set DEVICE name NAME``.

        Raises
        ------
        Exists
            The name is taken.
        """
        namespace = device.namespace
        if name == device.name:
            return
        self._check_free(namespace, name)
        del namespace.devices[device.name]
        device.name = name
        namespace.devices[name] = device
        for address in device.ipv4():
            address.label = name

    def _add_pair(
        self, kind: str, first: End, second: End, macs: Macs, mtu: int
    ) -> tuple[Device, Device]:
        self._check_free(*first)
        self._check_free(*second)
        if first == second:
            raise Exists
        one = self._add_end(kind, first, macs[0], mtu)
        other = self._add_end(kind, second, macs[1], mtu)
        one.peer, other.peer = other, one
        self._introduce(one)
        return one, other

    def _add_end(self, kind: str, end: End, mac: str | None, mtu: int) -> Device:
        namespace, name = end
        index = namespace.take_ifindex()
        device = Device(namespace, name, index, kind, mac or random_mac(self.random), mtu)
        self._adopt(device)
        return device

    def _adopt(self, device: Device) -> None:
        device.reachable_time = self.random.uniform(*REACHABLE_S)
        device.namespace.adopt(device)

    def _introduce(self, device: Device) -> None:
        """Let the namespaces of a pair's ends number each other."""
        here, peer = device.namespace, device.pair
        if peer is not None and peer.namespace is not here:
            here.netnsid(peer.namespace)
            peer.namespace.netnsid(here)

    def _remove(self, device: Device) -> None:
        if isinstance(device, Bridge):
            for port in list(device.ports):
                device.namespace.enslave(port, None)
        device.namespace.release(device)
        device.exists = False
        peer, device.peer = device.peer, None
        if peer is not None:
            links.refresh(peer)

    def _check_free(self, namespace: Namespace, name: str) -> None:
        if name in namespace.devices:
            raise Exists
