"""The way of every packet, and that none gets lost without a reason."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from fabric_helpers import Net, ping, why
from hypothesis import given
from hypothesis import strategies as st

from dockernet_lessons.embedded.fabric.packets import Arp, IcmpEcho
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route
from dockernet_lessons.embedded.fabric.rules import Rule
from dockernet_lessons.embedded.fabric.trace import Tracer


def two():
    net = Net(bridges=2)
    net.add("a", 2)
    net.add("b", 3)
    net.add("c", 4, bridge=1)
    return net


def lines(trace):
    return [f"{h.namespace} {h.device} {h.action} {h.detail}".rstrip() for h in trace.hops]


def test_way_of_a_first_ping():
    net = two()
    macs = {name: station.devices["eth0"].mac for name, station in net.stations.items()}
    with Tracer(net.fabric) as tracer:
        ping(net.stations["a"], "10.90.0.3")
    request, asked, told, reply = tracer.traces
    assert lines(request) == [
        "a eth0 sent",
        "a eth0 waiting for the MAC of 10.90.0.3",
        "a eth0 out",
        "host v-a in",
        "host br0 switched to v-b",
        "host v-b out",
        "b eth0 in",
        "b eth0 delivered",
    ]
    assert lines(asked) == [
        "a eth0 out",
        "host v-a in",
        f"host br0 learned {macs['a']} is behind v-a",
        "host br0 flooded to 1 ports",
        "host br0 switched to v-b",
        "host v-b out",
        "host br0 passed up to the host",
        "host br0 dropped ARP about others",
        "b eth0 in",
        "b eth0 delivered",
        f"b eth0 learned 10.90.0.2 has {macs['a']} (STALE)",
    ]
    assert f"a eth0 learned 10.90.0.3 has {macs['b']} (REACHABLE)" in lines(told)
    assert f"host br0 learned {macs['b']} is behind v-b" in lines(told)
    assert reply.delivered
    assert request.dropped is None
    hop = request.hops[3]
    assert (hop.source_mac, hop.destination_mac) == (macs["a"], macs["b"])
    assert (str(hop.source), str(hop.destination), hop.ttl) == ("10.90.0.2", "10.90.0.3", 64)
    assert [h.time for h in request.hops] == sorted(h.time for h in request.hops)
    assert isinstance(asked.packet, Arp)


def test_tracing_leaves_no_trace():
    net = two()
    with Tracer(net.fabric) as tracer:
        ping(net.stations["a"], "10.90.0.3")
    before = len(tracer.traces)
    ping(net.stations["a"], "10.90.0.3")
    assert len(tracer.traces) == before
    assert "transmit" not in vars(net.fabric.link)
    with Tracer(net.fabric) as outer, Tracer(net.fabric) as inner:
        ping(net.stations["a"], "10.90.0.3")
    assert len(inner.traces) == len(outer.traces) == 2
    ping(net.stations["a"], "10.90.0.3")
    assert len(outer.traces) == 2


def test_tracing_changes_nothing():
    times = []
    for traced in (False, True):
        net = two()
        socket = net.stations["a"].open_icmp()
        with Tracer(net.fabric) if traced else open("/dev/null"):
            for sequence in range(5):
                socket.send_echo(IPv4Address("10.91.0.4"), identifier=1, sequence=sequence)
        times.append([received.time for received in socket.received])
    assert times[0] == times[1]


def test_dropped_by_a_rule():
    net = two()
    rule = Rule("DROP", in_device="br0", out_device="br0", not_out_device=True)
    net.host.firewall.chain("filter", "FORWARD").append(rule)
    with Tracer(net.fabric) as tracer:
        ping(net.stations["a"], "10.91.0.4")
    assert tracer.traces[0].dropped == "filter: -A FORWARD -i br0 ! -o br0 -j DROP"
    assert not tracer.traces[0].delivered
    net.host.firewall.chain("filter", "FORWARD").flush()
    net.host.firewall.chain("filter", "FORWARD").policy = "DROP"
    with Tracer(net.fabric) as tracer:
        ping(net.stations["a"], "10.91.0.4")
    assert tracer.traces[0].dropped == "filter: -P FORWARD DROP"


def test_routed_and_translated():
    net = two()
    rule = Rule("MASQUERADE", source=IPv4Network("10.90.0.0/24"), out_device="br1")
    net.host.firewall.chain("nat", "POSTROUTING").append(rule)
    ping(net.stations["a"], "10.91.0.4")
    with Tracer(net.fabric) as tracer:
        ping(net.stations["a"], "10.91.0.4")
    request, reply = tracer.traces
    assert lines(request) == [
        "a eth0 sent via 10.90.0.1",
        "a eth0 out",
        "host v-a in",
        "host br0 passed up to the host",
        "host br1 routed",
        "host br1 translated from 10.90.0.2 to 10.91.0.4",
        "host br1 out",
        "host br1 switched to v-c",
        "host v-c out",
        "c eth0 in",
        "c eth0 delivered",
    ]
    assert [hop.ttl for hop in request.hops][3:5] == [64, 63]
    assert any(hop.action == "translated" for hop in reply.hops)


kinds = st.integers(0, 9)


@given(st.lists(st.tuples(kinds, st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=20))
def test_every_echo_request_is_answered_errored_or_traced_as_dropped(steps):
    net = Net(bridges=2)
    for number in range(5):
        net.add(f"s{number}", number + 2, bridge=number % 2)
    host, stations = net.host, list(net.stations.values())
    sent = 0
    with Tracer(net.fabric) as tracer:
        for kind, one, other in steps:
            station = stations[one]
            if kind == 0:
                host.set_down(host.devices[f"v-s{other}"])
            elif kind == 1:
                host.set_up(host.devices[f"v-s{other}"])
            elif kind == 2:
                rule = Rule(("DROP", "REJECT", "ACCEPT")[one % 3], in_device=f"br{other % 2}")
                host.firewall.chain("filter", ("FORWARD", "INPUT")[other % 2]).append(rule)
            elif kind == 3:
                station.firewall.chain("filter", "INPUT").policy = ("DROP", "ACCEPT")[other % 2]
            elif kind == 4:
                host.firewall.bridge_netfilter = not host.firewall.bridge_netfilter
            elif kind == 5:
                host.forwarding = not host.forwarding
            else:
                target = f"10.9{other % 2}.0.{other + 2 + 50 * (kind == 9)}"
                refused = why(
                    ping, station, target, wait=7 if kind == 8 else 0, ttl=1 if kind == 7 else 64
                )
                sent += refused is None
        net.pass_time(30)
    requests = [
        trace
        for trace in tracer.traces
        if not isinstance(trace.packet, Arp)
        and isinstance(trace.packet.payload, IcmpEcho)
        and trace.packet.payload.request
    ]
    assert len(requests) >= sent
    for trace in requests:
        assert trace.delivered or trace.dropped


def test_flood_avoids_what_would_ignore_it_but_counts():
    net = two()
    a, b, d = net.stations["a"], net.stations["b"], net.add("d", 5)
    before = b.devices["eth0"].rx_packets
    ping(a, "10.90.0.5")
    assert b.devices["eth0"].rx_packets == before + 1
    assert b.devices["eth0"].rx_bytes == 42
    with Tracer(net.fabric) as tracer:
        ping(b, "10.90.0.5")
    asked = next(trace for trace in tracer.traces if isinstance(trace.packet, Arp))
    assert "d eth0 delivered" in lines(asked)
    assert "a eth0 in" not in lines(asked)
    assert d.devices["eth0"].rx_packets == 4


def test_a_chain_of_routers():
    net = Net(bridges=1)
    before, last = net.host, None
    for number in range(1, 6):
        router = net.fabric.add_namespace(f"r{number}")
        router.forwarding = True
        near, far = net.fabric.add_wire((before, f"down{number}"), (router, "up"))
        before.add_address(near, f"10.10.{number}.1/24")
        router.add_address(far, f"10.10.{number}.2/24")
        before.set_up(near)
        router.set_up(far)
        last = router
        before.routes.add(
            Route(IPv4Network("10.10.0.0/16"), near, IPv4Address(f"10.10.{number}.2"))
        )
        router.routes.add(Route(DEFAULT, far, IPv4Address(f"10.10.{number}.1")))
        before = router
    a = net.add("a", 2)
    found = [ping(a, "10.10.5.2", ttl=ttl)[0] for ttl in range(1, 8)]
    assert found[0] == ("10.90.0.1", 11, 0)
    assert [who for who, *_ in found[1:5]] == [f"10.10.{n}.2" for n in range(1, 5)]
    assert found[5] == ("10.10.5.2", "reply", 59)
    with Tracer(net.fabric) as tracer:
        ping(a, "10.10.5.2")
    assert [hop.ttl for hop in tracer.traces[0].hops if hop.action == "routed"] == [
        63,
        62,
        61,
        60,
        59,
    ]
    assert last.name == "r5"
