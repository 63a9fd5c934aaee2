"""Devices: numbers, pairs, state and addresses. Expected texts are what `ip` and `bridge` print."""

from __future__ import annotations

import pytest
from fabric_helpers import Net, fdb, ping, routes, why
from hypothesis import given
from hypothesis import strategies as st

from dockernet_lessons.embedded.fabric.errors import Exists, KernelError, NotSupported


@pytest.fixture
def net():
    return Net(bridges=0)


def link(device):
    return f"<{','.join(device.flags)}> {device.qdisc} {device.operstate}"


def test_new_namespace_has_lo_down(net):
    namespace = net.fabric.add_namespace("new")
    lo = namespace.loopback
    assert (lo.ifindex, lo.name, lo.mtu, lo.mac) == (1, "lo", 65536, "00:00:00:00:00:00")
    assert link(lo) == "<LOOPBACK> noop DOWN"
    assert namespace.devices == {"lo": lo} == {"lo": namespace.by_index[1]}
    assert not namespace.forwarding


def test_lo_up_gets_its_addresses(net):
    lo = net.host.loopback
    assert link(lo) == "<LOOPBACK,UP,LOWER_UP> noqueue UNKNOWN"
    assert [str(a.interface) for a in lo.addresses] == ["127.0.0.1/8", "::1/128"]
    assert [a.scope for a in lo.addresses] == ["host", "host"]
    net.host.set_down(lo)
    net.host.set_up(lo)
    net.host.set_up(lo)
    assert [str(a.interface) for a in lo.addresses] == ["127.0.0.1/8", "::1/128"]


def test_lo_without_ipv6(net):
    namespace = net.fabric.add_namespace("new")
    namespace.set_ipv6(namespace.loopback, False)
    namespace.set_up(namespace.loopback)
    assert [str(a.interface) for a in namespace.loopback.addresses] == ["127.0.0.1/8"]


def test_namespaces_have_numbers_of_their_own(net):
    other = net.fabric.add_namespace("other")
    assert net.host.identifier == 4026531840
    assert other.identifier > 4026532000


def test_ifindexes_count_per_namespace(net):
    net.host.next_ifindex = 116
    first, second = net.fabric.add_veth((net.host, "a"), (net.host, "b"))
    assert (first.ifindex, second.ifindex) == (116, 117)
    net.fabric.delete(first)
    third, fourth = net.fabric.add_veth((net.host, "a"), (net.fabric.add_namespace("c"), "b"))
    assert (third.ifindex, fourth.ifindex) == (118, 2)
    net.host.next_ifindex = 118
    assert net.fabric.add_bridge(net.host, "br").ifindex == 119


def test_pair_names_its_peer(net):
    other = net.fabric.add_namespace("other")
    first, second = net.fabric.add_veth((net.host, "a"), (other, "eth0"))
    assert (first.pair, first.iflink, first.peer_netnsid) == (second, second.ifindex, 0)
    assert (second.pair, second.iflink, second.peer_netnsid) == (first, first.ifindex, 0)
    third, fourth = net.fabric.add_veth((net.host, "b"), (net.host, "c"))
    assert third.peer_netnsid is None
    assert fourth.mac != third.mac
    assert third.mac[1] in "26ae"


def test_netnsids_are_given_at_the_first_meeting_and_used_again(net):
    others = [net.fabric.add_namespace(str(n)) for n in range(4)]
    ends = [net.fabric.add_veth((net.host, f"v{n}"), (others[n], "e"))[0] for n in range(3)]
    assert [end.peer_netnsid for end in ends] == [0, 1, 2]
    net.fabric.delete_namespace(others[1])
    again, _ = net.fabric.add_veth((net.host, "v3"), (others[3], "e"))
    assert again.peer_netnsid == 1
    assert net.host.netnsid(others[2]) == 2


def test_wire_shows_no_peer(net):
    other = net.fabric.add_namespace("router")
    card, far = net.fabric.add_wire((net.host, "eth0"), (other, "lan"))
    net.host.set_up(card)
    assert (card.kind, card.pair, card.iflink, card.peer_netnsid) == (
        "ether",
        None,
        card.ifindex,
        None,
    )
    assert link(card) == "<NO-CARRIER,BROADCAST,MULTICAST,UP> fq_codel DOWN"
    other.set_up(far)
    assert link(card) == "<BROADCAST,MULTICAST,UP,LOWER_UP> fq_codel UP"


def test_states_of_a_pair_in_one_namespace(net):
    first, second = net.fabric.add_veth((net.host, "v0"), (net.host, "v1"))
    assert link(first) == "<BROADCAST,MULTICAST,M-DOWN> noop DOWN"
    net.host.set_up(second)
    assert link(second) == "<NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> noqueue LOWERLAYERDOWN"
    assert link(first) == "<BROADCAST,MULTICAST> noop DOWN"
    net.host.set_up(first)
    assert link(first) == link(second) == "<BROADCAST,MULTICAST,UP,LOWER_UP> noqueue UP"


def test_peer_elsewhere_is_looked_for_by_its_number_here(net):
    other = net.fabric.add_namespace("other")
    first, _ = net.fabric.add_veth((net.host, "v0"), (other, "eth0"))
    net.host.set_up(first)
    assert link(first) == "<NO-CARRIER,BROADCAST,MULTICAST,UP> noqueue DOWN"


def test_deleting_either_end_deletes_both(net):
    for which in (0, 1):
        ends = net.fabric.add_veth((net.host, "a"), (net.host, "b"))
        net.fabric.delete(ends[which])
        net.fabric.delete(ends[1 - which])
        assert set(net.host.devices) == {"lo"}
        assert not ends[0].exists
        assert not ends[1].exists


def test_deleting_a_namespace_deletes_its_pairs(net):
    other = net.fabric.add_namespace("other")
    net.fabric.add_veth((net.host, "a"), (other, "eth0"))
    net.fabric.add_veth((other, "x"), (other, "y"))
    net.fabric.delete_namespace(other)
    assert set(net.host.devices) == {"lo"}
    assert other.devices == {}
    assert list(net.fabric.namespaces) == [net.host]


def test_move_keeps_the_number_and_loses_the_rest(net):
    other = net.fabric.add_namespace("other")
    bridge = net.fabric.add_bridge(net.host, "br")
    _, device = net.fabric.add_veth((net.host, "a"), (net.host, "b"))
    net.host.enslave(device, bridge)
    net.host.add_address(device, "10.0.0.1/24")
    net.host.set_up(device)
    mac = device.mac
    net.fabric.move(device, other, "eth0")
    assert (device.ifindex, device.name, device.mac, device.up) == (4, "eth0", mac, False)
    assert (device.addresses, device.master, device.namespace) == ([], None, other)
    assert list(bridge.ports) == []
    assert other.by_index[4] is device
    assert device.peer_netnsid == 0
    assert len(net.host.routes) == 0


def test_move_takes_another_number_if_its_own_is_taken(net):
    other = net.fabric.add_namespace("other")
    net.fabric.add_bridge(other, "br")
    device, _ = net.fabric.add_veth((net.host, "a"), (net.host, "b"))
    net.fabric.move(device, other)
    assert (device.ifindex, device.name) == (3, "a")
    assert why(net.fabric.move, device.peer, other, "a") == "File exists"
    net.fabric.move(device, other, "c")
    assert set(other.devices) == {"lo", "br", "c"}


def test_what_stays_where_it_is(net):
    other = net.fabric.add_namespace("other")
    for device in (net.host.loopback, net.fabric.add_bridge(net.host, "br")):
        with pytest.raises(NotSupported):
            net.fabric.move(device, other)
    assert why(net.fabric.delete, net.host.loopback) == "Operation not supported"


def test_names_are_unique(net):
    net.fabric.add_bridge(net.host, "br")
    device, _ = net.fabric.add_veth((net.host, "a"), (net.host, "b"))
    for make in (
        lambda: net.fabric.add_bridge(net.host, "br"),
        lambda: net.fabric.add_veth((net.host, "x"), (net.host, "br")),
        lambda: net.fabric.add_veth((net.host, "x"), (net.host, "x")),
        lambda: net.fabric.rename(device, "br"),
        lambda: net.host.adopt(device),
    ):
        with pytest.raises(Exists):
            make()
    assert set(net.host.devices) == {"lo", "br", "a", "b"}


def test_rename(net):
    bridge = net.fabric.add_bridge(net.host, "br")
    address = net.host.add_address(bridge, "10.0.0.1/24")
    net.fabric.rename(bridge, "docker0")
    net.fabric.rename(bridge, "docker0")
    assert net.host.devices["docker0"] is bridge
    assert address.label == "docker0"
    assert "br" not in net.host.devices


def test_addresses_are_listed_primary_first(net):
    first, second = net.fabric.add_veth((net.host, "v0"), (net.host, "v1"))
    net.host.set_up(first)
    net.host.set_up(second)
    for address in ("10.5.0.1/16", "10.5.0.2/24", "10.5.0.3/16", "192.168.1.1/24"):
        net.host.add_address(first, address)
    shown = [str(a.interface) + " secondary" * a.secondary for a in first.ipv4()]
    assert shown == ["10.5.0.1/16", "10.5.0.2/24", "192.168.1.1/24", "10.5.0.3/16 secondary"]
    assert why(net.host.add_address, first, "10.5.0.1/16") == "ipv4: Address already assigned."
    net.host.remove_address(first, "10.5.0.1/16")
    assert [str(a.interface) for a in first.ipv4()] == ["10.5.0.2/24", "192.168.1.1/24"]
    assert why(net.host.remove_address, first, "10.5.0.77/16") == "ipv4: Address not found."


def test_ipv6_addresses_can_be_given_and_taken(net):
    bridge = net.fabric.add_bridge(net.host, "br")
    net.host.add_address(bridge, "fd00::1/64")
    assert str(bridge.addresses[0].interface) == "fd00::1/64"
    net.host.remove_address(bridge, "fd00::1/64")
    assert bridge.addresses == []


def test_secondary_address_can_go_alone(net):
    bridge = net.fabric.add_bridge(net.host, "br")
    net.host.add_address(bridge, "10.0.0.1/24")
    net.host.add_address(bridge, "10.0.0.2/24")
    net.host.remove_address(bridge, "10.0.0.2/24")
    assert [str(a.interface) for a in bridge.addresses] == ["10.0.0.1/24"]


def test_bridge_without_ports_has_no_carrier_if_its_mac_was_given(net):
    bridge = net.fabric.add_bridge(net.host, "docker0", mac="02:42:11:22:33:44")
    net.host.add_address(bridge, "172.17.0.1/16")
    assert link(bridge) == "<BROADCAST,MULTICAST> noop DOWN"
    net.host.set_up(bridge)
    assert link(bridge) == "<NO-CARRIER,BROADCAST,MULTICAST,UP> noqueue DOWN"
    assert routes(net.host) == [
        "172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown"
    ]
    port, peer = net.fabric.add_veth((net.host, "v0"), (net.host, "v1"))
    net.host.enslave(port, bridge)
    net.host.set_up(port)
    assert bridge.operstate == "DOWN"
    net.host.set_up(peer)
    assert link(bridge) == "<BROADCAST,MULTICAST,UP,LOWER_UP> noqueue UP"
    assert routes(net.host)[0].endswith("src 172.17.0.1")
    net.host.enslave(port, None)
    assert link(bridge) == "<NO-CARRIER,BROADCAST,MULTICAST,UP> noqueue DOWN"
    assert bridge.mac == "02:42:11:22:33:44"


def test_bridge_with_a_mac_of_no_ones_choice(net):
    bridge = net.fabric.add_bridge(net.host, "br0")
    assert link(bridge) == "<BROADCAST,MULTICAST> noop DOWN"
    net.host.set_up(bridge)
    assert link(bridge) == "<BROADCAST,MULTICAST,UP,LOWER_UP> noqueue UNKNOWN"
    port, _ = net.fabric.add_veth(
        (net.host, "v0"), (net.host, "v1"), macs=("02:00:00:00:00:05", None)
    )
    other, _ = net.fabric.add_veth(
        (net.host, "w0"), (net.host, "w1"), macs=("02:00:00:00:00:04", None)
    )
    net.host.enslave(port, bridge)
    assert bridge.mac == port.mac
    net.host.enslave(other, bridge)
    assert bridge.mac == other.mac
    net.fabric.delete(other)
    assert bridge.mac == port.mac
    net.fabric.delete(port)
    assert bridge.mac == "00:00:00:00:00:00"
    assert bridge.operstate == "DOWN"


def test_ports_of_bridges(net):
    bridges = [net.fabric.add_bridge(net.host, name) for name in ("a", "b")]
    port, _ = net.fabric.add_veth((net.host, "v0"), (net.host, "v1"))
    net.host.enslave(port, bridges[0])
    net.host.enslave(port, bridges[0])
    net.host.enslave(port, bridges[1])
    assert port.master is bridges[1]
    assert list(bridges[0].ports) == []
    for device in (bridges[0], net.host.loopback):
        with pytest.raises(KernelError, match="Invalid argument"):
            net.host.enslave(device, bridges[1])
    net.fabric.delete(bridges[1])
    assert port.master is None
    assert port.exists


def test_link_local_address_comes_with_the_carrier(net):
    other = net.fabric.add_namespace("other")
    other.ipv6 = False
    first, second = net.fabric.add_veth(
        (net.host, "v0"), (other, "eth0"), macs=("f2:c9:9f:66:98:06", None)
    )
    net.host.set_up(first)
    assert first.addresses == []
    other.set_up(second)
    assert [str(a.interface) for a in first.addresses] == ["fe80::f0c9:9fff:fe66:9806/64"]
    assert (first.addresses[0].scope, second.addresses) == ("link", [])
    other.set_down(second)
    assert len(first.addresses) == 1
    other.set_up(second)
    assert len(first.addresses) == 1
    net.host.set_ipv6(first, False)
    assert (first.addresses, first.multicast) == ([], ["01:00:5e:00:00:01"])
    net.host.set_ipv6(first, True)
    assert len(first.addresses) == 1
    net.host.set_down(first)
    assert (first.addresses, first.multicast) == ([], [])


def test_fdb_listing(net):
    other = net.fabric.add_namespace("other")
    bridge = net.fabric.add_bridge(net.host, "docker0", mac="26:59:57:74:c6:23")
    net.host.set_up(bridge)
    macs = ("f2:c9:9f:66:98:06", "02:00:00:00:00:02")
    port, eth0 = net.fabric.add_veth((net.host, "veth1"), (other, "eth0"), macs=macs)
    net.host.enslave(port, bridge)
    net.host.set_up(port)
    other.set_up(eth0)
    permanent = [
        "33:33:00:00:00:01 dev docker0 self permanent",
        "01:00:5e:00:00:6a dev docker0 self permanent",
        "33:33:00:00:00:6a dev docker0 self permanent",
        "01:00:5e:00:00:01 dev docker0 self permanent",
        "33:33:ff:74:c6:23 dev docker0 self permanent",
        "26:59:57:74:c6:23 dev docker0 master docker0 permanent",
        "f2:c9:9f:66:98:06 dev veth1 master docker0 permanent",
        "33:33:00:00:00:01 dev veth1 self permanent",
        "01:00:5e:00:00:01 dev veth1 self permanent",
        "33:33:ff:66:98:06 dev veth1 self permanent",
    ]
    assert fdb(net.host) == permanent
    other.add_address(eth0, "10.0.0.2/24")
    net.fabric.arp.announce(eth0, eth0.ipv4()[0].interface.ip)
    learned = "02:00:00:00:00:02 dev veth1 master docker0"
    assert fdb(net.host) == [*permanent[:6], learned, *permanent[6:]]
    net.host.set_down(port)
    assert "\n".join(fdb(net.host)[6:]) == "f2:c9:9f:66:98:06 dev veth1 master docker0 permanent"


def test_address_of_a_device_that_is_down_answers(net):
    bridge = net.fabric.add_bridge(net.host, "br")
    net.host.add_address(bridge, "10.0.0.1/24")
    assert ping(net.host, "10.0.0.1") == [("10.0.0.1", "reply", 64)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)), max_size=30))
def test_any_order_of_making_moving_and_deleting_leaves_pairs_whole(steps):
    net = Net(bridges=1)
    spaces = [net.host, *(net.fabric.add_namespace(str(n)) for n in range(3))]
    for number, (what, where, which) in enumerate(steps):
        space = spaces[where % len(spaces)]
        devices = [d for s in spaces for d in s.devices.values() if d.kind == "veth"]
        device = devices[which % len(devices)] if devices else None
        if what == 0 or device is None:
            net.fabric.add_veth((space, f"a{number}"), (spaces[which % len(spaces)], f"b{number}"))
        elif what == 1:
            net.fabric.delete(device)
        elif what == 2:
            why(net.fabric.move, device, space)
        elif what == 3:
            device.namespace.set_up(device)
        elif what == 4 and device.namespace is net.host:
            net.host.enslave(device, None if device.master else net.bridges[0])
        elif what == 5 and len(spaces) > 1 and where:
            net.fabric.delete_namespace(spaces.pop(where % (len(spaces) - 1) + 1))
        _check_consistent(net, spaces)


def _check_consistent(net, spaces):
    for space in spaces:
        assert {d.ifindex for d in space.devices.values()} == set(space.by_index)
        for name, device in space.devices.items():
            assert (device.name, device.namespace, device.exists) == (name, space, True)
            if device.kind == "veth":
                assert device.peer.peer is device
                assert device.peer.exists
                assert device.peer.namespace.devices[device.peer.name] is device.peer
                assert device.carrier == (device.up and device.peer.up)
            if device.master is not None:
                assert device in device.master.ports
    bridge = net.bridges[0]
    for entry in bridge.fdb.entries(net.loop.now):
        assert entry.device is bridge or entry.device in bridge.ports
    assert all(port.exists and port.namespace is net.host for port in bridge.ports)
