"""Making, finding and removing networks; statuses and messages were recorded from both engines."""

from __future__ import annotations

import pytest
from cnm_helpers import BOTH, PROFILES, EndpointSettings, NetworkRequest, Pool, World, refused

BRIDGE = "com.docker.network.bridge."
MTU = "com.docker.network.driver.mtu"
CONFIG = "invalid network config:\n"


@pytest.fixture
def world(request):
    return World(PROFILES[request.param])


def bridge_of(world, network):
    return world.host.devices[network.bridge.device]


@BOTH
def test_predefined_networks(world):
    found = {n.name: n for n in world.controller.networks.values()}
    assert {name: n.driver for name, n in found.items()} == {
        "bridge": "bridge",
        "host": "host",
        "none": "null",
    }
    gateway = "172.17.0.1" if world.modern else ""
    assert found["bridge"].config_pools == [Pool("172.17.0.0/16", gateway=gateway)]
    assert found["bridge"].options[f"{BRIDGE}name"] == "docker0"
    assert found["host"].config_pools == []
    for name in found:
        message = refused(403, world.controller.remove_network, found[name])
        assert message == f"{name} is a pre-defined network and cannot be removed"


@BOTH
def test_devices_of_the_host(world):
    host = world.host
    assert [(d.ifindex, d.name) for d in host.devices.values()] == [
        (1, "lo"),
        (2, "eth0"),
        (3, "docker0"),
    ]
    docker0 = host.devices["docker0"]
    assert str(docker0.ipv4()[0].interface) == "172.17.0.1/16"
    assert str(docker0.ipv4()[0].broadcast) == "172.17.255.255"
    assert docker0.mac.startswith("02:42:") is not world.modern
    assert (docker0.up, docker0.carrier, docker0.txqueuelen) == (True, False, 0)
    assert host.forwarding
    assert world.reaches(host, str(world.profile.host.router))
    assert world.ask(host, "router.lan", server="10.0.2.3") == ("NOERROR", ["10.0.2.2"])
    assert world.ask(host, "router.lan", "AAAA", server="10.0.2.3") == ("NOERROR", [])
    assert world.ask(host, "3.2.0.10.in-addr.arpa", "PTR", server="10.0.2.3") == (
        "NOERROR",
        ["dns.lan"],
    )
    assert world.ask(host, "ubuntu3", server="10.0.2.3") == ("NXDOMAIN", [])


def test_the_articles_numbers():
    world = World(PROFILES["article"])
    assert str(world.host.devices["docker0"].ipv4()[0].interface) == "172.18.0.1/16"
    first, second = world.start("ubuntu1", "bridge"), world.start("ubuntu2", "bridge")
    assert [d.ifindex for d in first.namespace.devices.values()] == [1, 116]
    assert [d.ifindex for d in second.namespace.devices.values()] == [1, 118]
    assert first.namespace.devices["eth0"].peer.ifindex == 117
    assert str(world.endpoint(second, "bridge").address) == "172.18.0.3/16"
    assert str(world.network("auto").bridge.subnet) == "172.19.0.0/16"
    subnets = {str(world.network(f"n{i}").bridge.subnet) for i in range(28)}
    assert "172.17.0.0/16" not in subnets


@BOTH
def test_an_automatic_network(world):
    network = world.network("net1", labels={"k": "v"}, attachable=True)
    assert network.config_pools == [Pool("172.18.0.0/16", gateway="172.18.0.1")]
    assert not network.has_user_subnet
    assert (network.labels, network.attachable, network.scope) == ({"k": "v"}, True, "local")
    assert (network.ipam_driver, network.created) == ("default", world.profile.start)
    device = bridge_of(world, network)
    assert device.name == f"br-{network.id[:12]}"
    assert str(device.ipv4()[0].interface) == "172.18.0.1/16"
    world.controller.remove_network(network)
    assert device.name not in world.host.devices
    assert refused(404, world.find, "net1") == "network net1 not found"
    following = "172.18.0.0/16" if world.modern else "172.19.0.0/16"
    assert world.network("net1").config_pools[0].subnet == following


@BOTH
@pytest.mark.parametrize(
    ("pool", "gateway", "first"),
    [
        (Pool("10.60.0.0/24", "10.60.0.128/25"), "10.60.0.128/24", "10.60.0.129"),
        (Pool("10.60.0.0/24", "10.60.0.128/25", "10.60.0.1"), "10.60.0.1/24", "10.60.0.128"),
        (Pool("10.60.0.0/24", gateway="10.60.0.5"), "10.60.0.5/24", "10.60.0.1"),
        (Pool("10.60.0.0/24", aux={"a": "10.60.0.2"}), "10.60.0.1/24", "10.60.0.3"),
        (Pool("10.60.0.0/30"), "10.60.0.1/30", "10.60.0.2"),
    ],
)
def test_gateways_and_first_addresses(world, pool, gateway, first):
    network = world.network("net", pools=(pool,))
    assert str(network.bridge.gateway) == gateway
    assert network.config_pools == [pool]
    assert network.has_user_subnet
    assert world.address(world.start("c", "net"), "net") == first


def test_a_classic_engine_takes_host_bits_and_strange_ranges():
    world = World(PROFILES["classic"])
    network = world.network("hb", "10.82.0.7/24")
    assert network.config_pools == [Pool("10.82.0.7/24")]
    assert str(network.bridge.gateway) == "10.82.0.1/24"
    large = world.network("large", pools=(Pool("10.64.0.0/24", "10.0.0.0/8"),))
    assert world.address(world.start("c", "large"), "large") == "10.64.0.2"
    assert str(large.bridge.gateway) == "10.64.0.1/24"


def test_a_modern_engine_uses_point_to_point_subnets():
    world = World(PROFILES["modern"])
    assert str(world.network("n31", "10.96.0.0/31").bridge.gateway) == "10.96.0.0/31"
    assert world.address(world.start("c", "n31"), "n31") == "10.96.0.1"
    network = world.network("n32", "10.96.1.0/32")
    where = f"n32 ({network.id})"
    message = refused(500, world.start, "d", "n32")
    assert message == f"no available IPv4 addresses on this network's address pools: {where}"


SUBNET = "10.97.0.0/24"
CLASSIC_POOLS = [
    (Pool("10.0.0.0"), 500, "Invalid subnet 10.0.0.0 : invalid CIDR address: 10.0.0.0"),
    (Pool("10.96.0.0/33"), 500, "Invalid subnet 10.96.0.0/33 : invalid CIDR address: 10.96.0.0/33"),
    (Pool("010.3.0.0/24"), 500, "Invalid subnet 010.3.0.0/24 : invalid CIDR address: 010.3.0.0/24"),
    (Pool(gateway="10.97.0.1"), 500, "Invalid subnet  : invalid CIDR address: "),
    (
        Pool("10.96.0.0/31"),
        500,
        "failed to allocate gateway (): No available addresses on this pool",
    ),
    (
        Pool(SUBNET, gateway="10.2.0.1"),
        500,
        "failed to allocate gateway (10.2.0.1): Requested address is out of range",
    ),
    (
        Pool(SUBNET, gateway="10.97.0.255"),
        500,
        "failed to allocate gateway (10.97.0.255): Address already in use",
    ),
    (
        Pool(SUBNET, gateway="fe80::1"),
        500,
        "failed to allocate gateway (fe80::1): Requested address is out of range",
    ),
    (Pool(SUBNET, gateway="zz"), 500, "invalid gateway address zz in Ipam configuration"),
    (
        Pool(SUBNET, "zz"),
        500,
        'failed to parse pool request for address space "LocalDefault" pool "10.97.0.0/24" '
        'subpool "zz": Invalid Address SubPool',
    ),
    (
        Pool(SUBNET, aux={"a": "10.97.0.1"}),
        500,
        "failed to allocate secondary ip address (a:10.97.0.1): Address already in use",
    ),
    (
        Pool(SUBNET, aux={"a": "10.9.0.1"}),
        403,
        "auxiliary address: (a:10.9.0.1) must belong to the master pool: 10.97.0.0/24",
    ),
    (
        Pool(SUBNET, aux={"a": "zz"}),
        500,
        "non parsable secondary ip address (a:zz) passed for network n",
    ),
]
MODERN_POOLS = [
    (Pool("10.0.0.0"), 400, f"{CONFIG}invalid subnet 10.0.0.0: invalid CIDR block notation"),
    (Pool(gateway="10.97.0.1"), 400, f"{CONFIG}invalid subnet : invalid CIDR block notation"),
    (
        Pool("10.95.0.7/24"),
        400,
        f"{CONFIG}invalid subnet 10.95.0.7/24: it should be 10.95.0.0/24",
    ),
    (
        Pool(SUBNET, gateway="10.2.0.1"),
        400,
        f"{CONFIG}invalid gateway 10.2.0.1: parent subnet 10.97.0.0/24 doesn't contain this "
        "address",
    ),
    (
        Pool(SUBNET, gateway="fe80::1"),
        400,
        f"{CONFIG}invalid gateway fe80::1: parent subnet is an IPv4 block",
    ),
    (Pool(SUBNET, gateway="zz"), 400, f"{CONFIG}invalid gateway zz: invalid address"),
    (Pool(SUBNET, "zz"), 400, f"{CONFIG}invalid ip-range zz: invalid CIDR block notation"),
    (
        Pool(SUBNET, "10.2.0.0/24"),
        400,
        f"{CONFIG}invalid ip-range 10.2.0.0/24: parent subnet 10.97.0.0/24 doesn't contain "
        "ip-range",
    ),
    (
        Pool(SUBNET, "10.97.0.7/25"),
        400,
        f"{CONFIG}invalid ip-range 10.97.0.7/25: it should be 10.97.0.0/25",
    ),
    (
        Pool(SUBNET, "10.0.0.0/8"),
        400,
        f"{CONFIG}invalid ip-range 10.0.0.0/8: CIDR block is bigger than its parent subnet "
        "10.97.0.0/24",
    ),
    (
        Pool(SUBNET, aux={"a": "10.9.0.1"}),
        400,
        f"{CONFIG}invalid auxiliary address a: parent subnet 10.97.0.0/24 doesn't contain this "
        "address",
    ),
    (
        Pool(SUBNET, aux={"a": "zz"}),
        400,
        f"{CONFIG}invalid auxiliary address a: invalid address",
    ),
    (
        Pool(SUBNET, aux={"a": ""}),
        400,
        "non parsable secondary ip address (a:) passed for network n",
    ),
    (
        Pool(SUBNET, gateway="10.97.0.255"),
        500,
        "failed to allocate gateway (10.97.0.255): Address already in use",
    ),
    (
        Pool(SUBNET, "10.97.0.255/32"),
        500,
        "failed to allocate gateway (): no available addresses on this pool",
    ),
]


@pytest.mark.parametrize(
    ("generation", "pool", "status", "message"),
    [("classic", *case) for case in CLASSIC_POOLS] + [("modern", *case) for case in MODERN_POOLS],
)
def test_pools_that_cannot_be(generation, pool, status, message):
    world = World(PROFILES[generation])
    assert refused(status, world.network, "n", pools=(pool,)) == message
    assert world.controller.networks_named("n") == []
    world.network("again", SUBNET)


def test_several_mistakes_in_the_wording_of_a_modern_engine():
    world = World(PROFILES["modern"])
    message = refused(400, world.network, "n", pools=(Pool(SUBNET, "zz", "yy"),))
    assert message == (
        f"{CONFIG}* invalid ip-range zz: invalid CIDR block notation\n"
        "* invalid gateway yy: invalid address"
    )


@BOTH
def test_overlap_and_several_subnets(world):
    world.network("mine", "10.94.0.0/24")
    words = "Pool overlaps with other one on this address space"
    if world.modern:
        words = f"invalid pool request: {words}"
    for subnet in ("10.94.0.0/25", "172.17.0.0/24", "0.0.0.0/0"):
        assert refused(403, world.network, "other", subnet) == words
    pools = (Pool("10.1.0.0/24"), Pool("10.2.0.0/24"))
    message = refused(403, world.network, "n", pools=pools)
    assert message == "bridge driver doesn't support multiple subnets"
    assert refused(403, world.network, "n", pools=(*pools, Pool("10.1.0.0/25"))) == words
    world.network("free", "10.1.0.0/16")


@BOTH
@pytest.mark.parametrize(
    ("request_", "classic", "modern", "message"),
    [
        ({"driver": "zz"}, 404, 404, 'plugin "zz" not found'),
        ({"ipam_driver": "zz"}, 404, 404, 'plugin "zz" not found'),
        ({"driver": "host"}, 403, 403, 'only one instance of "host" network is allowed'),
        ({"driver": "null"}, 403, 403, 'only one instance of "null" network is allowed'),
        ({"ingress": True}, 403, 403, "Ingress network can only be global scope network"),
        (
            {"scope": "swarm"},
            403,
            403,
            "cannot create a swarm scoped network when swarm is not active",
        ),
        ({"driver": "overlay"}, 500, 403, "This node is not a swarm manager."),
        ({"driver": "macvlan"}, 501, 501, "the embedded engine has no macvlan networks"),
        ({"ipam_driver": "null"}, 500, 400, "ipv4 pool is empty"),
        ({"enable_ipv4": False}, 501, 501, "the embedded engine has no networks without IPv4"),
        (
            {"enable_ipv6": True, "pools": (Pool("fd00::/64"),)},
            501,
            501,
            "the embedded engine has no IPv6 networks",
        ),
    ],
)
def test_kinds_of_networks_that_cannot_be(world, request_, classic, modern, message):
    if world.modern and any(":" in pool.subnet for pool in request_.get("pools", ())):
        return
    got = refused(modern if world.modern else classic, world.network, "n", **request_)
    assert got.startswith(message)


def test_ipv6_without_a_subnet():
    message = refused(404, World(PROFILES["classic"]).network, "n", enable_ipv6=True)
    assert message.startswith("could not find an available, non-overlapping IPv6 address pool")
    message = refused(501, World(PROFILES["modern"]).network, "n", enable_ipv6=True)
    assert message == "the embedded engine has no IPv6 networks"


@BOTH
@pytest.mark.parametrize(
    ("name", "classic", "modern"),
    [
        ("bridge", "operation is not permitted on predefined bridge network ", None),
        ("default", "operation is not permitted on predefined default network ", None),
        ("", "invalid name: ", "invalid name: name is empty"),
        ("  ", "invalid name:   ", "invalid name: name is empty"),
    ],
)
def test_names_that_cannot_be(world, name, classic, modern):
    status = 403 if modern is None else 400 if world.modern else 500
    message = refused(status, world.network, name)
    assert message == ((modern or classic) if world.modern else classic)


@BOTH
def test_odd_names_are_fine(world):
    for name in ("a/b", "../x", "a\x01b", "a b!", "container:x"):
        network = world.network(name)
        assert world.find(name) is world.find(network.id) is network


def test_a_classic_engine_may_have_twins():
    world = World(PROFILES["classic"])
    first = world.network("twin")
    message = refused(409, world.network, "twin", check_duplicate=True)
    assert message == "network with name twin already exists"
    second = world.network("twin")
    assert second.warning == f"Network with name twin (id : {first.id}) already exists"
    assert refused(400, world.find, "twin") == (
        "network twin is ambiguous (2 matches found on name)"
    )
    removing = refused(400, world.controller.find_network, "twin", "remove")
    assert removing == "network twin is ambiguous (2 matches found based on name)"
    inspecting = refused(400, world.controller.find_network, "twin", "inspect")
    assert inspecting == "2 matches found based on name: network twin is ambiguous"


def test_a_modern_engine_has_no_twins():
    world = World(PROFILES["modern"])
    assert world.network("twin").warning == ""
    assert refused(409, world.network, "twin") == "network with name twin already exists"


@BOTH
def test_finding_by_the_beginning_of_the_id(world):
    network = world.network("n")
    assert world.find(network.id[:7]) is network
    for number in range(40):
        world.network(f"n{number}", f"10.60.{number}.0/24")
    first = network.id[0]
    count = sum(key.startswith(first) for key in world.controller.networks)
    words = f"network {first} is ambiguous ({count} matches found based on ID prefix)"
    assert refused(400, world.find, first) == words
    assert refused(404, world.find, "") == "network  not found"


@BOTH
def test_a_used_network_stays(world):
    network = world.network("net1", "10.50.0.0/24")
    one, two = world.start("c1", "net1"), world.start("c2", "net1")
    message = refused(403, world.controller.remove_network, network)
    ids = [e.id[:12] for e in network.endpoints.values()]
    if world.modern:
        expected = f'net1 has active endpoints (name:"c1" id:"{ids[0]}", name:"c2" id:"{ids[1]}")'
    else:
        expected = f"net1 id {network.id} has active endpoints"
    assert message == f"error while removing network: network {expected}"
    world.stop(one)
    world.stop(two)
    world.controller.remove_network(network)


@BOTH
@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        (f"{BRIDGE}enable_icc", "zz", 'strconv.ParseBool: parsing "zz": invalid syntax'),
        (f"{BRIDGE}host_binding_ipv4", "zz", "nil ip"),
        (MTU, "zz", 'strconv.Atoi: parsing "zz": invalid syntax'),
    ],
)
def test_unreadable_options(world, option, value, why):
    message = refused(400 if world.modern else 500, world.network, "n", options={option: value})
    assert message == f"failed to parse {option} value: {value} ({why})"
    assert str(world.network("n").bridge.subnet)


@BOTH
def test_options(world):
    network = world.network(
        "opt",
        "10.54.0.0/24",
        options={
            f"{BRIDGE}name": "br-own",
            f"{BRIDGE}enable_icc": "False",
            f"{BRIDGE}host_binding_ipv4": "127.0.0.1",
            "com.docker.network.container_iface_prefix": "wan",
            MTU: "1400",
            "foo": "bar",
        },
    )
    device = world.host.devices["br-own"]
    assert device.mtu == (1400 if world.modern else 1500)
    sandbox = world.start("c", "opt")
    inside = sandbox.namespace.devices["wan0"]
    assert (inside.mtu, inside.peer.mtu, device.mtu) == (1400, 1400, 1400)
    assert (str(network.bridge.host_binding), network.bridge.icc) == ("127.0.0.1", False)
    message = refused(403, world.network, "other", options={f"{BRIDGE}name": "br-own"})
    assert f"(br-own): conflicts with network {network.id} (br-own): networks have" in message
    world.stop(sandbox)
    assert device.mtu == (1400 if world.modern else 1500)


@BOTH
@pytest.mark.parametrize(
    ("name", "classic", "modern"),
    [
        (
            "a" * 16,
            "failed to check bridge interface existence: numerical result out of range",
            "numerical result out of range",
        ),
        ("x/y", "invalid argument", "invalid argument"),
        ("lo", "existing interface lo is not a bridge", "existing interface lo is not a bridge"),
    ],
)
def test_bridges_that_cannot_be(world, name, classic, modern):
    message = refused(500, world.network, "n", options={f"{BRIDGE}name": name})
    assert message == (modern if world.modern else classic)


@BOTH
def test_a_bridge_of_the_users_is_used_and_stays(world):
    own = world.fabric.add_bridge(world.host, "br-mine")
    options = {f"{BRIDGE}name": "br-mine", f"{BRIDGE}inhibit_ipv4": "true"}
    network = world.network("n", "10.54.0.0/24", options=options)
    assert (own.up, own.ipv4()) == (True, [])
    world.controller.remove_network(network)
    assert world.host.devices["br-mine"] is own


@BOTH
def test_mtu_out_of_range(world):
    status = 400 if world.modern else 500
    assert refused(status, world.network, "n", options={MTU: "-1"}) == "invalid MTU number: -1"
    if world.modern:
        assert refused(500, world.network, "n", options={MTU: "70000"}) == "invalid argument"
    assert world.network("n", options={MTU: "0"}).bridge.mtu == 1500


def test_gateway_modes():
    world = World(PROFILES["modern"])
    mode = f"{BRIDGE}gateway_mode_ipv4"
    cases = {
        "zz": (400, f"failed to parse {mode} value: zz (unknown gateway mode zz)"),
        "isolated": (500, "gateway mode 'isolated' can only be used for an internal network"),
        "routed": (501, "the embedded engine has no gateway mode routed"),
    }
    for value, (status, message) in cases.items():
        assert refused(status, world.network, "n", options={mode: value}) == message
    world.network("n", options={mode: "nat"})
    world = World(PROFILES["classic"])
    world.network("n", options={mode: "zz"})


@BOTH
def test_ports_on_ipv6_by_default_are_not_emulated(world):
    option = {f"{BRIDGE}host_binding_ipv4": "::1"}
    assert "publishes no ports on ::1" in refused(501, world.network, "n", options=option)


@BOTH
def test_a_configuration_only_network(world):
    network = world.network("conf", config_only=True)
    assert (network.driver, network.bridge, network.config_pools) == ("null", None, [])
    world.controller.remove_network(network)


def test_requests_have_defaults():
    assert NetworkRequest("n").driver == ""
    assert EndpointSettings().links == ()
