"""Veth pairs: on what real engines showed, and on hosts made up by hypothesis."""

from dataclasses import dataclass, field

import pytest
from golden_data import namespaces, recordings
from hypothesis import given, settings
from hypothesis import strategies as st

from dockernet_lessons.observe.engine import Container, Endpoint
from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.pairing import half_pairs, pair_interfaces, veth_pairs

RECORDINGS = recordings("interfaces")


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=list(RECORDINGS))
def test_pairs_agree_with_the_bridges_own_forwarding_databases(recording):
    host, inside = namespaces(recording)
    pairs = [[name, inner.name, outer.name] for name, inner, outer in pair_interfaces(host, inside)]
    assert sorted(pairs) == sorted(recording["ports"])


def make(ifindex, name, *, peer=None, netnsid=None, kind="veth", mac=None):
    return Interface(ifindex, name, kind, peer, netnsid, None, mac, (), "UP", 1500)


@dataclass
class MadeUpHost:
    """A host whose true pairs are known, because it was built pair by pair."""

    modern: bool
    counter: int = 2
    host: list = field(default_factory=lambda: [make(1, "lo", kind="loopback")])
    inside: dict = field(default_factory=dict)
    truth: set = field(default_factory=set)

    def number(self):
        self.counter += 1
        return self.counter

    def container(self, netnsid, networks, *, nested=(), seen=True):
        """Start a container.

        `nested` are the peer numbers of pairs made by a Docker inside it; `seen` is False for a
        container that is not the lab's.
        """
        name = f"box{netnsid}"
        own = [make(1, "lo", kind="loopback")]
        for index in range(networks):
            self.endpoint(name, own, netnsid, f"eth{index}", seen=seen)
        for peer in nested:
            own.append(make(self.inner_number(own), f"veth{peer}", peer=peer, netnsid=1))
        if seen:
            self.inside[name] = own

    def endpoint(self, name, own, netnsid, label, *, seen):
        inner = self.inner_number(own)
        outer = self.number()
        own.append(make(inner, label, peer=outer, netnsid=0))
        self.host.append(make(outer, f"veth{outer:07x}", peer=inner, netnsid=netnsid))
        if seen:
            self.truth.add((name, inner, outer))

    def inner_number(self, own):
        return max(i.ifindex for i in own) + 1 if self.modern else self.number()


boxes = st.tuples(
    st.integers(0, 4),  # networks
    st.lists(st.integers(2, 12), max_size=3),  # peer numbers of nested pairs
    st.booleans(),  # one of the lab's?
)


@st.composite
def hosts(draw, modern):
    made = MadeUpHost(modern, counter=draw(st.integers(2, 4)))
    for netnsid, (networks, nested, seen) in enumerate(draw(st.lists(boxes, max_size=6))):
        made.container(netnsid, networks, nested=nested if networks else (), seen=seen)
    draw(st.randoms(use_true_random=False)).shuffle(made.host)
    return made


def found(made):
    return {
        (name, inner.ifindex, outer.ifindex)
        for name, inner, outer in pair_interfaces(made.host, made.inside)
    }


@settings(max_examples=500)
@given(st.booleans().flatmap(hosts))
def test_exactly_the_true_pairs_are_found(made):
    """On either numbering, among foreign containers' veths and pairs further in."""
    assert found(made) == made.truth


def pairs_by_equal_numbers(made):
    """What one is tempted to do: ask which host interface says ``@if2``."""
    by_number = {outer.peer_ifindex: outer.ifindex for outer in made.host}
    return {
        (name, inner.ifindex, by_number.get(inner.ifindex))
        for name, own in made.inside.items()
        for inner in own
        if inner.kind == "veth"
    }


@pytest.mark.parametrize(("modern", "right"), [(False, True), (True, False)])
def test_matching_from_the_hosts_side_fails_since_engine_28(modern, right):
    made = MadeUpHost(modern)
    for netnsid in range(3):
        made.container(netnsid, 1)
    assert (pairs_by_equal_numbers(made) == made.truth) is right
    assert found(made) == made.truth


def test_a_nested_pair_does_not_take_a_foreign_containers_host_end():
    made = MadeUpHost(modern=True)
    made.container(0, 2, seen=False)
    foreign = made.host[-1]
    made.container(1, 1, nested=(foreign.ifindex,))
    nested = made.inside["box1"][2]
    assert (nested.ifindex, foreign.peer_ifindex) == (3, 3)
    assert found(made) == made.truth


def test_of_two_that_claim_one_host_end_the_one_with_other_pairs_there_gets_it():
    host = [make(9, "veth9", peer=2, netnsid=4), make(11, "veth11", peer=3, netnsid=4)]
    inside = {
        "honest": [make(2, "eth0", peer=9, netnsid=0), make(3, "eth1", peer=11, netnsid=0)],
        "impostor": [make(3, "veth3", peer=11, netnsid=0)],
    }
    pairs = pair_interfaces(host, inside)
    assert [(name, outer.ifindex) for name, _, outer in pairs] == [("honest", 9), ("honest", 11)]


def test_a_number_that_the_host_has_given_away_meanwhile_is_no_peer():
    """The container was looked at before its endpoint was lost, the host afterwards."""
    host = [make(9, "veth9", peer=5, netnsid=6)]
    assert pair_interfaces(host, {"late": [make(2, "eth0", peer=9, netnsid=0)]}) == []


def test_where_nothing_tells_two_claims_apart_neither_gets_the_host_end():
    host = [make(9, "veth9", peer=2, netnsid=4)]
    inside = {name: [make(2, "eth0", peer=9, netnsid=0)] for name in ("one", "other")}
    assert pair_interfaces(host, inside) == []


def container(name, endpoints):
    made = [Endpoint(network, "", None, None, mac) for network, mac in endpoints]
    return Container(name, name, "image", "running", "bridge", tuple(made), {})


def test_the_network_is_known_by_the_endpoints_mac():
    host = [make(9, "veth9", peer=2, netnsid=4)]
    inside = {"a": [make(2, "eth0", peer=9, netnsid=0, mac="02:42:ac:11:00:02")]}
    (pair,) = veth_pairs(host, inside, [container("a", [("shop", "02:42:ac:11:00:02")])])
    assert (pair.network, pair.outside.name) == ("shop", "veth9")


def test_where_the_host_is_hidden_half_of_each_pair_remains():
    from wirings import all_modes

    wiring = all_modes(hidden=True)
    pairs = half_pairs(wiring.inside, wiring.containers, wiring.networks)
    assert {(pair.container, pair.network) for pair in pairs} == {
        ("web", "bridge"), ("proxy", "bridge"), ("proxy", "shop"), ("db", "shop"),
        ("safe", "vault"),
    }  # fmt: skip
    assert all(pair.outside is None and pair.bridge is None for pair in pairs)
