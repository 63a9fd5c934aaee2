"""Reading what tcpdump and iptables of real engines printed (recorded on 20.10.24 and 28.5.2)."""

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from dockernet_lessons.observe.firewall import dropping_rule, parse_counters
from dockernet_lessons.observe.sightings import (
    BROADCAST,
    parse_capture,
    parse_host_capture,
    with_destinations,
)

RECORDED = Path(__file__).parent / "golden" / "walk"
HOST = (RECORDED / "host.txt").read_text()
INSIDE = (RECORDED / "inside.txt").read_text()
NAMES = (RECORDED / "names.txt").read_text()
RULES = (RECORDED / "rules.txt").read_text()
RAW = "raw: -A PREROUTING -d 192.168.77.2/32 ! -i br-92306f01c6a1 -j DROP"


def test_the_host_sees_interface_and_direction():
    seen = parse_host_capture(HOST, "host")
    assert [(s.packet.kind, s.interface, s.way, s.ttl) for s in seen] == [
        ("ARP request", "vethc9725d2", "in", None),
        ("ARP request", "vethf46caf6", "out", None),
        ("ARP reply", "vethf46caf6", "in", None),
        ("echo request", "vethc9725d2", "in", 64),
    ]
    assert seen[0].destination_mac == BROADCAST
    assert (seen[0].packet.source, seen[0].packet.destination) == (
        IPv4Address("172.17.0.4"),
        IPv4Address("172.17.0.2"),
    )
    assert seen[2].packet.words == "02:42:ac:11:00:02"


def test_a_container_sees_both_macs():
    request, reply = parse_capture(INSIDE, "w1", "eth0", "02:42:ac:11:00:04")
    assert (request.way, reply.way) == ("out", "in")
    assert request.destination_mac == reply.source_mac == "02:42:ac:11:00:02"
    assert request.packet.key == reply.packet.key == "16307/1"


def test_the_receiver_is_known_from_where_both_macs_are_seen():
    inside = parse_capture(INSIDE, "w1", "eth0", "02:42:ac:11:00:04")
    seen = with_destinations([*parse_host_capture(HOST, "host"), *inside])
    asked = [s for s in seen if s.packet.kind == "ARP request"]
    assert {s.destination_mac for s in asked} == {BROADCAST}
    assert seen[3].destination_mac == "02:42:ac:11:00:02"


def test_of_frames_that_look_alike_the_nearest_in_time_tells_the_receiver():
    """An ARP reply does not name whom it is for: the same one may go to another asker as well."""
    reply = parse_host_capture(HOST, "host")[2]
    asker, verifier = "02:42:ac:11:00:04", "02:42:ac:11:00:05"
    inside = [
        replace(reply, namespace="w2", time=reply.time + late, destination_mac=receiver)
        for late, receiver in [(-2.0, verifier), (-0.001, asker), (3.0, verifier)]
    ]
    assert with_destinations([reply, *inside])[0].destination_mac == asker


def test_dns_on_dockers_own_port():
    query, answer, failure = parse_capture(NAMES, "w4", "lo", "00:00:00:00:00:00")
    assert (query.packet.kind, query.packet.words, query.packet.key) == ("DNS query", "w5", "46002")
    assert str(query.packet.destination) == "127.0.0.11"
    assert (answer.packet.kind, answer.packet.words) == ("DNS answer", "192.168.77.3")
    assert answer.packet.key == query.packet.key
    assert failure.packet.words == "ServFail"


def test_a_line_that_is_cut_off_is_no_packet():
    assert parse_host_capture(HOST[:100], "host") == []
    assert parse_capture("", "w1", "eth0", "02:42:ac:11:00:04") == []


@pytest.mark.parametrize(
    ("raw", "docker", "rule"), [(1, 0, RAW), (0, 0, None), (1, 1, None), (2, 0, RAW)]
)
def test_the_rule_whose_counter_grew_is_named_if_it_is_the_only_one(raw, docker, rule):
    before = parse_counters(RULES.format(raw=0, docker=0))
    assert dropping_rule(before, parse_counters(RULES.format(raw=raw, docker=docker))) == rule
