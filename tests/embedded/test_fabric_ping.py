"""Echo requests across bridges and routers, and what tcpdump sees of them on a real host."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from fabric_helpers import Net, ping, watch, why
from hypothesis import given
from hypothesis import strategies as st

from dockernet_lessons.embedded.fabric.capture import Capture
from dockernet_lessons.embedded.fabric.errors import (
    Denied,
    MessageTooLong,
    NetworkUnreachable,
    NotAvailable,
)
from dockernet_lessons.embedded.fabric.packets import IPV4, Frame, IcmpEcho, Ipv4Packet
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route


def test_same_bridge_as_captured(net):
    seen, _ = watch(net.host)
    assert ping(net.stations["a"], "10.90.0.3") == [("10.90.0.3", "reply", 64)]
    assert seen == [
        "v-a B who-has 10.90.0.3 10.90.0.2",
        "v-b Out who-has 10.90.0.3 10.90.0.2",
        "br0 B who-has 10.90.0.3 10.90.0.2",
        "v-b P is-at 10.90.0.2 10.90.0.3",
        "v-a Out is-at 10.90.0.2 10.90.0.3",
        "v-a P 10.90.0.2 > 10.90.0.3 request",
        "v-b Out 10.90.0.2 > 10.90.0.3 request",
        "v-b P 10.90.0.3 > 10.90.0.2 reply",
        "v-a Out 10.90.0.3 > 10.90.0.2 reply",
    ]


def test_other_bridge_as_captured(net):
    seen, _ = watch(net.host)
    assert ping(net.stations["a"], "10.91.0.4") == [("10.91.0.4", "reply", 63)]
    assert seen == [
        "v-a B who-has 10.90.0.1 10.90.0.2",
        "v-b Out who-has 10.90.0.1 10.90.0.2",
        "br0 B who-has 10.90.0.1 10.90.0.2",
        "br0 Out is-at 10.90.0.2 10.90.0.1",
        "v-a Out is-at 10.90.0.2 10.90.0.1",
        "v-a P 10.90.0.2 > 10.91.0.4 request",
        "br0 In 10.90.0.2 > 10.91.0.4 request",
        "br1 Out who-has 10.91.0.4 10.91.0.1",
        "v-c Out who-has 10.91.0.4 10.91.0.1",
        "v-c P is-at 10.91.0.1 10.91.0.4",
        "br1 In is-at 10.91.0.1 10.91.0.4",
        "br1 Out 10.90.0.2 > 10.91.0.4 request",
        "v-c Out 10.90.0.2 > 10.91.0.4 request",
        "v-c P 10.91.0.4 > 10.90.0.2 reply",
        "br1 In 10.91.0.4 > 10.90.0.2 reply",
        "br0 Out 10.91.0.4 > 10.90.0.2 reply",
        "v-a Out 10.91.0.4 > 10.90.0.2 reply",
    ]


def test_gateway_of_the_other_network_answers(net):
    seen, capture = watch(net.host, net.host.devices["br0"])
    assert ping(net.stations["a"], "10.91.0.1") == [("10.91.0.1", "reply", 64)]
    assert seen[2:] == [
        "br0 In 10.90.0.2 > 10.91.0.1 request",
        "br0 Out 10.91.0.1 > 10.90.0.2 reply",
    ]
    capture.close()
    capture.close()
    ping(net.stations["a"], "10.91.0.1")
    assert len(seen) == 4


def test_own_address_goes_over_lo(net):
    a = net.stations["a"]
    seen, _ = watch(a)
    assert ping(a, "10.90.0.2") == [("10.90.0.2", "reply", 64)]
    assert seen == [
        "lo Out 10.90.0.2 > 10.90.0.2 request",
        "lo In 10.90.0.2 > 10.90.0.2 request",
        "lo Out 10.90.0.2 > 10.90.0.2 reply",
        "lo In 10.90.0.2 > 10.90.0.2 reply",
    ]
    assert ping(a, "127.0.0.1") == ping(a, "127.0.0.1", source=IPv4Address("127.0.0.1"))
    lo = a.loopback
    assert (lo.rx_packets, lo.tx_packets, lo.rx_bytes, lo.tx_bytes) == (6, 6, 504, 504)
    a.set_down(lo)
    assert ping(a, "10.90.0.2") == []


def test_travel_times(net):
    a = net.stations["a"]
    socket = a.open_icmp()
    times = []
    for sequence in range(50):
        socket.send_echo(IPv4Address("10.90.0.3"), identifier=1, sequence=sequence)
        times.append(1e3 * (socket.received.pop().time - net.loop.now))
    first, *others = times
    assert 0.06 < first < 0.25
    assert all(0.03 < time < 0.12 for time in others)
    assert first > max(others)
    assert net.fabric.moment == net.loop.now


def test_answers_go_to_the_socket_that_asked(net):
    a = net.stations["a"]
    first, second = a.open_icmp(), a.open_icmp()
    first.send_echo(IPv4Address("10.90.0.3"), identifier=1, sequence=1, size=100)
    second.send_echo(IPv4Address("10.90.0.3"), identifier=2, sequence=9)
    assert [r.packet.payload for r in first.received] == [IcmpEcho(False, 1, 1, 100)]
    assert [r.packet.payload for r in second.received] == [IcmpEcho(False, 2, 9, 56)]
    first.close()
    first.close()
    first.send_echo(IPv4Address("10.90.0.3"), identifier=3, sequence=1)
    assert len(first.received) == 1


def test_ttl(net):
    assert ping(net.stations["a"], "10.91.0.4", ttl=1) == [("10.90.0.1", 11, 0)]
    assert ping(net.stations["a"], "10.91.0.4", ttl=2) == [("10.91.0.4", "reply", 63)]
    assert ping(net.stations["a"], "10.91.0.4", ttl=1, count=20)[1:] == [("10.90.0.1", 11, 0)] * 4


def test_router_without_a_route(net):
    assert ping(net.stations["a"], "10.200.0.1", count=20) == [("10.90.0.1", 3, 0)] * 2
    net.pass_time(3)
    assert ping(net.stations["a"], "10.200.0.1", count=20) == [("10.90.0.1", 3, 0)]


def test_router_that_finds_nobody(net):
    assert ping(net.stations["a"], "10.91.0.77", wait=4) == [("10.90.0.1", 3, 1)]


def test_host_that_does_not_forward(net):
    net.host.forwarding = False
    assert ping(net.stations["a"], "10.91.0.4") == []
    assert ping(net.stations["a"], "10.91.0.1") == [("10.91.0.1", "reply", 64)]


def test_errors_at_once(net):
    a = net.stations["a"]
    socket = a.open_icmp()

    def send(address, **options):
        socket.send_echo(IPv4Address(address), identifier=1, sequence=1, **options)

    for address in ("10.90.0.255", "255.255.255.255"):
        with pytest.raises(Denied, match="Permission denied"):
            send(address)
    with pytest.raises(NotAvailable):
        send("10.90.0.3", source=IPv4Address("10.90.0.9"))
    with pytest.raises(MessageTooLong) as caught:
        send("10.90.0.3", size=3000, dont_fragment=True)
    assert caught.value.mtu == 1500
    a.set_down(a.devices["eth0"])
    with pytest.raises(NetworkUnreachable):
        send("10.90.0.3")
    assert len(socket.received) == 0


def test_large_packets_cross_unless_they_must_stay_whole(net):
    a = net.stations["a"]
    assert ping(a, "10.91.0.4", size=3000) == [("10.91.0.4", "reply", 63)]
    net.host.devices["br1"].mtu = 1400
    assert ping(a, "10.91.0.4", size=1472) == [("10.90.0.1", 3, 4)]
    assert ping(a, "10.91.0.4", size=1372) == [("10.91.0.4", "reply", 63)]


def test_broadcast_pings_are_ignored(net):
    a = net.stations["a"]
    socket = a.open_icmp()
    socket.broadcast = True
    seen, _ = watch(net.host)
    socket.send_echo(IPv4Address("10.90.0.255"), identifier=1, sequence=1)
    socket.send_echo(IPv4Address("255.255.255.255"), identifier=1, sequence=1)
    assert seen == [
        f"{device} 10.90.0.2 > {destination} request"
        for destination in ("10.90.0.255", "255.255.255.255")
        for device in ("v-a B", "v-b Out", "br0 B")
    ]
    assert len(socket.received) == 0


def test_multicast_reaches_nobody(net):
    assert ping(net.stations["a"], "224.0.0.1") == []


def inject(net, source, destination, port="v-a"):
    device = net.host.devices[port]
    echo = IcmpEcho(True, 1, 1)
    packet = Ipv4Packet(IPv4Address(source), IPv4Address(destination), 64, "icmp", echo)
    seen, capture = watch(net.host)
    frame = Frame("02:00:00:00:00:77", device.master.mac, IPV4, packet)
    net.fabric.link.receive(device, frame)
    net.fabric.link.flush()
    capture.close()
    return [line for line in seen if "Out" in line]


def test_martians(net):
    for source, destination in (
        ("127.0.0.1", "10.90.0.1"),
        ("10.91.0.1", "10.90.0.1"),
        ("224.0.0.1", "10.90.0.1"),
        ("10.90.0.255", "10.90.0.1"),
        ("10.90.0.2", "127.0.0.1"),
    ):
        assert inject(net, source, destination) == []
    assert inject(net, "10.90.0.2", "10.90.0.1") != []


def test_no_error_about_broadcasts_and_errors(net):
    namespace = net.host
    before = [device.tx_packets for device in namespace.devices.values()]
    echo = IcmpEcho(True, 1, 1)
    for source, destination in (
        ("10.90.0.2", "10.90.0.255"),
        ("10.90.0.2", "224.0.0.5"),
        ("0.0.0.0", "1.1.1.1"),
    ):
        packet = Ipv4Packet(IPv4Address(source), IPv4Address(destination), 64, "icmp", echo)
        net.fabric.icmp.send_error(namespace, packet, 3, 1)
    assert [device.tx_packets for device in namespace.devices.values()] == before


def test_reply_nobody_waits_for(net):
    a = net.stations["a"]
    socket = a.open_icmp()
    socket.send_echo(IPv4Address("10.90.0.77"), identifier=1, sequence=1)
    socket.close()
    dropped = net.fabric.link.dropped
    net.pass_time(4)
    assert net.fabric.link.dropped == dropped + 4  # two ARP copies, the packet, the error


def test_frames_for_others_are_dropped(net):
    a, b = net.stations["a"], net.stations["b"]
    ping(a, "10.90.0.3")
    neighbor = next(iter(a.neighbors))
    net.fabric.arp.update(neighbor, "02:00:00:00:00:66", "PERMANENT")
    seen, _ = watch(b)
    assert ping(a, "10.90.0.3") == []
    assert seen == ["eth0 P 10.90.0.2 > 10.90.0.3 request"]


def test_bridge_and_ports_that_are_down(net):
    a = net.stations["a"]
    ping(a, "10.90.0.3")
    net.host.set_down(net.bridges[0])
    assert ping(a, "10.90.0.3") == []
    net.host.set_up(net.bridges[0])
    assert ping(a, "10.90.0.3") == [("10.90.0.3", "reply", 64)]
    net.host.set_down(net.host.devices["v-b"])
    dropped = a.devices["eth0"].tx_dropped
    assert ping(net.stations["b"], "10.90.0.2") == []
    assert net.stations["b"].devices["eth0"].tx_dropped == 1
    assert a.devices["eth0"].tx_dropped == dropped


def test_frame_back_to_where_it_came_from_is_dropped(net):
    ping(net.stations["a"], "10.90.0.3")
    mac = net.stations["a"].devices["eth0"].mac
    port = net.host.devices["v-a"]
    echo = IcmpEcho(True, 1, 1)
    packet = Ipv4Packet(IPv4Address("10.90.0.9"), IPv4Address("10.90.0.2"), 64, "icmp", echo)
    before = port.tx_packets
    net.fabric.link.receive(port, Frame("02:00:00:00:00:77", mac, IPV4, packet))
    net.fabric.link.flush()
    assert port.tx_packets == before


def test_namespace_deleted_while_its_packet_is_under_way(net):
    a, b = net.stations["a"], net.stations["b"]
    ping(a, "10.90.0.3")
    socket = a.open_icmp()

    Capture(net.host, net.host.devices["v-a"], lambda *_: net.fabric.delete_namespace(b))
    socket.send_echo(IPv4Address("10.90.0.3"), identifier=1, sequence=1)
    assert len(socket.received) == 0
    net.pass_time(60)
    assert "v-b" not in net.host.devices


def test_device_that_goes_down_while_a_frame_is_under_way(net):
    a, b = net.stations["a"], net.stations["b"]
    ping(a, "10.90.0.3")
    eth0 = b.devices["eth0"]
    Capture(net.host, net.host.devices["v-b"], lambda *_: b.set_down(eth0))
    assert ping(a, "10.90.0.3") == []
    assert eth0.rx_dropped == 1


def test_namespace_deleted_while_it_waits(net):
    a = net.stations["a"]
    socket = a.open_icmp()
    udp = a.open_udp()
    socket.send_echo(IPv4Address("10.90.0.77"), identifier=1, sequence=1)
    net.fabric.delete_namespace(a)
    net.pass_time(60)
    assert (socket.closed, udp.closed, len(socket.received)) == (True, True, 0)
    with pytest.raises(NetworkUnreachable):
        socket.send_echo(IPv4Address("10.90.0.3"), identifier=1, sequence=1)


def test_bridges_in_a_loop_storm_but_end(net):
    for _ in range(2):
        ends = [f"l{len(net.host.devices)}", f"m{len(net.host.devices)}"]
        pair = net.fabric.add_veth((net.host, ends[0]), (net.host, ends[1]))
        for device, bridge in zip(pair, net.bridges, strict=True):
            net.host.enslave(device, bridge)
            net.host.set_up(device)
    net.fabric.arp.announce(net.stations["a"].devices["eth0"], IPv4Address("10.90.0.2"))
    carried = sum(device.rx_packets for device in net.host.devices.values())
    assert 10_000 < carried < 200_000
    assert net.fabric.link.elapsed == 0


def test_routers_in_a_circle_stop_at_ttl():
    net = Net(bridges=1)
    a = net.add("a", 2)
    net.host.routes.add(Route(DEFAULT, net.bridges[0], IPv4Address("10.90.0.2")))
    a.forwarding = True
    (found,) = ping(net.add("b", 3), "8.8.8.8")
    assert found[1:] == (11, 0)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=25
    )
)
def test_counters_of_both_ends_agree(steps):
    net = Net(bridges=2)
    for number in range(4):
        net.add(f"s{number}", number + 2, bridge=number % 2)
    for source, target, what in steps:
        station = net.stations[f"s{source}"]
        if what == 0:
            net.host.set_down(net.host.devices[f"v-s{target}"])
        elif what == 1:
            net.host.set_up(net.host.devices[f"v-s{target}"])
        else:
            why(ping, station, f"10.9{target % 2}.0.{target + 2}", wait=0.5 * what)
    for station in net.stations.values():
        eth0 = station.devices["eth0"]
        peer = eth0.peer
        assert (eth0.tx_packets, eth0.tx_bytes) == (peer.rx_packets, peer.rx_bytes)
        assert (eth0.rx_packets, eth0.rx_bytes) == (peer.tx_packets, peer.tx_bytes)
