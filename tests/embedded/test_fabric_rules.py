"""Rules and chains, as `iptables -S` prints them and `iptables` edits them."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from fabric_helpers import append

from dockernet_lessons.embedded.fabric.netfilter import (
    ChainBusy,
    ChainExists,
    NoSuchChain,
    NoSuchPosition,
    NoSuchRule,
)
from dockernet_lessons.embedded.fabric.rules import Rule


def test_empty_tables(net):
    firewall = net.host.firewall
    assert not firewall.active
    accept = [f"-P {name} ACCEPT" for name in ("INPUT", "FORWARD", "OUTPUT")]
    assert firewall.save("filter") == accept
    assert firewall.save("raw") == ["-P PREROUTING ACCEPT", "-P OUTPUT ACCEPT"]
    assert len(firewall.save("nat")) == 4
    assert len(firewall.save("mangle")) == 5
    with pytest.raises(NoSuchChain):
        firewall.save("nope")


RULES = {
    "-s 10.0.0.5/32 ! -d 10.0.0.0/8 -j RETURN": Rule(
        "RETURN",
        source=IPv4Network("10.0.0.5/32"),
        destination=IPv4Network("10.0.0.0/8"),
        not_destination=True,
    ),
    "-p udp -m udp --dport 53 -m conntrack --ctstate NEW,RELATED,ESTABLISHED "
    "-m comment --comment hi -j ALPHA": Rule(
        "ALPHA",
        protocol="udp",
        dport=53,
        ctstate={"ESTABLISHED", "NEW", "RELATED"},
        comment="hi",
        order=("protocol", "conntrack", "comment"),
    ),
    "-p tcp -m conntrack --ctstate NEW -m tcp --sport 7 --dport 53 -j DROP": Rule(
        "DROP", protocol="tcp", sport=7, dport=53, ctstate={"NEW"}
    ),
    '-p icmp -m comment --comment "hello world/x" -m icmp --icmp-type 8 '
    "-j REJECT --reject-with icmp-port-unreachable": Rule(
        "REJECT",
        protocol="icmp",
        icmp_type=8,
        comment="hello world/x",
        order=("comment", "protocol"),
    ),
    '-m comment --comment "a\\\'b"': Rule(comment="a'b"),
    "! -i br0 -o br0 -j DROP": Rule("DROP", in_device="br0", not_in_device=True, out_device="br0"),
    "-i eth+ ! -o lo -j ZED": Rule("ZED", in_device="eth+", out_device="lo", not_out_device=True),
    "! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER": Rule(
        "DOCKER",
        destination=IPv4Network("127.0.0.0/8"),
        not_destination=True,
        dst_type="LOCAL",
    ),
    "! -p icmp -j ACCEPT": Rule("ACCEPT", protocol="icmp", not_protocol=True),
    "! -s 10.0.0.0/8 -j ACCEPT": Rule("ACCEPT", source=IPv4Network("10.0.0.0/8"), not_source=True),
    "-d 127.0.0.11/32 -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:43521": Rule(
        "DNAT",
        destination=IPv4Network("127.0.0.11/32"),
        protocol="udp",
        dport=53,
        to="127.0.0.11:43521",
    ),
    "-j SNAT --to-source :53": Rule("SNAT", to=":53"),
    "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE": Rule(
        "MASQUERADE",
        source=IPv4Network("172.17.0.0/16"),
        out_device="docker0",
        not_out_device=True,
    ),
    "": Rule(),
}


@pytest.mark.parametrize("text", RULES)
def test_rule_texts(text):
    assert RULES[text].specification == text


def test_listing_sorts_own_chains_after_the_built_in(net):
    firewall = net.host.firewall
    for name in ("ZED", "ALPHA"):
        firewall.new_chain("filter", name).append(Rule("RETURN"))
    append(net.host, "filter", "FORWARD", Rule("ZED"), Rule())
    assert firewall.save("filter") == [
        "-P INPUT ACCEPT",
        "-P FORWARD ACCEPT",
        "-P OUTPUT ACCEPT",
        "-N ALPHA",
        "-N ZED",
        "-A FORWARD -j ZED",
        "-A FORWARD",
        "-A ALPHA -j RETURN",
        "-A ZED -j RETURN",
    ]
    assert firewall.save("filter", "ZED") == ["-N ZED", "-A ZED -j RETURN"]


def test_editing_chains(net):
    firewall = net.host.firewall
    chain = firewall.new_chain("filter", "OWN")
    with pytest.raises(ChainExists, match="Chain already exists"):
        firewall.new_chain("filter", "OWN")
    chain.append(Rule("ACCEPT"))
    chain.insert(Rule("DROP"))
    chain.insert(Rule("RETURN"), 3)
    with pytest.raises(NoSuchPosition):
        chain.insert(Rule("RETURN"), 5)
    assert [rule.target for rule in chain.rules] == ["DROP", "ACCEPT", "RETURN"]
    chain.delete(Rule("ACCEPT"))
    with pytest.raises(
        NoSuchRule, match=r"Bad rule \(does a matching rule exist in that chain\?\)"
    ):
        chain.delete(Rule("ACCEPT"))
    with pytest.raises(ChainBusy):
        firewall.delete_chain("filter", "OWN")
    chain.flush()
    append(net.host, "filter", "INPUT", Rule("OWN"))
    with pytest.raises(ChainBusy):
        firewall.delete_chain("filter", "OWN")
    firewall.chain("filter", "INPUT").flush()
    firewall.delete_chain("filter", "OWN")
    with pytest.raises(NoSuchChain, match="No chain/target/match by that name"):
        firewall.chain("filter", "OWN")
    with pytest.raises(ChainBusy):
        firewall.delete_chain("filter", "INPUT")
