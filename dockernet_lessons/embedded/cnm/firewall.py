"""The firewall rules of bridge networks, as the engine installs them on the host.

What both generations share is here; the order of the rules, which `iptables -S` shows and packets
obey, is in `firewall_classic` and `firewall_modern`. Both were recorded from real engines.
"""

from __future__ import annotations

from collections.abc import Hashable
from ipaddress import IPv4Address, IPv4Network
from typing import Final, NamedTuple

from dockernet_lessons.embedded.cnm.bridge_config import ANYWHERE, BridgeConfig
from dockernet_lessons.embedded.fabric.firewall import Firewall
from dockernet_lessons.embedded.fabric.netfilter import Chain
from dockernet_lessons.embedded.fabric.rules import (
    ACCEPT,
    DNAT,
    DROP,
    MASQUERADE,
    RETURN,
    Rule,
)

ESTABLISHED: Final = frozenset(("RELATED", "ESTABLISHED"))
LOOPBACK: Final = IPv4Network("127.0.0.0/8")
STAGE_1, STAGE_2 = "DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2"


class Mapping(NamedTuple):
    """A published port, for the firewall.

    Attributes
    ----------
    protocol
        ``tcp`` or ``udp``.
    host_address, host_port
        Where packets come to.
    address, port
        Where they are sent on to.
    """

    protocol: str
    host_address: IPv4Address
    host_port: int
    address: IPv4Address
    port: int


class BridgeFirewall:
    """Installs rules and remembers for whom.

    Parameters
    ----------
    firewall
        The host's.
    """

    def __init__(self, firewall: Firewall) -> None:
        self._firewall = firewall
        self._installed: dict[Hashable, list[tuple[Chain, Rule]]] = {}

    def set_up(self) -> None:
        """Make the chains, and the rules that no network owns."""
        raise NotImplementedError

    def add_network(self, bridge: BridgeConfig) -> None:
        """Install a network's rules; its id is their owner."""
        raise NotImplementedError

    def add_endpoint(self, owner: Hashable, bridge: BridgeConfig, address: IPv4Address) -> None:
        """Install the rules of an endpoint with this address."""
        raise NotImplementedError

    def publish(self, owner: Hashable, bridge: BridgeConfig, mapping: Mapping) -> None:
        """Install the rules of a published port."""
        raise NotImplementedError

    def remove(self, owner: Hashable) -> None:
        """Delete an owner's rules; those that somebody else deleted are gone anyway."""
        for chain, rule in self._installed.pop(owner, []):
            chain.remove(rule)

    def _append(self, owner: Hashable, table: str, name: str, rule: Rule) -> None:
        chain = self._firewall.chain(table, name)
        chain.append(rule)
        self._installed.setdefault(owner, []).append((chain, rule))

    def _insert(self, owner: Hashable, table: str, name: str, rule: Rule) -> None:
        chain = self._firewall.chain(table, name)
        chain.insert(rule)
        self._installed.setdefault(owner, []).append((chain, rule))

    def _set_up_nat(self) -> None:
        # The engine turned forwarding on itself, so it forwards only what its rules accept.
        self._firewall.chain("filter", "FORWARD").policy = DROP
        self._firewall.new_chain("nat", "DOCKER")
        to_host = Rule("DOCKER", dst_type="LOCAL")
        from_host = Rule("DOCKER", destination=LOOPBACK, not_destination=True, dst_type="LOCAL")
        self._append(None, "nat", "PREROUTING", to_host)
        self._append(None, "nat", "OUTPUT", from_host)

    def _add_masquerade(self, bridge: BridgeConfig) -> None:
        owner, device = bridge.network_id, bridge.device
        if bridge.internal or not bridge.masquerade:
            return
        leaving = Rule(MASQUERADE, source=bridge.subnet, out_device=device, not_out_device=True)
        self._insert(owner, "nat", "POSTROUTING", leaving)
        self._insert(owner, "nat", "DOCKER", Rule(RETURN, in_device=device))

    def _close_internal(self, bridge: BridgeConfig) -> None:
        """Let nothing into or out of an internal network but its own."""
        owner, device, subnet = bridge.network_id, bridge.device, bridge.subnet
        out = Rule(DROP, destination=subnet, not_destination=True, in_device=device)
        into = Rule(DROP, source=subnet, not_source=True, out_device=device)
        self._insert(owner, "filter", STAGE_1, out)
        self._insert(owner, "filter", STAGE_1, into)

    def _translate(self, owner: Hashable, device: str, mapping: Mapping) -> None:
        everywhere = mapping.host_address == ANYWHERE
        rule = Rule(
            DNAT,
            destination=None if everywhere else IPv4Network(mapping.host_address),
            in_device=device,
            not_in_device=True,
            protocol=mapping.protocol,
            dport=mapping.host_port,
            to=f"{mapping.address}:{mapping.port}",
        )
        self._append(owner, "nat", "DOCKER", rule)


def leaving(device: str, target: str) -> Rule:
    """Give the rule for what comes from a bridge and goes elsewhere."""
    return Rule(target, in_device=device, out_device=device, not_out_device=True)


def within(device: str, target: str) -> Rule:
    """Give the rule for what goes from one port of a bridge to another."""
    return Rule(target, in_device=device, out_device=device)


def established(device: str) -> Rule:
    """Give the rule that lets answers into a bridge."""
    return Rule(ACCEPT, out_device=device, ctstate=ESTABLISHED)


def to_port(device: str, mapping: Mapping) -> Rule:
    """Give the rule that lets packets for a published port into a bridge."""
    return Rule(
        ACCEPT,
        destination=IPv4Network(mapping.address),
        in_device=device,
        not_in_device=True,
        out_device=device,
        protocol=mapping.protocol,
        dport=mapping.port,
    )
