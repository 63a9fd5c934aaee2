"""What a bridge does with a frame: learn, forward, flood, or pass it up to its host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.fabric.mac import is_group
from dockernet_lessons.embedded.fabric.neighbors import VALID
from dockernet_lessons.embedded.fabric.packets import ARP_REQUEST, IPV4, Arp, Frame, Ipv4Packet

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.bridge import Bridge
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.fabric import Fabric


class Switch:
    """The bridges of a fabric at work."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric

    def receive(self, port: Device, bridge: Bridge, frame: Frame) -> None:
        """Take a frame that came in by a port."""
        namespace = port.namespace
        if not bridge.up:
            self._fabric.link.drop(namespace, port, frame.payload, "bridge down")
            return
        filtered = frame.ethertype == IPV4 and namespace.firewall.sees_bridged
        if filtered:
            passed = self._prerouting(bridge, frame)
            if passed is None:
                return
            frame = passed
        self.learn(bridge, port, frame.src)
        self._switch(bridge, port, frame, filtered=filtered)

    def send(self, bridge: Bridge, frame: Frame) -> None:
        """Take a frame that the bridge's host sends."""
        entry = bridge.fdb.lookup(frame.dst, self._fabric.loop.now)
        if entry is not None and entry.device is not bridge:
            self.forward(bridge, None, entry.device, frame, filtered=False)
        else:
            self.flood(bridge, None, frame, filtered=False)

    def learn(self, bridge: Bridge, port: Device, mac: str) -> bool:
        """Note behind which port a MAC is; give whether that was news."""
        return bridge.fdb.learn(mac, port, self._fabric.loop.now)

    def forward(
        self, bridge: Bridge, port: Device | None, out: Device, frame: Frame, *, filtered: bool
    ) -> None:
        """Let a frame leave by a port.

        Parameters
        ----------
        port
            Where it came in; None if from the bridge's host.
        out
            Where it leaves.
        filtered
            Whether the host's firewall is asked (br_netfilter).
        """
        packet = frame.payload
        if filtered and isinstance(packet, Ipv4Packet):
            passed = bridge.namespace.firewall.bridged(packet, bridge)
            if passed is None:
                return
            if passed is not packet:
                frame = Frame(frame.src, frame.dst, IPV4, passed)
        self._fabric.link.transmit(out, frame)

    def flood(self, bridge: Bridge, port: Device | None, frame: Frame, *, filtered: bool) -> None:
        """Let a frame leave by every port but the one it came in by."""
        ports = [out for out in bridge.ports if out is not port and out.linked]
        if isinstance(frame.payload, Arp):
            ports = self._interested(bridge, ports, frame)
        for out in ports:
            self.forward(bridge, port, out, frame, filtered=filtered)

    def _switch(self, bridge: Bridge, port: Device, frame: Frame, *, filtered: bool) -> None:
        if is_group(frame.dst):
            self.flood(bridge, port, frame, filtered=filtered)
            self._fabric.link.pass_up(bridge, frame, filtered=filtered)
            return
        entry = bridge.fdb.lookup(frame.dst, self._fabric.loop.now)
        if entry is None:
            self.flood(bridge, port, frame, filtered=filtered)
            self._overhear(bridge, frame)
        elif entry.local:
            self._fabric.link.pass_up(bridge, frame, filtered=filtered)
        elif entry.device is port:
            reason = "destination is behind the port it came in by"
            self._fabric.link.drop(port.namespace, port, frame.payload, reason)
        else:
            self.forward(bridge, port, entry.device, frame, filtered=filtered)
            self._overhear(bridge, frame)

    def _overhear(self, bridge: Bridge, frame: Frame) -> None:
        """Show a frame between two ports to a capture on the bridge itself: it is promiscuous."""
        captures = bridge.namespace.captures
        if captures and any(capture.device is bridge for capture in captures):
            self._fabric.link.tap(bridge, "P", frame)

    def _prerouting(self, bridge: Bridge, frame: Frame) -> Frame | None:
        """Ask the host's PREROUTING; what it redirects goes up to the host, to be routed."""
        packet = frame.payload
        assert isinstance(packet, Ipv4Packet)
        passed = bridge.namespace.firewall.prerouting(packet, bridge)
        if passed is None or passed is packet:
            return frame if passed is not None else None
        redirected = passed.destination != packet.destination
        return Frame(frame.src, bridge.mac if redirected else frame.dst, IPV4, passed)

    def _interested(self, bridge: Bridge, ports: list[Device], frame: Frame) -> list[Device]:
        """Give the ports behind which an ARP packet is news to the station, or somebody sees it.

        At the others it is only counted, and spared the way: broadcasts would otherwise be what
        costs most among many containers. So there are no calls for each port.
        """
        arp = frame.payload
        assert isinstance(arp, Arp)
        if bridge.namespace.captures or arp.target.is_loopback:
            return ports
        sender, target, mac, found = int(arp.sender), int(arp.target), arp.sender_mac, []
        asks, length = arp.operation == ARP_REQUEST, frame.length
        for port in ports:
            station = port.peer
            if station is None or station.master is not None:
                found.append(port)
                continue
            namespace, known = station.namespace, station.neighbors.get(sender)
            news = known is not None and not (asks and known.mac == mac and known.state in VALID)
            if news or namespace.captures or target in namespace.local.numbers:
                found.append(port)
                continue
            port.tx_packets += 1
            port.tx_bytes += length
            station.rx_packets += 1
            station.rx_bytes += length
        return found
