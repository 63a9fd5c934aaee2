"""The controller: all networks and sandboxes of one engine (moby, libnetwork/controller.go)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cached_property
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.cnm import host, network_rules
from dockernet_lessons.embedded.cnm.allocation import Allocator
from dockernet_lessons.embedded.cnm.bridge_config import (
    BRIDGE_NAME,
    DEFAULT_BRIDGE,
    ENABLE_ICC,
    ENABLE_MASQUERADE,
    HOST_BINDING,
    MTU,
    BridgeConfig,
    read_options,
)
from dockernet_lessons.embedded.cnm.bridge_driver import BridgeDriver
from dockernet_lessons.embedded.cnm.directory import Directory, Purpose
from dockernet_lessons.embedded.cnm.ipam import AddressPool
from dockernet_lessons.embedded.cnm.network import Network
from dockernet_lessons.embedded.cnm.network_request import NetworkRequest, Pool
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.ids import Ids

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.connection import Connector
    from dockernet_lessons.embedded.cnm.endpoint import Endpoint
    from dockernet_lessons.embedded.cnm.hosts_file import HostsFile
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox
    from dockernet_lessons.embedded.cnm.settings import (
        EndpointSettings,
        PortRequest,
        SandboxSettings,
    )
    from dockernet_lessons.embedded.profile import Profile

DEFAULT_BRIDGE_OPTIONS = {
    DEFAULT_BRIDGE: "true",
    ENABLE_ICC: "true",
    ENABLE_MASQUERADE: "true",
    HOST_BINDING: "0.0.0.0",
    BRIDGE_NAME: "docker0",
    MTU: "1500",
}


class Controller:
    """Makes and removes networks, sandboxes and the endpoints between them.

    Parameters
    ----------
    fabric
        Where namespaces and devices are made.
    profile
        The engine's generation and its host.
    ids
        Where ids come from.
    source
        Where names of devices, MACs and ports come from.

    Attributes
    ----------
    host
        The host's namespace.
    networks
        By id.
    sandboxes
        Of running containers, by container id.
    """

    def __init__(self, fabric: Fabric, profile: Profile, ids: Ids, source: random.Random) -> None:
        self._fabric = fabric
        self._profile = profile
        self._ids = ids
        self._random = source
        self._modern = profile.modern
        self.host = host.build(fabric, profile)
        self._driver = BridgeDriver(self.host, source, modern=self._modern)
        self._allocator = Allocator(modern=self._modern)
        self._directory = Directory(modern=self._modern)
        self.networks = self._directory.networks
        self.sandboxes: dict[str, Sandbox] = {}
        self._make_predefined()

    # --- networks ---------------------------------------------------------------------------

    def create_network(self, request: NetworkRequest) -> Network:
        """Make a network.

        Raises
        ------
        DockerError
            It cannot be made as asked.
        """
        network_rules.check_name(request.name, modern=self._modern)
        warning = self._directory.check_free(request)
        if self._modern:
            network_rules.check_pools(request.pools)
        network_rules.check_kind(request, modern=self._modern)
        driver = "null" if request.config_only else "bridge"
        network = Network(self._ids.new(), request, driver, self._fabric.loop.now)
        if not request.config_only:
            self._set_up(network, request)
        network.warning = warning
        self.networks[network.id] = network
        return network

    def remove_network(self, network: Network) -> None:
        """Remove a network.

        Raises
        ------
        DockerError
            It is predefined or has active endpoints (403).
        """
        if network.predefined:
            text = f"{network.name} is a pre-defined network and cannot be removed"
            raise DockerError(403, text)
        self._directory.check_unused(network)
        del self.networks[network.id]
        if network.bridge is not None:
            self._driver.delete_network(network.bridge)
            self._release(network)

    def find_network(self, reference: str, purpose: Purpose = "use") -> Network:
        """Find a network by id, name or the beginning of its id.

        Parameters
        ----------
        purpose
            What it is looked for: an ambiguity is worded accordingly.

        Raises
        ------
        DockerError
            None (404) or several (400) go by that.
        """
        return self._directory.find(reference, purpose)

    def networks_named(self, name: str) -> list[Network]:
        """Give the networks of a name; only classic engines can have several."""
        return self._directory.named(name)

    # --- sandboxes --------------------------------------------------------------------------

    @cached_property
    def _connector(self) -> Connector:
        """Loaded and made with the first container."""
        from dockernet_lessons.embedded.cnm.connection import Connector

        return Connector(
            self._driver, self._profile, self.host, self.sandboxes, self._ids, self._random
        )

    def create_sandbox(
        self,
        container_id: str,
        container_name: str,
        *,
        mode: str = "bridge",
        settings: SandboxSettings,
        hosts: HostsFile,
    ) -> Sandbox:
        """Make the sandbox of a container that starts.

        Parameters
        ----------
        mode
            ``host`` shares the host's namespace; ``bridge`` and ``none`` get one of their own.
        settings
            Names and name servers.
        hosts
            The hosts file that the container has from an earlier start.
        """
        sandbox = self._connector.make_sandbox(container_id, container_name, mode, settings, hosts)
        self.sandboxes[container_id] = sandbox
        return sandbox

    def set_key(self, sandbox: Sandbox) -> None:
        """Let the devices move into a sandbox: its container's process is about to start.

        To be called once, after the connections of the start; later ones take effect at once.
        """
        self._connector.set_key(sandbox)

    def delete_sandbox(self, sandbox: Sandbox) -> None:
        """Delete the sandbox of a container that stopped, with its endpoints."""
        self._connector.release(sandbox)
        if sandbox.namespace is not self.host:
            self._fabric.delete_namespace(sandbox.namespace)
        self.sandboxes.pop(sandbox.container_id, None)

    def connect(
        self,
        sandbox: Sandbox,
        network: Network,
        settings: EndpointSettings | None = None,
        ports: Sequence[PortRequest] = (),
    ) -> Endpoint:
        """Connect a sandbox to a network.

        Parameters
        ----------
        ports
            All that the container publishes; empty leaves it as it is.

        Raises
        ------
        DockerError
            It is connected already (403), no address (500) or not the wanted one (403, 500) is
            free, or a port is not (500). Then nothing has changed.
        """
        if ports:
            sandbox.port_requests = tuple(ports)
        return self._connector.connect(sandbox, network, settings)

    def disconnect(self, sandbox: Sandbox, network: Network) -> None:
        """Disconnect a sandbox from a network.

        Raises
        ------
        DockerError
            It is not connected (500).
        """
        self._connector.disconnect(sandbox, network)

    def rename(self, container_id: str, name: str) -> None:
        """Let the networks of a container know its new name; nothing to do if it is stopped."""
        sandbox = self.sandboxes.get(container_id)
        if sandbox is not None:
            self._connector.rename(sandbox, name)

    def start_order(self, names: Iterable[str]) -> list[str]:
        """Give the order in which a container that starts is connected to its networks.

        Classic engines begin with the default bridge. The rest of the order is Go's order of a
        map, which is any; here it is the order in which they were asked for.
        """
        ordered = list(names)
        if not self._modern and "bridge" in ordered:
            ordered.remove("bridge")
            ordered.insert(0, "bridge")
        return ordered

    # --- making networks --------------------------------------------------------------------

    def _set_up(self, network: Network, request: NetworkRequest) -> None:
        gateway = self._allocator.allocate(network, request, self._reserved())
        try:
            network.bridge = read_options(
                network.id,
                network.options,
                gateway,
                internal=network.internal,
                modern=self._modern,
            )
            self._driver.create_network(network.bridge)
        except DockerError:
            self._release(network)
            raise

    def _release(self, network: Network) -> None:
        """Give a network's subnet back; its bridge may have an address outside of it."""
        assert network.pool is not None
        self._allocator.space.release(network.pool.subnet)

    def _reserved(self) -> list[IPv4Network]:
        """Give the subnets that the host uses, its DNS server's address included."""
        routes = [route.destination for route in self.host.routes]
        return [*routes, IPv4Network(self._profile.host.dns)]

    def _make_predefined(self) -> None:
        for name, driver in (("none", "null"), ("host", "host")):
            self._add_predefined(NetworkRequest(name), driver)
        gateway = self._profile.host.docker0
        network = self._add_predefined(
            NetworkRequest("bridge", options=DEFAULT_BRIDGE_OPTIONS), "bridge"
        )
        self._give_default_pool(network, gateway)
        network.bridge = BridgeConfig(network.id, "docker0", gateway)
        self._driver.create_network(network.bridge)
        first = self._profile.host.first_veth
        self.host.next_ifindex = first or self.host.next_ifindex

    def _add_predefined(self, request: NetworkRequest, driver: str) -> Network:
        network = Network(self._ids.new(), request, driver, self._fabric.loop.now)
        self.networks[network.id] = network
        return network

    def _give_default_pool(self, network: Network, gateway: IPv4Interface) -> None:
        space, subnet = self._allocator.space, gateway.network
        space.request(subnet)
        space.continue_after(subnet)
        network.pool = AddressPool(subnet)
        network.pool.request(gateway.ip)
        shown = str(gateway.ip) if self._modern else ""
        network.config_pools = [Pool(str(subnet), gateway=shown)]
