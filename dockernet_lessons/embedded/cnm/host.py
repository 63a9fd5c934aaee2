"""The emulated host's network: its card, its LAN with a router and a DNS server, its files."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.fabric.dns import PORT, DnsQuery, DnsRecord, DnsReply
from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.packets import UdpDatagram
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route
from dockernet_lessons.embedded.fabric.sockets import Received, UdpSocket

if TYPE_CHECKING:
    from dockernet_lessons.embedded.profile import Host, Profile

TTL_S = 3600
_IPV6_LINES = (
    "\n# The following lines are desirable for IPv6 capable hosts\n"
    "::1     localhost ip6-localhost ip6-loopback\n"
    "ff02::1 ip6-allnodes\n"
    "ff02::2 ip6-allrouters\n"
)


def hosts_file(profile: Profile) -> str:
    """Give the host's ``/etc/hosts``, as Debian's installer writes it."""
    return f"127.0.0.1\tlocalhost\n127.0.1.1\t{profile.host.hostname}\n{_IPV6_LINES}"


def resolv_conf(profile: Profile) -> str:
    """Give the host's ``/etc/resolv.conf``."""
    return f"nameserver {profile.host.dns}\n"


def build(fabric: Fabric, profile: Profile) -> Namespace:
    """Make the host's namespace with its card ``eth0``, and the LAN it is plugged into.

    The router knows no way to the rest of the world: it answers *net unreachable*.
    """
    machine = profile.host
    host = fabric.add_namespace("host")
    host.set_up(host.loopback)
    outside = fabric.add_namespace("outside")
    outside.forwarding = True
    outside.set_up(outside.loopback)
    card, far = fabric.add_wire((host, "eth0"), (outside, "eth0"))
    for namespace, device in ((outside, far), (host, card)):
        namespace.set_up(device)
    for address in (machine.router, machine.dns):
        outside.add_address(far, _on_lan(address, machine), machine.lan.network.broadcast_address)
    host.add_address(card, machine.lan, machine.lan.network.broadcast_address)
    host.routes.add(Route(DEFAULT, card, gateway=machine.router))
    host.forwarding = True
    _serve_names(outside, machine)
    return host


def _on_lan(address: IPv4Address, machine: Host) -> IPv4Interface:
    return IPv4Interface((address, machine.lan.network.prefixlen))


def _serve_names(outside: Namespace, machine: Host) -> None:
    """Run the LAN's DNS server: it knows the router and itself."""
    names = {"router.lan": machine.router, "dns.lan": machine.dns}
    pointers = {address.reverse_pointer: name for name, address in names.items()}
    server = outside.open_udp(machine.dns, PORT)
    server.handler = lambda received: _answer(server, received, names, pointers)


def _answer(
    server: UdpSocket,
    received: Received,
    names: dict[str, IPv4Address],
    pointers: dict[str, str],
) -> None:
    datagram = received.packet.payload
    if not isinstance(datagram, UdpDatagram) or not isinstance(datagram.payload, DnsQuery):
        return
    query = datagram.payload
    name = query.name.lower().rstrip(".")
    found: IPv4Address | str | None = None
    if query.type == "A":
        found = names.get(name)
    elif query.type == "PTR":
        found = pointers.get(name)
    records = () if found is None else (DnsRecord(query.name, query.type, TTL_S, found),)
    known = name in names or name in pointers
    reply = DnsReply(query, "NOERROR" if known else "NXDOMAIN", records)
    server.send(received.packet.source, datagram.source_port, reply, size=reply.size)
