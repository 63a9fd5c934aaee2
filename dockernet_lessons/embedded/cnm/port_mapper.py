"""Publishes ports: takes them on the host and lets the firewall translate.

The userland proxy, which serves what the firewall cannot (IPv6, 127.0.0.1 on classic engines), is
emulated as far as it can refuse a port.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from dockernet_lessons.embedded.cnm.bridge_config import ANYWHERE, BridgeConfig
from dockernet_lessons.embedded.cnm.firewall import BridgeFirewall, Mapping
from dockernet_lessons.embedded.cnm.port_allocator import HostAddress, PortAllocator, PortTaken
from dockernet_lessons.embedded.fabric.namespace import Namespace

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.settings import PortRequest

ANYWHERE_6: Final = IPv6Address("::")
ATTEMPTS: Final = 10
"""How often a classic engine tries another port, when the proxy cannot listen on one."""


class PortBinding(NamedTuple):
    """A published port, as ``NetworkSettings.Ports`` shows it.

    Attributes
    ----------
    port, protocol
        The container's.
    host_ip
        ``0.0.0.0``, ``::`` or one address.
    host_port
        The port taken on the host.
    """

    port: int
    protocol: str
    host_ip: str
    host_port: int


class PortMapper:
    """Publishes ports of endpoints.

    Parameters
    ----------
    host
        The host's namespace.
    firewall
        Where rules are installed.
    modern
        The engine's generation.
    """

    def __init__(self, host: Namespace, firewall: BridgeFirewall, *, modern: bool) -> None:
        self._host = host
        self._firewall = firewall
        self._modern = modern
        self._allocator = PortAllocator(modern=modern)

    def publish(
        self,
        owner: Hashable,
        bridge: BridgeConfig,
        address: IPv4Address,
        requests: tuple[PortRequest, ...],
    ) -> tuple[PortBinding, ...]:
        """Publish ports of an endpoint.

        Parameters
        ----------
        owner
            The rules' owner in the firewall.
        address
            The endpoint's.

        Raises
        ------
        PortTaken
            One cannot be had; then none is published.
        """
        made: list[PortBinding] = []
        try:
            for request in sorted(requests, key=_processing_order, reverse=not self._modern):
                for binding in self._publish(bridge, address, request):
                    made.append(binding)  # one by one: those before a refusal are given back
        except PortTaken:
            self._give_back(tuple(made))
            raise
        for binding in made:
            self._translate(owner, bridge, address, binding)
        return tuple(made)

    def unpublish(self, owner: Hashable, bindings: tuple[PortBinding, ...]) -> None:
        """Take back what `publish` did."""
        self._firewall.remove(owner)
        self._give_back(bindings)

    def _give_back(self, bindings: tuple[PortBinding, ...]) -> None:
        for each in bindings:
            self._allocator.release(ip_address(each.host_ip), each.protocol, each.host_port)

    def _publish(
        self, bridge: BridgeConfig, address: IPv4Address, request: PortRequest
    ) -> Iterator[PortBinding]:
        addresses = _host_addresses(request, bridge)
        together = [addresses] if self._modern else [(each,) for each in addresses]
        for group in together:
            port = self._take(group, address, request)
            for host_address in group:
                yield PortBinding(request.port, request.protocol, str(host_address), port)

    def _take(
        self, group: tuple[HostAddress, ...], address: IPv4Address, request: PortRequest
    ) -> int:
        first, last = request.host_port, request.host_port_end or request.host_port
        refusal = ""
        for _ in range(1 if first else ATTEMPTS):
            port = self._allocator.request(group, request.protocol, first, last)
            refusal = self._refusal(group[0], port, address, request)
            if not refusal:
                return port
            for each in group:
                self._allocator.release(each, request.protocol, port)
        raise PortTaken(refusal)

    def _refusal(
        self, host_address: HostAddress, port: int, address: IPv4Address, request: PortRequest
    ) -> str:
        """Say why nobody can listen on a port; empty if somebody can."""
        shown = f"[{host_address}]" if host_address.version == 6 else str(host_address)
        where, protocol = f"{shown}:{port}", request.protocol
        listen = f"Error starting userland proxy: listen {protocol}{host_address.version} {where}"
        unassignable = "cannot assign requested address"
        if protocol == "sctp":
            return self._sctp_refusal(where)
        if not self._has(host_address) and self._modern:
            target = f"{where}:{address}:{request.port}/{protocol}"
            return f"failed to bind host port for {target}: {unassignable}"
        if not self._has(host_address):
            return f"{listen}: bind: {unassignable}"
        if self._allocator.overlapping(host_address, protocol, port) is not None:
            return f"{listen}: bind: address already in use"
        return ""

    def _sctp_refusal(self, where: str) -> str:
        """Say what a kernel without SCTP makes the proxy say."""
        why = "protocol not supported"
        if self._modern:
            return f"error starting userland proxy: failed to listen on {where}: {why}"
        return f"Error starting userland proxy: {why}"

    def _has(self, address: HostAddress) -> bool:
        if int(address) == 0 or address.is_loopback:
            return True
        return isinstance(address, IPv4Address) and address in self._host.local

    def _translate(
        self, owner: Hashable, bridge: BridgeConfig, address: IPv4Address, binding: PortBinding
    ) -> None:
        host_address = ip_address(binding.host_ip)
        if isinstance(host_address, IPv4Address):
            mapping = Mapping(
                binding.protocol, host_address, binding.host_port, address, binding.port
            )
            self._firewall.publish(owner, bridge, mapping)


def _host_addresses(request: PortRequest, bridge: BridgeConfig) -> tuple[HostAddress, ...]:
    """Give where to listen: without a wish on all addresses of both families."""
    if request.host_ip:
        return (ip_address(request.host_ip),)
    if bridge.host_binding == ANYWHERE:
        return (ANYWHERE, ANYWHERE_6)
    return (bridge.host_binding,)


def _processing_order(request: PortRequest) -> tuple[int, str, int]:
    return request.port, request.protocol, request.host_port
