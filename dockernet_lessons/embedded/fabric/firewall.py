"""A namespace's firewall: what happens to a packet at netfilter's five hooks.

At each hook the tables are asked in netfilter's order: raw, connection tracking, mangle, then nat
and filter (before routing: nat; INPUT: filter, nat; OUTPUT: nat, filter). With ``br_netfilter`` the
hooks see switched packets too, with the bridge as device.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from dockernet_lessons.embedded.fabric.conntrack import (
    Connections,
    Key,
    Tracked,
    translate_destination,
    translate_source,
)
from dockernet_lessons.embedded.fabric.local import select_source
from dockernet_lessons.embedded.fabric.netfilter import Chain, Tables, Verdict
from dockernet_lessons.embedded.fabric.packets import (
    ADMIN_PROHIBITED,
    DESTINATION_UNREACHABLE,
    HOST_PROHIBITED,
    HOST_UNREACHABLE,
    NET_PROHIBITED,
    NET_UNREACHABLE,
    PORT_UNREACHABLE,
    PROTOCOL_UNREACHABLE,
    Ipv4Packet,
)
from dockernet_lessons.embedded.fabric.rules import (
    DNAT,
    DROP,
    MASQUERADE,
    REJECT,
    SNAT,
    Rule,
    Seen,
    kind_of,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.namespace import Namespace

REJECT_CODES: Final = {
    "icmp-net-unreachable": NET_UNREACHABLE,
    "icmp-host-unreachable": HOST_UNREACHABLE,
    "icmp-proto-unreachable": PROTOCOL_UNREACHABLE,
    "icmp-port-unreachable": PORT_UNREACHABLE,
    "icmp-net-prohibited": NET_PROHIBITED,
    "icmp-host-prohibited": HOST_PROHIBITED,
    "icmp-admin-prohibited": ADMIN_PROHIBITED,
}
"""What REJECT answers with (iptables-extensions(8), REJECT): code of *destination unreachable*."""


class Firewall:
    """The firewall of a namespace.

    Each hook takes a packet and gives it back, perhaps translated, or None if it was dropped.

    Parameters
    ----------
    namespace
        Whose.

    Attributes
    ----------
    tables
        The rules.
    connections
        The connections it tracks.
    bridge_netfilter
        Whether switched packets pass it too (sysctl ``bridge-nf-call-iptables``).
    """

    __slots__ = ("_in_hand", "_namespace", "_serial", "bridge_netfilter", "connections", "tables")

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self.tables = Tables()
        self.connections = Connections()
        self.bridge_netfilter = False
        self._serial = 0
        self._in_hand: Tracked | None = None

    @property
    def active(self) -> bool:
        """Whether packets have to pass it at all."""
        return bool(self.tables.at_work)

    @property
    def sees_bridged(self) -> bool:
        """Whether switched packets have to."""
        return self.bridge_netfilter and bool(self.tables.at_work)

    def chain(self, table: str, name: str) -> Chain:
        """Find a chain; see `Tables.chain`."""
        return self.tables.chain(table, name)

    def new_chain(self, table: str, name: str) -> Chain:
        """Make a chain; see `Tables.new_chain`."""
        return self.tables.new_chain(table, name)

    def delete_chain(self, table: str, name: str) -> None:
        """Delete a chain; see `Tables.delete_chain`."""
        self.tables.delete_chain(table, name)

    def save(self, table: str, name: str | None = None) -> list[str]:
        """Give the lines of ``iptables -t TABLE -S [CHAIN]``."""
        return self.tables.save(table, name)

    def prerouting(self, packet: Ipv4Packet, device: Device) -> Ipv4Packet | None:
        """Pass a packet that came in by a device."""
        if not self._passes("raw", "PREROUTING", packet, device, None, "NEW"):
            return None
        tracked = self._track(packet)
        if not self._passes("mangle", "PREROUTING", packet, device, None, tracked.state):
            return None
        self._decide_destination("PREROUTING", packet, device, None, tracked)
        return translate_destination(packet, tracked)

    def input(self, packet: Ipv4Packet, device: Device) -> Ipv4Packet | None:
        """Pass a packet that is for this host."""
        tracked = self._tracked(packet)
        for table in ("mangle", "filter"):
            if not self._passes(table, "INPUT", packet, device, None, tracked.state):
                return None
        return self._leave("INPUT", packet, device, None, tracked)

    def forward(
        self, packet: Ipv4Packet, in_device: Device, out_device: Device
    ) -> Ipv4Packet | None:
        """Pass a packet that goes on to another network."""
        state = self._tracked(packet).state
        for table in ("mangle", "filter"):
            if not self._passes(table, "FORWARD", packet, in_device, out_device, state):
                return None
        return packet

    def output(self, packet: Ipv4Packet, device: Device) -> Ipv4Packet | None:
        """Pass a packet made here."""
        if not self._passes("raw", "OUTPUT", packet, None, device, "NEW"):
            return None
        tracked = self._track(packet)
        if not self._passes("mangle", "OUTPUT", packet, None, device, tracked.state):
            return None
        self._decide_destination("OUTPUT", packet, None, device, tracked)
        packet = translate_destination(packet, tracked)
        passes = self._passes("filter", "OUTPUT", packet, None, device, tracked.state)
        return packet if passes else None

    def postrouting(
        self, packet: Ipv4Packet, in_device: Device | None, out_device: Device
    ) -> Ipv4Packet | None:
        """Pass a packet that leaves by a device."""
        tracked = self._tracked(packet)
        if not self._passes("mangle", "POSTROUTING", packet, in_device, out_device, tracked.state):
            return None
        return self._leave("POSTROUTING", packet, in_device, out_device, tracked)

    def bridged(self, packet: Ipv4Packet, bridge: Device) -> Ipv4Packet | None:
        """Pass a packet that is switched from port to port (br_netfilter)."""
        passed = self.forward(packet, bridge, bridge)
        return None if passed is None else self.postrouting(passed, bridge, bridge)

    def _track(self, packet: Ipv4Packet) -> Tracked:
        tracked = self.connections.track(packet, self._namespace.fabric.loop.now)
        self._serial, self._in_hand = packet.serial, tracked
        return tracked

    def _tracked(self, packet: Ipv4Packet) -> Tracked:
        """Give what the hook before found; translated, the packet would not be found again."""
        if self._in_hand is not None and packet.serial == self._serial:
            return self._in_hand
        return self._track(packet)

    def _passes(
        self,
        table: str,
        hook: str,
        packet: Ipv4Packet,
        in_device: Device | None,
        out_device: Device | None,
        state: str,
    ) -> bool:
        """Ask a table that filters; tell the sender if that is what the rule says."""
        if (table, hook) not in self.tables.at_work:
            return True
        verdict = self._verdict(table, hook, packet, in_device, out_device, state)
        if verdict.action not in (DROP, REJECT):
            return True
        self._drop(packet, in_device or out_device, verdict)
        return False

    def _verdict(
        self,
        table: str,
        hook: str,
        packet: Ipv4Packet,
        in_device: Device | None,
        out_device: Device | None,
        state: str,
    ) -> Verdict:
        local = self._namespace.local
        seen = Seen(
            "" if in_device is None else in_device.name,
            "" if out_device is None else out_device.name,
            int(packet.source) if self.tables.asks_for_source(table) else 0,
            int(packet.destination),
            state, packet.protocol, kind_of(packet.payload), local, local.version,
        )  # fmt: skip
        return self.tables.decide(table, hook, seen, packet.length)

    def _drop(self, packet: Ipv4Packet, device: Device | None, verdict: Verdict) -> None:
        namespace = self._namespace
        namespace.fabric.link.drop(namespace, device, packet, verdict.text)
        if verdict.action == REJECT and verdict.rule is not None:
            code = REJECT_CODES[verdict.rule.reject_with]
            namespace.fabric.icmp.send_error(namespace, packet, DESTINATION_UNREACHABLE, code)

    def _decide_destination(
        self,
        hook: str,
        packet: Ipv4Packet,
        in_device: Device | None,
        out_device: Device | None,
        tracked: Tracked,
    ) -> None:
        """Ask nat where a new connection's packets shall go."""
        connection = tracked.connection
        if connection is None or connection.destination_decided or tracked.state != "NEW":
            return
        connection.destination_decided = True
        if ("nat", hook) not in self.tables.at_work:
            return
        verdict = self._verdict("nat", hook, packet, in_device, out_device, tracked.state)
        if verdict.action == DNAT and verdict.rule is not None:
            connection.answer = _answered_from(connection.answer, verdict.rule)

    def _leave(
        self,
        hook: str,
        packet: Ipv4Packet,
        in_device: Device | None,
        out_device: Device | None,
        tracked: Tracked,
    ) -> Ipv4Packet | None:
        """Pass the last hook: the source is translated, the connection is kept."""
        connection = tracked.connection
        if connection is None:
            return packet
        if not connection.source_decided and tracked.state == "NEW":
            connection.source_decided = True
            if ("nat", hook) in self.tables.at_work:
                verdict = self._verdict("nat", hook, packet, in_device, out_device, "NEW")
                if verdict.action == DROP:
                    self._drop(packet, in_device or out_device, verdict)
                    return None
                self._decide_source(packet, out_device, tracked, verdict)
            now = self._namespace.fabric.loop.now
            connection.answer = self.connections.unused(connection.answer, now)
        self.connections.confirm(connection, self._namespace.fabric.loop.now)
        return translate_source(packet, tracked)

    def _decide_source(
        self, packet: Ipv4Packet, device: Device | None, tracked: Tracked, verdict: Verdict
    ) -> None:
        connection, rule = tracked.connection, verdict.rule
        assert connection is not None
        if verdict.action == SNAT and rule is not None:
            connection.answer = _answered_to(connection.answer, *_target(rule))
        elif verdict.action == MASQUERADE and device is not None:
            own = select_source(device, packet.destination)
            connection.answer = _answered_to(connection.answer, own, None)


def _target(rule: Rule) -> tuple[IPv4Address | None, int | None]:
    address, _, port = rule.to.partition(":")
    return IPv4Address(address) if address else None, int(port) if port else None


def _answered_from(answer: Key, rule: Rule) -> Key:
    """Give the key of replies if the destination is translated as a DNAT rule says."""
    protocol, source, source_port, destination, port = answer
    address, new_port = _target(rule)
    if new_port is not None and protocol != "icmp":
        source_port = new_port
    return (protocol, source if address is None else int(address), source_port, destination, port)


def _answered_to(answer: Key, address: IPv4Address | None, new_port: int | None) -> Key:
    """Give the key of replies if the source is translated to an address and perhaps a port."""
    protocol, source, source_port, destination, port = answer
    if new_port is not None and protocol != "icmp":
        port = new_port
    return (protocol, source, source_port, destination if address is None else int(address), port)
