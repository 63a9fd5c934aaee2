"""The embedded engine's trace, told as the sightings of a capture.

It tells what no capture shows: which rule dropped a packet. Beside `connect` the only module that
knows of the embedded engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

from dockernet_lessons.embedded.fabric.dns import DnsQuery, DnsReply
from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.fabric.packets import (
    ARP_REQUEST,
    Arp,
    IcmpEcho,
    IcmpError,
    Ipv4Packet,
    UdpDatagram,
)
from dockernet_lessons.embedded.fabric.trace import Hop, Trace, Tracer
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.observe.sightings import UNTOLD, Packet, Sighting

_CODES = {"NXDOMAIN": "NXDomain", "SERVFAIL": "ServFail", "REFUSED": "Refused"}
"""Answers without an address, in tcpdump's words."""
_WAYS = {"out": "out", "in": "in", "passed up": "in"}


class Tracing:
    """Traces a fabric's packets while it is on: a context manager.

    Parameters
    ----------
    fabric
        Whose packets.
    """

    def __init__(self, fabric: Fabric) -> None:
        self._tracer = Tracer(fabric)

    def __enter__(self) -> Tracing:
        self._tracer.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._tracer.__exit__(kind, error, traceback)

    def sightings(self, containers: Mapping[str, str]) -> list[Sighting]:
        """Give every packet at every interface it crossed.

        Parameters
        ----------
        containers
            Id -> name; what happens in other namespaces than theirs and the host's is left out.
        """
        names = {container[:12]: name for container, name in containers.items()} | {HOST: HOST}
        return [
            _sighting(hop, packet, names[hop.namespace])
            for trace in self._tracer.traces
            if (packet := _packet(trace)) is not None
            for hop in trace.hops
            if hop.action in _WAYS and hop.namespace in names and not _unseen(hop)
        ]

    def dropping_rule(self, packet: Packet) -> str | None:
        """Give the firewall's rule that dropped a packet; None if none did."""
        reasons = [t.dropped for t in self._tracer.traces if t.dropped and _packet(t) == packet]
        return next((reason for reason in reasons if ": -" in reason), None)


def _unseen(hop: Hop) -> bool:
    """Tell what a capture leaves out: a packet that loopback sends is seen when it comes in."""
    return hop.device == "lo" and hop.action == "out"


def _sighting(hop: Hop, packet: Packet, namespace: str) -> Sighting:
    place = hop.time, namespace, hop.device, _WAYS[hop.action]
    return Sighting(*place, packet, hop.source_mac, hop.destination_mac, hop.ttl)


def _packet(trace: Trace) -> Packet | None:
    """Describe a packet as a capture would; None for what no walk consists of."""
    packet = trace.packet
    if isinstance(packet, Arp):
        return _arp(packet)
    payload, ends = packet.payload, (packet.source, packet.destination)
    if isinstance(payload, IcmpEcho):
        kind = "echo request" if payload.request else "echo reply"
        return Packet(kind, f"{payload.identifier}/{payload.sequence}", *ends)
    if isinstance(payload, IcmpError):
        return _error(packet, payload)
    return _name_service(packet, payload)


def _arp(arp: Arp) -> Packet:
    if arp.operation == ARP_REQUEST:
        return Packet("ARP request", "", arp.sender, arp.target)
    return Packet("ARP reply", "", arp.sender, UNTOLD, arp.sender_mac)


def _error(packet: Ipv4Packet, error: IcmpError) -> Packet:
    words = f"{error.original.destination} unreachable"
    return Packet("ICMP error", words, packet.source, packet.destination, words)


def _name_service(packet: Ipv4Packet, datagram: UdpDatagram) -> Packet | None:
    message, ends = datagram.payload, (packet.source, packet.destination)
    if isinstance(message, DnsQuery) and message.type == "A":
        return Packet("DNS query", str(message.identifier), *ends, message.name)
    if isinstance(message, DnsReply):
        addresses = ", ".join(str(r.data) for r in message.answers if r.type == "A")
        words = addresses or _CODES.get(message.code, "")
        return Packet("DNS answer", str(message.query.identifier), *ends, words)
    return None
