"""Connecting sandboxes to networks, and what follows from it: devices, routes, names, ports."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.cnm.allocation import endpoint_address
from dockernet_lessons.embedded.cnm.bridge_driver import (
    BridgeDriver,
    endpoint_mac,
    remove_default_route,
    set_default_route,
)
from dockernet_lessons.embedded.cnm.endpoint import SHORT_ID, Endpoint
from dockernet_lessons.embedded.cnm.legacy_link import LegacyLinks
from dockernet_lessons.embedded.cnm.network import Network
from dockernet_lessons.embedded.cnm.resolver import Resolver
from dockernet_lessons.embedded.cnm.sandbox import Sandbox
from dockernet_lessons.embedded.cnm.settings import EndpointSettings
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.ids import Ids

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.hosts_file import HostsFile
    from dockernet_lessons.embedded.cnm.settings import SandboxSettings
    from dockernet_lessons.embedded.profile import Profile

PING_GROUPS = (0, 2**31 - 1)
"""Everybody in a container may ping (``net.ipv4.ping_group_range``)."""

_MAC = r"[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\1[0-9a-fA-F]{2}){4}"


class Connector:
    """Makes sandboxes, and makes and removes their endpoints.

    Parameters
    ----------
    driver
        Makes their devices.
    profile
        The engine's generation.
    host
        The host's namespace.
    sandboxes
        The controller's, by container id.
    ids
        Where endpoint ids come from.
    source
        Where MACs come from.
    """

    def __init__(
        self,
        driver: BridgeDriver,
        profile: Profile,
        host: Namespace,
        sandboxes: dict[str, Sandbox],
        ids: Ids,
        source: random.Random,
    ) -> None:
        self._driver = driver
        self._profile = profile
        self._host = host
        self._ids = ids
        self._random = source
        self._links = LegacyLinks(sandboxes)

    def make_sandbox(
        self,
        container_id: str,
        container_name: str,
        mode: str,
        settings: SandboxSettings,
        hosts: HostsFile,
    ) -> Sandbox:
        """Make a container's sandbox; see `Controller.create_sandbox`."""
        return Sandbox(
            self._ids.new(),
            container_id,
            container_name,
            mode,
            self._host if mode == "host" else self._make_namespace(container_id),
            settings,
            self._profile,
            hosts,
        )

    def connect(
        self, sandbox: Sandbox, network: Network, settings: EndpointSettings | None
    ) -> Endpoint:
        """Connect a sandbox to a network; see `Controller.connect`."""
        if network.id in sandbox.endpoints:
            raise DockerError(
                403,
                f"endpoint with name {sandbox.container_name} already exists in network "
                f"{network.name}",
            )
        wanted = settings or EndpointSettings()
        endpoint = Endpoint(self._ids.new(), sandbox, network, wanted)
        if network.bridge is None:
            self._join(endpoint)
            return endpoint
        self._give_address(endpoint)
        self._driver.make_pair(endpoint, network.bridge)
        self._join(endpoint)
        self._write_names(endpoint)
        if sandbox.keyed or sandbox.modern:
            self._driver.move_in(endpoint, network.bridge)
            self._route(sandbox)
        try:
            self._publish(sandbox)
        except DockerError:
            self.disconnect(sandbox, network)
            raise
        return endpoint

    def set_key(self, sandbox: Sandbox) -> None:
        """Let the devices of a classic engine's sandbox move in, in order of precedence."""
        sandbox.keyed = True
        if not sandbox.modern:
            for endpoint in sandbox.ordered():
                if endpoint.network.bridge is not None:
                    self._driver.move_in(endpoint, endpoint.network.bridge)
            self._route(sandbox)

    def disconnect(self, sandbox: Sandbox, network: Network) -> None:
        """Disconnect a sandbox from a network; see `Controller.disconnect`."""
        endpoint = sandbox.endpoints.get(network.id)
        if endpoint is None:
            text = f"container {sandbox.container_id} is not connected to network {network.name}"
            raise DockerError(500, text)
        self._forget_hosts(endpoint)
        self._detach(endpoint)
        if network.bridge is not None and (sandbox.keyed or sandbox.modern):
            self._route(sandbox)
        self._publish(sandbox)

    def release(self, sandbox: Sandbox) -> None:
        """Remove all endpoints of a sandbox, which goes away."""
        for endpoint in list(sandbox.endpoints.values()):
            self._forget_hosts(endpoint)
            self._detach(endpoint)
        self._links.forget(sandbox)
        if sandbox.resolver is not None:
            sandbox.resolver.close()

    def rename(self, sandbox: Sandbox, name: str) -> None:
        """Give a sandbox's endpoints another name."""
        endpoints = list(sandbox.endpoints.values())
        for endpoint in endpoints:
            endpoint.network.forget_names(endpoint)
        sandbox.container_name = name
        for endpoint in endpoints:
            endpoint.renamed = True
            endpoint.network.learn_names(endpoint)

    def _make_namespace(self, container_id: str) -> Namespace:
        """Make a container's namespace; only ``lo`` may have IPv6, on modern engines."""
        namespace = self._host.fabric.add_namespace(container_id[:SHORT_ID])
        namespace.set_ipv6(namespace.loopback, self._profile.modern)
        namespace.set_up(namespace.loopback)
        namespace.ipv6 = False
        namespace.forwarding = self._host.forwarding
        namespace.ping_group_range = PING_GROUPS
        return namespace

    def _join(self, endpoint: Endpoint) -> None:
        sandbox, network = endpoint.sandbox, endpoint.network
        sandbox.endpoints[network.id] = endpoint
        network.join(endpoint)
        if network.serves_names and sandbox.resolver is None:
            sandbox.serve_names(Resolver(sandbox, self._host, self._random))
        elif not network.serves_names:
            sandbox.use_outside_servers()

    def _give_address(self, endpoint: Endpoint) -> None:
        settings, network = endpoint.settings, endpoint.network
        if settings.mac and not re.fullmatch(_MAC, settings.mac):
            raise DockerError(500, f"address {settings.mac}: invalid MAC address")
        endpoint.address = endpoint_address(network, settings.address)
        endpoint.mac = settings.mac.lower().replace("-", ":") or endpoint_mac(
            endpoint.address.ip, self._random, modern=endpoint.sandbox.modern
        )

    def _write_names(self, endpoint: Endpoint) -> None:
        """Write the endpoint into ``/etc/hosts``."""
        sandbox, network = endpoint.sandbox, endpoint.network
        assert endpoint.address is not None
        if network.predefined:
            self._links.write(endpoint)
            self._links.update(endpoint)
        sandbox.hosts.add(str(endpoint.address.ip), sandbox.own_names)

    def _forget_hosts(self, endpoint: Endpoint) -> None:
        sandbox, network = endpoint.sandbox, endpoint.network
        if endpoint.address is None:
            return
        if sandbox.modern:
            sandbox.hosts.delete_line(str(endpoint.address.ip), sandbox.own_names)
        elif network.serves_names:
            sandbox.hosts.delete_named(network.host_names(endpoint))

    def _detach(self, endpoint: Endpoint) -> None:
        """Undo everything of an endpoint but its lines in ``/etc/hosts``."""
        network, sandbox = endpoint.network, endpoint.sandbox
        if endpoint.ports:
            self._driver.unpublish(endpoint)
        network.leave(endpoint)
        sandbox.endpoints.pop(network.id, None)
        self._driver.take_out(endpoint)
        if network.pool is not None and endpoint.address is not None:
            network.pool.release(endpoint.address.ip)

    def _route(self, sandbox: Sandbox) -> None:
        """Lead the default route through the endpoint that takes precedence."""
        chosen = sandbox.gateway_endpoint()
        if chosen is None or chosen.gateway is None or chosen.device is None:
            remove_default_route(sandbox.namespace)
        else:
            set_default_route(sandbox.namespace, chosen.gateway, chosen.device)

    def _publish(self, sandbox: Sandbox) -> None:
        """Publish the ports on the endpoint with the way out, and on no other."""
        outlet = sandbox.outlet()
        for endpoint in sandbox.endpoints.values():
            if endpoint is not outlet and endpoint.ports:
                self._driver.unpublish(endpoint)
        if outlet is not None and not outlet.ports and sandbox.port_requests:
            assert outlet.network.bridge is not None
            self._driver.publish(outlet, outlet.network.bridge)
