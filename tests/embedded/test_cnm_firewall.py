"""The firewall: the recorded rules in their order, and what packets make of them.

`golden/cnm/firewall.json` holds what `iptables-save` printed on both engines, one network after
the other; its policies are those of a host that forwarded before Docker came, so they are left out.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cnm_helpers import BOTH, PROFILES, PortRequest, World

GOLDEN = Path(__file__).parent / "golden" / "cnm" / "firewall.json"
TABLES = ("raw", "nat", "filter")


@pytest.fixture
def world(request):
    return World(PROFILES[request.param])


def all_rules(world):
    lines = {table: world.rules(table) for table in TABLES}
    return {t: [line.replace("br-closed", "br-noicc") for line in lines[t]] for t in TABLES}


@BOTH
def test_rules_are_the_recorded_ones(world):
    expected = json.loads(GOLDEN.read_text())[world.profile.name]
    assert all_rules(world) == expected["fresh"]
    world.network("mynet", "10.50.0.0/24")
    assert all_rules(world) == expected["user"]
    inner = world.network("inner", internal=True)
    assert all_rules(world) == expected["internal"]
    world.controller.remove_network(inner)
    bridge = "com.docker.network.bridge."
    closed = world.network(
        "closed",
        options={
            f"{bridge}enable_icc": "false",
            f"{bridge}enable_ip_masquerade": "false",
            f"{bridge}name": "br-noicc",
        },
    )
    assert all_rules(world) == expected["closed"]
    world.controller.remove_network(closed)
    first = world.start(
        "p1",
        "bridge",
        ports=(
            PortRequest(80, "tcp", host_port=18080),
            PortRequest(53, "udp", "127.0.0.1", 15353),
        ),
    )
    second = world.start("p2", "mynet", ports=(PortRequest(80, "tcp", host_port=18081),))
    assert all_rules(world) == expected["ports"]
    world.stop(first)
    world.stop(second)
    world.controller.remove_network(world.find("mynet"))
    assert all_rules(world) == expected["removed"]


@BOTH
def test_forwarding_needs_a_rule(world):
    assert "-P FORWARD DROP" in world.host.firewall.save("filter")


@BOTH
def test_users_rules_stay_and_the_engines_go_before_them(world):
    chain = world.host.firewall.chain("filter", "FORWARD")
    own = chain.rules[-1].__class__("ACCEPT", comment="mine")
    chain.insert(own)
    network = world.network("mynet", "10.50.0.0/24")
    jumps = [rule.target for rule in chain.rules[:2]]
    if world.modern:
        assert own is chain.rules[0]
    else:
        assert jumps == ["DOCKER-USER", "DOCKER-ISOLATION-STAGE-1"]
    chain.flush()
    world.controller.remove_network(network)
    assert not chain.rules


@BOTH
def test_networks_are_isolated_but_gateways_answer(world):
    world.network("one", "10.51.0.0/24")
    world.network("two", "10.52.0.0/24")
    first, second = world.start("a", "one"), world.start("b", "two")
    on_bridge, neighbor = world.start("c", "bridge"), world.start("d", "one")
    assert world.reaches(first.namespace, world.address(neighbor, "one"))
    for target in (world.address(second, "two"), world.address(on_bridge)):
        assert world.ping(first.namespace, target) is None
    assert world.reaches(first.namespace, "10.52.0.1")
    assert world.reaches(world.host, world.address(second, "two"))


@BOTH
def test_the_way_out(world):
    world.network("mynet", "10.51.0.0/24")
    world.network("inner", "10.53.0.0/24", internal=True)
    machine = world.profile.host
    for name in ("bridge", "mynet"):
        sandbox = world.start(f"on{name}", name)
        assert world.reaches(sandbox.namespace, str(machine.router))
        assert world.ping(sandbox.namespace, "192.0.2.1") == (str(machine.router), "IcmpError")
    lonely, other = world.start("lonely", "inner"), world.start("other", "inner")
    assert world.reaches(lonely.namespace, world.address(other, "inner"))
    expected = "Network is unreachable" if world.modern else None
    assert world.ping(lonely.namespace, str(machine.router)) == expected


@BOTH
def test_without_icc_containers_do_not_reach_each_other(world):
    options = {"com.docker.network.bridge.enable_icc": "false"}
    world.network("apart", "10.51.0.0/24", options=options)
    world.network("inner", "10.53.0.0/24", options=options, internal=True)
    for network in ("apart", "inner"):
        first, second = world.start(f"{network}1", network), world.start(f"{network}2", network)
        assert world.ping(first.namespace, world.address(second, network)) is None
        assert world.reaches(world.host, world.address(first, network))


@BOTH
def test_masquerade_and_direct_access(world):
    """The router hears the host's address; what it sends straight to a container is dropped."""
    sandbox = world.start("c", "bridge")
    outside = next(n for n in world.fabric.namespaces if n.name == "outside")
    heard = []
    server = outside.open_udp(None, 9000)
    server.handler = heard.append
    client = sandbox.namespace.open_udp(None, None)
    client.send(world.profile.host.router, 9000, b"", size=0)
    assert [r.packet.source for r in heard] == [world.profile.host.lan.ip]
    assert world.ping(outside, world.address(sandbox)) != (world.address(sandbox), "IcmpEcho")


@BOTH
def test_a_published_udp_port_is_translated(world):
    ports = (PortRequest(53, "udp", host_port=5300), PortRequest(54, "udp", "127.0.0.1", 5400))
    sandbox = world.start("dns", "bridge", ports=ports)
    outside = next(n for n in world.fabric.namespaces if n.name == "outside")
    heard = []
    for port in (53, 54):
        sandbox.namespace.open_udp(None, port).handler = heard.append
    caller = outside.open_udp(None, None)
    caller.send(world.profile.host.lan.ip, 5300, b"", size=0)
    caller.send(world.profile.host.lan.ip, 5400, b"", size=0)
    assert [r.packet.payload.destination_port for r in heard] == [53]
    assert heard[0].packet.source == world.profile.host.router
