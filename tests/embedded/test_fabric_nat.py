"""Addresses translated, and back again in replies and errors."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from fabric_helpers import append, ping, watch

from dockernet_lessons.embedded.fabric.errors import NotPermitted
from dockernet_lessons.embedded.fabric.packets import (
    UdpDatagram,
)
from dockernet_lessons.embedded.fabric.rules import Rule

FIRST = IPv4Network("10.90.0.0/24")


def test_masquerade_as_captured(net):
    rule = Rule("MASQUERADE", source=FIRST, out_device="br0", not_out_device=True)
    append(net.host, "nat", "POSTROUTING", rule)
    net.host.firewall.bridge_netfilter = True
    ping(net.stations["a"], "10.91.0.4")
    seen, _ = watch(net.host)
    assert ping(net.stations["a"], "10.91.0.4") == [("10.91.0.4", "reply", 63)]
    assert seen == [
        "v-a P 10.90.0.2 > 10.91.0.4 request",
        "br0 In 10.90.0.2 > 10.91.0.4 request",
        "br1 Out 10.91.0.1 > 10.91.0.4 request",
        "v-c Out 10.91.0.1 > 10.91.0.4 request",
        "v-c P 10.91.0.4 > 10.91.0.1 reply",
        "br1 In 10.91.0.4 > 10.90.0.2 reply",
        "br0 Out 10.91.0.4 > 10.90.0.2 reply",
        "v-a Out 10.91.0.4 > 10.90.0.2 reply",
    ]
    assert rule.packets == 1


def test_masquerade_keeps_two_pings_with_one_identifier_apart(net):
    append(net.host, "nat", "POSTROUTING", Rule("MASQUERADE", source=FIRST, out_device="br1"))
    sockets = {name: net.stations[name].open_icmp() for name in "ab"}
    for name, socket in sockets.items():
        for sequence in (1, 2):
            socket.send_echo(IPv4Address("10.91.0.4"), identifier=65535, sequence=sequence)
        assert [r.packet.payload.identifier for r in socket.received] == [65535] * 2, name
    udp = [net.stations[name].open_udp(None, 65535) for name in "ab"]
    net.stations["c"].open_udp(None, 9)
    seen = []
    server = net.stations["c"].open_udp(None, 10)
    server.handler = lambda received: seen.append(received.packet.payload.source_port)
    for socket in udp:
        socket.send(IPv4Address("10.91.0.4"), 10, b"", size=0)
    assert seen == [65535, 1024]


def test_errors_find_their_way_back_through_masquerade(net):
    append(net.host, "nat", "POSTROUTING", Rule("MASQUERADE", source=FIRST, out_device="br1"))
    socket = net.stations["a"].open_udp()
    socket.send(IPv4Address("10.91.0.4"), 99, b"", size=0)
    (received,) = socket.received
    assert received.packet.destination == IPv4Address("10.90.0.2")
    original = received.packet.payload.original
    assert (str(original.source), original.payload.source_port) == ("10.90.0.2", socket.port)
    append(net.stations["c"], "filter", "INPUT", Rule("REJECT"))
    assert ping(net.stations["a"], "10.91.0.4") == [("10.91.0.4", 3, 3)]


def test_destination_translation_as_captured(net):
    rule = Rule("DNAT", destination=IPv4Network("10.91.0.1/32"), protocol="icmp", to="10.91.0.4")
    append(net.host, "nat", "PREROUTING", rule)
    for bridged in (False, True):
        net.host.firewall.bridge_netfilter = bridged
        ping(net.stations["a"], "10.91.0.1")
        seen, capture = watch(net.host)
        assert ping(net.stations["a"], "10.91.0.1") == [("10.91.0.1", "reply", 63)]
        capture.close()
        request = "10.90.0.2 > 10.91.0.1" if not bridged else "10.90.0.2 > 10.91.0.4"
        assert seen[:3] == [
            "v-a P 10.90.0.2 > 10.91.0.1 request",
            f"br0 In {request} request",
            "br1 Out 10.90.0.2 > 10.91.0.4 request",
        ]
        assert seen[-1] == "v-a Out 10.91.0.1 > 10.90.0.2 reply"


def test_errors_from_behind_a_translated_destination(net):
    rule = Rule("DNAT", dst_type="LOCAL", protocol="udp", dport=8000, to="10.91.0.4:80")
    append(net.host, "nat", "PREROUTING", rule)
    socket = net.stations["a"].open_udp()
    socket.send(IPv4Address("10.90.0.1"), 8000, b"", size=0)
    (received,) = socket.received
    original = received.packet.payload.original
    assert (str(received.packet.source), str(original.destination)) == ("10.90.0.1",) * 2
    assert original.payload.destination_port == 8000
    append(net.stations["c"], "filter", "OUTPUT", Rule("DROP"))
    assert ping(net.stations["a"], "10.90.0.1") == [("10.90.0.1", "reply", 64)]


def test_published_udp_port(net):
    rule = Rule(
        "DNAT",
        in_device="br1",
        not_in_device=True,
        protocol="udp",
        dport=8000,
        dst_type="LOCAL",
        to="10.91.0.4:80",
    )
    append(net.host, "nat", "PREROUTING", rule)
    server = net.stations["c"].open_udp(None, 80)
    client = net.stations["a"].open_udp()

    def serve(received):
        datagram = received.packet.payload
        server.send(received.packet.source, datagram.source_port, b"pong", size=4)

    server.handler = serve
    client.send(IPv4Address("10.90.0.1"), 8000, b"ping", size=4)
    (received,) = client.received
    assert received.packet.source == IPv4Address("10.90.0.1")
    assert received.packet.payload == UdpDatagram(8000, client.port, b"pong", 4)


def test_embedded_dns_rules_inside_a_container(net):
    """The rules Docker puts into a container: port 53 of 127.0.0.11 is another port really."""
    a = net.stations["a"]
    resolver = a.open_udp(IPv4Address("127.0.0.11"), 43521)
    only = IPv4Network("127.0.0.11/32")
    append(
        a,
        "nat",
        "OUTPUT",
        Rule("DNAT", destination=only, protocol="udp", dport=53, to="127.0.0.11:43521"),
    )
    append(
        a, "nat", "POSTROUTING", Rule("SNAT", source=only, protocol="udp", sport=43521, to=":53")
    )
    resolver.handler = lambda received: resolver.send(
        received.packet.source, received.packet.payload.source_port, b"answer", size=6
    )
    client = a.open_udp()
    for _ in range(2):
        client.send(IPv4Address("127.0.0.11"), 53, b"question", size=8)
    answers = [(str(r.packet.source), r.packet.payload.source_port) for r in client.received]
    assert answers == [("127.0.0.11", 53)] * 2
    resolver.close()
    client.send(IPv4Address("127.0.0.11"), 53, b"question", size=8)
    assert client.received[-1].packet.payload.original.payload.destination_port == 53


def test_redirected_to_where_no_route_leads(net):
    a = net.stations["a"]
    a.routes.remove(next(iter(a.routes)))
    append(a, "nat", "OUTPUT", Rule("DNAT", protocol="icmp", to="8.8.8.8"))
    with pytest.raises(NotPermitted):
        ping(a, "10.90.0.3")


def test_masquerade_on_loopback_and_input_nat(net):
    a = net.stations["a"]
    append(a, "nat", "INPUT", Rule("SNAT", source=IPv4Network("10.90.0.3/32"), to="10.90.0.99"))
    got = []
    server = a.open_udp(None, 9)
    server.handler = lambda received: got.append(str(received.packet.source))
    net.stations["b"].open_udp().send(IPv4Address("10.90.0.2"), 9, b"", size=0)
    assert got == ["10.90.0.99"]
