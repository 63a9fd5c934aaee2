"""What rules do to packets: dropped, rejected, counted, tracked."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from fabric_helpers import append, ping, watch, why

from dockernet_lessons.embedded.fabric.errors import NotPermitted
from dockernet_lessons.embedded.fabric.packets import (
    IcmpEcho,
    IcmpError,
    Ipv4Packet,
    UdpDatagram,
)
from dockernet_lessons.embedded.fabric.rules import Rule

FIRST, SECOND = IPv4Network("10.90.0.0/24"), IPv4Network("10.91.0.0/24")


def test_forward_drop_as_captured(net):
    append(net.host, "filter", "FORWARD", Rule("DROP", destination=SECOND))
    ping(net.stations["a"], "10.90.0.1")
    seen, _ = watch(net.host)
    assert ping(net.stations["a"], "10.91.0.4") == []
    assert seen == [
        "v-a P 10.90.0.2 > 10.91.0.4 request",
        "br0 In 10.90.0.2 > 10.91.0.4 request",
    ]
    (rule,) = net.host.firewall.chain("filter", "FORWARD").rules
    assert (rule.packets, rule.bytes) == (1, 84)


def test_raw_drop_in_a_bridge_that_asks_the_firewall(net):
    """As Engine 28 does: docker0 never shows the packet as coming in."""
    net.host.firewall.bridge_netfilter = True
    rule = Rule("DROP", destination=SECOND, in_device="br1", not_in_device=True)
    append(net.host, "raw", "PREROUTING", rule)
    ping(net.stations["a"], "10.90.0.1")
    seen, _ = watch(net.host)
    assert ping(net.stations["a"], "10.91.0.4") == []
    assert seen == ["v-a P 10.90.0.2 > 10.91.0.4 request"]
    net.host.firewall.bridge_netfilter = False
    assert ping(net.stations["a"], "10.91.0.4") == []
    assert seen[-1] == "br0 In 10.90.0.2 > 10.91.0.4 request"


def test_bridged_packets_pass_forward_only_with_br_netfilter(net):
    rule = Rule("DROP", in_device="br0", out_device="br0")
    append(net.host, "filter", "FORWARD", rule)
    assert ping(net.stations["a"], "10.90.0.3") == [("10.90.0.3", "reply", 64)]
    net.host.firewall.bridge_netfilter = True
    assert ping(net.stations["a"], "10.90.0.3") == []
    assert rule.packets == 1


@pytest.mark.parametrize(
    ("reject", "code"),
    [
        ("icmp-net-unreachable", 0),
        ("icmp-host-unreachable", 1),
        ("icmp-proto-unreachable", 2),
        ("icmp-port-unreachable", 3),
        ("icmp-net-prohibited", 9),
        ("icmp-host-prohibited", 10),
        ("icmp-admin-prohibited", 13),
    ],
)
def test_reject(net, reject, code):
    append(net.host, "filter", "FORWARD", Rule("REJECT", destination=SECOND, reject_with=reject))
    assert ping(net.stations["a"], "10.91.0.4") == [("10.90.0.1", 3, code)]


def test_reject_at_the_target(net):
    append(net.stations["b"], "filter", "INPUT", Rule("REJECT", protocol="icmp"))
    assert ping(net.stations["a"], "10.90.0.3") == [("10.90.0.3", 3, 3)]


@pytest.mark.parametrize(
    ("table", "chain"),
    [("filter", "OUTPUT"), ("raw", "OUTPUT"), ("mangle", "OUTPUT"), ("mangle", "POSTROUTING")],
)
def test_own_packets_dropped_are_not_permitted(net, table, chain):
    a = net.stations["a"]
    append(a, table, chain, Rule("DROP", destination=IPv4Network("10.90.0.3/32")))
    with pytest.raises(NotPermitted, match="Operation not permitted"):
        ping(a, "10.90.0.3")
    assert ping(a, "10.90.0.1") == [("10.90.0.1", "reply", 64)]


def test_own_packets_rejected(net):
    a = net.stations["a"]
    append(a, "filter", "OUTPUT", Rule("REJECT", protocol="icmp", icmp_type=8))
    socket = a.open_icmp()
    with pytest.raises(NotPermitted):
        socket.send_echo(IPv4Address("10.90.0.3"), identifier=1, sequence=1)
    (received,) = socket.received
    assert (str(received.packet.source), received.packet.payload.code) == ("10.90.0.2", 3)


@pytest.mark.parametrize(
    ("table", "chain"),
    [("mangle", "PREROUTING"), ("mangle", "INPUT"), ("filter", "INPUT"), ("raw", "PREROUTING")],
)
def test_packets_in_dropped(net, table, chain):
    append(net.stations["b"], table, chain, Rule("DROP"))
    assert ping(net.stations["a"], "10.90.0.3") == []


def test_mangle_forward(net):
    append(net.host, "mangle", "FORWARD", Rule("DROP", ctstate={"ESTABLISHED"}))
    assert ping(net.stations["a"], "10.91.0.4") == []


def test_policies_and_counters(net):
    b = net.stations["b"]
    chain = b.firewall.chain("filter", "INPUT")
    chain.policy = "DROP"
    assert b.firewall.active
    assert ping(net.stations["a"], "10.90.0.3") == []
    assert (chain.packets, chain.bytes) == (1, 84)
    chain.append(Rule("ACCEPT", protocol="icmp"))
    assert ping(net.stations["a"], "10.90.0.3") == [("10.90.0.3", "reply", 64)]
    assert b.firewall.save("filter")[0] == "-P INPUT DROP"
    chain.insert(Rule("RETURN"))
    assert ping(net.stations["a"], "10.90.0.3") == []


def test_jumps_returns_and_chains_without_an_end(net):
    b = net.stations["b"]
    for name in ("ONE", "TWO"):
        b.firewall.new_chain("filter", name)
    append(
        b, "filter", "ONE", Rule("TWO"), Rule("DROP", protocol="udp"), Rule("DROP", protocol="tcp")
    )
    append(b, "filter", "TWO", Rule("RETURN", protocol="icmp"), Rule("ACCEPT"))
    append(b, "filter", "INPUT", Rule("ONE"), Rule("GONE"), Rule(), Rule("ACCEPT"))
    assert ping(net.stations["a"], "10.90.0.3") == [("10.90.0.3", "reply", 64)]
    assert [rule.packets for rule in b.firewall.chain("filter", "INPUT").rules] == [1, 1, 1, 1]
    assert [rule.packets for rule in b.firewall.chain("filter", "ONE").rules] == [1, 0, 0]
    append(b, "filter", "TWO", Rule("ONE"))
    two = b.firewall.chain("filter", "TWO")
    for rule in two.rules[:2]:
        two.remove(rule)
    assert ping(net.stations["a"], "10.90.0.3") == []


def test_a_change_of_the_rules_counts_from_the_next_packet_on(net):
    chain = net.host.firewall.chain("filter", "FORWARD")
    for rule in (Rule("DROP", source=FIRST), Rule("DROP", destination=SECOND)):
        assert len(ping(net.stations["a"], "10.91.0.4")) == 1
        chain.append(rule)
        assert ping(net.stations["a"], "10.91.0.4") == []
        chain.insert(Rule("ACCEPT", destination=SECOND, in_device="br0"))
        assert len(ping(net.stations["a"], "10.91.0.4")) == 1
        chain.delete(Rule("ACCEPT", destination=SECOND, in_device="br0"))
        assert ping(net.stations["a"], "10.91.0.4") == []
        chain.flush()


def test_a_rule_about_a_source_counts_where_none_was_before(net):
    chain = net.host.firewall.chain("filter", "FORWARD")
    chain.append(Rule("ACCEPT", destination=SECOND))
    assert len(ping(net.stations["a"], "10.91.0.4")) == 1
    chain.insert(Rule("DROP", source=IPv4Network("10.90.0.3/32")))
    assert len(ping(net.stations["a"], "10.91.0.4")) == 1
    assert ping(net.stations["b"], "10.91.0.4") == []


def test_stateful_rules(net):
    append(
        net.host,
        "filter",
        "FORWARD",
        Rule("ACCEPT", ctstate={"RELATED", "ESTABLISHED"}),
        Rule("ACCEPT", source=FIRST, in_device="br0", out_device="br1"),
        Rule("DROP"),
    )
    assert ping(net.stations["a"], "10.91.0.4") == [("10.91.0.4", "reply", 63)]
    assert ping(net.stations["c"], "10.90.0.2") == []
    rules = net.host.firewall.chain("filter", "FORWARD").rules
    assert [rule.packets for rule in rules] == [1, 1, 1]
    socket = net.stations["a"].open_udp()
    socket.send(IPv4Address("10.91.0.4"), 99, b"", size=0)
    assert socket.received[0].packet.payload.code == 3
    assert [rule.packets for rule in rules] == [2, 2, 1]


def test_connections_are_forgotten(net):
    append(
        net.host,
        "filter",
        "FORWARD",
        Rule("DROP", ctstate={"NEW"}, source=SECOND),
        Rule("ACCEPT", ctstate={"ESTABLISHED", "NEW"}),
    )
    a, c = net.stations["a"].open_udp(None, 7), net.stations["c"].open_udp(None, 9)
    a.send(IPv4Address("10.91.0.4"), 9, b"", size=0)
    net.pass_time(29)
    c.send(IPv4Address("10.90.0.2"), 7, b"", size=0)
    assert len(a.received) == 1
    net.pass_time(119)
    c.send(IPv4Address("10.90.0.2"), 7, b"", size=0)
    assert len(a.received) == 2
    assert len(net.host.firewall.connections) == 1
    net.pass_time(121)
    c.send(IPv4Address("10.90.0.2"), 7, b"", size=0)
    assert len(a.received) == 2


def test_many_connections_are_swept(net):
    append(net.host, "filter", "FORWARD", Rule("ACCEPT", ctstate={"NEW"}))
    socket = net.stations["c"].open_icmp()
    for identifier in range(3000):
        socket.send_echo(IPv4Address("10.90.0.2"), identifier=identifier, sequence=1)
        net.pass_time(0.1)
    assert len(net.host.firewall.connections) < 1100
    net.host.firewall.connections.clear()
    assert len(net.host.firewall.connections) == 0


def test_stray_reply_is_invalid(net):
    rule = Rule("DROP", ctstate={"INVALID"})
    append(net.host, "filter", "FORWARD", rule)
    assert ping(net.stations["a"], "10.91.0.4") == [("10.91.0.4", "reply", 63)]
    c = net.stations["c"]
    echo = IcmpEcho(True, 5, 1)
    asked = Ipv4Packet(IPv4Address("10.90.0.2"), IPv4Address("10.91.0.4"), 64, "icmp", echo)
    net.fabric.icmp.answer(c, c.devices["eth0"], asked, echo)
    net.fabric.link.flush()
    assert rule.packets == 1


def test_error_about_nothing_known_is_invalid(net):
    rule = Rule(ctstate={"INVALID"})
    append(net.host, "filter", "FORWARD", rule)
    c = net.stations["c"]
    datagram = UdpDatagram(1, 2, b"", 0)
    asked = Ipv4Packet(IPv4Address("10.90.0.2"), IPv4Address("10.91.0.4"), 64, "udp", datagram)
    net.fabric.icmp.send_error(c, asked, 3, 3)
    net.fabric.link.flush()
    assert rule.packets == 1
    net.fabric.icmp.send_error(c, asked._replace(payload=IcmpError(3, 3, asked)), 3, 3)
    net.fabric.link.flush()
    assert rule.packets == 1


def test_drop_in_nat(net):
    append(net.host, "nat", "POSTROUTING", Rule("DROP"))
    assert ping(net.stations["a"], "10.91.0.4") == []


def test_matches_without_a_network(net):
    b = net.stations["b"]
    rules = [
        Rule(in_device="eth+"),
        Rule(in_device="lo+"),
        Rule(out_device="eth+"),
        Rule(dst_type="LOCAL"),
        Rule(dst_type="BROADCAST"),
        Rule(protocol="udp", not_protocol=True),
        Rule(protocol="icmp", icmp_type=8),
        Rule(protocol="icmp", icmp_type=0),
        Rule(protocol="icmp", icmp_type=3),
        Rule(protocol="udp", dport=53),
        Rule(protocol="tcp", dport=53),
    ]
    append(b, "filter", "INPUT", *rules)
    ping(net.stations["a"], "10.90.0.3")
    assert [rule.packets for rule in rules] == [1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0]
    udp = b.open_udp()
    why(udp.send, IPv4Address("10.90.0.2"), 53, b"", size=0)
    assert rules[8].packets == 1
    net.stations["a"].open_udp().send(IPv4Address("10.90.0.3"), 53, b"", size=0)
    assert rules[9].packets == 1
