"""The plain words of a walk's hops, all in one place."""

from __future__ import annotations

from ipaddress import IPv4Address

from dockernet_lessons.observe.ground import Ground
from dockernet_lessons.observe.sightings import Sighting

FLOODED = "a broadcast: passed on by every other port"
TAKEN = "the frame is for the bridge's own MAC: the host takes it"
FIREWALL = "the host's firewall"


def sent(sighting: Sighting, ground: Ground) -> str:
    """Say what a packet asks, or where its first way leads."""
    packet = sighting.packet
    if packet.kind == "ARP request":
        return f"who has {packet.destination}? asks {packet.source}"
    if packet.kind == "ARP reply":
        return f"{packet.source} is at {packet.words}"
    if packet.kind == "DNS query":
        return f"who is {packet.words}?"
    if packet.kind == "DNS answer":
        return f"answer: {packet.words}"
    if packet.kind == "ICMP error":
        return packet.words
    bridge = ground.gateways.get(sighting.destination_mac)
    own = packet.destination in ground.addresses("host")
    if bridge is not None and not own:
        return f"{packet.destination} is in another network: to the gateway, {bridge}"
    return f"to {packet.destination}"


def other_end(inside: tuple[str, str] | None) -> str:
    """Name the other end of a veth pair."""
    return f"the other end is {inside[0]}'s {inside[1]}" if inside else ""


def switched(sighting: Sighting, port: str, *, known: bool) -> str:
    """Say why a bridge chose a port."""
    if known:
        return f"to {port}: the FDB knows {sighting.destination_mac} behind it"
    return f"to {port}"


def placed(bridge: str, mac: str, port: str) -> str:
    """Say what a bridge learned."""
    return f"{bridge}'s FDB: {mac} is behind {port}"


def learned(namespace: str, address: IPv4Address, mac: str) -> str:
    """Say what a namespace learned."""
    owner = "the host" if namespace == "host" else namespace
    return f"{owner}'s neighbor table: {address} is at {mac}"


def routed(sighting: Sighting) -> str:
    """Say that the host passed a packet on."""
    return f"to {sighting.packet.destination} by {sighting.interface}; one hop less to live"


def delivered(sighting: Sighting) -> str:
    """Say where a packet arrived."""
    return f"{sighting.packet.destination} is here"


def dropped(rule: str | None) -> str:
    """Say what dropped a packet."""
    return f"by the firewall's rule {rule}" if rule else f"in {FIREWALL}"


def nobody(address: IPv4Address) -> str:
    """Say why a packet never left."""
    return f"nobody answered for {address}: no MAC to send it to"


def no_route(address: str) -> str:
    """Say why nothing was sent."""
    return f"no route to {address}: nothing was sent"
