"""Routing tables. Expected lists are what `ip route` prints."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from fabric_helpers import Net, routes, why
from hypothesis import given
from hypothesis import strategies as st

from dockernet_lessons.embedded.fabric.errors import NetworkUnreachable, NoSuchRoute
from dockernet_lessons.embedded.fabric.local import LIMITED_BROADCAST, select_source
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route


@pytest.fixture
def net():
    made = Net(bridges=0)
    for number, device in enumerate(
        made.fabric.add_veth((made.host, "v0"), (made.host, "v1")), start=1
    ):
        made.host.set_up(device)
        made.host.add_address(device, f"10.{number}.0.1/24")
    return made


def add(net, destination, device="v0", gateway=None, **options):
    options.setdefault("scope", "global" if gateway else "link")
    via = None if gateway is None else IPv4Address(gateway)
    found = net.host.devices[device]
    return why(net.host.routes.add, Route(IPv4Network(destination), found, via, **options))


def test_listing(net):
    net.host.add_address(net.host.devices["v0"], "10.5.0.1/16")
    net.host.add_address(net.host.devices["v0"], "10.5.0.2/24")
    assert add(net, "0.0.0.0/0", "v1", "10.2.0.9") is None
    assert add(net, "10.5.0.0/20", "v0", "10.5.0.9") is None
    assert add(net, "10.9.0.0/16", metric=5) is None
    assert add(net, "10.9.0.0/16", "v1") is None
    assert add(net, "1.2.3.4/32") is None
    assert routes(net.host) == [
        "default via 10.2.0.9 dev v1",
        "1.2.3.4/32 dev v0 scope link",
        "10.1.0.0/24 dev v0 proto kernel scope link src 10.1.0.1",
        "10.2.0.0/24 dev v1 proto kernel scope link src 10.2.0.1",
        "10.5.0.0/24 dev v0 proto kernel scope link src 10.5.0.2",
        "10.5.0.0/20 via 10.5.0.9 dev v0",
        "10.5.0.0/16 dev v0 proto kernel scope link src 10.5.0.1",
        "10.9.0.0/16 dev v1 scope link",
        "10.9.0.0/16 dev v0 scope link metric 5",
    ]
    assert len(net.host.routes) == 9
    assert net.host.routes.lookup(IPv4Address("10.9.1.1")).device.name == "v1"


def test_refusals(net):
    invalid = "Nexthop has invalid gateway."
    assert add(net, "10.50.0.0/16", "v0", "10.2.0.9") == invalid
    assert add(net, "10.52.0.0/16", "v0", "8.8.8.8") == invalid
    assert add(net, "10.53.0.0/16", "v0", "10.1.0.7") is None
    assert add(net, "10.54.0.0/16", "v0", "10.53.0.1") == invalid
    assert add(net, "10.53.0.0/16", "v1") == "File exists"
    net.host.set_down(net.host.devices["v1"])
    assert add(net, "10.55.0.0/16", "v1") == "Device for nexthop is not up."
    gone = Route(DEFAULT, net.host.devices["v0"])
    with pytest.raises(NoSuchRoute, match="No such process"):
        net.host.routes.remove(gone)


def test_routes_come_and_go_with_devices_and_addresses(net):
    device = net.host.devices["v0"]
    add(net, "0.0.0.0/0", "v0", "10.1.0.9")
    net.host.set_down(net.host.devices["v1"])
    assert routes(net.host) == [
        "default via 10.1.0.9 dev v0 linkdown",
        "10.1.0.0/24 dev v0 proto kernel scope link src 10.1.0.1 linkdown",
    ]
    net.host.remove_address(device, "10.1.0.1/24")
    assert routes(net.host) == []
    net.host.set_up(net.host.devices["v1"])
    assert routes(net.host) == ["10.2.0.0/24 dev v1 proto kernel scope link src 10.2.0.1"]
    net.host.set_down(net.host.devices["v1"])
    assert routes(net.host) == []


def test_no_connected_route_for_a_host_address(net):
    net.host.add_address(net.host.devices["v0"], "10.7.0.1/32")
    assert net.host.routes.lookup(IPv4Address("10.7.0.1")) is None


def test_same_subnet_on_two_devices_first_is_used(net):
    net.host.add_address(net.host.devices["v0"], "10.2.0.5/24")
    assert net.host.routes.lookup(IPv4Address("10.2.0.77")).device.name == "v1"
    net.host.remove_address(net.host.devices["v1"], "10.2.0.1/24")
    assert net.host.routes.lookup(IPv4Address("10.2.0.77")).device.name == "v0"


def test_source_selection(net):
    v0, v1 = net.host.devices["v0"], net.host.devices["v1"]
    net.host.add_address(v0, "10.3.0.1/24")
    assert str(select_source(v0, IPv4Address("10.3.0.9"))) == "10.3.0.1"
    assert str(select_source(v0, IPv4Address("8.8.8.8"))) == "10.1.0.1"
    net.host.remove_address(v1, "10.2.0.1/24")
    assert str(select_source(v1, IPv4Address("8.8.8.8"))) == "10.1.0.1"
    lonely = net.fabric.add_namespace("lonely")
    lonely.set_up(lonely.loopback)
    device, _ = net.fabric.add_veth((lonely, "a"), (lonely, "b"))
    assert select_source(device, IPv4Address("8.8.8.8")) is None


def test_local_addresses(net):
    local = net.host.local
    assert IPv4Address("10.1.0.1") in local
    assert IPv4Address("127.3.2.1") in local
    assert IPv4Address("10.1.0.2") not in local
    assert local.is_broadcast(IPv4Address("10.1.0.255"))
    assert local.is_broadcast(LIMITED_BROADCAST)
    assert not local.is_broadcast(IPv4Address("10.1.0.1"))
    net.host.add_address(net.host.devices["v0"], "10.8.0.1/31", broadcast=IPv4Address("10.8.0.99"))
    assert local.is_broadcast(IPv4Address("10.8.0.99"))
    net.host.remove_address(net.host.devices["v0"], "10.8.0.1/31")
    assert not local.is_broadcast(IPv4Address("10.8.0.99"))
    net.host.add_address(net.host.devices["v1"], "10.1.0.1/24")
    net.host.remove_address(net.host.devices["v0"], "10.1.0.1/24")
    assert IPv4Address("10.1.0.1") in local


def test_without_127_nothing_is_loopback():
    net = Net(bridges=0)
    namespace = net.fabric.add_namespace("new")
    assert IPv4Address("127.0.0.1") not in namespace.local
    with pytest.raises(NetworkUnreachable, match="Network is unreachable"):
        namespace.open_icmp().send_echo(IPv4Address("127.0.0.1"), identifier=1, sequence=1)


prefixes = st.builds(
    lambda address, length: IPv4Network((address & ~((1 << (32 - length)) - 1), length)),
    st.integers(0, 2**32 - 1) | st.integers(0x0A000000, 0x0A0003FF),
    st.integers(0, 32),
)


@given(
    st.lists(st.tuples(prefixes, st.integers(0, 2)), max_size=20),
    st.lists(st.integers(0, 19), max_size=10),
    st.lists(st.integers(0x0A000000, 0x0A0003FF) | st.integers(0, 2**32 - 1), max_size=10),
)
def test_lookup_is_longest_prefix_then_lowest_metric(wanted, removed, addresses):
    net = Net(bridges=0)
    device, peer = net.fabric.add_veth((net.host, "a"), (net.host, "b"))
    net.host.set_up(device)
    net.host.set_up(peer)
    table = net.host.routes
    for destination, metric in wanted:
        why(table.add, Route(destination, device, metric=metric))
    present = {(route.destination, route.metric): route for route in table}
    assert set(present) == set(wanted)
    for index in removed:
        if index < len(wanted) and wanted[index] in present:
            table.remove(present.pop(wanted[index]))
    for number in addresses:
        address = IPv4Address(number)
        fitting = [key for key in present if address in key[0]]
        best = max(fitting, key=lambda key: (key[0].prefixlen, -key[1]), default=None)
        assert table.lookup(address) is (present[best] if best else None)
    net.host.set_down(device)
    assert len(table) == 0
