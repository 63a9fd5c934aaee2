"""ARP: asking who has an address, answering, and noting what is heard (RFC 826, RFC 5227)."""

from __future__ import annotations

from functools import partial
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from dockernet_lessons.embedded.fabric.local import select_source
from dockernet_lessons.embedded.fabric.neighbors import (
    DELAY,
    DELAY_FIRST_PROBE_S,
    FAILED,
    INCOMPLETE,
    LOCK_S,
    PERMANENT,
    PROBE,
    PROBES,
    QUEUE_LENGTH,
    REACHABLE,
    RETRANSMIT_S,
    STALE,
    VALID,
    Neighbor,
)
from dockernet_lessons.embedded.fabric.packets import (
    ARP,
    ARP_REPLY,
    ARP_REQUEST,
    BROADCAST_MAC,
    DESTINATION_UNREACHABLE,
    HOST_UNREACHABLE,
    IPV4,
    ZERO_MAC,
    Arp,
    Frame,
    Ipv4Packet,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.fabric import Fabric

_DELAYS: Final = {INCOMPLETE: RETRANSMIT_S, DELAY: DELAY_FIRST_PROBE_S, PROBE: RETRANSMIT_S}
"""How long a neighbor stays in a state, seconds; REACHABLE takes the device's own time."""


class ArpProtocol:
    """ARP in all namespaces of a fabric."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric

    def send(self, device: Device, next_hop: IPv4Address, packet: Ipv4Packet) -> None:
        """Send a packet to a neighbor, once its MAC is known."""
        neighbor = device.namespace.neighbors.find_or_add(next_hop, device)
        neighbor.used = self._fabric.loop.now
        if neighbor.state in VALID:
            if neighbor.state == STALE:
                self._change(neighbor, DELAY)
            self._transmit(neighbor, packet)
            return
        if len(neighbor.waiting) >= QUEUE_LENGTH:
            lost = neighbor.waiting.pop(0)
            self._fabric.link.drop(device.namespace, device, lost, "too many wait for ARP")
        neighbor.waiting.append(packet)
        if neighbor.state == FAILED:
            self._change(neighbor, INCOMPLETE)
            self.solicit(neighbor)

    def receive(self, device: Device, frame: Frame) -> None:
        """Hear an ARP packet: answer it if it asks for an own address, note what it says."""
        arp = frame.payload
        assert isinstance(arp, Arp)
        namespace = device.namespace
        own = arp.sender in namespace.local
        if arp.operation == ARP_REQUEST and arp.target in namespace.local and not own:
            neighbor = namespace.neighbors.find_or_add(arp.sender, device)
            self.update(neighbor, arp.sender_mac, STALE)
            self._answer(device, arp)
            return
        known = namespace.neighbors.get(arp.sender, device)
        if known is None or own:
            self._fabric.link.drop(namespace, device, arp, "ARP about others")
            return
        self._note(known, arp, to_me=frame.dst == device.mac)

    def announce(self, device: Device, address: IPv4Address) -> None:
        """Send a gratuitous ARP request: ask for the own address (RFC 5227, 3)."""
        self._broadcast(device, Arp(ARP_REQUEST, device.mac, address, ZERO_MAC, address))
        self._fabric.link.flush()

    def solicit(self, neighbor: Neighbor) -> None:
        """Ask for a neighbor's MAC: everybody, or when probing the neighbor itself."""
        device = neighbor.device
        sender = self._sender(neighbor)
        neighbor.probes += 1
        if sender is None:
            return
        arp = Arp(ARP_REQUEST, device.mac, sender, ZERO_MAC, neighbor.address)
        if neighbor.state == PROBE and neighbor.mac is not None:
            self._fabric.link.transmit(device, Frame(device.mac, neighbor.mac, ARP, arp))
        else:
            self._broadcast(device, arp)

    def update(self, neighbor: Neighbor, mac: str, state: str) -> None:
        """Note a neighbor's MAC; what waited for it is sent."""
        if neighbor.state == PERMANENT and state != PERMANENT:
            return
        if state == STALE and neighbor.agrees(mac):
            return
        neighbor.mac = mac
        neighbor.updated = self._fabric.loop.now
        if state == REACHABLE:
            neighbor.confirmed = neighbor.updated
        self._change(neighbor, state)
        waiting = list(neighbor.waiting)
        neighbor.waiting.clear()
        for packet in waiting:
            self.send(neighbor.device, neighbor.address, packet)

    def _answer(self, device: Device, request: Arp) -> None:
        mac = request.sender_mac
        reply = Arp(ARP_REPLY, device.mac, request.target, mac, request.sender)
        self._fabric.link.transmit(device, Frame(device.mac, mac, ARP, reply))

    def _note(self, neighbor: Neighbor, arp: Arp, *, to_me: bool) -> None:
        """Take over what an ARP packet says of a known neighbor; only replies confirm it."""
        gratuitous = arp.sender == arp.target
        confirms = arp.operation == ARP_REPLY and to_me
        locked = self._fabric.loop.now <= neighbor.updated + LOCK_S and not gratuitous
        if locked and neighbor.state in VALID and neighbor.mac != arp.sender_mac:
            return
        self.update(neighbor, arp.sender_mac, REACHABLE if confirms else STALE)

    def _sender(self, neighbor: Neighbor) -> IPv4Address | None:
        """Choose the address to ask with: the waiting packet's source if it is an own one."""
        device = neighbor.device
        if neighbor.waiting and neighbor.waiting[0].source in device.namespace.local:
            return neighbor.waiting[0].source
        return select_source(device, neighbor.address)

    def _broadcast(self, device: Device, arp: Arp) -> None:
        self._fabric.link.transmit(device, Frame(device.mac, BROADCAST_MAC, ARP, arp))

    def _transmit(self, neighbor: Neighbor, packet: Ipv4Packet) -> None:
        device, mac = neighbor.device, neighbor.mac
        assert mac is not None
        self._fabric.link.transmit(device, Frame(device.mac, mac, IPV4, packet))

    def _change(self, neighbor: Neighbor, state: str) -> None:
        neighbor.stop()
        neighbor.state = state
        neighbor.probes = 0
        delay = neighbor.device.reachable_time if state == REACHABLE else _DELAYS.get(state)
        if delay is not None:
            self._due(neighbor, delay)

    def _due(self, neighbor: Neighbor, delay: float) -> None:
        loop = self._fabric.loop
        neighbor.timer = loop.call_at(loop.now + delay, partial(self._expire, neighbor))

    def _expire(self, neighbor: Neighbor) -> None:
        """Do what is due for a neighbor (the kernel's neigh_timer_handler)."""
        neighbor.timer = None
        if neighbor.state == REACHABLE:
            idle = self._fabric.loop.now - neighbor.used
            self._change(neighbor, DELAY if idle <= DELAY_FIRST_PROBE_S else STALE)
        elif neighbor.state == DELAY:
            self._change(neighbor, PROBE)
            self.solicit(neighbor)
        elif neighbor.probes >= PROBES:
            self._fail(neighbor)
        else:
            self.solicit(neighbor)
            self._due(neighbor, RETRANSMIT_S)
        self._fabric.link.flush()

    def _fail(self, neighbor: Neighbor) -> None:
        """Give a neighbor up: the senders of what waits for it are told."""
        self._change(neighbor, FAILED)
        neighbor.mac = None
        neighbor.updated = self._fabric.loop.now
        waiting = list(neighbor.waiting)
        neighbor.waiting.clear()
        device = neighbor.device
        for packet in waiting:
            self._fabric.link.drop(device.namespace, device, packet, "no ARP reply")
            self._fabric.icmp.send_error(
                device.namespace, packet, DESTINATION_UNREACHABLE, HOST_UNREACHABLE
            )
