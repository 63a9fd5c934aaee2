"""Interfaces, addresses, MACs and routes of containers, in the sequences recorded from engines."""

from __future__ import annotations

import random

import pytest
from cnm_helpers import (
    BOTH,
    PROFILES,
    EndpointSettings,
    World,
    devices,
    gateway,
    own_lines,
    refused,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from dockernet_lessons.embedded.fabric.capture import Capture
from dockernet_lessons.embedded.fabric.packets import ARP


@pytest.fixture
def world(request):
    made = World(PROFILES[request.param])
    for number, name in enumerate(("mynet", "aaa", "zzz")):
        made.network(name, f"10.{50 + number}.0.0/24")
    made.network("inner", "10.53.0.0/24", internal=True)
    return made


@BOTH
def test_the_pair(world):
    sandbox = world.start("u1", "mynet")
    endpoint = world.endpoint(sandbox, "mynet")
    inside = sandbox.namespace.devices["eth0"]
    outside = inside.peer
    assert (inside.ifindex, outside.ifindex) == ((2, 8) if world.modern else (8, 9))
    assert outside.namespace is world.host
    assert outside.name.startswith("veth")
    assert len(outside.name) == 11
    assert outside.master is world.host.devices[endpoint.network.bridge.device]
    assert (inside.txqueuelen, outside.txqueuelen) == (0, 0)
    assert inside.mac == endpoint.mac
    expected = "02:42:0a:32:00:02"
    assert (inside.mac == expected) is not world.modern
    assert int(inside.mac[:2], 16) & 3 == 2
    assert [str(a.interface) for a in inside.addresses] == ["10.50.0.2/24"]
    assert str(inside.addresses[0].broadcast) == "10.50.0.255"
    loopback = [str(a.interface) for a in sandbox.namespace.loopback.addresses]
    assert loopback == (["127.0.0.1/8", "::1/128"] if world.modern else ["127.0.0.1/8"])
    assert sandbox.namespace.ping_group_range == (0, 2147483647)
    assert (endpoint.name, endpoint.container_id) == ("u1", sandbox.container_id)
    assert str(endpoint.gateway) == "10.50.0.1"


def test_connecting_and_disconnecting_classic():
    world = World(PROFILES["classic"])
    for name, subnet in (("mynet", 50), ("aaa", 51), ("zzz", 52)):
        world.network(name, f"10.{subnet}.0.0/24")
    sandbox = world.start("u1", "mynet")
    assert (devices(sandbox), gateway(sandbox)) == (["7: eth0@if8 10.50.0.2/24"], "10.50.0.1 eth0")
    world.connect(sandbox, "aaa")
    assert (devices(sandbox)[1], gateway(sandbox)) == (
        "9: eth1@if10 10.51.0.2/24",
        "10.51.0.1 eth1",
    )
    world.connect(sandbox, "zzz")
    world.connect(sandbox, "bridge")
    assert gateway(sandbox) == "10.51.0.1 eth1"
    world.disconnect(sandbox, "aaa")
    assert gateway(sandbox) == "172.17.0.1 eth3"
    world.connect(sandbox, "aaa")
    assert (devices(sandbox)[3], gateway(sandbox)) == (
        "15: eth4@if16 10.51.0.2/24",
        "10.51.0.1 eth4",
    )
    world.disconnect(sandbox, "mynet")
    world.connect(sandbox, "mynet")
    assert devices(sandbox)[3] == "17: eth5@if18 10.50.0.2/24"
    sandbox = world.restart(sandbox, "mynet", "aaa", "zzz", "bridge")
    assert sorted(devices(sandbox)) == [
        "19: eth1@if20 172.17.0.2/16",
        "21: eth2@if22 10.50.0.2/24",
        "23: eth0@if24 10.51.0.2/24",
        "25: eth3@if26 10.52.0.2/24",
    ]
    assert gateway(sandbox) == "10.51.0.1 eth0"


def test_connecting_and_disconnecting_modern():
    """A device that is taken out goes by way of the host, whose counter it may move on."""
    world = World(PROFILES["modern"])
    for name, subnet in (("mynet", 50), ("aaa", 51), ("zzz", 52)):
        world.network(name, f"10.{subnet}.0.0/24")
    sandbox = world.start("u1", "mynet")
    assert devices(sandbox) == ["2: eth0@if7 10.50.0.2/24"]
    for name in ("aaa", "zzz", "bridge"):
        world.connect(sandbox, name)
    assert devices(sandbox)[1:] == [
        "3: eth1@if8 10.51.0.2/24",
        "4: eth2@if9 10.52.0.2/24",
        "5: eth3@if10 172.17.0.2/16",
    ]
    assert gateway(sandbox) == "10.51.0.1 eth1"
    world.disconnect(sandbox, "aaa")
    world.connect(sandbox, "aaa")
    assert (devices(sandbox)[3], gateway(sandbox)) == (
        "6: eth1@if12 10.51.0.2/24",
        "10.51.0.1 eth1",
    )
    world.disconnect(sandbox, "mynet")
    world.connect(sandbox, "mynet")
    assert devices(sandbox)[3] == "7: eth0@if14 10.50.0.2/24"
    sandbox = world.restart(sandbox, "bridge", "mynet", "aaa", "zzz")
    assert devices(sandbox) == [
        "2: eth0@if18 172.17.0.2/16",
        "3: eth1@if19 10.50.0.2/24",
        "4: eth2@if20 10.51.0.2/24",
        "5: eth3@if21 10.52.0.2/24",
    ]
    assert gateway(sandbox) == "10.51.0.1 eth2"


@BOTH
def test_an_internal_network_yields_the_default_route(world):
    sandbox = world.start("i1", "inner")
    alone = None if world.modern else "10.53.0.1 eth0"
    assert gateway(sandbox) == alone
    shown = "None" if world.modern else "10.53.0.1"
    assert str(world.endpoint(sandbox, "inner").gateway) == shown
    world.connect(sandbox, "mynet")
    assert gateway(sandbox) == "10.50.0.1 eth1"
    world.disconnect(sandbox, "mynet")
    assert gateway(sandbox) == alone
    world.disconnect(sandbox, "inner")
    assert (devices(sandbox), gateway(sandbox)) == ([], None)


def test_a_gateway_priority_wins():
    world = World(PROFILES["modern"])
    for name, subnet in (("aaa", 51), ("zzz", 52)):
        world.network(name, f"10.{subnet}.0.0/24")
    sandbox = world.start("u1", "aaa", ("zzz", EndpointSettings(gateway_priority=1)))
    assert gateway(sandbox) == "10.52.0.1 eth1"


@BOTH
def test_order_of_a_start(world):
    names = ["zzz", "aaa", "bridge", "mynet"]
    first = ["bridge", "zzz", "aaa", "mynet"]
    assert world.controller.start_order(names) == (names if world.modern else first)
    assert world.controller.start_order(["aaa"]) == ["aaa"]


@BOTH
def test_stopping_frees_the_address(world):
    one, two = world.start("a", "mynet"), world.start("b", "mynet")
    world.stop(one)
    world.stop(two)
    two = world.start("b", "mynet")
    assert world.address(two, "mynet") == "10.50.0.2"
    assert world.address(world.start("a", "mynet"), "mynet") == "10.50.0.3"


@BOTH
def test_wanted_addresses_and_macs(world):
    wanted = EndpointSettings(address=None, mac="02-42-AC-11-00-99")
    assert world.endpoint(world.start("m", ("mynet", wanted)), "mynet").mac == "02:42:ac:11:00:99"
    sandbox = world.start("a")
    pick = world.find("aaa").bridge.subnet.network_address
    assert str(world.connect(sandbox, "aaa", address=pick + 77).address) == "10.51.0.77/24"
    for number in (77, 1, 0, 255):
        other = world.start(f"c{number}")
        message = refused(403, world.connect, other, "aaa", address=pick + number)
        assert message == "Address already in use"
    message = refused(500, world.connect, other, "aaa", address=pick + 999)
    assert message == (
        "Invalid address 10.51.3.231: It does not belong to any of this network's subnets"
    )
    message = refused(500, world.connect, other, "aaa", mac="zz")
    assert message == "address zz: invalid MAC address"
    assert world.address(world.start("b", "aaa"), "aaa") == "10.51.0.2"


@BOTH
def test_an_exhausted_pool(world):
    network = world.network("tiny", "10.71.0.0/30")
    world.start("a", "tiny")
    message = refused(500, world.start, "b", "tiny")
    assert message == (
        f"no available IPv4 addresses on this network's address pools: tiny ({network.id})"
    )
    assert "b" not in [s.container_name for s in world.controller.sandboxes.values()]


@BOTH
def test_mistakes_while_connecting(world):
    sandbox = world.start("c1", "mynet")
    message = refused(403, world.connect, sandbox, "mynet")
    assert message == "endpoint with name c1 already exists in network mynet"
    message = refused(500, world.disconnect, sandbox, "aaa")
    assert message == f"container {sandbox.container_id} is not connected to network aaa"


@BOTH
def test_host_and_none(world):
    shared = world.start("h1", "host", mode="host")
    assert shared.namespace is world.host
    assert shared.key == "/var/run/docker/netns/default"
    endpoint = world.endpoint(shared, "host")
    assert (endpoint.address, endpoint.mac, endpoint.gateway) == (None, "", None)
    assert "127.0.1.1\tdockerhost\n" in shared.hosts_file()
    assert "\nnameserver 10.0.2.3\n" in "\n" + shared.resolv_conf()
    lonely = world.start("n1", "none", mode="none")
    assert list(lonely.namespace.devices) == ["lo"]
    assert lonely.key == f"/var/run/docker/netns/{lonely.id[:12]}"
    assert own_lines(lonely) == []
    assert world.ping(lonely.namespace, "192.0.2.1") == "Network is unreachable"
    world.disconnect(lonely, "none")
    world.connect(lonely, "mynet")
    assert devices(lonely)[0].endswith("10.50.0.2/24")
    world.stop(shared)
    assert world.host in world.fabric.namespaces


def test_a_modern_engine_announces_addresses_three_times():
    world = World(PROFILES["modern"])
    seen = []
    sandbox = world.start("a", "bridge")
    world.loop.advance(world.loop.now + 5)
    capture = Capture(
        world.host,
        world.host.devices["docker0"],
        lambda now, device, direction, frame: seen.append((now, frame)),
    )
    begin = world.loop.now
    other = world.start("b", "bridge")
    world.loop.advance(begin + 5)
    assert [round(now - begin) for now, _ in seen] == [0, 1, 2]
    assert {frame.ethertype for _, frame in seen} == {ARP}
    assert {str(frame.payload.target) for _, frame in seen} == {"172.17.0.3"}
    capture.close()
    world.start("c", "bridge")
    world.stop(sandbox)
    world.stop(other)
    world.loop.advance(world.loop.now + 5)


@BOTH
def test_deleting_leaves_nothing(world):
    before = (len(world.fabric.namespaces), set(world.host.devices))
    rules = [world.host.firewall.save(table) for table in ("raw", "nat", "filter")]
    sandbox = world.start("c", "mynet", "bridge", "inner")
    world.fabric.delete(sandbox.namespace.devices["eth0"])
    world.stop(sandbox)
    assert (len(world.fabric.namespaces), set(world.host.devices)) == before
    assert [world.host.firewall.save(table) for table in ("raw", "nat", "filter")] == rules
    assert world.controller.sandboxes == {}
    assert all(not n.endpoints for n in world.controller.networks.values())


STEPS = st.lists(
    st.tuples(st.sampled_from(("start", "stop", "connect", "disconnect")), st.integers(0, 40)),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, modern=st.booleans())
def test_no_two_endpoints_share_an_address_and_all_can_be_removed(steps, modern):
    world = World(PROFILES["modern" if modern else "classic"])
    names = ["bridge", "n1", "n2"]
    world.network("n1", "10.1.0.0/29")
    world.network("n2", "10.2.0.0/24")
    running = []
    for step, number in steps:
        network = names[number % 3]
        chosen = running[number % len(running)] if running else None
        if step == "start" and len(running) < 5:
            running.append(world.start(f"c{random.Random(number).random()}", network))
        elif chosen is None:
            continue
        elif step == "stop":
            world.stop(chosen)
            running.remove(chosen)
        elif step == "connect" and world.find(network).id not in chosen.endpoints:
            world.connect(chosen, network)
        elif step == "disconnect" and world.find(network).id in chosen.endpoints:
            world.disconnect(chosen, network)
        addresses = [e.address for s in running for e in s.endpoints.values()]
        assert len(set(addresses)) == len(addresses)
        for sandbox in running:
            assert len(devices(sandbox)) == len(sandbox.endpoints)
            assert (gateway(sandbox) is None) is (not sandbox.endpoints)
    for sandbox in running:
        world.stop(sandbox)
    for name in names[1:]:
        world.controller.remove_network(world.find(name))
    assert list(world.host.devices) == ["lo", "eth0", "docker0"]
