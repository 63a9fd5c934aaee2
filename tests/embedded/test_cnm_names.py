"""The embedded DNS, asked by packet; answers were recorded from both engines."""

from __future__ import annotations

import pytest
from cnm_helpers import BOTH, PROFILES, EndpointSettings, Link, World

from dockernet_lessons.embedded.fabric.dns import DnsQuery, DnsReply

UNKNOWN = ("NXDOMAIN", [])
NONE = ("NOERROR", [])


@pytest.fixture
def world(request):
    made = World(PROFILES[request.param])
    made.network("mynet", "10.50.0.0/24")
    made.network("aaa", "10.51.0.0/24")
    made.network("inner", "10.53.0.0/24", internal=True)
    return made


def aliased(*names):
    return EndpointSettings(aliases=names)


@pytest.fixture
def three(world):
    """Containers u1 (on two networks), U2 and u3 with links, as they were on the real engines."""
    first = world.start("u1", ("mynet", aliased("al1", "db")), hostname="Hosty")
    second = world.start("U2", ("mynet", aliased("db", "u1")))
    links = (
        Link(first.container_id, "u1", "li"),
        Link(second.container_id, "U2", "lu"),
    )
    third = world.start("u3", ("mynet", EndpointSettings(links=links)))
    world.connect(first, "aaa", aliases=("onaaa",))
    return first, second, third


def ok(*addresses):
    return "NOERROR", list(addresses)


@BOTH
def test_what_a_name_resolves_to(world, three):
    first, second, third = three
    short = first.container_id[:12]
    expected = {
        "u1": ok("10.50.0.2", "10.50.0.3"),
        "U2": ok("10.50.0.3"),
        "u2": ok("10.50.0.3"),
        short: ok("10.50.0.2"),
        second.container_id[:12]: ok("10.50.0.3"),
        "al1": ok("10.50.0.2"),
        "db": ok("10.50.0.2", "10.50.0.3"),
        "u1.mynet": ok("10.50.0.2", "10.50.0.3"),
        "al1.mynet": ok("10.50.0.2"),
        f"{short}.mynet": ok("10.50.0.2"),
        "U2.MYNET": UNKNOWN,
        "hosty": ok("10.50.0.2"),
        "onaaa": UNKNOWN,
        "u1.aaa": UNKNOWN,
        "li": ok("10.50.0.2", "10.50.0.3"),
        "li.mynet": ok("10.50.0.2", "10.50.0.3"),
        "lu": ok("10.50.0.3"),
        "u3": ok("10.50.0.4"),
        "u1.": ok("10.50.0.2", "10.50.0.3"),
        "nosuch": UNKNOWN,
        "nosuch.mynet": UNKNOWN,
        "mynet": UNKNOWN,
        "localhost": UNKNOWN,
        "router.lan": ok("10.0.2.2"),
    }
    for name, answer in expected.items():
        code, found = world.ask(third.namespace, name)
        assert (name, code, sorted(found)) == (name, *answer)


@BOTH
def test_kinds_of_records(world, three):
    ask = three[2].namespace
    for kind, answer in (("AAAA", NONE), ("MX", NONE), ("TXT", UNKNOWN), ("SRV", UNKNOWN)):
        assert world.ask(ask, "u1", kind) == answer
    assert world.ask(ask, "nosuch", "AAAA") == UNKNOWN


@BOTH
def test_reverse(world, three):
    first, _, third = three
    pointer = "{}.0.{}.10.in-addr.arpa".format
    assert world.ask(third.namespace, pointer(2, 50), "PTR") == ok("u1.mynet")
    assert world.ask(third.namespace, pointer(3, 50), "PTR") == ok("U2.mynet")
    for name in (pointer(2, 51), pointer(99, 50), pointer(1, 50), "x.in-addr.arpa", "x"):
        assert world.ask(third.namespace, name, "PTR") == UNKNOWN
    assert world.ask(first.namespace, pointer(2, 51), "PTR") == ok("u1.aaa")


@BOTH
def test_the_first_network_answers(world, three):
    first = three[0]
    for name in ("u1", "onaaa", "u1.aaa", first.container_id[:12]):
        assert world.ask(first.namespace, name) == ok("10.51.0.2")
    code, found = world.ask(first.namespace, "u1.mynet")
    assert (code, sorted(found)) == ok("10.50.0.2", "10.50.0.3")


@BOTH
def test_several_addresses_come_in_any_order(world, three):
    orders = {tuple(world.ask(three[2].namespace, "db")[1]) for _ in range(30)}
    assert len(orders) == 2


@BOTH
def test_renaming_works_at_once(world, three):
    first, _, third = three
    world.controller.rename(first.container_id, "uu")
    world.controller.rename("f" * 64, "not running")
    ask = third.namespace
    assert world.ask(ask, "u1") == ok("10.50.0.3")
    assert world.ask(ask, "uu.mynet") == ok("10.50.0.2")
    assert world.ask(ask, "li") == ok("10.50.0.3")
    assert world.ask(ask, "2.0.50.10.in-addr.arpa", "PTR") == ok("uu.mynet")
    assert world.endpoint(first, "mynet").name == "uu"


@BOTH
def test_a_stopped_container_is_gone(world, three):
    first, _, third = three
    world.stop(first)
    ask = third.namespace
    for name in (first.container_id[:12], "al1", "hosty"):
        assert world.ask(ask, name) == UNKNOWN
    assert world.ask(ask, "db") == ok("10.50.0.3")
    assert world.ask(ask, "2.0.50.10.in-addr.arpa", "PTR") == UNKNOWN


@BOTH
def test_aliases_and_links_belong_to_the_connection(world, three):
    first, _, third = three
    world.disconnect(third, "mynet")
    world.connect(
        third, "mynet", links=(Link(first.container_id, "U2", "again"),), aliases=("al3",)
    )
    assert world.ask(third.namespace, "again") == ok("10.50.0.3")
    assert world.ask(first.namespace, "al3") == ok("10.50.0.4")
    world.disconnect(third, "mynet")
    world.connect(third, "mynet")
    assert world.ask(third.namespace, "again") == UNKNOWN
    assert world.ask(first.namespace, "al3") == UNKNOWN


@BOTH
def test_what_inspect_shows(world, three):
    first, second, third = three
    short = first.container_id[:12]
    endpoint = world.endpoint(first, "mynet")
    if world.modern:
        assert endpoint.aliases == ["al1", "db"]
        assert endpoint.dns_names == ["u1", "al1", "db", short, "Hosty"]
        assert world.endpoint(third, "mynet").aliases is None
    else:
        assert endpoint.aliases == ["al1", "db", short, "Hosty"]
        assert world.endpoint(third, "mynet").aliases == [third.container_id[:12]]
    on_bridge = world.connect(second, "bridge")
    assert (on_bridge.aliases, on_bridge.dns_names) == (None, None)


@BOTH
def test_the_default_bridge_has_no_names(world, three):
    third = three[2]
    world.start("b1", "bridge")
    world.connect(third, "bridge")
    assert world.ask(third.namespace, "b1") == UNKNOWN
    assert world.ask(third.namespace, "u3") == ok("10.50.0.4")
    assert world.ask(third.namespace, "2.0.17.172.in-addr.arpa", "PTR") == UNKNOWN


@BOTH
def test_rules_in_the_container(world, three):
    namespace = three[0].namespace
    rules = world.rules("nat", namespace)
    udp = next(r for r in rules if "-p udp" in r and "DNAT" in r).rsplit(":", 1)[1]
    tcp = next(r for r in rules if "-p tcp" in r and "DNAT" in r).rsplit(":", 1)[1]
    out, back = "-A DOCKER_OUTPUT -d 127.0.0.11/32 -p", "-A DOCKER_POSTROUTING -s 127.0.0.11/32 -p"
    assert rules == [
        "-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT",
        "-A POSTROUTING -d 127.0.0.11/32 -j DOCKER_POSTROUTING",
        f"{out} tcp -m tcp --dport 53 -j DNAT --to-destination 127.0.0.11:{tcp}",
        f"{out} udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:{udp}",
        f"{back} tcp -m tcp --sport {tcp} -j SNAT --to-source :53",
        f"{back} udp -m udp --sport {udp} -j SNAT --to-source :53",
    ]
    assert world.rules("nat", world.start("b", "bridge").namespace) == []


@BOTH
def test_no_way_out(world):
    """A classic engine asks from the container, and stays silent; a modern one says so."""
    silent = ("SERVFAIL", []) if world.modern else None
    lonely = world.start("lonely", "inner")
    world.start("other", "inner")
    assert world.ask(lonely.namespace, "other") == ok("10.53.0.3")
    assert world.ask(lonely.namespace, "nosuch") == silent
    world.connect(lonely, "mynet")
    assert world.ask(lonely.namespace, "nosuch") == UNKNOWN
    world.disconnect(lonely, "mynet")
    world.disconnect(lonely, "inner")
    assert world.ask(lonely.namespace, "other") == silent


@BOTH
def test_a_server_that_does_not_answer_takes_four_seconds(world):
    silent = ("SERVFAIL", []) if world.modern else None
    sandbox = world.start("c", "mynet", dns=("192.0.2.9",))
    begin = world.loop.now
    assert world.ask(sandbox.namespace, "nosuch", wait=3.9) is None
    assert world.ask(sandbox.namespace, "nosuch") == silent
    assert world.loop.now - begin == pytest.approx(13.9)
    both = world.start("d", "mynet", dns=("192.0.2.9", "fd00::1", "10.0.2.3"))
    assert world.ask(both.namespace, "nosuch", wait=4.1) == UNKNOWN


@BOTH
def test_a_server_that_refuses_is_passed_over(world):
    outside = next(n for n in world.fabric.namespaces if n.name == "outside")
    sandbox = world.start("c", "mynet", dns=("10.0.2.2", "10.0.2.3"))
    assert world.ask(sandbox.namespace, "nosuch", wait=0.0) == UNKNOWN
    world.loop.advance(world.loop.now + 300)
    refusing = outside.open_udp(world.profile.host.router, 53)

    def refuse(received):
        query = received.packet.payload.payload
        reply = DnsReply(query, "REFUSED")
        target = received.packet.source, received.packet.payload.source_port
        refusing.send(*target, reply, size=reply.size)

    refusing.handler = refuse
    assert world.ask(sandbox.namespace, "nosuch", wait=0.0) == UNKNOWN


@BOTH
def test_bare_names_stay_inside_if_ndots_was_given(world):
    sandbox = world.start("nd", "mynet", dns_options=("ndots:1",))
    assert world.ask(sandbox.namespace, "nosuch") == NONE
    assert world.ask(sandbox.namespace, "nosuch", "AAAA") == NONE
    assert world.ask(sandbox.namespace, "nosuch", "MX") == UNKNOWN
    assert world.ask(sandbox.namespace, "no.such") == UNKNOWN
    assert world.ask(sandbox.namespace, "nd") == ok("10.50.0.2")


@BOTH
def test_stopping_while_a_question_is_open(world):
    sandbox = world.start("c", "mynet", dns=("192.0.2.9",))
    query = DnsQuery(7, "nosuch", "A")
    client = sandbox.namespace.open_udp(None, None)
    client.send(sandbox.resolver._socket.address, 53, query, size=query.size)
    client.send(sandbox.resolver._socket.address, 53, b"no question", size=11)
    world.stop(sandbox)
    world.loop.advance(world.loop.now + 10)
    assert len(client.received) == 0


@BOTH
def test_junk_to_the_lans_server_is_ignored(world):
    client = world.host.open_udp(None, None)
    client.send(world.profile.host.dns, 53, b"junk", size=4)
    world.loop.advance(world.loop.now + 1)
    assert len(client.received) == 0
