"""Small networks for the fabric's tests."""

from __future__ import annotations

import random
from ipaddress import IPv4Address

from dockernet_lessons.embedded.fabric.bridge import fdb_lines
from dockernet_lessons.embedded.fabric.capture import Capture
from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.fabric.packets import Arp, IcmpEcho, IcmpError
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route
from dockernet_lessons.embedded.loop import Loop


class Net:
    """A host with bridges ``br0``, ``br1`` ... and stations on them, as Docker wires containers.

    Bridge n has 10.9n.0.1/24 and MAC 02:42:00:00:00:0n; station `name` gets ``eth0`` and, on the
    host, ``v-name``.
    """

    def __init__(self, bridges=1, seed=1):
        self.loop = Loop(1000.0)
        self.fabric = Fabric(self.loop, random.Random(seed))
        self.host = self.fabric.add_namespace("host")
        self.host.set_up(self.host.loopback)
        self.host.forwarding = True
        self.bridges = [self.add_bridge(number) for number in range(bridges)]
        self.stations = {}

    def add_bridge(self, number):
        bridge = self.fabric.add_bridge(self.host, f"br{number}", mac=f"02:42:00:00:00:0{number}")
        self.host.add_address(bridge, f"10.9{number}.0.1/24")
        self.host.set_up(bridge)
        return bridge

    def add(self, name, last, bridge=0):
        station = self.fabric.add_namespace(name)
        station.set_up(station.loopback)
        port, inner = self.fabric.add_veth((self.host, f"v-{name}"), (station, "eth0"))
        self.host.enslave(port, self.bridges[bridge])
        self.host.set_up(port)
        station.add_address(inner, f"10.9{bridge}.0.{last}/24")
        station.set_up(inner)
        gateway = IPv4Address(f"10.9{bridge}.0.1")
        station.routes.add(Route(DEFAULT, inner, gateway))
        self.stations[name] = station
        return station

    def pass_time(self, seconds):
        self.loop.advance(self.loop.now + seconds)


def ping(namespace, destination, *, wait=0.0, count=1, **options):
    """Send echo requests; give what came back: reply, or (who, type, code)."""
    socket = namespace.open_icmp()
    loop = namespace.fabric.loop
    for sequence in range(1, count + 1):
        socket.send_echo(IPv4Address(destination), identifier=7, sequence=sequence, **options)
    loop.advance(loop.now + wait)
    socket.close()
    return [answer(received.packet) for received in socket.received]


def answer(packet):
    payload = packet.payload
    if isinstance(payload, IcmpError):
        return (str(packet.source), payload.type, payload.code)
    return (str(packet.source), "reply", packet.ttl)


def why(function, *arguments, **options):
    """Give the text of the error that a call ends with."""
    try:
        function(*arguments, **options)
    except KernelError as error:
        return str(error)
    return None


def watch(namespace, device=None):
    """Capture: give a list that fills with (device, direction, what)."""
    seen = []

    def note(time, device, way, frame):
        seen.append(f"{device.name} {way} {describe(frame.payload)}")

    seen_capture = Capture(namespace, device, note)
    return seen, seen_capture


def describe(packet):
    if isinstance(packet, Arp):
        words = "who-has" if packet.operation == 1 else "is-at"
        return f"{words} {packet.target} {packet.sender}"
    payload = packet.payload
    if isinstance(payload, IcmpEcho):
        kind = "request" if payload.request else "reply"
    elif isinstance(payload, IcmpError):
        kind = f"error {payload.type}/{payload.code}"
    else:
        kind = "udp"
    return f"{packet.source} > {packet.destination} {kind}"


def fdb(namespace):
    """Give the lines of ``bridge fdb``."""
    lines = []
    for line in fdb_lines(namespace):
        master = f"master {line.master.name}" if line.master else "self"
        permanent = " permanent" if line.permanent else ""
        lines.append(f"{line.mac} dev {line.device.name} {master}{permanent}")
    return lines


def routes(namespace):
    """Give the lines of ``ip route``."""
    lines = []
    for route in namespace.routes:
        words = ["default" if route.destination == DEFAULT else str(route.destination)]
        words += [f"via {route.gateway}"] if route.gateway else []
        words += [f"dev {route.device.name}"]
        words += [f"proto {route.protocol}"] if route.protocol == "kernel" else []
        words += ["scope link"] if route.scope == "link" else []
        words += [f"src {route.source}"] if route.source else []
        words += [f"metric {route.metric}"] if route.metric else []
        words += ["linkdown"] if route.linkdown else []
        lines.append(" ".join(words))
    return lines


def state(namespace, address):
    """Give a neighbor's state; None if it is not listed."""
    found = [n.state for n in namespace.neighbors if str(n.address) == address]
    return found[0] if found else None


def append(namespace, table, chain, *rules):
    """Do ``iptables -t TABLE -A CHAIN`` for each rule."""
    for rule in rules:
        namespace.firewall.chain(table, chain).append(rule)
