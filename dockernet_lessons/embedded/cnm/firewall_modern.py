"""The firewall rules of Engine 28 (moby, libnetwork/drivers/bridge/internal/iptabler)."""

from __future__ import annotations

from collections.abc import Hashable
from ipaddress import IPv4Address, IPv4Network

from dockernet_lessons.embedded.cnm.bridge_config import BridgeConfig
from dockernet_lessons.embedded.cnm.firewall import (
    LOOPBACK,
    STAGE_1,
    STAGE_2,
    BridgeFirewall,
    Mapping,
    established,
    leaving,
    to_port,
    within,
)
from dockernet_lessons.embedded.fabric.rules import ACCEPT, DROP, Rule

_CHAINS = (
    "DOCKER",
    "DOCKER-BRIDGE",
    "DOCKER-CT",
    "DOCKER-FORWARD",
    STAGE_1,
    STAGE_2,
    "DOCKER-USER",
)


class ModernFirewall(BridgeFirewall):
    """Networks' rules stand in chains by purpose; endpoints are shielded in the raw table."""

    def set_up(self) -> None:
        """Make the chains, and the rules that no network owns."""
        self._set_up_nat()
        for name in _CHAINS:
            self._firewall.new_chain("filter", name)
        for jump in ("DOCKER-USER", "DOCKER-FORWARD"):
            self._append(None, "filter", "FORWARD", Rule(jump))
        for jump in ("DOCKER-CT", STAGE_1, "DOCKER-BRIDGE"):
            self._append(None, "filter", "DOCKER-FORWARD", Rule(jump))

    def add_network(self, bridge: BridgeConfig) -> None:
        """Install a network's rules; its id is their owner."""
        self._add_masquerade(bridge)
        if bridge.internal:
            self._close_internal(bridge)
        else:
            self._open(bridge.network_id, bridge.device)
        self._forward(bridge)

    def add_endpoint(self, owner: Hashable, bridge: BridgeConfig, address: IPv4Address) -> None:
        """Drop what is sent straight to an endpoint from outside of its network.

        An internal network needs no such rule: nothing is let in anyway.
        """
        if bridge.internal:
            return
        direct = Rule(
            DROP, destination=IPv4Network(address), in_device=bridge.device, not_in_device=True
        )
        self._append(owner, "raw", "PREROUTING", direct)

    def publish(self, owner: Hashable, bridge: BridgeConfig, mapping: Mapping) -> None:
        """Install the rules of a published port."""
        self._translate(owner, bridge.device, mapping)
        self._insert(owner, "filter", "DOCKER", to_port(bridge.device, mapping))
        if mapping.host_address in LOOPBACK:
            from_outside = Rule(
                DROP,
                destination=IPv4Network(mapping.host_address),
                in_device="lo",
                not_in_device=True,
                protocol=mapping.protocol,
                dport=mapping.host_port,
            )
            self._append(owner, "raw", "PREROUTING", from_outside)

    def _open(self, owner: Hashable, device: str) -> None:
        unpublished = Rule(DROP, in_device=device, not_in_device=True, out_device=device)
        self._append(owner, "filter", "DOCKER", unpublished)
        self._append(owner, "filter", "DOCKER-BRIDGE", Rule("DOCKER", out_device=device))
        self._append(owner, "filter", "DOCKER-CT", established(device))
        self._append(owner, "filter", STAGE_1, leaving(device, STAGE_2))
        self._insert(owner, "filter", STAGE_2, Rule(DROP, out_device=device))

    def _forward(self, bridge: BridgeConfig) -> None:
        owner, device = bridge.network_id, bridge.device
        if bridge.icc and not bridge.internal:
            self._append(owner, "filter", "DOCKER-FORWARD", Rule(ACCEPT, in_device=device))
            return
        verdict = ACCEPT if bridge.icc else DROP
        self._append(owner, "filter", "DOCKER-FORWARD", within(device, verdict))
        if not bridge.internal:
            self._append(owner, "filter", "DOCKER-FORWARD", leaving(device, ACCEPT))
