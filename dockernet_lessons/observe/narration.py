"""Tell what happened to the packets of one ping, from where they were seen.

Between two sightings lies what nobody sees: a bridge passes a frame on, the host routes a packet.
It follows from them: a frame that came in by one port and leaves by another was switched; a packet
that one bridge took in and another lets out was routed. Where a packet is seen no more, it was
dropped; by which rule, the caller has found out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from dockernet_lessons.observe import phrases
from dockernet_lessons.observe.forwarding import FdbEntry, Neighbor
from dockernet_lessons.observe.ground import Ground
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.observe.sightings import BROADCAST, Packet, Sighting
from dockernet_lessons.observe.walk import Hop

ECHOES = ("echo request", "echo reply")
Step = tuple[str, str, str]
"""Interface, action and detail."""


@dataclass(frozen=True)
class Known:
    """What namespaces and bridges know at one moment.

    Attributes
    ----------
    neighbors
        Namespace -> its neighbor table.
    fdb
        Bridge -> its forwarding database.
    """

    neighbors: Mapping[str, tuple[Neighbor, ...]] = field(default_factory=dict)
    fdb: Mapping[str, tuple[FdbEntry, ...]] = field(default_factory=dict)

    def mac(self, namespace: str, address: IPv4Address) -> str | None:
        """Say which MAC a namespace has for an address."""
        entries = self.neighbors.get(namespace, ())
        return next((n.mac for n in entries if n.ipv4 == address), None)

    def port(self, bridge: str, mac: str) -> str | None:
        """Say behind which port of a bridge a MAC is."""
        entries = self.fdb.get(bridge, ())
        return next((e.port for e in entries if e.mac == mac and not e.own), None)


@dataclass(frozen=True)
class Story:
    """What happened.

    Attributes
    ----------
    hops
        In the order of time.
    lost
        Why the last packet did not arrive: ``"dropped"``, ``"unreachable"`` (nobody answered for
        its address), or None.
    dropped_by
        The rule that dropped it, as far as known.
    """

    hops: tuple[Hop, ...]
    lost: str | None = None
    dropped_by: str | None = None


class Narrator:
    """Tells the story of one ping.

    Parameters
    ----------
    ground
        Where it happened.
    before, after
        What was known before and after.
    rule
        Called with a packet that vanished on the host: gives the rule that dropped it, or None.
    """

    def __init__(
        self,
        ground: Ground,
        before: Known,
        after: Known,
        rule: Callable[[Packet], str | None],
    ) -> None:
        self._ground = ground
        self._before = before
        self._after = after
        self._rule = rule
        self._placed_macs: set[tuple[str, str]] = set()

    def tell(self, sightings: Sequence[Sighting]) -> Story:
        """Tell it.

        Parameters
        ----------
        sightings
            As `selection.select` gives them.
        """
        timed: list[tuple[float, Hop]] = []
        for seen in _by_packet(sightings):
            timed += self._way(seen)
        hops = [hop for _, hop in sorted(timed, key=lambda told: told[0])]
        story = self._ended(hops, sightings)
        numbered = tuple(replace(hop, number=n) for n, hop in enumerate(story.hops, 1))
        return replace(story, hops=numbered)

    def _way(self, seen: list[Sighting]) -> Iterator[tuple[float, Hop]]:
        """Tell the way of one packet."""
        time = seen[0].time
        for index, sighting in enumerate(seen):
            time = max(time, sighting.time)  # one way goes forward, whatever the clocks say
            for interface, action, detail in self._steps(sighting, first=index == 0):
                yield time, _hop(sighting, interface, action, detail)

    def _steps(self, sighting: Sighting, *, first: bool) -> Iterator[Step]:
        """Tell what one sighting shows."""
        ground, name = self._ground, sighting.interface
        bridge = ground.bridge_of(name) if sighting.namespace == HOST else None
        if name == "lo":
            yield name, "sent", phrases.sent(sighting, ground)
            yield name, "delivered", phrases.delivered(sighting)
        elif first and sighting.way == "out":
            yield name, "sent", phrases.sent(sighting, ground)
            if ground.is_bridge(sighting.namespace, name):
                yield from self._flooded(sighting, name)
        elif bridge is not None:
            yield from self._at_port(sighting, bridge)
        elif ground.is_bridge(sighting.namespace, name):
            yield from self._at_bridge(sighting)
        elif sighting.way == "in":
            yield from self._arrived(sighting)
        else:
            yield name, "out", ""

    def _at_port(self, sighting: Sighting, bridge: str) -> Iterator[Step]:
        port = sighting.interface
        inside = self._ground.peers.get(port)
        if sighting.way == "in":
            yield port, "in", phrases.other_end(inside)
            yield from self._placed(sighting, bridge)
            yield from self._flooded(sighting, bridge)
            return
        if sighting.destination_mac != BROADCAST:
            known = self._after.port(bridge, sighting.destination_mac) == port
            yield bridge, "switched", phrases.switched(sighting, port, known=known)
        if sighting.destination_mac != BROADCAST or self._leads(sighting, inside):
            yield port, "out", phrases.other_end(inside)

    def _leads(self, sighting: Sighting, inside: tuple[str, str] | None) -> bool:
        """Tell whether a port leads to whom a broadcast asks for."""
        there = self._ground.addresses(inside[0]) if inside else set()
        return sighting.packet.destination in there

    def _flooded(self, sighting: Sighting, bridge: str) -> Iterator[Step]:
        if sighting.destination_mac == BROADCAST:
            yield bridge, "flooded", phrases.FLOODED

    def _placed(self, sighting: Sighting, bridge: str) -> Iterator[Step]:
        """Tell what a bridge learned from a frame."""
        mac, port = sighting.source_mac, sighting.interface
        news = self._after.port(bridge, mac) == port != self._before.port(bridge, mac)
        if news and (bridge, mac) not in self._placed_macs:
            self._placed_macs.add((bridge, mac))
            yield bridge, "learned", phrases.placed(bridge, mac, port)

    def _at_bridge(self, sighting: Sighting) -> Iterator[Step]:
        name = sighting.interface
        if sighting.way == "out":
            yield name, "routed", phrases.routed(sighting)
            yield from self._flooded(sighting, name)
        elif sighting.packet.destination in self._ground.addresses(HOST):
            yield from self._arrived(sighting)
        elif self._ground.gateways.get(sighting.destination_mac) == name:
            yield name, "in", phrases.TAKEN  # else overheard: somebody else listens here as well

    def _arrived(self, sighting: Sighting) -> Iterator[Step]:
        packet, name = sighting.packet, sighting.namespace
        if packet.kind == "ARP request" and packet.destination not in self._ground.addresses(name):
            return
        yield sighting.interface, "delivered", phrases.delivered(sighting)
        if packet.kind.startswith("ARP"):
            known = self._after.mac(name, packet.source)
            if known is not None and known != self._before.mac(name, packet.source):
                yield sighting.interface, "learned", phrases.learned(name, packet.source, known)

    def _ended(self, hops: list[Hop], sightings: Sequence[Sighting]) -> Story:
        """Add where the last packet ended, if it did not arrive."""
        echoes = [s for s in sightings if s.packet.kind in ECHOES]
        silent = _unanswered(sightings)
        if silent is not None and not _arrives(hops, silent.packet):
            return self._unreachable(hops, silent, echoes)
        if not echoes or _arrives(hops, echoes[-1].packet):
            return Story(tuple(hops))
        last = echoes[-1]
        rule = self._rule(last.packet)
        place = self._ground.bridge_of(last.interface) or last.interface
        return _with(hops, _hop(last, place, "dropped", phrases.dropped(rule)), "dropped", rule)

    def _unreachable(self, hops: list[Hop], silent: Sighting, echoes: list[Sighting]) -> Story:
        """Tell of a packet that waits in vain for the MAC of its next hop."""
        packet = silent.packet
        target = echoes[-1].packet.destination if echoes else packet.destination
        waiting = Hop(
            0, "echo request", silent.namespace, silent.interface, "dropped",
            phrases.nobody(packet.destination), packet.source, target,
        )  # fmt: skip
        return _with(hops, waiting, "unreachable", None)


def _with(hops: list[Hop], last: Hop, lost: str, rule: str | None) -> Story:
    dropped_by = (rule or phrases.FIREWALL) if lost == "dropped" else None
    return Story((*hops, last), lost, dropped_by)


def _hop(sighting: Sighting, interface: str, action: str, detail: str) -> Hop:
    packet = sighting.packet
    macs = sighting.source_mac, sighting.destination_mac
    source_mac, destination_mac = ("", "") if interface == "lo" else macs
    return Hop(
        0, packet.kind, sighting.namespace, interface, action, detail,
        packet.source, packet.destination, source_mac, destination_mac, sighting.ttl,
    )  # fmt: skip


def _by_packet(sightings: Sequence[Sighting]) -> list[list[Sighting]]:
    """Group sightings, the packets in the order in which they were first seen."""
    groups: dict[Packet, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(sighting.packet, []).append(sighting)
    return [sorted(seen, key=lambda s: (s.time, _rank(s))) for seen in groups.values()]


def _rank(sighting: Sighting) -> int:
    """Order what happened within a microsecond: out of a container, over the host, into one."""
    if sighting.namespace == HOST:
        return 1
    return 0 if sighting.way == "out" else 2


def _arrives(hops: Sequence[Hop], packet: Packet) -> bool:
    ends = packet.source, packet.destination
    return any(
        hop.action == "delivered" and hop.packet == packet.kind
        and (hop.source, hop.destination) == ends
        for hop in hops
    )  # fmt: skip


def _unanswered(sightings: Sequence[Sighting]) -> Sighting | None:
    """Find an ARP request that nobody answered."""
    answered = {s.packet.source for s in sightings if s.packet.kind == "ARP reply"}
    return next(
        (
            s
            for s in sightings
            if s.packet.kind == "ARP request" and s.packet.destination not in answered
        ),
        None,
    )
