"""How names become addresses, and what the kernel says of routes, neighbors and the FDB."""

from ipaddress import IPv4Address, IPv4Network

import pytest

from dockernet_lessons.observe.forwarding import parse_fdb, parse_neighbors, parse_routes
from dockernet_lessons.observe.names import hosts_of, lookup_command, parse_lookup

HOSTS = """127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
172.17.0.3\tubuntu2 5c9d8fa5b1a2  # the link
172.17.0.4\t0f2b5a9c1d3e
172.17.0.9\tubuntu2
"""


def test_a_lookup_gives_each_address_once():
    text = "172.17.0.3     STREAM ubuntu2\n172.17.0.3     DGRAM\n172.17.0.4 RAW\n\n"
    assert parse_lookup(text) == ("172.17.0.3", "172.17.0.4")
    assert parse_lookup("") == ()


def test_the_lookup_asks_what_ping_asks():
    assert lookup_command("ubuntu2") == ["getent", "ahosts", "ubuntu2"]


def test_in_a_hosts_file_the_first_line_wins():
    names = hosts_of(HOSTS)
    assert names["ubuntu2"] == IPv4Address("172.17.0.3")
    assert names["5c9d8fa5b1a2"] == IPv4Address("172.17.0.3")
    assert names["localhost"] == IPv4Address("127.0.0.1")
    assert "ip6-localnet" not in names


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "172.17.0.3\n"])
def test_a_hosts_file_without_names(text):
    assert hosts_of(text) == {}


def test_routes():
    default, link = parse_routes(
        '[{"dst":"default","gateway":"172.17.0.1","dev":"eth0","flags":[]},'
        '{"dst":"172.17.0.0/16","dev":"eth0","protocol":"kernel","prefsrc":"172.17.0.2"}]'
    )
    assert (default.destination, default.gateway) == (
        IPv4Network("0.0.0.0/0"),
        IPv4Address("172.17.0.1"),
    )
    assert (str(link.destination), link.gateway) == ("172.17.0.0/16", None)
    assert link.source == IPv4Address("172.17.0.2")


def test_a_route_to_one_host_and_routes_without_a_device():
    host, hole = parse_routes('[{"dst":"10.0.0.1","dev":"wg0"},{"dst":"10.1.0.0/16"}]')
    assert (str(host.destination), hole.interface) == ("10.0.0.1/32", "")


def test_neighbors():
    known, failed = parse_neighbors(
        '[{"dst":"172.17.0.3","dev":"eth0","lladdr":"02:42:ac:11:00:03","state":["REACHABLE"]},'
        '{"dst":"172.17.0.9","dev":"eth0","state":["FAILED"]}]'
    )
    assert (known.mac, known.state) == ("02:42:ac:11:00:03", "REACHABLE")
    assert (failed.mac, failed.state) == (None, "FAILED")


def test_the_fdb_keeps_what_the_bridge_forwards_by():
    entries = parse_fdb(
        '[{"mac":"02:00:00:00:00:01","ifname":"veth1","master":"docker0"},'
        '{"mac":"02:00:00:00:00:02","ifname":"veth1","master":"docker0","state":"permanent"},'
        '{"mac":"02:00:00:00:00:02","ifname":"veth1","vlan":1,"master":"docker0"},'
        '{"mac":"33:33:00:00:00:01","ifname":"veth1","flags":["self"],"state":"permanent"},'
        '{"mac":"02:00:00:00:00:03","ifname":"veth2","master":"br-other"}]',
        "docker0",
    )
    assert [(entry.mac, entry.own) for entry in entries] == [
        ("02:00:00:00:00:01", False),
        ("02:00:00:00:00:02", True),
    ]


@pytest.mark.parametrize(
    "parse", [parse_routes, parse_neighbors, lambda text: parse_fdb(text, "b")]
)
def test_nothing_gives_nothing(parse):
    assert parse("") == ()
