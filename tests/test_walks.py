"""Packets' walks: the same way on every engine, emulated or real, traced or captured."""

import dataclasses

import pytest

from dockernet_lessons import Lab, errors, image

ARP_BETWEEN = """
ARP request  {a}:eth0    sent
ARP request  port of {a} in
ARP request  {bridge}    flooded
ARP request  port of {b} out
ARP request  {b}:eth0    delivered
ARP request  {b}:eth0    learned
ARP reply    {b}:eth0    sent
ARP reply    port of {b} in
ARP reply    {bridge}    switched
ARP reply    port of {a} out
ARP reply    {a}:eth0    delivered
ARP reply    {a}:eth0    learned
"""
SWITCHED = """
echo request {a}:eth0    sent       64
echo request port of {a} in         64
echo request {bridge}    switched   64
echo request port of {b} out        64
echo request {b}:eth0    delivered  64
echo reply   {b}:eth0    sent       64
echo reply   port of {b} in         64
echo reply   {bridge}    switched   64
echo reply   port of {a} out        64
echo reply   {a}:eth0    delivered  64
"""
ARP_FOR_GATEWAY = """
ARP request  {a}:eth0    sent
ARP request  port of {a} in
ARP request  {bridge}    flooded
ARP request  {bridge}    delivered
ARP request  {bridge}    learned
ARP reply    {bridge}    sent
ARP reply    {bridge}    switched
ARP reply    port of {a} out
ARP reply    {a}:eth0    delivered
ARP reply    {a}:eth0    learned
"""
TO_HOST = """
echo request {a}:eth0    sent       64
echo request port of {a} in         64
echo request {bridge}    delivered  64
echo reply   {bridge}    sent       64
echo reply   {bridge}    switched   64
echo reply   port of {a} out        64
echo reply   {a}:eth0    delivered  64
"""
FROM_HOST = """
ARP request  {bridge}    sent
ARP request  {bridge}    flooded
ARP request  port of {a} out
ARP request  {a}:eth0    delivered
ARP request  {a}:eth0    learned
ARP reply    {a}:eth0    sent
ARP reply    port of {a} in
ARP reply    {bridge}    delivered
ARP reply    {bridge}    learned
echo request {bridge}    sent       64
echo request {bridge}    switched   64
echo request port of {a} out        64
echo request {a}:eth0    delivered  64
echo reply   {a}:eth0    sent       64
echo reply   port of {a} in         64
echo reply   {bridge}    delivered  64
"""
LOOKUP = """
DNS query    {a}:lo      sent       64
DNS query    {a}:lo      delivered  64
DNS answer   {a}:lo      sent       64
DNS answer   {a}:lo      delivered  64
"""
LOOPBACK = """
echo request {a}:lo      sent       64
echo request {a}:lo      delivered  64
echo reply   {a}:lo      sent       64
echo reply   {a}:lo      delivered  64
"""


@pytest.fixture(scope="module")
def bench(lab, tag):
    """Two and a bystander on the default bridge, two on a network of their own, odd ones."""
    lab.create_network(f"{tag}-net", subnet=lab.free_subnet())
    lab.run_many([f"{tag}-a", f"{tag}-b", f"{tag}-c", f"{tag}-stopped"])
    lab.run_many([f"{tag}-x", f"{tag}-y"], network=f"{tag}-net")
    lab.run(f"{tag}-none", network="none")
    lab.run(f"{tag}-host", network="host")
    lab.run(f"{tag}-shared", network=f"container:{tag}-b")
    lab.stop(f"{tag}-stopped")
    return lab


def told(lab, walk):
    """A walk's hops, the host's interfaces named by what they are for.

    What a bridge learned is left out: it depends on what was sent before.
    """
    pairs = lab.veth_pairs()
    ports = dict(zip(pairs.host_if, pairs.container, strict=True))
    bridges = set(pairs.bridge)
    lines = []
    for hop in walk.hops:
        place = hop.anchor
        if hop.namespace == "host" and hop.interface in bridges:
            place = hop.interface
        elif hop.namespace == "host" and hop.interface != "lo":
            place = f"port of {ports[hop.interface]}"
        if "'s FDB: " not in hop.detail:
            lines.append(" ".join(f"{hop.packet} {place} {hop.action} {hop.ttl or ''}".split()))
    return lines


def expected(text, **names):
    return [" ".join(line.split()) for line in text.format(**names).split("\n") if line]


def bridge_of(lab, container):
    return lab.veth_pairs().set_index("container").loc[container, "bridge"]


def test_on_one_bridge_frames_are_switched(bench, tag):
    a, b = f"{tag}-a", f"{tag}-b"
    walk = bench.walk(a, b)
    names = {"a": a, "b": b, "bridge": "docker0"}
    assert told(bench, walk) == expected(ARP_BETWEEN + SWITCHED, **names)
    assert (walk.outcome, walk.dropped_by, walk.ping.ok) == ("delivered", None, True)


def test_frames_bear_the_macs_of_the_two_ends(bench, tag):
    a, b = f"{tag}-a", f"{tag}-b"
    macs = bench.veth_pairs().set_index("container").mac
    table = bench.walk(a, b).table()
    request = table[table.packet == "echo request"]
    assert set(request.source_mac) == {macs[a]}
    assert set(request.destination_mac) == {macs[b]}
    learned = table[table.action == "learned"]
    assert any(macs[b] in detail for detail in learned[learned.namespace == a].detail)
    asked = table[table.packet == "ARP request"]
    assert set(asked.destination_mac) == {"ff:ff:ff:ff:ff:ff"}


def test_every_walk_begins_with_arp(bench, tag):
    packets = [bench.walk(f"{tag}-a", f"{tag}-b").hops[0].packet for _ in range(2)]
    assert packets == ["ARP request", "ARP request"]


def test_the_gateway_is_the_bridge_itself(bench, tag):
    a = f"{tag}-a"
    walk = bench.walk(a, "host")
    names = {"a": a, "bridge": "docker0"}
    assert told(bench, walk) == expected(ARP_FOR_GATEWAY + TO_HOST, **names)


def test_the_host_reaches_a_container(bench, tag):
    for source in ("host", f"{tag}-host"):
        walk = bench.walk(source, f"{tag}-a")
        assert told(bench, walk) == expected(FROM_HOST, a=f"{tag}-a", bridge="docker0")


@pytest.mark.real
def test_a_neighbor_that_verifies_the_target_meanwhile_is_left_out(bench, tag, client):
    """Kernels do so now and then; here another container's kernel is made to, all the time."""
    a = bench.veth_pairs().set_index("container").loc[f"{tag}-a"]
    verify = f"ip neigh replace {a.ipv4} lladdr {a.mac} nud probe dev eth0"
    verifier = client.containers.run(
        image.REFERENCE, ["sh", "-c", f"while sleep 0.02; do {verify}; done"],
        network_mode=f"container:{tag}-b", cap_add=["NET_ADMIN"], detach=True,
    )  # fmt: skip
    try:
        walks = [bench.walk("host", f"{tag}-a") for _ in range(3)]
    finally:
        verifier.remove(force=True)
    for walk in walks:
        assert told(bench, walk) == expected(FROM_HOST, a=f"{tag}-a", bridge="docker0")


def test_another_network_is_walled_off_and_by_which_rule(bench, tag, engine):
    a, x = f"{tag}-a", f"{tag}-x"
    walk = bench.walk(a, x)
    way = f"""
echo request {a}:eth0    sent       64
echo request port of {a} in         64
"""
    bridge = bridge_of(bench, x)
    if engine.generation < 28:
        rule = f"filter: -A DOCKER-ISOLATION-STAGE-2 -o {bridge} -j DROP"
        way += "echo request docker0 in 64\n"
    else:
        rule = f"raw: -A PREROUTING -d {walk.address}/32 ! -i {bridge} -j DROP"
    way += "echo request docker0 dropped 64"
    assert told(bench, walk) == expected(ARP_FOR_GATEWAY + way, a=a, bridge="docker0")
    assert (walk.outcome, walk.dropped_by) == ("dropped", rule)
    assert rule in walk.hops[-1].detail


def test_once_connected_the_way_leads_through_eth1(bench, tag):
    a, x = f"{tag}-c", f"{tag}-x"
    bench.connect(f"{tag}-net", a)
    walk = bench.walk(a, x)
    names = {"a": a, "b": x, "bridge": bridge_of(bench, x)}
    way = expected(ARP_BETWEEN + SWITCHED, **names)
    assert told(bench, walk) == [line.replace(f"{a}:eth0", f"{a}:eth1") for line in way]
    bench.disconnect(f"{tag}-net", a)


def test_a_name_is_looked_up_first(bench, tag):
    x, y = f"{tag}-x", f"{tag}-y"
    walk = bench.walk(x, y, by="name")
    names = {"a": x, "b": y, "bridge": bridge_of(bench, x)}
    assert told(bench, walk) == expected(LOOKUP + ARP_BETWEEN + SWITCHED, **names)
    query, answer = walk.hops[0], walk.hops[2]
    assert (str(query.source), str(query.destination)) == ("127.0.0.1", "127.0.0.11")
    assert y in query.detail
    assert walk.address in answer.detail


def test_a_name_that_nobody_knows(bench, tag):
    walk = bench.walk(f"{tag}-x", f"{tag}-nonsuch", by="name")
    assert walk.outcome == "unknown name"
    assert told(bench, walk)[:2] == expected(LOOKUP, a=f"{tag}-x")[:2]
    assert {hop.packet for hop in walk.hops} <= {"DNS query", "DNS answer"}


@pytest.mark.parametrize("target", ["stopped", "none"])
def test_a_target_without_an_address_has_no_walk(bench, tag, target):
    walk = bench.walk(f"{tag}-a", f"{tag}-{target}")
    assert (walk.outcome, walk.hops, walk.address) == ("no address", (), None)
    assert walk.table().empty


def test_without_a_network_there_is_no_route(bench, tag):
    walk = bench.walk(f"{tag}-none", f"{tag}-a")
    assert walk.outcome == "no route"
    assert [hop.action for hop in walk.hops] == ["dropped"]
    assert walk.address is None or walk.address in walk.hops[0].detail


def test_a_shared_namespace_bears_its_owners_name(bench, tag):
    walk = bench.walk(f"{tag}-shared", f"{tag}-a")
    names = {"a": f"{tag}-b", "b": f"{tag}-a", "bridge": "docker0"}
    assert told(bench, walk) == expected(ARP_BETWEEN + SWITCHED, **names)
    assert walk.source == f"{tag}-shared"


@pytest.mark.parametrize("end", ["a", "host"])
def test_to_oneself_it_is_the_loopback(bench, tag, end):
    name = end if end == "host" else f"{tag}-{end}"
    walk = bench.walk(name, name)
    assert told(bench, walk) == expected(LOOPBACK, a=name)
    assert {hop.source_mac for hop in walk.hops} == {""}


def test_nobody_answers_for_an_interface_that_is_down(bench, tag):
    b = bench.run(f"{tag}-down")
    enter = f"nsenter -t {b.attrs['State']['Pid']} -n"
    assert bench.host(f"{enter} ip link set eth0 down").ok
    walk = bench.walk(f"{tag}-a", b.name)
    assert walk.outcome == "unreachable"
    assert told(bench, walk)[-1] == f"echo request {tag}-a:eth0 dropped"
    assert walk.address in walk.hops[-1].detail
    bench.remove(b.name)


def test_only_the_labs_addresses_are_shown(bench, tag):
    networks = bench.networks().set_index("name")
    own = {str(a) for a in bench.containers().ipv4.dropna()}
    own |= {networks.loc["bridge", "gateway"], networks.loc[f"{tag}-net", "gateway"]}
    own |= {"127.0.0.1", "127.0.0.11"}
    walks = [bench.walk(f"{tag}-x", f"{tag}-{end}", by="name") for end in ("y", "nonsuch")]
    shown = {str(a) for walk in walks for hop in walk.hops for a in (hop.source, hop.destination)}
    assert shown <= own


def test_what_a_ping_refuses_a_walk_refuses(bench, tag):
    with pytest.raises(errors.AddressOutsideLab):
        bench.walk(f"{tag}-a", "192.0.2.77")
    with pytest.raises(errors.UnknownContainer):
        bench.walk(f"{tag}-a", "nonsuch")
    with pytest.raises(errors.NotRunning):
        bench.walk(f"{tag}-stopped", f"{tag}-a")
    with pytest.raises(errors.BadArgument):
        bench.walk(f"{tag}-a", "host", by="magic")


def test_a_name_outside_the_lab_is_not_walked(bench, tag):
    bench.exec(f"{tag}-a", ["sh", "-c", "echo 192.0.2.77 outside >>/etc/hosts"])
    walk = bench.walk(f"{tag}-a", "outside", by="name")
    assert (walk.outcome, walk.hops) == ("outside the lab", ())


@pytest.mark.parametrize("profile", ["classic", "modern"])
def test_a_trace_and_a_capture_tell_the_same(profile):
    """On one embedded engine the packets are traced and, the trace taken away, captured."""
    ways = [
        ("aa", "bb"), ("aa", "host"), ("host", "aa"), ("aa", "xx"), ("aa", "aa"), ("none", "aa"),
    ]  # fmt: skip
    with Lab("embedded", name="test-both", profile=profile) as lab:
        lab.create_network("both", subnet="192.168.77.0/24")
        lab.run_many(["aa", "bb"])
        lab.run("xx", network="both")
        lab.run("yy", network="both")
        lab.run("none", network="none")
        traced = [lab.walk(*way) for way in ways] + [lab.walk("xx", "yy", by="name")]
        context = lab._context
        context.connection = dataclasses.replace(context.connection, tracing=None)
        captured = [lab.walk(*way) for way in ways] + [lab.walk("xx", "yy", by="name")]
        again = [told(lab, walk) for walk in captured]
        assert again == [told(lab, walk) for walk in traced]
    for first, second in zip(traced, captured, strict=True):
        assert (first.outcome, first.dropped_by) == (second.outcome, second.dropped_by)


def test_without_the_observer_it_says_what_to_do(lab, tag, monkeypatch):
    def refuse(*_):
        raise errors.ObserverRefused("not permitted")

    lab.run(f"{tag}-alone")
    monkeypatch.setattr(lab._context.observer, "read", refuse)
    with pytest.raises(errors.WalkUnavailable, match=r"not permitted.*lab\.ping"):
        lab.walk(f"{tag}-alone", "host")
    lab.remove(f"{tag}-alone")
