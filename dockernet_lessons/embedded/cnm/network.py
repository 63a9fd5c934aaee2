"""Networks, and the names that their endpoints have (moby, libnetwork/network.go)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.cnm.bridge_config import BridgeConfig
from dockernet_lessons.embedded.cnm.ipam import AddressPool
from dockernet_lessons.embedded.cnm.network_request import NetworkRequest, Pool

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.endpoint import Endpoint

PREDEFINED_NETWORKS = ("bridge", "host", "none")


class Network:
    """A network.

    Parameters
    ----------
    identifier
        64 hex digits.
    request
        What was asked for.
    driver
        ``bridge``, ``host`` or ``null``.
    created
        Virtual time, seconds since 1970 UTC.

    Attributes
    ----------
    bridge
        None for host, none and configuration-only networks.
    pool
        Its addresses; None where it has none.
    config_pools
        What inspect shows under ``IPAM.Config``.
    endpoints
        By container id, in the order they joined.
    warning
        What ``POST /networks/create`` answers beside the id.
    """

    def __init__(
        self, identifier: str, request: NetworkRequest, driver: str, created: float
    ) -> None:
        self.id = identifier
        self.name = request.name
        self.driver = driver
        self.scope = "local"
        self.created = created
        self.internal = request.internal
        self.attachable = request.attachable
        self.enable_ipv4 = True
        self.enable_ipv6 = request.enable_ipv6
        self.config_only = request.config_only
        self.options = dict(request.options)
        self.labels = dict(request.labels)
        self.ipam_driver = request.ipam_driver or "default"
        self.ipam_options = request.ipam_options
        self.has_user_subnet = any(pool.subnet for pool in request.pools)
        self.config_pools: list[Pool] = list(request.pools)
        self.bridge: BridgeConfig | None = None
        self.pool: AddressPool | None = None
        self.endpoints: dict[str, Endpoint] = {}
        self.warning = ""
        self._by_name: dict[str, dict[Endpoint, None]] = {}
        self._by_address: dict[IPv4Address, Endpoint] = {}

    @property
    def predefined(self) -> bool:
        """Whether it is there from the start and stays."""
        return self.name in PREDEFINED_NETWORKS

    @property
    def serves_names(self) -> bool:
        """Whether the embedded DNS knows its endpoints: on networks that users made."""
        return self.bridge is not None and not self.predefined

    def join(self, endpoint: Endpoint) -> None:
        """Take an endpoint in, under its names."""
        self.endpoints[endpoint.container_id] = endpoint
        self.learn_names(endpoint)

    def leave(self, endpoint: Endpoint) -> None:
        """Let an endpoint and its names go."""
        self.endpoints.pop(endpoint.container_id, None)
        self.forget_names(endpoint)

    def learn_names(self, endpoint: Endpoint) -> None:
        """Answer for an endpoint's names from now on."""
        names = endpoint.served_names
        if names and endpoint.address is not None:
            self._by_address[endpoint.address.ip] = endpoint
            for name in names:
                self._by_name.setdefault(name.lower(), {})[endpoint] = None

    def forget_names(self, endpoint: Endpoint) -> None:
        """Answer for them no more; they must be the ones that it had then."""
        if endpoint.address is not None:
            self._by_address.pop(endpoint.address.ip, None)
        for key in _keys(endpoint):
            known = self._by_name.get(key, {})
            known.pop(endpoint, None)
            if not known:
                self._by_name.pop(key, None)

    def addresses_of(self, name: str) -> list[IPv4Address]:
        """Look a name up, upper and lower case alike; several endpoints may share it."""
        known = self._by_name.get(name.lower(), ())
        return [each.address.ip for each in known if each.address is not None]

    def name_of(self, address: IPv4Address) -> str | None:
        """Give the name that goes with an address: ``container.network``."""
        endpoint = self._by_address.get(address)
        return None if endpoint is None else f"{endpoint.name}.{self.name}"

    def host_names(self, but: Endpoint) -> Iterator[str]:
        """Give every name in use here except an endpoint's container name."""
        for endpoints in self._by_name.values():
            for endpoint in endpoints:
                yield from (name for name in endpoint.names if name != but.name)


def _keys(endpoint: Endpoint) -> dict[str, None]:
    return dict.fromkeys(name.lower() for name in endpoint.names)
