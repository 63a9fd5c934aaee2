"""Watching packets hop by hop, from outside: the stack does not know of it.

A `Tracer` wraps the steps of the protocols (`Fabric.link`, ``switch``, ``arp``, ``ip``) while it
is on, and notes where each packet went, what was learned from it and what dropped it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address
from types import TracebackType
from typing import Any, Final

from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.neighbors import VALID, Neighbor
from dockernet_lessons.embedded.fabric.packets import Arp, Frame, Ipv4Packet
from dockernet_lessons.embedded.fabric.ways import Way

_WRAPPED: Final = (
    ("link", "transmit"),
    ("link", "receive"),
    ("link", "pass_up"),
    ("link", "drop"),
    ("switch", "receive"),
    ("switch", "learn"),
    ("switch", "forward"),
    ("switch", "flood"),
    ("arp", "send"),
    ("arp", "receive"),
    ("arp", "update"),
    ("ip", "output"),
    ("ip", "deliver"),
)


@dataclass(frozen=True, slots=True)
class Hop:
    """One thing that happened to a packet.

    Attributes
    ----------
    time
        Virtual time, seconds, travel time included.
    namespace, device
        Names; the device is empty where none is involved.
    action
        ``sent``, ``routed``, ``waiting`` (for ARP), ``out``, ``in``, ``switched``, ``flooded``,
        ``passed up`` (by a bridge to its host), ``learned``, ``translated``, ``delivered`` or
        ``dropped``.
    detail
        The port it is switched to, the next hop, what was learned, the rule that dropped it ...
    source_mac, destination_mac
        Of the frame; empty where the packet is in none.
    source, destination
        Of the packet; of an ARP packet, who asks and who is asked for.
    ttl
        None for ARP.
    """

    time: float
    namespace: str
    device: str
    action: str
    detail: str
    source_mac: str
    destination_mac: str
    source: IPv4Address
    destination: IPv4Address
    ttl: int | None


@dataclass(slots=True)
class Trace:
    """The way of one packet.

    Attributes
    ----------
    packet
        As it was first seen.
    hops
        In order. A flooded packet has branches; they follow each other.
    """

    packet: Arp | Ipv4Packet
    hops: list[Hop] = field(default_factory=list)
    last: tuple[IPv4Address, IPv4Address] | None = None

    @property
    def dropped(self) -> str | None:
        """Why it was last dropped; None if it never was."""
        drops = [hop.detail for hop in self.hops if hop.action == "dropped"]
        return drops[-1] if drops else None

    @property
    def delivered(self) -> bool:
        """Whether a host took it."""
        return any(hop.action == "delivered" for hop in self.hops)


class Tracer:
    """Notes the way of every packet of a fabric while it is on: a context manager.

    One may be inside another.

    Parameters
    ----------
    fabric
        Whose packets.

    Attributes
    ----------
    traces
        One per packet, in the order of their appearance.
    """

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self._by_packet: dict[tuple[str, int], Trace] = {}
        self._frame: Frame | None = None
        self._replaced: list[tuple[object, str, object]] = []

    @property
    def traces(self) -> list[Trace]:
        """The packets seen so far."""
        return list(self._by_packet.values())

    def __enter__(self) -> Tracer:
        for protocol, step in _WRAPPED:
            owner = getattr(self._fabric, protocol)
            watch = getattr(self, f"_{protocol}_{step}")
            self._replaced.append((owner, step, vars(owner).get(step)))
            setattr(owner, step, partial(watch, getattr(owner, step)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        while self._replaced:
            owner, step, before = self._replaced.pop()
            if before is None:
                delattr(owner, step)
            else:
                setattr(owner, step, before)

    def _link_transmit(self, step: Callable[..., Any], device: Device, frame: Frame) -> None:
        self._note(device.namespace, device, "out", "", frame)
        self._with(frame, partial(step, device, frame))

    def _link_receive(self, step: Callable[..., Any], device: Device, frame: Frame) -> None:
        self._note(device.namespace, device, "in", "", frame)
        self._with(frame, partial(step, device, frame))

    def _link_pass_up(
        self, step: Callable[..., Any], bridge: Bridge, frame: Frame, *, filtered: bool
    ) -> None:
        self._note(bridge.namespace, bridge, "passed up", "to the host", frame)
        self._with(frame, partial(step, bridge, frame, filtered=filtered))

    def _link_drop(
        self,
        step: Callable[..., Any],
        namespace: Namespace,
        device: Device | None,
        payload: Arp | Ipv4Packet,
        reason: str,
    ) -> None:
        self._note(namespace, device, "dropped", reason, payload)
        step(namespace, device, payload, reason)

    def _switch_receive(
        self, step: Callable[..., Any], port: Device, bridge: Bridge, frame: Frame
    ) -> None:
        self._with(frame, partial(step, port, bridge, frame))

    def _switch_learn(
        self, step: Callable[..., Any], bridge: Bridge, port: Device, mac: str
    ) -> bool:
        news: bool = step(bridge, port, mac)
        if news and self._frame is not None:
            self._note(
                bridge.namespace, bridge, "learned", f"{mac} is behind {port.name}", self._frame
            )
        return news

    def _switch_forward(
        self,
        step: Callable[..., Any],
        bridge: Bridge,
        port: Device | None,
        out: Device,
        frame: Frame,
        *,
        filtered: bool,
    ) -> None:
        self._note(bridge.namespace, bridge, "switched", f"to {out.name}", frame)
        step(bridge, port, out, frame, filtered=filtered)

    def _switch_flood(
        self,
        step: Callable[..., Any],
        bridge: Bridge,
        port: Device | None,
        frame: Frame,
        *,
        filtered: bool,
    ) -> None:
        others = sum(1 for out in bridge.ports if out is not port and out.carrier)
        self._note(bridge.namespace, bridge, "flooded", f"to {others} ports", frame)
        step(bridge, port, frame, filtered=filtered)

    def _arp_send(
        self, step: Callable[..., Any], device: Device, next_hop: IPv4Address, packet: Ipv4Packet
    ) -> None:
        neighbor = device.namespace.neighbors.get(next_hop, device)
        if neighbor is None or neighbor.state not in VALID:
            detail = f"for the MAC of {next_hop}"
            self._note(device.namespace, device, "waiting", detail, packet)
        step(device, next_hop, packet)

    def _arp_receive(self, step: Callable[..., Any], device: Device, frame: Frame) -> None:
        arp = frame.payload
        if isinstance(arp, Arp) and arp.target in device.namespace.local:
            self._note(device.namespace, device, "delivered", "", frame)
        self._with(frame, partial(step, device, frame))

    def _arp_update(
        self, step: Callable[..., Any], neighbor: Neighbor, mac: str, state: str
    ) -> None:
        before = neighbor.mac, neighbor.state
        step(neighbor, mac, state)
        if self._frame is not None and before != (neighbor.mac, neighbor.state):
            device = neighbor.device
            detail = f"{neighbor.address} has {mac} ({neighbor.state})"
            self._note(device.namespace, device, "learned", detail, self._frame)

    def _ip_output(
        self,
        step: Callable[..., Any],
        namespace: Namespace,
        packet: Ipv4Packet,
        way: Way,
        came_by: Device | None,
    ) -> bool:
        device, next_hop = way.device, way.next_hop
        action = "sent" if came_by is None else "routed"
        detail = "" if next_hop == packet.destination else f"via {next_hop}"
        self._note(namespace, device, action, detail, packet)
        passed: bool = step(namespace, packet, way, came_by)
        return passed

    def _ip_deliver(
        self, step: Callable[..., Any], namespace: Namespace, device: Device, packet: Ipv4Packet
    ) -> None:
        self._note(namespace, device, "delivered", "", packet)
        step(namespace, device, packet)

    def _with(self, frame: Frame, step: Callable[[], Any]) -> None:
        """Do a step while a frame is the one that things are learned from."""
        before, self._frame = self._frame, frame
        try:
            step()
        finally:
            self._frame = before

    def _note(
        self,
        namespace: Namespace,
        device: Device | None,
        action: str,
        detail: str,
        what: Frame | Arp | Ipv4Packet,
    ) -> None:
        packet = what.payload if isinstance(what, Frame) else what
        macs = (what.src, what.dst) if isinstance(what, Frame) else ("", "")
        ends, ttl = _ends(packet)
        name = "" if device is None else device.name
        now = self._fabric.moment
        trace = self._trace(packet)
        if trace.last is not None and trace.last != ends:
            was = f"from {trace.last[0]} to {trace.last[1]}"
            trace.hops.append(Hop(now, namespace.name, name, "translated", was, *macs, *ends, ttl))
        trace.last = ends
        trace.hops.append(Hop(now, namespace.name, name, action, detail, *macs, *ends, ttl))

    def _trace(self, packet: Arp | Ipv4Packet) -> Trace:
        """Find a packet's trace: an IPv4 packet changes on its way, an ARP packet does not."""
        key = ("arp", id(packet)) if isinstance(packet, Arp) else ("ip", packet.serial)
        trace = self._by_packet.get(key)
        if trace is None:
            trace = self._by_packet[key] = Trace(packet)
        return trace


def _ends(packet: Arp | Ipv4Packet) -> tuple[tuple[IPv4Address, IPv4Address], int | None]:
    if isinstance(packet, Arp):
        return (packet.sender, packet.target), None
    return (packet.source, packet.destination), packet.ttl
