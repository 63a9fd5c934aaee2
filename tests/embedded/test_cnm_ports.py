"""Published ports: which are taken, which are refused and how; recorded from both engines."""

from __future__ import annotations

import pytest
from cnm_helpers import BOTH, PROFILES, PortRequest, World, refused
from hypothesis import given
from hypothesis import strategies as st

from dockernet_lessons.embedded.cnm.port_allocator import PortAllocator, PortTaken
from dockernet_lessons.embedded.cnm.port_mapper import ANYWHERE, ANYWHERE_6

DRIVER = "driver failed programming external connectivity on endpoint {} ({}): "


@pytest.fixture
def world(request):
    return World(PROFILES[request.param])


def want(port, host_port=0, host_ip="", protocol="tcp", end=0):
    return PortRequest(port, protocol, host_ip, host_port, end)


def shown(sandbox):
    return [f"{p.host_ip} {p.host_port} -> {p.port}/{p.protocol}" for p in sandbox.ports]


def publish(world, name, *requests, network="bridge"):
    return world.start(name, network, ports=requests)


def refusal(world, name, *requests):
    """Give the reason why ports cannot be published, after the words that are always there."""
    message = refused(500, publish, world, name, *requests)
    assert message.startswith(f"driver failed programming external connectivity on endpoint {name}")
    assert world.rules("nat") == world.kept
    return message.split("): ", 1)[1]


@BOTH
def test_random_ports_count_up_per_protocol(world):
    first = publish(world, "r1", want(80), want(81), want(82, protocol="udp"))
    tcp = (32768, 32769) if world.modern else (32769, 32768)
    assert sorted(shown(first)) == sorted(
        f"{ip} {port} -> {inner}"
        for ip in ("0.0.0.0", "::")
        for port, inner in ((tcp[0], "80/tcp"), (tcp[1], "81/tcp"), (32768, "82/udp"))
    )
    second = publish(world, "r2", want(80))
    assert shown(second) == ["0.0.0.0 32770 -> 80/tcp", ":: 32770 -> 80/tcp"]
    world.stop(first)
    third = publish(world, "r3", want(80))
    assert shown(third)[0] == "0.0.0.0 32771 -> 80/tcp"


@BOTH
def test_a_random_port_avoids_what_is_taken_on_all_addresses(world):
    publish(world, "r1", want(80), want(81), want(83))
    sandbox = publish(world, "local", want(80, host_ip="127.0.0.1"))
    assert shown(sandbox) == ["127.0.0.1 32771 -> 80/tcp"]
    after = publish(world, "r2", want(80))
    expected = [32772, 32772] if world.modern else [32772, 32771]
    assert [p.host_port for p in after.ports] == expected


@BOTH
def test_ranges(world):
    for number in range(3):
        sandbox = publish(world, f"r{number}", want(80, 18010, end=18012))
        assert shown(sandbox)[0] == f"0.0.0.0 {18010 + number} -> 80/tcp"
    world.kept = world.rules("nat")
    assert refusal(world, "r4", want(80, 18010, end=18012)) == "all ports are allocated"


@BOTH
def test_conflicts(world):
    mixed = publish(world, "mix", want(80, 18000), want(80, 18001, "127.0.0.1"))
    order = ["0.0.0.0 18000", ":: 18000", "127.0.0.1 18001"]
    if not world.modern:
        order = [order[2], *order[:2]]
    assert [line.split(" ->")[0] for line in shown(mixed)] == order
    world.kept = world.rules("nat")
    words = "Bind for 0.0.0.0:18000 failed: port is already allocated"
    assert refusal(world, "dup", want(80, 18000)) == words
    local = refusal(world, "local", want(79, 18002), want(80, 18000, "127.0.0.1"))
    everywhere = refusal(world, "all", want(80, 18001))
    if world.modern:
        assert local == words
        assert everywhere == "Bind for 127.0.0.1:18001 failed: port is already allocated"
    else:
        proxy = "Error starting userland proxy: listen tcp4 {}: bind: address already in use"
        assert local == proxy.format("127.0.0.1:18000")
        assert everywhere == proxy.format("0.0.0.0:18001")
    publish(world, "udp", want(80, 18000, protocol="udp"))
    publish(world, "freed", want(80, 18002))
    world.stop(mixed)
    publish(world, "again", want(80, 18000))


@BOTH
def test_addresses_of_the_host(world):
    assert shown(publish(world, "v6", want(80, 18020, "::"))) == [":: 18020 -> 80/tcp"]
    assert shown(publish(world, "v6l", want(80, 18021, "::1"))) == ["::1 18021 -> 80/tcp"]
    lan = str(world.profile.host.lan.ip)
    assert shown(publish(world, "lan", want(80, 18023, lan))) == [f"{lan} 18023 -> 80/tcp"]
    world.kept = world.rules("nat")
    why = refusal(world, "bad", want(80, 18022, "10.77.77.77"))
    six = refusal(world, "bad6", want(80, 18022, "fd00::7"))
    if world.modern:
        start = "failed to bind host port for"
        assert (
            why == f"{start} 10.77.77.77:18022:172.17.0.5:80/tcp: cannot assign requested address"
        )
        assert six == f"{start} [fd00::7]:18022:172.17.0.5:80/tcp: cannot assign requested address"
    else:
        start, end = (
            "Error starting userland proxy: listen",
            "bind: cannot assign requested address",
        )
        assert why == f"{start} tcp4 10.77.77.77:18022: {end}"
        assert six == f"{start} tcp6 [fd00::7]:18022: {end}"


@BOTH
def test_sctp_is_not_in_this_kernel(world):
    world.kept = world.rules("nat")
    why = refusal(world, "sctp", want(80, 18030, protocol="sctp"))
    if world.modern:
        expected = "error starting userland proxy: failed to listen on 0.0.0.0:18030: "
    else:
        expected = "Error starting userland proxy: "
    assert why == f"{expected}protocol not supported"


@BOTH
def test_the_message_names_the_endpoint(world):
    publish(world, "a", want(80, 18000))
    message = refused(500, publish, world, "b", want(80, 18000))
    identifier = message.split("(")[1].split(")")[0]
    assert message.startswith(DRIVER.format("b", identifier))
    assert len(identifier) == 64
    assert world.address(publish(world, "c", want(80, 18001))) == "172.17.0.3"


@BOTH
def test_ports_follow_the_default_route(world):
    world.network("nn", "10.50.0.0/24")
    world.network("ni", "10.51.0.0/24", internal=True)
    sandbox = publish(world, "two", want(80, 18070), network="nn")
    there = ["0.0.0.0 18070 -> 80/tcp", ":: 18070 -> 80/tcp"]
    assert shown(sandbox) == there
    world.connect(sandbox, "bridge")
    assert shown(sandbox) == there
    assert world.endpoint(sandbox, "nn").ports == ()
    rule = "-A DOCKER ! -i {} -p tcp -m tcp --dport 18070 -j DNAT --to-destination {}:80".format
    found = [line for line in world.rules("nat") if "18070" in line]
    assert found == [rule("docker0", "172.17.0.2")]
    world.disconnect(sandbox, "bridge")
    found = [line for line in world.rules("nat") if "18070" in line]
    assert found == [rule("br-nn", "10.50.0.2")]
    inner = publish(world, "int", want(80, 18080), network="ni")
    assert shown(inner) == []
    world.connect(inner, "nn")
    assert shown(inner)[0] == "0.0.0.0 18080 -> 80/tcp"


@BOTH
def test_a_connection_that_cannot_publish_is_undone(world):
    world.network("nn", "10.50.0.0/24")
    world.network("ni", "10.51.0.0/24", internal=True)
    publish(world, "a", want(80, 18000))
    sandbox = publish(world, "b", want(80, 18000), network="ni")
    refused(500, world.connect, sandbox, "nn")
    assert list(sandbox.endpoints) == [world.find("ni").id]
    assert world.find("nn").endpoints == {}


@BOTH
def test_where_a_network_publishes_by_default(world):
    option = {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}
    world.network("nb", "10.52.0.0/24", options=option)
    sandbox = publish(world, "lb", want(80, 18090), network="nb")
    assert shown(sandbox) == ["127.0.0.1 18090 -> 80/tcp"]


def test_a_classic_engine_gives_up_after_ten_ports():
    world = World(PROFILES["classic"])
    publish(world, "many", *(want(80 + n) for n in range(12)))
    world.kept = world.rules("nat")
    why = refusal(world, "local", want(80, host_ip="127.0.0.1"))
    assert why.endswith("listen tcp4 127.0.0.1:32777: bind: address already in use")


@given(
    modern=st.booleans(),
    actions=st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 9)), max_size=40),
)
def test_no_port_is_given_twice(modern, actions):
    allocator = PortAllocator(modern=modern)
    held = set()
    for taking, first, last in actions:
        low, high = sorted((first + 100, last + 100))
        if taking:
            free = [port for port in range(low, high + 1) if port not in held]
            try:
                port = allocator.request((ANYWHERE, ANYWHERE_6), "tcp", low, high)
            except PortTaken:
                assert not free
            else:
                assert port in free
                held.add(port)
        elif low in held:
            for address in (ANYWHERE, ANYWHERE_6):
                allocator.release(address, "tcp", low)
            held.discard(low)
