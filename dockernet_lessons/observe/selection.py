"""Pick from all that was seen what belongs to one echo request and its reply.

Left out: other pings, the ARP packets by which kernels verify a neighbor some five seconds later
(the request is sent to its MAC, not to all; the reply to who asks), and those by which Engine 28
announces a new container (it asks for its own address).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address

from dockernet_lessons.observe.ground import Ground
from dockernet_lessons.observe.sightings import BROADCAST, Packet, Sighting


def select(
    sightings: Iterable[Sighting], ground: Ground, address: IPv4Address | None
) -> list[Sighting]:
    """Pick the sightings of one echo request, its reply and what they needed.

    Parameters
    ----------
    sightings
        In any order.
    ground
        Where the walk leads.
    address
        The address that was pinged; None if the name led to none.

    Returns
    -------
    list of Sighting
        In the order of time, each packet once at each interface and way.
    """
    ordered = sorted(sightings, key=lambda s: s.time)
    wanted = _echo(ordered, address) | _lookup(ordered)
    chosen = [s for s in ordered if s.packet in wanted or _helps(s, ground, address)]
    seen: dict[tuple[Packet, str, str, str], Sighting] = {}
    for sighting in _with_askers(chosen):
        place = sighting.namespace, sighting.interface, sighting.way
        seen.setdefault((sighting.packet, *place), sighting)
    return list(seen.values())


def _echo(ordered: list[Sighting], address: IPv4Address | None) -> set[Packet]:
    """Find the first echo request to the address, and its reply."""
    echoes = [s.packet for s in ordered if s.packet.kind.startswith("echo")]
    first = next((p for p in echoes if p.kind == "echo request" and p.destination == address), None)
    return {p for p in echoes if first is not None and p.key == first.key}


def _lookup(ordered: list[Sighting]) -> set[Packet]:
    """Find the first DNS query for an address, and its answer: between a container and itself.

    What Docker's DNS server then asks others is outside the lab.
    """
    messages = [
        s.packet
        for s in ordered
        if s.packet.kind.startswith("DNS")
        and s.packet.source.is_loopback
        and s.packet.destination.is_loopback
    ]
    first = next((p for p in messages if p.kind == "DNS query"), None)
    return {p for p in messages if first is not None and p.key == first.key}


def _helps(sighting: Sighting, ground: Ground, address: IPv4Address | None) -> bool:
    """Tell whether a packet is an ARP packet or an ICMP error that belongs to the walk."""
    packet, concerned = sighting.packet, ground.concerned
    if address is None:
        return False
    if packet.kind == "ARP request":
        announces = packet.source == packet.destination
        verifies = sighting.destination_mac not in (BROADCAST, "")
        between = {packet.source, packet.destination} <= concerned
        return between and not announces and not verifies
    if packet.kind == "ARP reply":
        return packet.source in concerned
    if packet.kind == "ICMP error":
        return packet.destination in concerned and str(address) in packet.words
    return False


def _with_askers(chosen: list[Sighting]) -> list[Sighting]:
    """Add to each ARP reply whom it is for, and leave out what answers no request of the walk."""
    requests = [s for s in chosen if s.packet.kind == "ARP request"]
    found = []
    for sighting in chosen:
        if sighting.packet.kind != "ARP reply":
            found.append(sighting)
        elif (asker := _asker(sighting, requests)) is not None:
            found.append(replace(sighting, packet=replace(sighting.packet, destination=asker)))
    return found


def _asker(reply: Sighting, requests: list[Sighting]) -> IPv4Address | None:
    """Find who had asked what an ARP reply answers; a capture does not always tell its MAC."""
    return next(
        (
            s.packet.source
            for s in requests
            if s.packet.destination == reply.packet.source
            and s.time <= reply.time
            and reply.destination_mac in (s.source_mac, "")
        ),
        None,
    )
