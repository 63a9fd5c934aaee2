"""Ways and verdicts are remembered: what changes between two pings of one flow changes the answer.

The answers are those of Linux in namespaces wired alike.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from fabric_helpers import append, ping

from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route
from dockernet_lessons.embedded.fabric.rules import Rule

THERE = "10.91.0.4"  # station c, behind the host's br1
ANSWER = [(THERE, "reply", 63)]
UNREACHABLE = ("10.90.0.1", 3, 1)
FAR = IPv4Network("10.91.0.0/24")
BLOCKED = IPv4Network(f"{THERE}/32")


def asked(net):
    """Ping c from a; a lost packet is waited for no longer than an ARP request is."""
    return ping(net.stations["a"], THERE, wait=4.0)


@pytest.fixture
def flow(net):
    """A flow that has been answered twice, the second time from memory."""
    assert asked(net) == asked(net) == ANSWER
    return net


def by_route(net):
    """The host is told that the addresses behind br1 cannot be reached by it."""
    route = next(route for route in net.host.routes if route.destination == FAR)
    net.host.routes.remove(route)
    return lambda: net.host.routes.add(route)


def by_another_route(net):
    """The host knows of a narrower way, over somebody who is not there."""
    route = Route(BLOCKED, net.bridges[1], IPv4Address("10.91.0.9"))
    net.host.routes.add(route)
    return lambda: net.host.routes.remove(route)


def by_the_senders_route(net):
    station = net.stations["a"]
    route = next(route for route in station.routes if route.destination == DEFAULT)
    station.routes.remove(route)
    return lambda: station.routes.add(route)


def by_the_answers_route(net):
    station = net.stations["c"]
    route = next(route for route in station.routes if route.destination == DEFAULT)
    station.routes.remove(route)
    return lambda: station.routes.add(route)


def by_address(net):
    """The host has the address itself, and answers for it."""
    net.host.add_address(net.bridges[0], f"{THERE}/32")
    return lambda: net.host.remove_address(net.bridges[0], f"{THERE}/32")


def by_link(net):
    """The bridge loses its carrier with its only port, and the host forgets its neighbors there."""
    station, device = net.stations["c"], net.stations["c"].devices["eth0"]
    station.set_down(device)

    def undo():
        station.set_up(device)
        station.routes.add(Route(DEFAULT, device, IPv4Address("10.91.0.1")))

    return undo


def by_port(net):
    port = net.host.devices["v-c"]
    net.host.enslave(port, None)
    return lambda: net.host.enslave(port, net.bridges[1])


def by_forwarding(net):
    net.host.forwarding = False
    return lambda: setattr(net.host, "forwarding", True)


def by_rule(net):
    append(net.host, "filter", "FORWARD", Rule("DROP", destination=BLOCKED))
    return net.host.firewall.chain("filter", "FORWARD").flush


def by_rule_about_the_answer(net):
    rule = Rule("DROP", source=BLOCKED, ctstate={"ESTABLISHED"})
    append(net.host, "filter", "FORWARD", rule)
    return lambda: net.host.firewall.chain("filter", "FORWARD").delete(rule)


def by_policy(net):
    chain = net.host.firewall.chain("filter", "FORWARD")
    chain.policy = "DROP"
    return lambda: setattr(chain, "policy", "ACCEPT")


def by_rule_in_a_chain_behind_a_jump(net):
    chain = net.host.firewall.new_chain("filter", "OWN")
    append(net.host, "filter", "FORWARD", Rule("OWN"))
    assert asked(net) == ANSWER
    chain.append(Rule("DROP", in_device="br0"))
    return chain.flush


def by_rule_before_one_that_accepts(net):
    chain = net.host.firewall.chain("filter", "FORWARD")
    chain.append(Rule("ACCEPT", destination=BLOCKED))
    assert asked(net) == ANSWER
    rule = Rule("DROP", destination=FAR)
    chain.insert(rule)
    return lambda: chain.delete(rule)


CHANGES = {
    by_route: [("10.90.0.1", 3, 0)],
    by_another_route: [UNREACHABLE],
    by_the_senders_route: "Network is unreachable",
    by_the_answers_route: [],
    by_address: [(THERE, "reply", 64)],
    by_link: [UNREACHABLE],
    by_port: [UNREACHABLE],
    by_forwarding: [],
    by_rule: [],
    by_rule_about_the_answer: [],
    by_policy: [],
    by_rule_in_a_chain_behind_a_jump: [],
    by_rule_before_one_that_accepts: [],
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_between_two_pings_changes_the_answer_and_its_undoing_as_well(flow, change):
    undo = change(flow)
    try:
        answer = asked(flow)
    except KernelError as error:
        answer = str(error)
    assert answer == CHANGES[change]
    undo()
    flow.pass_time(60)  # until failed neighbors are asked for again
    assert asked(flow) == asked(flow) == ANSWER
