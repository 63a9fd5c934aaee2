"""Subnets and addresses; the sequences were recorded from both engines."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from cnm_helpers import DockerError, refused
from hypothesis import given
from hypothesis import strategies as st

from dockernet_lessons.embedded.cnm.ipam import PREDEFINED, AddressPool, AddressSpace


def filled(modern, reserved=()):
    """An address space with docker0, as an engine starts."""
    space = AddressSpace(modern=modern)
    space.request(IPv4Network("172.17.0.0/16"))
    space.continue_after(IPv4Network("172.17.0.0/16"))
    return space, [IPv4Network(each) for each in ("0.0.0.0/0", *reserved)]


def take(space, reserved, count):
    return [str(space.request_predefined(reserved)) for _ in range(count)]


def test_there_are_31_automatic_subnets():
    assert len(PREDEFINED) == 31
    assert [str(PREDEFINED[0]), str(PREDEFINED[14])] == ["172.17.0.0/16", "172.31.0.0/16"]
    assert [str(PREDEFINED[15]), str(PREDEFINED[30])] == ["192.168.0.0/20", "192.168.240.0/20"]


def test_classic_goes_on_after_the_last_and_wraps():
    space, none = filled(modern=False)
    assert take(space, none, 5)[-1] == "172.22.0.0/16"
    space.release(IPv4Network("172.19.0.0/16"))
    space.release(IPv4Network("172.21.0.0/16"))
    assert take(space, none, 25)[-1] == "192.168.240.0/20"
    assert take(space, none, 2) == ["172.19.0.0/16", "172.21.0.0/16"]
    assert refused(404, space.request_predefined, none).startswith("could not find an available")
    for gone in ("172.20.0.0/16", "172.22.0.0/16", "172.25.0.0/16", "192.168.96.0/20"):
        space.release(IPv4Network(gone))
    assert take(space, none, 4) == [
        "172.22.0.0/16",
        "172.25.0.0/16",
        "192.168.96.0/20",
        "172.20.0.0/16",
    ]


def test_modern_takes_the_lowest_free():
    space, none = filled(modern=True)
    take(space, none, 5)
    space.release(IPv4Network("172.19.0.0/16"))
    space.release(IPv4Network("172.21.0.0/16"))
    assert take(space, none, 3) == ["172.19.0.0/16", "172.21.0.0/16", "172.23.0.0/16"]
    take(space, none, 24)
    message = refused(400, space.request_predefined, none)
    assert message == "all predefined address pools have been fully subnetted"


@pytest.mark.parametrize("modern", [False, True])
def test_the_hosts_routes_are_kept_clear_of_and_explicit_subnets_are_not(modern):
    space, routes = filled(modern, ("172.20.0.0/20", "172.23.0.0/16", "192.168.17.0/24"))
    assert take(space, routes, 4) == [
        "172.18.0.0/16",
        "172.19.0.0/16",
        "172.21.0.0/16",
        "172.22.0.0/16",
    ]
    assert "192.168.16.0/20" not in take(space, routes, 22)
    space.request(IPv4Network("172.20.0.0/20"))


def test_overlap_in_both_wordings():
    words = "Pool overlaps with other one on this address space"
    for modern, expected in ((False, words), (True, f"invalid pool request: {words}")):
        space, _ = filled(modern)
        assert refused(403, space.request, IPv4Network("172.17.5.0/24")) == expected


def test_an_odd_docker0_moves_no_pointer():
    space = AddressSpace(modern=False)
    space.continue_after(IPv4Network("10.0.0.0/24"))
    assert str(space.request_predefined([])) == "172.17.0.0/16"


def pool(subnet, ip_range=None, **options):
    wanted = IPv4Network(ip_range) if ip_range else None
    return AddressPool(IPv4Network(subnet), wanted, **options)


def all_of(addresses):
    found = []
    while True:
        try:
            found.append(str(addresses.request()))
        except DockerError:
            message = refused(500, addresses.request)
            return found if message == "No available addresses on this pool" else [message]


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (pool("10.0.0.0/29"), [f"10.0.0.{n}" for n in range(1, 7)]),
        (pool("10.0.0.0/31"), []),
        (pool("10.0.0.0/32"), []),
        (pool("10.0.0.0/31", point_to_point=True), ["10.0.0.0", "10.0.0.1"]),
        (pool("10.0.0.0/32", point_to_point=True), ["10.0.0.0"]),
        (pool("10.0.0.0/24", "10.0.0.64/30"), [f"10.0.0.{n}" for n in range(64, 68)]),
        (pool("10.0.0.0/24", "10.0.0.255/32"), []),
        (pool("10.0.0.0/29", "10.0.0.0/8"), [f"10.0.0.{n}" for n in range(1, 7)]),
    ],
)
def test_what_a_pool_gives(addresses, expected):
    assert all_of(addresses) == expected


def test_lowest_free_is_given_again():
    addresses = pool("10.200.0.0/24")
    for _ in range(5):
        addresses.request()
    addresses.release(IPv4Address("10.200.0.4"))
    addresses.release(IPv4Address("10.200.0.2"))
    assert [str(addresses.request()) for _ in range(3)] == [
        "10.200.0.2",
        "10.200.0.4",
        "10.200.0.6",
    ]


def test_wanted_addresses():
    addresses = pool("10.200.0.0/24", "10.200.0.128/25")
    assert str(addresses.request(IPv4Address("10.200.0.50"))) == "10.200.0.50"
    for taken in ("10.200.0.50", "10.200.0.0", "10.200.0.255"):
        assert refused(403, addresses.request, IPv4Address(taken)) == "Address already in use"
    outside = refused(500, addresses.request, IPv4Address("10.201.0.1"))
    assert outside == "Requested address is out of range"


ACTIONS = st.lists(
    st.tuples(st.sampled_from(("lowest", "wanted", "release")), st.integers(0, 15)), max_size=60
)


@given(actions=ACTIONS, reach=st.sampled_from([(0, 28), (8, 29), (4, 30)]))
def test_a_pool_behaves_like_a_set_of_numbers(actions, reach):
    start, length = reach
    addresses = pool("10.0.0.0/28", f"10.0.0.{start}/{length}")
    allowed = range(start, start + 2 ** (32 - length))
    taken = {0, 15}
    for action, number in actions:
        address = IPv4Address(f"10.0.0.{number}")
        if action == "release":
            if number not in (0, 15):
                addresses.release(address)
                taken.discard(number)
        elif action == "wanted":
            if number in taken:
                refused(403, addresses.request, address)
            else:
                assert addresses.request(address) == address
                taken.add(number)
        else:
            free = [each for each in allowed if each not in taken]
            if free:
                assert addresses.request() == IPv4Address(f"10.0.0.{free[0]}")
                taken.add(free[0])
            else:
                refused(500, addresses.request)


@given(
    actions=st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=80),
    modern=st.booleans(),
)
def test_automatic_subnets_never_overlap(actions, modern):
    space, none = filled(modern)
    held = {IPv4Network("172.17.0.0/16")}
    for taking, number in actions:
        if taking and len(held) < len(PREDEFINED):
            given_out = space.request_predefined(none)
            assert given_out not in held
            if modern:
                assert given_out == next(each for each in PREDEFINED if each not in held)
            held.add(given_out)
        elif not taking and number and PREDEFINED[number] in held:
            space.release(PREDEFINED[number])
            held.discard(PREDEFINED[number])
