"""Sandboxes: a container's network namespace and the files that go with it.

Source: moby, libnetwork/sandbox.go and sandbox_dns_unix.go.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.cnm import host
from dockernet_lessons.embedded.cnm.endpoint import SHORT_ID, Endpoint
from dockernet_lessons.embedded.cnm.hosts_file import HostsFile, own_names
from dockernet_lessons.embedded.cnm.port_mapper import PortBinding
from dockernet_lessons.embedded.cnm.resolv_conf import ResolvConf
from dockernet_lessons.embedded.cnm.resolver import Resolver
from dockernet_lessons.embedded.cnm.settings import PortRequest, SandboxSettings
from dockernet_lessons.embedded.fabric.namespace import Namespace

if TYPE_CHECKING:
    from dockernet_lessons.embedded.profile import Profile


class Sandbox:
    """A container's network stack; it exists while the container runs.

    Parameters
    ----------
    identifier
        64 hex digits.
    container_id, container_name
        Whose it is.
    mode
        ``bridge`` (any network), ``host`` or ``none``.
    namespace
        Its own, or the host's.
    settings
        Names and name servers.
    profile
        The engine's generation.
    hosts
        The container's ``/etc/hosts``, to be written anew.

    Attributes
    ----------
    id, key
        The identifier, and the path it is known by.
    endpoints
        By network id, in the order they joined.
    keyed
        Whether the namespace is the container's yet: devices move in from then on.
    hosts
        ``/etc/hosts``; its `text` may be set, when somebody in the container edits the file.
    resolver
        The embedded DNS; None until a user-defined network is joined.
    port_requests
        What is to be published.
    """

    def __init__(
        self,
        identifier: str,
        container_id: str,
        container_name: str,
        mode: str,
        namespace: Namespace,
        settings: SandboxSettings,
        profile: Profile,
        hosts: HostsFile,
    ) -> None:
        self.id = identifier
        self.container_id = container_id
        self.container_name = container_name
        self.mode = mode
        self.namespace = namespace
        self.settings = settings
        self.modern = profile.modern
        known_as = "default" if mode == "host" else identifier[:SHORT_ID]
        self.key = f"/var/run/docker/netns/{known_as}"
        self.endpoints: dict[str, Endpoint] = {}
        self.keyed = False
        self.next_number: dict[str, int] = {}
        self.resolver: Resolver | None = None
        self.port_requests: tuple[PortRequest, ...] = ()
        self._conf = ResolvConf(profile.host.dns, settings, self.modern)
        self.hosts = hosts
        self.hosts.begin(modern=self.modern)
        self._resolv_conf = self._conf.host_copy()
        if mode == "host":
            self.hosts.text = host.hosts_file(profile)
        for name, address in settings.extra_hosts:
            self.hosts.add(address, name)

    @property
    def hostname(self) -> str:
        """The container's host name: its own or the short id."""
        return self.settings.hostname or self.container_id[:SHORT_ID]

    @property
    def own_names(self) -> str:
        """What stands behind its own addresses in ``/etc/hosts``."""
        return own_names(self.hostname, self.settings.domainname)

    @property
    def outside_servers(self) -> tuple[str, ...]:
        """The name servers that the embedded DNS asks."""
        return self._conf.servers

    @property
    def ports(self) -> list[PortBinding]:
        """All that is published."""
        return [port for endpoint in self.endpoints.values() for port in endpoint.ports]

    def hosts_file(self) -> str:
        """Give the text of ``/etc/hosts``."""
        return self.hosts.text

    def resolv_conf(self) -> str:
        """Give the text of ``/etc/resolv.conf``."""
        return self._resolv_conf

    def write_resolv_conf(self, text: str) -> None:
        """Replace ``/etc/resolv.conf``: somebody in the container edited it."""
        self._resolv_conf = text

    def ordered(self) -> list[Endpoint]:
        """Give the endpoints by precedence: the first has the default route, and is asked first.

        Networks with a way out come first, then higher priorities, then names by alphabet.
        """
        return sorted(self.endpoints.values(), key=_precedence)

    def gateway_endpoint(self) -> Endpoint | None:
        """Give the endpoint whose network has the default route."""
        return next((each for each in self.ordered() if each.gateway is not None), None)

    def outlet(self) -> Endpoint | None:
        """Give the endpoint through which ports are published: it leads out of the host."""
        chosen = self.gateway_endpoint()
        return None if chosen is None or chosen.network.internal else chosen

    def use_outside_servers(self) -> None:
        """Say in ``/etc/resolv.conf`` that a network without embedded DNS was joined."""
        if self.mode != "host" and self._resolv_conf == self._conf.host_copy():
            self._resolv_conf = self._conf.legacy()

    def serve_names(self, resolver: Resolver) -> None:
        """Begin to use the embedded DNS, until the end.

        A modern engine leaves ``/etc/resolv.conf`` alone once somebody edited it.
        """
        self.resolver = resolver
        if not self.modern or self._resolv_conf in (self._conf.host_copy(), self._conf.legacy()):
            self._resolv_conf = self._conf.internal()

    def addresses_of(self, name: str) -> list[IPv4Address]:
        """Resolve a name as the embedded DNS does: ``name`` or ``name.network``, or a link's."""
        parts = name.split(".")
        for cut in range(len(parts), 0, -1):
            wanted, network = ".".join(parts[:cut]), ".".join(parts[cut:])
            for links in (True, False):
                found = self._look_up(wanted, network, links=links)
                if found:
                    return found
        return []

    def name_of(self, address: IPv4Address) -> str | None:
        """Resolve an address on the networks it is connected to."""
        for endpoint in self.ordered():
            name = endpoint.network.name_of(address)
            if name is not None:
                return name
        return None

    def _look_up(self, name: str, network: str, *, links: bool) -> list[IPv4Address]:
        for endpoint in self.ordered():
            if network and endpoint.network.name != network:
                continue
            target = endpoint.link_names.get(name)
            if (target is not None) is not links:
                continue
            found = endpoint.network.addresses_of(name if target is None else target)
            if found:
                return found
        return []


def _precedence(endpoint: Endpoint) -> tuple[bool, int, str]:
    network = endpoint.network
    return network.internal, -endpoint.settings.gateway_priority, network.name
