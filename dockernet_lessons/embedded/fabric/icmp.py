"""ICMP: answering echo requests, telling senders what went wrong (RFC 792, RFC 1122, 3.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.fabric.packets import (
    DESTINATION_UNREACHABLE,
    NET_UNREACHABLE,
    IcmpEcho,
    IcmpError,
    Ipv4Packet,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.fabric import Fabric
    from dockernet_lessons.embedded.fabric.namespace import Namespace
    from dockernet_lessons.embedded.fabric.sockets import Socket


class Icmp:
    """ICMP in all namespaces of a fabric."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric

    def receive(self, namespace: Namespace, device: Device, packet: Ipv4Packet) -> None:
        """Take an ICMP message for this host: answer it, or give it to whom it concerns."""
        payload = packet.payload
        listeners: list[Socket]
        if isinstance(payload, IcmpError):
            listeners = namespace.sockets.about(payload)
        elif isinstance(payload, IcmpEcho) and payload.request:
            self.answer(namespace, device, packet, payload)
            return
        else:
            assert isinstance(payload, IcmpEcho)
            listeners = list(namespace.sockets.for_echo(payload.identifier))
        for socket in listeners:
            socket.take(packet)
        if not listeners:
            self._fabric.link.drop(namespace, device, packet, "nobody waits for it")

    def answer(
        self, namespace: Namespace, device: Device, packet: Ipv4Packet, echo: IcmpEcho
    ) -> None:
        """Answer an echo request, from the address it was sent to.

        One to a broadcast address is ignored (sysctl ``icmp_echo_ignore_broadcasts``).
        """
        if namespace.local.is_broadcast(packet.destination):
            self._fabric.link.drop(namespace, device, packet, "broadcast echo requests are ignored")
            return
        reply = IcmpEcho(False, echo.identifier, echo.sequence, echo.size)
        self._fabric.ip.answer(namespace, packet.source, reply, packet.destination)

    def send_error(
        self,
        namespace: Namespace,
        packet: Ipv4Packet,
        kind: int,
        code: int,
        *,
        mtu: int | None = None,
    ) -> None:
        """Tell a packet's sender what became of it, unless that is forbidden.

        No error is sent about an error or a broadcast (RFC 1122, 3.2.2), and not too many to the
        same host. It comes from the address the packet was for, if that is an own one, else from
        the one that the route back chooses.
        """
        local = namespace.local
        if isinstance(packet.payload, IcmpError) or local.is_broadcast(packet.destination):
            return
        if packet.destination.is_multicast or packet.source.is_unspecified:
            return
        if packet.source not in local and not self._may_send(namespace, packet, kind, code):
            return
        source = packet.destination if packet.destination in local else None
        error = IcmpError(kind, code, packet, mtu)
        self._fabric.ip.answer(namespace, packet.source, error, source)

    def _may_send(self, namespace: Namespace, packet: Ipv4Packet, kind: int, code: int) -> bool:
        now = self._fabric.loop.now
        unroutable = (kind, code) == (DESTINATION_UNREACHABLE, NET_UNREACHABLE)
        return namespace.icmp_limit.allows(packet.source, now, unroutable=unroutable)
