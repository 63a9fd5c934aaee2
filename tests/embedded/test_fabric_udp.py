"""UDP sockets, and the values that cross the fabric."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address

import pytest
from fabric_helpers import Net

from dockernet_lessons.embedded.fabric import mac
from dockernet_lessons.embedded.fabric.dns import DnsQuery, DnsRecord, DnsReply, name_length
from dockernet_lessons.embedded.fabric.errors import Denied, InUse, NotAvailable
from dockernet_lessons.embedded.fabric.packets import (
    ARP,
    IPV4,
    Arp,
    Frame,
    IcmpEcho,
    IcmpError,
    Ipv4Packet,
    UdpDatagram,
)
from dockernet_lessons.embedded.fabric.ratelimit import RateLimit
from dockernet_lessons.embedded.loop import Wait

ONE, TWO = IPv4Address("10.90.0.2"), IPv4Address("10.90.0.3")


@pytest.fixture
def net():
    made = Net()
    made.add("a", 2)
    made.add("b", 3)
    return made


def test_question_and_answer(net):
    client = net.stations["a"].open_udp()
    server = net.stations["b"].open_udp(None, 53)

    def serve(received):
        query = received.packet.payload.payload
        record = DnsRecord(query.name, "A", 600, ONE)
        reply = DnsReply(query, answers=(record,))
        server.send(
            received.packet.source,
            received.packet.payload.source_port,
            reply,
            size=reply.size,
            source=received.packet.destination,
        )

    server.handler = serve
    query = DnsQuery(7, "ubuntu1")
    client.send(TWO, 53, query, size=query.size)
    (received,) = client.received
    assert received.packet.payload.payload.answers[0].data == ONE
    assert received.packet.payload.size == 12 + 9 + 4 + 16
    assert received.time > net.loop.now
    assert 32768 <= client.port <= 60999


def test_waiting_for_an_answer(net):
    client = net.stations["a"].open_udp()
    server = net.stations["b"].open_udp(None, 9)
    got = []

    def reader():
        signalled = yield Wait(net.loop.now + 5, (server.arrived,))
        got.append((signalled, server.received[0].packet.payload.payload))

    net.loop.spawn(reader())
    client.send(TWO, 9, b"hello", size=5)
    net.loop.settle()
    assert got == [(True, b"hello")]


def test_no_socket_there(net):
    client = net.stations["a"].open_udp()
    client.send(TWO, 33434, b"", size=32, ttl=1)
    (received,) = client.received
    error = received.packet.payload
    assert (error.type, error.code, received.packet.source) == (3, 3, TWO)
    assert error.original.payload == UdpDatagram(client.port, 33434, b"", 32)
    client.close()
    net.stations["b"].open_udp(None, 5).send(ONE, client.port, b"", size=0)


def test_error_after_the_socket_is_closed(net):
    client = net.stations["a"].open_udp()
    client.send(IPv4Address("10.90.0.77"), 53, b"", size=0)
    client.close()
    net.pass_time(5)
    assert len(client.received) == 0


def test_binding(net):
    a = net.stations["a"]
    any_address = a.open_udp(None, 53)
    with pytest.raises(InUse, match="Address already in use"):
        a.open_udp(None, 53)
    with pytest.raises(InUse):
        a.open_udp(ONE, 53)
    with pytest.raises(NotAvailable, match="Cannot assign requested address"):
        a.open_udp(TWO, 53)
    any_address.close()
    a.open_udp(ONE, 53)
    a.open_udp(IPv4Address("127.0.0.11"), 53)
    with pytest.raises(InUse):
        a.open_udp(None, 53)


def test_ephemeral_ports_do_not_repeat(net):
    a = net.stations["a"]
    ports = [a.open_udp().port for _ in range(600)]
    assert len(set(ports)) == 600


def test_bound_address_decides(net):
    b = net.stations["b"]
    local = b.open_udp(IPv4Address("127.0.0.11"), 53)
    client = net.stations["a"].open_udp()
    client.send(TWO, 53, b"", size=0)
    assert len(local.received) == 0
    own = b.open_udp()
    own.send(IPv4Address("127.0.0.11"), 53, b"", size=0)
    assert len(local.received) == 1
    assert local.received[0].packet.source == IPv4Address("127.0.0.1")  # as measured


def test_broadcast_has_to_be_asked_for(net):
    client = net.stations["a"].open_udp()
    server = net.stations["b"].open_udp(None, 67)
    with pytest.raises(Denied):
        client.send(IPv4Address("10.90.0.255"), 67, b"", size=0)
    client.broadcast = True
    client.send(IPv4Address("10.90.0.255"), 67, b"", size=0)
    client.send(IPv4Address("10.90.0.255"), 68, b"", size=0)
    assert len(server.received) == 1
    assert len(client.received) == 0


def test_lengths_on_the_wire():
    echo = IcmpEcho(True, 1, 1)
    packet = Ipv4Packet(ONE, TWO, 64, "icmp", echo)
    frame = Frame("02:00:00:00:00:01", "02:00:00:00:00:02", IPV4, packet)
    arp = Arp(1, frame.src, ONE, "00:00:00:00:00:00", TWO)
    assert (echo.length, packet.length, frame.length) == (64, 84, 98)
    assert Frame(frame.src, frame.dst, ARP, arp).length == 42
    assert UdpDatagram(1, 2, b"abc", 3).length == 11
    assert IcmpError(3, 1, packet).length == 92
    large = Ipv4Packet(ONE, TWO, 64, "icmp", IcmpEcho(True, 1, 1, 1400))
    assert Ipv4Packet(ONE, TWO, 64, "icmp", IcmpError(3, 1, large)).length == 576


@pytest.mark.parametrize(
    ("name", "length"), [("", 1), (".", 1), ("a", 3), ("ubuntu1", 9), ("a.b.", 5), ("11.0.17", 9)]
)
def test_dns_names_on_the_wire(name, length):
    assert name_length(name) == length


def test_dns_sizes():
    query = DnsQuery(1, "ubuntu1")
    assert query.size == 25
    assert DnsReply(query, "NXDOMAIN").size == 25
    records = (
        DnsRecord("ubuntu1", "A", 600, ONE),
        DnsRecord("ubuntu1", "AAAA", 600, IPv6Address("fe80::1")),
        DnsRecord("2.0.17.172.in-addr.arpa", "PTR", 600, "ubuntu1.mynet"),
    )
    assert [record.size for record in records] == [16, 28, 27]
    assert DnsReply(query, answers=records).size == 25 + 71


def test_macs():
    made = [mac.random_mac(random.Random(seed)) for seed in range(50)]
    assert len(set(made)) == 50
    assert all(text[1] in "26ae" and not mac.is_group(text) for text in made)
    assert mac.is_group("ff:ff:ff:ff:ff:ff")
    assert mac.is_group("01:00:5e:00:00:01")
    assert str(mac.link_local("02:42:6e:9b:97:52")) == "fe80::42:6eff:fe9b:9752/64"
    assert mac.multicast_mac(IPv4Address("239.129.2.3")) == "01:00:5e:01:02:03"
    group = mac.solicited_node(IPv6Address("fe80::42:6eff:fe9b:9752"))
    assert (str(group), mac.multicast_mac(group)) == ("ff02::1:ff9b:9752", "33:33:ff:9b:97:52")


def test_rate_limit():
    limit = RateLimit()
    assert [limit.allows(ONE, 0.0) for _ in range(8)] == [True] * 6 + [False] * 2
    assert limit.allows(TWO, 0.0)
    assert [limit.allows(ONE, 2.5) for _ in range(3)] == [True, True, False]
    assert [limit.allows(TWO, 100.0, unroutable=True) for _ in range(3)] == [True, True, False]
