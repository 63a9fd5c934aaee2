"""The link layer: frames leave a device, cross a cable and arrive at another one.

A frame crosses the whole fabric in one call of `Link.flush`, without virtual time passing; the
microseconds it would take are summed up in `Link.elapsed` and make its time stamps. Frames under
way wait in a backlog, as in the kernel's receive queues, so that nothing recurses.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.capture import direction
from dockernet_lessons.embedded.fabric.packets import (
    ARP,
    BROADCAST_MAC,
    ETHERNET_HEADER,
    Arp,
    Frame,
    Ipv4Packet,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.fabric import Fabric
    from dockernet_lessons.embedded.fabric.namespace import Namespace

STORM: Final = 20_000
"""Frames that one `Link.flush` carries at most: bridges in a loop would go on for ever."""

TRAVEL_S: Final = {"veth": 8e-6, "loopback": 9e-6, "ether": 60e-6}
"""Least time to cross a device; up to as much again is drawn."""


class Link:
    """The link layer of a fabric.

    Attributes
    ----------
    elapsed
        Seconds that the packet in hand has been under way.
    dropped
        Packets that were dropped anywhere, for whatever reason.
    """

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self._random = fabric.random.random
        self._backlog: deque[tuple[Device, Frame, float]] = deque()
        self._flushing = False
        self.elapsed = 0.0
        self.dropped = 0

    def transmit(self, device: Device, frame: Frame) -> None:
        """Let a frame leave by a device."""
        if not device.linked:
            device.tx_dropped += 1
            self.drop(device.namespace, device, frame.payload, "no carrier")
            return
        kind = device.kind
        device.tx_packets += 1
        device.tx_bytes += frame.length if kind != "loopback" else frame.payload.length
        if device.namespace.captures:
            self.tap(device, "Out", frame)
        if isinstance(device, Bridge):
            self._fabric.switch.send(device, frame)
        else:
            elapsed = self.elapsed + TRAVEL_S[kind] * (1.0 + self._random())
            self._backlog.append((device.peer or device, frame, elapsed))

    def flush(self) -> None:
        """Carry every frame under way to where it goes, and what is sent in answer."""
        if self._flushing:
            return
        self._flushing = True
        backlog, carried = self._backlog, 0
        try:
            while backlog:
                device, frame, self.elapsed = backlog.popleft()
                carried += 1
                if carried > STORM:
                    self.drop(device.namespace, device, frame.payload, "storm: bridges in a loop")
                else:
                    self.receive(device, frame)
        finally:
            backlog.clear()
            self._flushing = False
            self.elapsed = 0.0

    def receive(self, device: Device, frame: Frame) -> None:
        """Let a frame come in by a device: to its bridge, if it is a port, or to the host."""
        if not device.up:
            device.rx_dropped += 1
            self.drop(device.namespace, device, frame.payload, "device down")
            return
        device.rx_packets += 1
        device.rx_bytes += frame.length if device.kind != "loopback" else frame.payload.length
        if device.namespace.captures:
            self.tap(device, direction(device, frame), frame)
        if device.master is not None:
            self._fabric.switch.receive(device, device.master, frame)
        else:
            self.deliver(device, frame)

    def pass_up(self, bridge: Bridge, frame: Frame, *, filtered: bool) -> None:
        """Give a bridge's host a frame that came in by a port.

        Parameters
        ----------
        filtered
            The packet passed PREROUTING already, in the bridge (br_netfilter).
        """
        bridge.rx_packets += 1
        bridge.rx_bytes += frame.length - ETHERNET_HEADER
        if bridge.namespace.captures:
            is_port = frame.dst != bridge.mac and frame.dst != BROADCAST_MAC
            self.tap(bridge, "In" if is_port else direction(bridge, frame), frame)
        self.demultiplex(bridge, frame, filtered=filtered)

    def deliver(self, device: Device, frame: Frame) -> None:
        """Give a host a frame, unless it is another host's."""
        if frame.dst != device.mac and frame.dst != BROADCAST_MAC:
            self.drop(device.namespace, device, frame.payload, "another host's MAC")
        else:
            self.demultiplex(device, frame, filtered=False)

    def demultiplex(self, device: Device, frame: Frame, *, filtered: bool) -> None:
        """Give a frame's content to its protocol."""
        if frame.ethertype == ARP:
            self._fabric.arp.receive(device, frame)
        else:
            self._fabric.ip.receive(device, frame, filtered=filtered)

    def tap(self, device: Device, way: str, frame: Frame) -> None:
        """Show a frame to the namespace's captures."""
        now = self._fabric.moment
        for capture in list(device.namespace.captures):
            capture.see(now, device, way, frame)

    def drop(
        self,
        namespace: Namespace,
        device: Device | None,
        payload: Arp | Ipv4Packet,
        reason: str,
    ) -> None:
        """End a packet's way (the kernel's kfree_skb_reason).

        Parameters
        ----------
        namespace, device
            Where; the device is None where none is involved yet.
        payload
            The packet.
        reason
            For people: the firewall's rule, ``no route``, ``ttl exceeded`` ...
        """
        self.dropped += 1
