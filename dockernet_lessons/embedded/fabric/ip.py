"""IPv4: sending, receiving, forwarding (RFC 791, RFC 1122, RFC 1812).

Fragments are not modelled: a packet longer than the MTU crosses in one piece if it may be
fragmented, and is refused or answered with an error if not.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from itertools import count
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.fabric.errors import (
    Denied,
    MessageTooLong,
    NetworkUnreachable,
    NotAvailable,
    NotPermitted,
)
from dockernet_lessons.embedded.fabric.packets import (
    BROADCAST_MAC,
    DESTINATION_UNREACHABLE,
    FRAGMENTATION_NEEDED,
    IPV4,
    IPV4_HEADER,
    NET_UNREACHABLE,
    PORT_UNREACHABLE,
    TIME_EXCEEDED,
    ZERO_MAC,
    Frame,
    IcmpEcho,
    IcmpError,
    Ipv4Packet,
    UdpDatagram,
)
from dockernet_lessons.embedded.fabric.ways import FOREIGN, LOCAL, Way

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.fabric import Fabric
    from dockernet_lessons.embedded.fabric.namespace import Namespace

Payload = IcmpEcho | IcmpError | UdpDatagram


class Ip:
    """IPv4 in all namespaces of a fabric."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self._serials = count(1)

    def send(
        self,
        namespace: Namespace,
        destination: IPv4Address,
        payload: Payload,
        *,
        source: IPv4Address | None = None,
        ttl: int = 64,
        broadcast: bool = False,
        whole: bool = False,
    ) -> None:
        """Send a process's packet; see `sockets.IcmpSocket.send_echo`."""
        if source is not None and source not in namespace.local:
            raise NotAvailable
        way = namespace.ways.to(destination)
        if way is None:
            raise NetworkUnreachable
        if way.broadcast and not broadcast:
            raise Denied
        fits = IPV4_HEADER + payload.length <= way.device.mtu
        if whole and not fits:
            raise MessageTooLong(way.device.mtu)
        packet = self._packet(way, destination, payload, source, ttl, dont_fragment=fits)
        sent = self._send(namespace, way, packet)
        self._fabric.link.flush()
        if not sent:
            raise NotPermitted

    def answer(
        self,
        namespace: Namespace,
        destination: IPv4Address,
        payload: Payload,
        source: IPv4Address | None,
    ) -> None:
        """Send a packet of the kernel's own, if it can be sent."""
        way = namespace.ways.to(destination)
        if way is not None:
            self._send(namespace, way, self._packet(way, destination, payload, source, 64))

    def receive(self, device: Device, frame: Frame, *, filtered: bool) -> None:
        """Take a packet that came in by a device.

        Parameters
        ----------
        filtered
            It passed PREROUTING already, in a bridge.
        """
        packet, namespace = frame.payload, device.namespace
        assert isinstance(packet, Ipv4Packet)
        if not filtered and namespace.firewall.active:
            passed = namespace.firewall.prerouting(packet, device)
            if passed is None:
                return
            packet = passed
        looped = device.kind == "loopback"
        kind = namespace.ways.arrival(packet.source, packet.destination, looped=looped)
        if kind == LOCAL:
            self.deliver(namespace, device, packet)
        elif kind == FOREIGN and namespace.forwarding:
            self.forward(namespace, device, packet)
        else:
            reason = "not for this host, which forwards not" if kind == FOREIGN else kind
            self._fabric.link.drop(namespace, device, packet, reason)

    def deliver(self, namespace: Namespace, device: Device, packet: Ipv4Packet) -> None:
        """Give a packet to the host it is for."""
        passed: Ipv4Packet | None = packet
        if namespace.firewall.active:
            passed = namespace.firewall.input(packet, device)
        if passed is None:
            return
        payload = passed.payload
        if isinstance(payload, UdpDatagram):
            self._deliver_udp(namespace, device, passed, payload)
        else:
            self._fabric.icmp.receive(namespace, device, passed)

    def forward(self, namespace: Namespace, device: Device, packet: Ipv4Packet) -> None:
        """Route a packet on to another network."""
        way = namespace.ways.to(packet.destination)
        problem = self._problem(packet, way)
        if problem is not None:
            reason, kind, code, mtu = problem
            self._fabric.link.drop(namespace, device, packet, reason)
            self._fabric.icmp.send_error(namespace, packet, kind, code, mtu=mtu)
            return
        assert way is not None
        packet = packet._replace(ttl=packet.ttl - 1)
        if namespace.firewall.active:
            passed = namespace.firewall.forward(packet, device, way.device)
            if passed is None:
                return
        self.output(namespace, packet, way, device)

    def output(
        self, namespace: Namespace, packet: Ipv4Packet, way: Way, came_by: Device | None
    ) -> bool:
        """Let a packet leave; give False if the firewall dropped it."""
        device = way.device
        passed: Ipv4Packet | None = packet
        if namespace.firewall.active:
            passed = namespace.firewall.postrouting(packet, came_by, device)
        if passed is None:
            return False
        if device.kind == "loopback":
            self._fabric.link.transmit(device, Frame(ZERO_MAC, ZERO_MAC, IPV4, passed))
        elif way.to_all:
            self._fabric.link.transmit(device, Frame(device.mac, BROADCAST_MAC, IPV4, passed))
        else:
            self._fabric.arp.send(device, way.next_hop, passed)
        return True

    def _send(self, namespace: Namespace, way: Way, packet: Ipv4Packet) -> bool:
        """Send a packet made here, past OUTPUT; give False if the firewall dropped it."""
        if not namespace.firewall.active:
            return self.output(namespace, packet, way, None)
        passed = namespace.firewall.output(packet, way.device)
        if passed is None:
            return False
        if passed.destination != packet.destination:
            rerouted = namespace.ways.to(passed.destination)
            if rerouted is None:
                return False
            way = rerouted
        return self.output(namespace, passed, way, None)

    def _packet(
        self,
        way: Way,
        destination: IPv4Address,
        payload: Payload,
        source: IPv4Address | None,
        ttl: int,
        *,
        dont_fragment: bool = False,
    ) -> Ipv4Packet:
        protocol = "udp" if isinstance(payload, UdpDatagram) else "icmp"
        identification = self._fabric.random.getrandbits(16)
        serial = next(self._serials)
        return Ipv4Packet(
            source or way.source, destination, ttl, protocol, payload, identification,
            dont_fragment, serial,
        )  # fmt: skip

    def _problem(
        self, packet: Ipv4Packet, way: Way | None
    ) -> tuple[str, int, int, int | None] | None:
        """Say why a packet cannot be forwarded, and with which ICMP error."""
        if way is None:
            return "no route", DESTINATION_UNREACHABLE, NET_UNREACHABLE, None
        if packet.ttl <= 1:
            return "ttl exceeded", TIME_EXCEEDED, 0, None
        mtu = way.device.mtu
        if packet.length > mtu and packet.dont_fragment:
            return "longer than the mtu", DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED, mtu
        return None

    def _deliver_udp(
        self, namespace: Namespace, device: Device, packet: Ipv4Packet, datagram: UdpDatagram
    ) -> None:
        socket = namespace.sockets.for_udp(packet.destination, datagram.destination_port)
        if socket is not None:
            socket.take(packet)
            return
        self._fabric.link.drop(namespace, device, packet, "no socket on that port")
        self._fabric.icmp.send_error(namespace, packet, DESTINATION_UNREACHABLE, PORT_UNREACHABLE)
