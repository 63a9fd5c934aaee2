"""Endpoints: what joins a sandbox to a network (moby, libnetwork/endpoint.go)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.cnm.port_mapper import PortBinding
from dockernet_lessons.embedded.cnm.settings import EndpointSettings
from dockernet_lessons.embedded.fabric.device import Device

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.network import Network
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox

SHORT_ID = 12
"""Digits of a short id."""


class Endpoint:
    """A container's place in a network.

    Parameters
    ----------
    identifier
        64 hex digits.
    sandbox, network
        What it joins.
    settings
        What was asked for.

    Attributes
    ----------
    id
        As `identifier`.
    address, mac
        None and empty on the networks host and none.
    device
        The container's end of the veth pair.
    renamed
        Whether its container got another name while it was connected.
    ports
        The published ports that lead here; only one endpoint of a sandbox has any, the one that
        has the default route.
    """

    def __init__(
        self, identifier: str, sandbox: Sandbox, network: Network, settings: EndpointSettings
    ) -> None:
        self.id = identifier
        self.sandbox = sandbox
        self.network = network
        self.settings = settings
        self.address: IPv4Interface | None = None
        self.mac = ""
        self.device: Device | None = None
        self.renamed = settings.renamed
        self.ports: tuple[PortBinding, ...] = ()
        self.link_names = {link.alias: link.name for link in settings.links}

    @property
    def name(self) -> str:
        """The container's name."""
        return self.sandbox.container_name

    @property
    def container_id(self) -> str:
        """The container's id."""
        return self.sandbox.container_id

    @property
    def gateway(self) -> IPv4Address | None:
        """The router of its network; None where there is none, or no way out (modern engines)."""
        bridge = self.network.bridge
        if bridge is None or (bridge.internal and self.sandbox.modern):
            return None
        return bridge.gateway.ip

    @property
    def served_names(self) -> list[str]:
        """The names that the embedded DNS answers for.

        On the default bridge these are none; a container that was renamed is known there, too:
        on classic engines by its name, until it is restarted (measured).
        """
        if self.network.serves_names:
            return self.names
        if not self.renamed:
            return []
        return self.names if self.sandbox.modern else [self.name]

    @property
    def names(self) -> list[str]:
        """Its names in the embedded DNS: container name, aliases, short id, host name."""
        sandbox = self.sandbox
        own = (sandbox.container_id[:SHORT_ID], sandbox.hostname)
        return list(dict.fromkeys((self.name, *self.settings.aliases, *own)))

    @property
    def dns_names(self) -> list[str] | None:
        """What inspect shows as ``DNSNames``; None where the embedded DNS does not serve."""
        return self.names if self.network.serves_names else None

    @property
    def aliases(self) -> list[str] | None:
        """What inspect shows as ``Aliases``; classic engines list the short id there."""
        given = list(self.settings.aliases)
        if self.network.serves_names and not self.sandbox.modern:
            own = (self.container_id[:SHORT_ID], self.sandbox.hostname)
            given = list(dict.fromkeys((*given, *own)))
        return given or None
