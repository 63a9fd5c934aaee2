"""The bridge driver: bridges, veth pairs and rules (moby, libnetwork/drivers/bridge)."""

from __future__ import annotations

import random
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from dockernet_lessons.embedded.cnm.bridge_config import DEVICE_NAME_LIMIT, MTU_RANGE, BridgeConfig
from dockernet_lessons.embedded.cnm.firewall_classic import ClassicFirewall
from dockernet_lessons.embedded.cnm.firewall_modern import ModernFirewall
from dockernet_lessons.embedded.cnm.port_allocator import PortTaken
from dockernet_lessons.embedded.cnm.port_mapper import PortMapper
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.endpoint import Endpoint
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox

DEFAULT_MTU: Final = 1500
ANNOUNCEMENTS: Final = 3
"""How often, a second apart, a modern engine announces an address by gratuitous ARP."""


class BridgeDriver:
    """Makes what bridge networks are made of, in the host's namespace and the sandboxes'.

    Parameters
    ----------
    host
        The host's namespace.
    modern
        The engine's generation.
    source
        Where names and MACs come from.
    """

    def __init__(self, host: Namespace, source: random.Random, *, modern: bool) -> None:
        self._host = host
        self._fabric = host.fabric
        self._random = source
        self._modern = modern
        self._networks: dict[str, BridgeConfig] = {}
        self._made: set[str] = set()
        self.firewall = (ModernFirewall if modern else ClassicFirewall)(host.firewall)
        self.firewall.set_up()
        host.firewall.bridge_netfilter = True
        self.ports = PortMapper(host, self.firewall, modern=modern)

    def create_network(self, bridge: BridgeConfig) -> None:
        """Make a network's bridge, give it its address, install the rules.

        Raises
        ------
        DockerError
            The bridge's name is another network's (403), or not one that a bridge can have (500).
        """
        self._check_name(bridge)
        device = self._host.devices.get(bridge.device) or self._make(bridge)
        if bridge.addressed and all(a.interface != bridge.gateway for a in device.ipv4()):
            broadcast = bridge.subnet.broadcast_address
            self._host.add_address(device, bridge.gateway, broadcast)
        self._host.set_up(device)
        self.firewall.add_network(bridge)
        self._networks[bridge.device] = bridge

    def delete_network(self, bridge: BridgeConfig) -> None:
        """Delete a network's rules and, unless somebody else made it, the bridge."""
        self._networks.pop(bridge.device, None)
        self.firewall.remove(bridge.network_id)
        device = self._host.devices.get(bridge.device)
        if device is not None and bridge.device in self._made:
            self._fabric.delete(device)
        self._made.discard(bridge.device)

    def make_pair(self, endpoint: Endpoint, bridge: BridgeConfig) -> None:
        """Make an endpoint's veth pair and plug the host's end into the bridge.

        Until the sandbox has its namespace, a classic engine keeps the container's end on the
        host; both ends have numbers of the host then. A modern engine makes it inside.
        """
        assert endpoint.address is not None
        inside = endpoint.sandbox.namespace if self._modern else self._host
        host_end, own_end = (self._host, self._veth_name()), (inside, self._veth_name())
        first, second = (host_end, own_end) if self._modern else (own_end, host_end)
        macs = (None, endpoint.mac) if self._modern else (endpoint.mac, None)
        pair = self._fabric.add_veth(first, second, macs=macs, mtu=bridge.mtu)
        host_device, device = pair if self._modern else (pair[1], pair[0])
        for each in pair:
            each.txqueuelen = 0
        master = self._host.devices[bridge.device]
        assert isinstance(master, Bridge)
        self._host.enslave(host_device, master)
        master.mtu = bridge.mtu  # that of the ports, if nobody chose one for the bridge
        self._host.set_up(host_device)
        endpoint.device = device
        self.firewall.add_endpoint(endpoint.id, bridge, endpoint.address.ip)

    def move_in(self, endpoint: Endpoint, bridge: BridgeConfig) -> None:
        """Bring the container's end into the sandbox: its name there, its address, up."""
        device, address = endpoint.device, endpoint.address
        assert device is not None
        assert address is not None
        namespace = endpoint.sandbox.namespace
        self._fabric.move(device, namespace, self._number(endpoint.sandbox, bridge.prefix))
        namespace.add_address(device, address, address.network.broadcast_address)
        namespace.set_up(device)
        if self._modern:
            self._announce(device, address.ip, ANNOUNCEMENTS)

    def take_out(self, endpoint: Endpoint) -> None:
        """Delete an endpoint's pair and rules."""
        self.firewall.remove(endpoint.id)
        device, endpoint.device = endpoint.device, None
        if device is None or not device.exists:
            return
        master = None if device.peer is None else device.peer.master
        if device.namespace is not self._host:
            # It goes by way of the host, where its number may be taken and cost another one.
            self._fabric.move(device, self._host, self._veth_name())
        self._fabric.delete(device)
        if master is not None and not master.ports and not self._modern:
            master.mtu = DEFAULT_MTU

    def publish(self, endpoint: Endpoint, bridge: BridgeConfig) -> None:
        """Publish the sandbox's ports on an endpoint.

        Raises
        ------
        DockerError
            One cannot be had (500).
        """
        assert endpoint.address is not None
        owner, requests = ("ports", endpoint.id), endpoint.sandbox.port_requests
        try:
            endpoint.ports = self.ports.publish(owner, bridge, endpoint.address.ip, requests)
        except PortTaken as taken:
            raise DockerError(
                500,
                "driver failed programming external connectivity on endpoint "
                f"{endpoint.name} ({endpoint.id}): {taken}",
            ) from None

    def unpublish(self, endpoint: Endpoint) -> None:
        """Take an endpoint's ports back."""
        self.ports.unpublish(("ports", endpoint.id), endpoint.ports)
        endpoint.ports = ()

    def _check_name(self, bridge: BridgeConfig) -> None:
        name, other = bridge.device, self._networks.get(bridge.device)
        if other is not None:
            raise DockerError(
                403,
                f"cannot create network {bridge.network_id} ({name}): conflicts with network "
                f"{other.network_id} ({name}): networks have same bridge name",
            )
        if len(name) > DEVICE_NAME_LIMIT:
            words = "numerical result out of range"
            before = "" if self._modern else "failed to check bridge interface existence: "
            raise DockerError(500, before + words)
        existing = self._host.devices.get(name)
        if existing is not None and not isinstance(existing, Bridge):
            raise DockerError(500, f"existing interface {name} is not a bridge")
        if existing is None and (set(name) & set("/: \t\n") or name in (".", "..")):
            raise DockerError(500, "invalid argument")
        if self._modern and bridge.mtu not in MTU_RANGE:
            raise DockerError(500, "invalid argument")

    def _make(self, bridge: BridgeConfig) -> Device:
        tail = self._random.randbytes(4).hex(":")
        mac = None if self._modern else f"02:42:{tail}"
        mac = mac or _random_mac(self._random)
        mtu = bridge.mtu if self._modern else DEFAULT_MTU
        device = self._fabric.add_bridge(self._host, bridge.device, mac=mac, mtu=mtu)
        device.txqueuelen = 0
        self._made.add(bridge.device)
        return device

    def _veth_name(self) -> str:
        return f"veth{self._random.getrandbits(28):07x}"

    def _number(self, sandbox: Sandbox, prefix: str) -> str:
        """Name the next device: a modern engine takes the lowest free number, before the next."""
        number = 0 if self._modern else sandbox.next_number.get(prefix, 0)
        while f"{prefix}{number}" in sandbox.namespace.devices:
            number += 1
        sandbox.next_number[prefix] = number + 1
        return f"{prefix}{number}"

    def _announce(self, device: Device, address: IPv4Address, times: int) -> None:
        if not device.exists or all(a.interface.ip != address for a in device.ipv4()):
            return
        self._fabric.arp.announce(device, address)
        if times > 1:
            loop = self._fabric.loop
            loop.call_at(loop.now + 1.0, lambda: self._announce(device, address, times - 1))


def endpoint_mac(address: IPv4Address, source: random.Random, *, modern: bool) -> str:
    """Make an endpoint's MAC: from its address, or drawn on modern engines."""
    if modern:
        return _random_mac(source)
    return "02:42:" + address.packed.hex(":")


def set_default_route(namespace: Namespace, gateway: IPv4Address, device: Device) -> None:
    """Replace a namespace's default route."""
    remove_default_route(namespace)
    namespace.routes.add(Route(DEFAULT, device, gateway=gateway))


def remove_default_route(namespace: Namespace) -> None:
    """Delete a namespace's default route, if it has one."""
    for route in list(namespace.routes):
        if route.destination == DEFAULT:
            namespace.routes.remove(route)


def _random_mac(source: random.Random) -> str:
    octets = bytearray(source.randbytes(6))
    octets[0] = octets[0] & 0xFE | 0x02
    return bytes(octets).hex(":")
