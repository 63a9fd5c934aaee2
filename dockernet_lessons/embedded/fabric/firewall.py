"""A namespace's firewall: the five hooks, connection tracking and address translation."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address

from dockernet_lessons.embedded.fabric import netfilter
from dockernet_lessons.embedded.fabric.conntrack import (
    NEW,
    RELATED,
    UNTRACKED,
    Connections,
    Tracked,
    Tuple,
)
from dockernet_lessons.embedded.fabric.netfilter import Chain, Rule, Seen, Tables, Verdict
from dockernet_lessons.embedded.fabric.packets import IcmpEcho, IcmpError, Ipv4Packet, UdpDatagram

_EPHEMERAL = range(1024, 65536)


class Dropped(Exception):
    """A packet that a rule or policy stopped."""

    def __init__(self, packet: Ipv4Packet, verdict: Verdict) -> None:
        super().__init__(verdict.text())
        self.packet = packet
        self.verdict = verdict


class Firewall:
    """The hooks of one namespace.

    Parameters
    ----------
    clock
        Gives the virtual time.
    is_local
        Tells whether an address is one of this namespace's.

    Attributes
    ----------
    bridge_netfilter
        Whether bridged frames pass FORWARD too (sysctl bridge-nf-call-iptables).
    """

    def __init__(
        self, clock: Callable[[], float], is_local: Callable[[IPv4Address], bool]
    ) -> None:
        self.tables = Tables()
        self.connections = Connections()
        self.bridge_netfilter = False
        self._clock = clock
        self._is_local = is_local
        self._active: bool | None = None

    @property
    def active(self) -> bool:
        """Whether packets have to pass it at all."""
        if self._active is None:
            self._active = self.tables.active
        return self._active

    def changed(self) -> None:
        """Say that rules were added or deleted behind its back."""
        self._active = None

    def chain(self, table: str, name: str) -> Chain:
        """Find a chain to change it; see `Tables.chain`."""
        self.changed()
        return self.tables.chain(table, name)

    def new_chain(self, table: str, name: str) -> Chain:
        """Make a chain, or find it."""
        self.changed()
        return self.tables.new_chain(table, name)

    def delete_chain(self, table: str, name: str) -> None:
        """Delete a chain."""
        self.changed()
        self.tables.delete_chain(table, name)

    def save(self, table: str) -> list[str]:
        """List a table as ``iptables -S`` does."""
        return self.tables.save(table)

    def prerouting(self, packet: Ipv4Packet, device: str) -> tuple[Ipv4Packet, Tracked]:
        """Pass a packet that came in; its destination may be translated."""
        self._filter("raw", "PREROUTING", Seen(packet, device, "", UNTRACKED))
        return self._to_destination("PREROUTING", packet, device, "")

    def input(self, packet: Ipv4Packet, device: str, tracked: Tracked) -> Ipv4Packet:
        """Pass a packet for this host."""
        self._filter("filter", "INPUT", Seen(packet, device, "", tracked))
        return self._from_source(packet, "", tracked, hook=None)

    def forward(
        self, packet: Ipv4Packet, device: str, out_device: str, tracked: Tracked
    ) -> None:
        """Pass a packet that goes on to another network."""
        self._filter("filter", "FORWARD", Seen(packet, device, out_device, tracked))

    def output(self, packet: Ipv4Packet, out_device: str) -> tuple[Ipv4Packet, Tracked]:
        """Pass a packet of this host's own; its destination may be translated."""
        self._filter("raw", "OUTPUT", Seen(packet, "", out_device, UNTRACKED))
        packet, tracked = self._to_destination("OUTPUT", packet, "", out_device)
        self._filter("filter", "OUTPUT", Seen(packet, "", out_device, tracked))
        return packet, tracked

    def postrouting(
        self, packet: Ipv4Packet, out_device: str, tracked: Tracked, own: IPv4Address | None
    ) -> Ipv4Packet:
        """Pass a packet that leaves; its source may be translated.

        Parameters
        ----------
        own
            Address of the outgoing device, for MASQUERADE.
        """
        return self._from_source(packet, out_device, tracked, hook="POSTROUTING", own=own)

    def bridged(self, packet: Ipv4Packet, bridge: str) -> None:
        """Pass a packet that is switched between two ports (br_netfilter)."""
        self._filter("raw", "PREROUTING", Seen(packet, bridge, "", UNTRACKED))
        tracked = self.connections.track(packet, self._clock())
        self._filter("filter", "FORWARD", Seen(packet, bridge, bridge, tracked))
        self.connections.confirm(tracked, self._clock())

    def _filter(self, table: str, hook: str, seen: Seen) -> None:
        verdict = self.tables.run(table, hook, seen)
        if verdict.action in (netfilter.DROP, netfilter.REJECT):
            raise Dropped(seen.packet, verdict)

    def _to_destination(
        self, hook: str, packet: Ipv4Packet, device: str, out_device: str
    ) -> tuple[Ipv4Packet, Tracked]:
        tracked = self.connections.track(packet, self._clock())
        connection = tracked.connection
        if connection is None:
            return packet, tracked
        if not connection.confirmed:
            local = self._is_local(packet.destination)
            seen = Seen(packet, device, out_device, tracked, to_local=local)
            verdict = self.tables.run("nat", hook, seen)
            if verdict.action == netfilter.DNAT and verdict.rule is not None:
                connection.translated = _with_destination(connection.original, verdict.rule)
        if tracked.reply:
            wanted = connection.original[1], connection.original[2]
        else:
            wanted = connection.translated[3], connection.translated[4]
        return _redirected(packet, *wanted, tracked), tracked

    def _from_source(
        self,
        packet: Ipv4Packet,
        out_device: str,
        tracked: Tracked,
        hook: str | None,
        own: IPv4Address | None = None,
    ) -> Ipv4Packet:
        connection = tracked.connection
        if connection is None:
            return packet
        if tracked.state == NEW and not connection.confirmed and hook is not None:
            verdict = self.tables.run("nat", hook, Seen(packet, "", out_device, tracked))
            self._translate_source(tracked, verdict, own)
        self.connections.confirm(tracked, self._clock())
        if tracked.state == RELATED:
            return packet
        if tracked.reply:
            return _sent_from(packet, connection.original[3], connection.original[4])
        return _sent_from(packet, connection.translated[1], connection.translated[2])

    def _translate_source(
        self, tracked: Tracked, verdict: Verdict, own: IPv4Address | None
    ) -> None:
        if verdict.action == netfilter.SNAT and verdict.rule is not None:
            address, _ = netfilter.target_of(verdict.rule)
        elif verdict.action == netfilter.MASQUERADE and own is not None:
            address = own
        else:
            return
        assert tracked.connection is not None
        protocol, _, port, *target = tracked.connection.translated
        wanted: Tuple = (protocol, address, port, target[0], target[1])
        tracked.connection.translated = self._free(wanted)

    def _free(self, wanted: Tuple) -> Tuple:
        """Keep the port, or the echo's identifier, unless another connection has it already."""
        now = self._clock()
        candidate = wanted
        for port in _EPHEMERAL:
            if not self.connections.taken(candidate, now):
                return candidate
            protocol, source, _, destination, other = wanted
            candidate = (protocol, source, port, destination, port if protocol == 1 else other)
        return wanted


def _with_destination(original: Tuple, rule: Rule) -> Tuple:
    address, port = netfilter.target_of(rule)
    protocol, source, source_port, _, old = original
    return (protocol, source, source_port, address, old if port is None else port)


def _redirected(
    packet: Ipv4Packet, address: IPv4Address, port: int, tracked: Tracked
) -> Ipv4Packet:
    """Give the packet with this destination."""
    payload = packet.payload
    if isinstance(payload, IcmpError):
        if packet.destination == address:
            return packet
        inner = _sent_from(payload.original, address, port)
        error = IcmpError(payload.type, payload.code, inner, payload.mtu)
        return packet.changed(destination=address, payload=error)
    if isinstance(payload, UdpDatagram) and payload.destination_port != port:
        payload = UdpDatagram(payload.source_port, port, payload.payload, payload.data_size)
        return packet.changed(destination=address, payload=payload)
    if isinstance(payload, IcmpEcho) and tracked.reply and payload.identifier != port:
        payload = IcmpEcho(payload.request, port, payload.sequence, payload.data_size)
        return packet.changed(destination=address, payload=payload)
    return packet if packet.destination == address else packet.changed(destination=address)


def _sent_from(packet: Ipv4Packet, address: IPv4Address, port: int) -> Ipv4Packet:
    """Give the packet with this source."""
    payload = packet.payload
    if isinstance(payload, UdpDatagram) and payload.source_port != port:
        payload = UdpDatagram(port, payload.destination_port, payload.payload, payload.data_size)
        return packet.changed(source=address, payload=payload)
    if isinstance(payload, IcmpEcho) and payload.request and payload.identifier != port:
        payload = IcmpEcho(payload.request, port, payload.sequence, payload.data_size)
        return packet.changed(source=address, payload=payload)
    return packet if packet.source == address else packet.changed(source=address)
