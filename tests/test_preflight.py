"""Subnets: what is refused, what is found free, and that the culprit is named."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dockernet_lessons import preflight
from dockernet_lessons.errors import AddressUnavailable, InvalidSubnet, SubnetInUse
from dockernet_lessons.observe.engine import Network
from dockernet_lessons.observe.forwarding import Route
from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.preflight import Claim, check_subnet, choose_subnet, find_free

PRIVATE = [IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]

subnets = st.builds(
    lambda pool, bits, length: IPv4Network(
        (int(pool[0]) + bits % pool.num_addresses, max(length, pool.prefixlen)), strict=False
    ),
    st.sampled_from(PRIVATE),
    st.integers(0, 2**32 - 1),
    st.integers(8, 30),
)
claims = st.lists(st.builds(Claim, subnets, st.just("somebody")), max_size=8)


def network(name, subnet, bridge=None):
    return Network(name, name, "bridge", "local", False, subnet, None, bridge, {})


def interface(name, address):
    return Interface(
        2, name, "ether", None, None, None, None, (IPv4Interface(address),), "UP", 1500
    )


@settings(max_examples=30)  # a crowded 10.0.0.0/8 takes a while to search
@given(claims)
def test_a_subnet_found_free_is_private_and_overlaps_nothing(known):
    try:
        found = find_free(known)
    except SubnetInUse:
        taken = sum(claim.subnet.num_addresses for claim in known)
        assert taken >= 2**24  # all of 10.0.0.0/8 at least
        return
    assert found.prefixlen == 24
    assert any(found.subnet_of(pool) for pool in PRIVATE)
    assert not any(found.overlaps(claim.subnet) for claim in known)


@given(subnets, claims)
def test_a_subnet_is_accepted_exactly_if_it_overlaps_nothing(subnet, known):
    culprits = [claim for claim in known if claim.subnet.overlaps(subnet)]
    if culprits:
        with pytest.raises(SubnetInUse, match="somebody"):
            check_subnet(str(subnet), None, known)
    else:
        check_subnet(str(subnet), None, known)


@given(subnets, claims)
def test_a_choice_can_be_made_into_a_network(wish, known):
    assume(not any(claim.subnet.prefixlen < 12 for claim in known))
    choice = choose_subnet(str(wish), known)
    check_subnet(choice.subnet, choice.gateway, known)
    assert choice.as_wished == (choice.subnet == str(wish))
    assert choice.subnet in str(choice)


def test_everything_private_in_use_is_said_so():
    with pytest.raises(SubnetInUse, match="any private /24"):
        find_free([Claim(IPv4Network("0.0.0.0/0"), "all")])


@pytest.mark.parametrize(
    ("subnet", "hint"),
    [
        ("banana", "10.20.30.0/24"),
        ("10.0.0.0", "10.0.0.0/24"),
        ("10.0.0.5/24", "10.0.0.0/24"),
        ("10.0.0.0/33", "10.20.30.0/24"),
        ("10.0.0.0/31", "/24"),
        ("fd00::/64", "10.20.30.0/24"),
        ("127.0.0.0/8", "/24"),
        ("224.0.0.0/24", "/24"),
        ("", "10.20.30.0/24"),
    ],
)
def test_a_subnet_that_is_none_is_refused_with_a_hint(subnet, hint):
    with pytest.raises(InvalidSubnet) as refused:
        check_subnet(subnet, None, ())
    assert hint in refused.value.todo


@pytest.mark.parametrize("gateway", ["10.1.0.1", "10.0.0.0", "10.0.0.255", "banana"])
def test_a_gateway_must_be_a_host_address_of_the_subnet(gateway):
    with pytest.raises(InvalidSubnet, match=r"10\.0\.0\.1"):
        check_subnet("10.0.0.0/24", gateway, ())


def test_a_containers_address_must_be_one():
    assert preflight.parse_address("10.0.0.5") == IPv4Address("10.0.0.5")
    with pytest.raises(AddressUnavailable, match="banana"):
        preflight.parse_address("banana")


@pytest.mark.parametrize(
    ("claims", "culprit"),
    [
        pytest.param(
            preflight.claims_of([network("shop", IPv4Network("192.168.7.0/24"))]),
            "the Docker network 'shop'",
            id="docker",
        ),
        pytest.param(
            preflight.claims_of([], [interface("wlan0", "192.168.1.20/24")]),
            "the host's address 192.168.1.20 on wlan0",
            id="address",
        ),
        pytest.param(
            preflight.claims_of(
                [], [], [Route(IPv4Network("192.168.50.0/24"), None, "tun0", None)]
            ),
            "the host's route to 192.168.50.0/24 through tun0",
            id="route",
        ),
        pytest.param(
            preflight.claims_of(
                [],
                [],
                [Route(IPv4Network("0.0.0.0/0"), IPv4Address("192.168.1.1"), "eth0", None)],
            ),
            "the host's router 192.168.1.1 behind eth0",
            id="router",
        ),
        pytest.param(preflight.claims_of([], desktop=True), "Docker Desktop's own", id="desktop"),
    ],
)
def test_the_culprit_is_named_and_something_else_taken(claims, culprit):
    with pytest.raises(SubnetInUse, match=culprit):
        check_subnet("192.168.0.0/16", None, claims)
    choice = choose_subnet("192.168.0.0/16", claims)
    assert not choice.as_wished
    assert culprit in choice.reason


def test_a_docker_networks_own_bridge_is_claimed_once():
    subnet = IPv4Network("10.5.0.0/24")
    claims = preflight.claims_of(
        [network("shop", subnet, bridge="br-1"), network("none", None)],
        [interface("br-1", "10.5.0.1/24")],
        [Route(subnet, None, "br-1", None)],
    )
    assert [claim.subnet for claim in claims] == [subnet]
