"""A controller on an emulated host, and what the tests of `cnm` ask of it."""

from __future__ import annotations

import random
from ipaddress import IPv4Address

import pytest

from dockernet_lessons.embedded.cnm.controller import Controller
from dockernet_lessons.embedded.cnm.hosts_file import HostsFile
from dockernet_lessons.embedded.cnm.network_request import NetworkRequest, Pool
from dockernet_lessons.embedded.cnm.settings import (
    EndpointSettings,
    Link,
    PortRequest,
    SandboxSettings,
)
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.fabric.dns import DnsQuery
from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.ids import Ids
from dockernet_lessons.embedded.loop import Loop
from dockernet_lessons.embedded.profile import CLASSIC, MODERN, PROFILES

BOTH = pytest.mark.parametrize("world", ["classic", "modern"], indirect=True)


class World:
    """An engine's networks without its containers."""

    def __init__(self, profile=CLASSIC):
        self.profile = profile
        self.modern = profile.modern
        self.loop = Loop(profile.start)
        self.fabric = Fabric(self.loop, random.Random(1))
        self.ids = Ids(random.Random(2))
        self.controller = Controller(self.fabric, profile, self.ids, random.Random(3))
        self.host = self.controller.host

    def network(self, name, subnet="", **options):
        pools = options.pop("pools", (Pool(subnet),) if subnet else ())
        return self.controller.create_network(NetworkRequest(name, pools=pools, **options))

    def find(self, name):
        return self.controller.find_network(name)

    def start(self, name, *networks, mode="bridge", ports=(), identifier=None, **settings):
        """Start a container; `networks` are names or pairs of name and endpoint settings."""
        sandbox = self.controller.create_sandbox(
            identifier or self.ids.new(),
            name,
            mode=mode,
            settings=SandboxSettings(**settings),
            hosts=HostsFile(),
        )
        asked = dict(each if isinstance(each, tuple) else (each, None) for each in networks)
        try:
            for network in self.controller.start_order(asked):
                self.controller.connect(sandbox, self.find(network), asked[network], ports)
        except DockerError:
            self.controller.delete_sandbox(sandbox)
            raise
        self.controller.set_key(sandbox)
        return sandbox

    def restart(self, sandbox, *networks, **options):
        self.stop(sandbox)
        options.setdefault("identifier", sandbox.container_id)
        return self.start(sandbox.container_name, *networks, **options)

    def stop(self, sandbox):
        self.controller.delete_sandbox(sandbox)

    def connect(self, sandbox, network, **settings):
        wanted = EndpointSettings(**settings)
        return self.controller.connect(sandbox, self.find(network), wanted)

    def disconnect(self, sandbox, network):
        self.controller.disconnect(sandbox, self.find(network))

    def endpoint(self, sandbox, network):
        return sandbox.endpoints[self.find(network).id]

    def address(self, sandbox, network="bridge"):
        return str(self.endpoint(sandbox, network).address.ip)

    def ask(self, namespace, name, kind="A", *, server="127.0.0.11", wait=10.0):
        """Ask a DNS server; give its code and what it says, or None if it stays silent."""
        socket = namespace.open_udp(None, None)
        query = DnsQuery(7, name, kind)
        try:
            socket.send(IPv4Address(server), 53, query, size=query.size)
        except KernelError:
            return None
        if not socket.received:
            self.loop.advance(self.loop.now + wait)
        replies = [received.packet.payload.payload for received in socket.received]
        socket.close()
        if not replies:
            return None
        return replies[0].code, [str(record.data) for record in replies[0].answers]

    def ping(self, namespace, address, *, wait=5.0):
        """Send one echo request; say who answered how, or the error, or nothing."""
        socket = namespace.open_icmp()
        try:
            socket.send_echo(IPv4Address(address), identifier=9, sequence=1)
        except KernelError as error:
            return str(error)
        if not socket.received:
            self.loop.advance(self.loop.now + wait)
        seen = [(str(r.packet.source), type(r.packet.payload).__name__) for r in socket.received]
        socket.close()
        return seen[0] if seen else None

    def reaches(self, namespace, address):
        return self.ping(namespace, address) == (str(address), "IcmpEcho")

    def rules(self, table, namespace=None):
        """List what `iptables -S` shows, bridges called after their networks."""
        lines = "\n".join((namespace or self.host).firewall.save(table))
        for network in self.controller.networks.values():
            lines = lines.replace(f"br-{network.id[:12]}", f"br-{network.name}")
        return [line for line in lines.splitlines() if line.startswith("-A")]


def devices(sandbox):
    """Give ``number: name address`` of each device but lo."""
    found = []
    for device in sandbox.namespace.devices.values():
        if device.kind != "loopback":
            address = device.ipv4()[0].interface
            found.append(f"{device.ifindex}: {device.name}@if{device.peer.ifindex} {address}")
    return found


def gateway(sandbox):
    """Give the default route's ``gateway device``; None if there is none."""
    for route in sandbox.namespace.routes:
        if route.destination.prefixlen == 0:
            return f"{route.gateway} {route.device.name}"
    return None


def own_lines(sandbox):
    """Give the lines of /etc/hosts after the standard ones."""
    lines = sandbox.hosts_file().split("ip6-allrouters\n")[1].splitlines()
    short = sandbox.container_id[:12]
    return [line.replace(short, "ID") for line in lines]


def refused(status, call, *arguments, **options):
    """Call what must be refused with a status; give the message."""
    with pytest.raises(DockerError) as caught:
        call(*arguments, **options)
    assert caught.value.status == status, caught.value.message
    return caught.value.message


__all__ = [
    "BOTH",
    "CLASSIC",
    "MODERN",
    "PROFILES",
    "DockerError",
    "EndpointSettings",
    "Link",
    "NetworkRequest",
    "Pool",
    "PortRequest",
    "World",
    "devices",
    "gateway",
    "own_lines",
    "refused",
]
