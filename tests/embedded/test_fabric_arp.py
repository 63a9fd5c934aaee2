"""Neighbors over time, as `ip neigh` and `ping` show them on a real kernel."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from fabric_helpers import Net, fdb, ping, state, watch

from dockernet_lessons.embedded.fabric.packets import ARP, ARP_REPLY, ARP_REQUEST, Arp, Frame


@pytest.fixture
def net():
    made = Net()
    made.add("a", 2)
    made.add("b", 3)
    return made


def other_mac(net, station):
    return net.stations[station].devices["eth0"].mac


def test_request_teaches_the_one_asked_and_reply_the_one_who_asks(net):
    a, b = net.stations["a"], net.stations["b"]
    assert ping(a, "10.90.0.3") == [("10.90.0.3", "reply", 64)]
    assert (state(a, "10.90.0.3"), state(b, "10.90.0.2")) == ("REACHABLE", "DELAY")
    assert state(net.host, "10.90.0.2") is None
    neighbor = next(iter(a.neighbors))
    assert (neighbor.mac, str(neighbor.address)) == (other_mac(net, "b"), "10.90.0.3")
    assert "10.90.0.3" in repr(neighbor)


def test_after_five_seconds_the_one_asked_asks_back_by_unicast(net):
    a, b = net.stations["a"], net.stations["b"]
    ping(a, "10.90.0.3")
    seen, _ = watch(net.host)
    net.pass_time(4.9)
    assert seen == []
    net.pass_time(0.2)
    assert seen == [
        "v-b P who-has 10.90.0.2 10.90.0.3",
        "v-a Out who-has 10.90.0.2 10.90.0.3",
        "v-a P is-at 10.90.0.3 10.90.0.2",
        "v-b Out is-at 10.90.0.3 10.90.0.2",
    ]
    assert state(b, "10.90.0.2") == "REACHABLE"


def test_reachable_gets_stale_when_idle(net):
    a = net.stations["a"]
    ping(a, "10.90.0.3")
    net.pass_time(14.9)
    assert state(a, "10.90.0.3") == "REACHABLE"
    net.pass_time(31)
    assert state(a, "10.90.0.3") == "STALE"
    assert ping(a, "10.90.0.3") == [("10.90.0.3", "reply", 64)]
    assert state(a, "10.90.0.3") == "DELAY"
    net.pass_time(5)
    assert state(a, "10.90.0.3") == "REACHABLE"


def test_reachable_in_use_is_verified_not_forgotten(net):
    a = net.stations["a"]
    neighbor_states = set()
    for _ in range(70):
        ping(a, "10.90.0.3", wait=1)
        neighbor_states.add(state(a, "10.90.0.3"))
    assert neighbor_states == {"REACHABLE", "DELAY"}


def test_nobody_there(net):
    a = net.stations["a"]
    socket = a.open_icmp()
    seen, _ = watch(net.host, net.host.devices["v-a"])
    for sequence in (1, 2, 3):
        socket.send_echo(IPv4Address("10.90.0.77"), identifier=1, sequence=sequence)
    assert state(a, "10.90.0.77") == "INCOMPLETE"
    net.pass_time(2.99)
    assert len(socket.received) == 0
    net.pass_time(0.02)
    assert seen == ["v-a B who-has 10.90.0.77 10.90.0.2"] * 3
    errors = [received.packet for received in socket.received]
    assert [str(packet.source) for packet in errors] == ["10.90.0.2"] * 3
    assert [(p.payload.type, p.payload.code) for p in errors] == [(3, 1)] * 3
    assert [p.payload.original.payload.sequence for p in errors] == [1, 2, 3]
    assert all(1003.0 < received.time < 1003.001 for received in socket.received)
    assert state(a, "10.90.0.77") == "FAILED"
    net.pass_time(100)
    assert state(a, "10.90.0.77") == "FAILED"
    assert ping(a, "10.90.0.77", wait=2.9) == []
    assert state(a, "10.90.0.77") == "INCOMPLETE"


def test_queue_for_an_unknown_neighbor_is_bounded(net):
    assert len(ping(net.stations["a"], "10.90.0.77", wait=4, count=150)) == 101


def test_neighbor_that_vanishes_is_probed_then_asked_for_then_failed(net):
    a = net.stations["a"]
    ping(a, "10.90.0.3", wait=60)
    net.host.set_down(net.host.devices["v-b"])
    assert ping(a, "10.90.0.3") == []
    states = []
    for _ in range(9):
        states.append(state(a, "10.90.0.3"))
        net.pass_time(1)
    assert states == ["DELAY"] * 5 + ["PROBE"] * 3 + ["FAILED"]
    assert next(iter(a.neighbors)).mac is None


def test_gratuitous_arp_teaches_bridges_and_updates_who_knows_already(net):
    a, b = net.stations["a"], net.stations["b"]
    device = b.devices["eth0"]
    seen, _ = watch(net.host)
    net.fabric.arp.announce(device, IPv4Address("10.90.0.3"))
    assert seen == [
        "v-b B who-has 10.90.0.3 10.90.0.3",
        "v-a Out who-has 10.90.0.3 10.90.0.3",
        "br0 B who-has 10.90.0.3 10.90.0.3",
    ]
    assert f"{device.mac} dev v-b master br0" in fdb(net.host)
    assert state(a, "10.90.0.3") is None
    ping(a, "10.90.0.3")
    device.mac = "02:00:00:00:00:99"
    net.fabric.arp.announce(device, IPv4Address("10.90.0.3"))
    neighbor = next(iter(a.neighbors))
    assert (neighbor.mac, neighbor.state) == ("02:00:00:00:00:99", "STALE")


def test_gratuitous_arp_of_what_is_known_changes_nothing(net):
    a = net.stations["a"]
    ping(a, "10.90.0.3")
    net.fabric.arp.announce(net.stations["b"].devices["eth0"], IPv4Address("10.90.0.3"))
    assert state(a, "10.90.0.3") == "REACHABLE"


def hear(net, station, arp, dst="ff:ff:ff:ff:ff:ff"):
    device = net.stations[station].devices["eth0"]
    net.fabric.link.receive(device, Frame(arp.sender_mac, dst or device.mac, ARP, arp))
    net.fabric.link.flush()


def reply(sender, mac, net, to="a"):
    device = net.stations[to].devices["eth0"]
    return Arp(ARP_REPLY, mac, IPv4Address(sender), device.mac, IPv4Address("10.90.0.2"))


def test_second_answer_within_a_second_is_not_believed(net):
    a = net.stations["a"]
    ping(a, "10.90.0.3")
    hear(net, "a", reply("10.90.0.3", "02:00:00:00:00:99", net), dst="")
    assert next(iter(a.neighbors)).mac == other_mac(net, "b")
    net.pass_time(1.1)
    hear(net, "a", reply("10.90.0.3", "02:00:00:00:00:99", net), dst="")
    assert next(iter(a.neighbors)).mac == "02:00:00:00:00:99"


def test_what_nobody_asked_for_is_not_learned(net):
    hear(net, "a", reply("10.90.0.50", "02:00:00:00:00:99", net), dst="")
    assert list(net.stations["a"].neighbors) == []


def test_someone_else_with_the_own_address_is_ignored(net):
    ask = Arp(
        ARP_REQUEST,
        "02:00:00:00:00:99",
        IPv4Address("10.90.0.2"),
        "00:00:00:00:00:00",
        IPv4Address("10.90.0.2"),
    )
    hear(net, "a", ask)
    assert list(net.stations["a"].neighbors) == []


def test_any_own_address_is_answered_for(net):
    net.host.set_up(net.fabric.add_bridge(net.host, "other"))
    net.host.add_address(net.host.devices["other"], "10.90.0.200/32")
    assert ping(net.stations["a"], "10.90.0.200") == [("10.90.0.200", "reply", 64)]


def test_permanent_entries(net):
    a = net.stations["a"]
    device = a.devices["eth0"]
    neighbor = a.neighbors.set_permanent(IPv4Address("10.90.0.3"), device, "02:00:00:00:00:99")
    assert ping(a, "10.90.0.3", wait=20) == []
    hear(net, "a", reply("10.90.0.3", "02:00:00:00:00:11", net), dst="")
    assert (neighbor.state, neighbor.mac) == ("PERMANENT", "02:00:00:00:00:99")
    ping(a, "10.90.0.1")
    ping(a, "10.90.0.77", wait=4)
    a.neighbors.flush()
    assert [n.state for n in a.neighbors] == ["PERMANENT", "FAILED"]
    a.neighbors.delete(neighbor)
    a.neighbors.delete(neighbor)
    assert ping(a, "10.90.0.3") == [("10.90.0.3", "reply", 64)]


def test_neighbors_go_with_the_carrier(net):
    a = net.stations["a"]
    ping(a, "10.90.0.3")
    socket = a.open_icmp()
    socket.send_echo(IPv4Address("10.90.0.77"), identifier=1, sequence=1)
    net.host.set_down(net.host.devices["v-a"])
    assert list(a.neighbors) == []
    net.pass_time(10)
    assert len(socket.received) == 0


def test_device_without_any_address_cannot_ask():
    net = Net(bridges=0)
    bare = net.fabric.add_namespace("bare")
    device, peer = net.fabric.add_veth((bare, "eth0"), (net.host, "v"))
    bare.set_up(device)
    net.host.set_up(peer)
    seen, _ = watch(net.host)
    neighbor = bare.neighbors.find_or_add(IPv4Address("10.0.0.1"), device)
    net.fabric.arp.solicit(neighbor)
    assert seen == []


def test_fdb_ages(net):
    a, b = net.stations["a"], net.stations["b"]
    ping(a, "10.90.0.3", wait=6)
    learned = f"{other_mac(net, 'a')} dev v-a master br0"
    assert learned in fdb(net.host)
    net.pass_time(290)
    assert learned in fdb(net.host)
    net.pass_time(15)
    assert learned not in fdb(net.host)
    a.neighbors.set_permanent(IPv4Address("10.90.0.3"), a.devices["eth0"], other_mac(net, "b"))
    b.neighbors.set_permanent(IPv4Address("10.90.0.2"), b.devices["eth0"], other_mac(net, "a"))
    net.add("c", 4)
    seen, _ = watch(net.stations["c"])
    assert ping(a, "10.90.0.3", count=2) == [("10.90.0.3", "reply", 64)] * 2
    assert seen == ["eth0 P 10.90.0.2 > 10.90.0.3 request"]


def test_station_that_moves_to_another_port_is_learned_there(net):
    ping(net.stations["a"], "10.90.0.3")
    mac = other_mac(net, "b")
    bridge = net.bridges[0]
    assert net.fabric.switch.learn(bridge, net.host.devices["v-a"], mac)
    assert bridge.fdb.lookup(mac, net.loop.now).device.name == "v-a"
    assert not net.fabric.switch.learn(bridge, net.host.devices["v-a"], bridge.mac)
    assert bridge.fdb.lookup(bridge.mac, net.loop.now).device is bridge
