"""Reading ``ip -json -details addr``, on what real engines' hosts and containers printed."""

import json
from ipaddress import IPv4Interface

import pytest
from golden_data import namespaces, recordings

from dockernet_lessons.observe.interfaces import parse_interfaces

RECORDINGS = recordings("interfaces")
every_recording = pytest.mark.parametrize("recording", RECORDINGS.values(), ids=list(RECORDINGS))


def by_name(interfaces):
    return {interface.name: interface for interface in interfaces}


def test_both_generations_were_recorded():
    assert {version.split(".")[0] for version in RECORDINGS} == {"20", "28"}


@every_recording
def test_the_hosts_bridges_and_their_ports_are_told_apart(recording):
    host = by_name(namespaces(recording)[0])
    assert host["docker0"].kind == "bridge"
    assert host["docker0"].ipv4 == (IPv4Interface("172.17.0.1/16"),)
    assert host["lo"].kind == "loopback"
    ports = [interface for interface in host.values() if interface.kind == "veth"]
    assert {name for _, _, name in recording["ports"]} <= {port.name for port in ports}
    assert all(port.master in host and port.peer_netnsid is not None for port in ports)


@every_recording
def test_a_container_has_a_loopback_and_an_end_with_a_peer(recording):
    eth0 = by_name(namespaces(recording)[1]["ubuntu1"])["eth0"]
    assert eth0.kind == "veth"
    assert eth0.label == f"{eth0.ifindex}: eth0@if{eth0.peer_ifindex}"
    assert eth0.address in IPv4Interface("172.17.0.1/16").network
    assert eth0.mac == eth0.mac.lower()
    assert eth0.state == "UP"
    assert by_name(namespaces(recording)[1]["alone"]).keys() == {"lo"}


def test_engine_28_gives_every_container_the_number_2():
    inside = namespaces(RECORDINGS["28.5.2"])[1]
    numbers = {by_name(seen)["eth0"].ifindex for name, seen in inside.items() if name != "alone"}
    assert numbers == {2}


def test_engine_20_numbers_both_ends_from_one_counter():
    host, inside = namespaces(RECORDINGS["20.10.24"])
    ends = [i.ifindex for seen in (host, *inside.values()) for i in seen if i.kind == "veth"]
    assert len(ends) == len(set(ends))


def test_interfaces_come_in_the_order_of_their_numbers():
    entries = RECORDINGS["28.5.2"]["namespaces"]["host"]
    parsed = parse_interfaces(json.dumps(entries[::-1]))
    assert [interface.ifindex for interface in parsed] == sorted(e["ifindex"] for e in entries)


@pytest.mark.parametrize("text", ["", "[]", "[{}]"])
def test_nothing_gives_nothing(text):
    assert parse_interfaces(text) == ()


def test_ipv6_addresses_are_left_out_and_missing_fields_are_none():
    entry = {
        "ifindex": 7, "ifname": "tun0", "link_type": "none",
        "addr_info": [{"family": "inet6", "local": "fd00::1", "prefixlen": 64}],
    }  # fmt: skip
    (interface,) = parse_interfaces(json.dumps([entry]))
    assert (interface.kind, interface.mac, interface.address) == ("none", None, None)
    assert interface.label == "7: tun0"
