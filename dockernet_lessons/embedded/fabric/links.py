"""What follows when a device goes up or down, or its carrier comes and goes.

Everything that depends on it is kept here in one place: the routes of its addresses, the IPv6
link-local address, multicast groups, neighbors, what a bridge learned, the state of its bridge.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Final

from dockernet_lessons.embedded.fabric import mac
from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Address, Device
from dockernet_lessons.embedded.fabric.routes import Route

_ALL_HOSTS: Final = mac.multicast_mac(IPv4Address("224.0.0.1"))
_ALL_NODES: Final = mac.multicast_mac(IPv6Address("ff02::1"))
_SNOOPERS: Final = tuple(
    mac.multicast_mac(group) for group in (IPv4Address("224.0.0.106"), IPv6Address("ff02::6a"))
)
"""Where multicast routers are looked for (RFC 4286); a bridge that snoops listens to it."""


def created(device: Device) -> None:
    """Do what follows when a device was made or moved into a namespace."""
    if device.ipv6 and device.kind != "loopback":
        device.join(_ALL_NODES)


def set_up(device: Device) -> None:
    """Bring a device up."""
    if device.up:
        return
    device.up = True
    device.qdisc = "fq_codel" if device.kind == "ether" else "noqueue"
    if device.kind == "loopback":
        _add_loopback_addresses(device)
    else:
        created(device)
        for group in _SNOOPERS if isinstance(device, Bridge) else ():
            device.join(group)
        device.join(_ALL_HOSTS)
    for address in device.ipv4():
        add_connected_route(device, address)
    _carrier_may_differ(device)


def set_down(device: Device) -> None:
    """Bring a device down: its routes go, its IPv4 addresses stay."""
    if not device.up:
        return
    device.up = False
    device.namespace.routes.forget_device(device)
    device.addresses = device.ipv4()
    device.multicast.clear()
    _carrier_may_differ(device)
    device.namespace.neighbors.forget_device(device)
    if device.master is not None:
        device.master.fdb.forget(device, local=False)
    if isinstance(device, Bridge):
        device.fdb.clear_learned()


def add_connected_route(device: Device, address: Address) -> None:
    """Add the route to an address's subnet, if the device is up and it is the first one there."""
    interface = address.interface
    if not device.up or not isinstance(interface, IPv4Interface) or address.secondary:
        return
    if device.kind != "loopback" and interface.network.prefixlen < 32:
        route = Route(
            interface.network, device, None, interface.ip, scope="link", protocol="kernel"
        )
        device.namespace.routes.add_connected(route)


def refresh(device: Device) -> None:
    """Notice that a device's carrier came or went, and tell the bridge it is a port of."""
    carrier = device.carrier
    if carrier == device.linked:
        return
    device.linked = carrier
    if carrier:
        add_link_local(device)
    else:
        device.namespace.neighbors.forget_device(device)
    if device.master is not None:
        if not carrier:
            device.master.fdb.forget(device, local=False)
        refresh(device.master)


def add_link_local(device: Device) -> None:
    """Give a device its IPv6 link-local address, if it wants one and has a carrier."""
    if not device.ipv6 or not device.carrier or device.kind == "loopback":
        return
    interface = mac.link_local(device.mac)
    if all(address.scope != "link" or _is_ipv4(address) for address in device.addresses):
        device.addresses.append(Address(interface, scope="link"))
        device.join(mac.multicast_mac(mac.solicited_node(interface.ip)))


def drop_ipv6(device: Device) -> None:
    """Take a device's IPv6 away (sysctl ``disable_ipv6``)."""
    device.addresses = device.ipv4()
    device.multicast = [group for group in device.multicast if not group.startswith("33:33:")]


def _carrier_may_differ(device: Device) -> None:
    refresh(device)
    if device.peer is not None:
        refresh(device.peer)


def _add_loopback_addresses(device: Device) -> None:
    if not device.ipv4():
        loopback = IPv4Interface("127.0.0.1/8")
        device.namespace.add_address(device, loopback, scope="host")
    if device.ipv6:
        device.addresses.append(Address(IPv6Interface("::1/128"), scope="host"))


def _is_ipv4(address: Address) -> bool:
    return isinstance(address.interface, IPv4Interface)
