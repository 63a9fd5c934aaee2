"""The firewall rules of Engine 20.10 (moby, libnetwork/drivers/bridge/setup_ip_tables.go)."""

from __future__ import annotations

from collections.abc import Hashable
from ipaddress import IPv4Address, IPv4Network

from dockernet_lessons.embedded.cnm.bridge_config import BridgeConfig
from dockernet_lessons.embedded.cnm.firewall import (
    STAGE_1,
    STAGE_2,
    BridgeFirewall,
    Mapping,
    established,
    leaving,
    to_port,
    within,
)
from dockernet_lessons.embedded.fabric.rules import ACCEPT, DROP, MASQUERADE, RETURN, Rule


class ClassicFirewall(BridgeFirewall):
    """Each network has its block in FORWARD, the newest first."""

    def set_up(self) -> None:
        """Make the chains, and the rules that no network owns."""
        self._set_up_nat()
        for name in ("DOCKER", STAGE_1, STAGE_2, "DOCKER-USER"):
            self._firewall.new_chain("filter", name)
        self._jumps = [Rule("DOCKER-USER"), Rule(STAGE_1)]
        for name in (STAGE_1, STAGE_2, "DOCKER-USER"):
            self._append(None, "filter", name, Rule(RETURN))
        self._raise_jumps()

    def add_network(self, bridge: BridgeConfig) -> None:
        """Install a network's rules; its id is their owner."""
        owner, device = bridge.network_id, bridge.device
        self._add_masquerade(bridge)
        if bridge.icc:
            self._insert(owner, "filter", "FORWARD", within(device, ACCEPT))
        else:
            self._append(owner, "filter", "FORWARD", within(device, DROP))
        if bridge.internal:
            self._close_internal(bridge)
        else:
            self._open(owner, device)
        self._raise_jumps()

    def add_endpoint(self, owner: Hashable, bridge: BridgeConfig, address: IPv4Address) -> None:
        """Install nothing: this generation has no rules of an endpoint."""

    def publish(self, owner: Hashable, bridge: BridgeConfig, mapping: Mapping) -> None:
        """Install the rules of a published port."""
        self._translate(owner, bridge.device, mapping)
        self._append_once(owner, "filter", "DOCKER", to_port(bridge.device, mapping))
        own = IPv4Network(mapping.address)
        to_itself = Rule(
            MASQUERADE,
            source=own,
            destination=own,
            protocol=mapping.protocol,
            dport=mapping.port,
        )
        self._append_once(owner, "nat", "POSTROUTING", to_itself)

    def _open(self, owner: Hashable, device: str) -> None:
        self._insert(owner, "filter", "FORWARD", leaving(device, ACCEPT))
        self._insert(owner, "filter", "FORWARD", Rule("DOCKER", out_device=device))
        self._insert(owner, "filter", "FORWARD", established(device))
        self._insert(owner, "filter", STAGE_1, leaving(device, STAGE_2))
        self._insert(owner, "filter", STAGE_2, Rule(DROP, out_device=device))

    def _append_once(self, owner: Hashable, table: str, name: str, rule: Rule) -> None:
        if rule not in self._firewall.chain(table, name).rules:
            self._append(owner, table, name, rule)

    def _raise_jumps(self) -> None:
        """Put the jumps back to the top, where each new network's rules went."""
        chain = self._firewall.chain("filter", "FORWARD")
        for jump in reversed(self._jumps):
            chain.remove(jump)
            chain.insert(jump)
