"""The addresses of a namespace itself: what the kernel keeps in its routing table ``local``."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import Final

from dockernet_lessons.embedded.fabric.device import Address, Device

LIMITED_BROADCAST: Final = IPv4Address("255.255.255.255")
_LIMITED: Final = int(LIMITED_BROADCAST)
_LOOPBACK: Final = 127


class LocalAddresses:
    """All IPv4 addresses of a namespace's devices.

    An address is local whatever device it is on and even if that is down (the weak host model of
    RFC 1122, 3.3.4.2): so a container can ping every gateway address of its host.

    Attributes
    ----------
    numbers
        The addresses as numbers, and the devices they are on.
    loopback
        Whether there is any in 127.0.0.0/8: then all of them are local.
    version
        Another number after each change.
    """

    __slots__ = ("_broadcast", "loopback", "numbers", "version")

    def __init__(self) -> None:
        self.numbers: dict[int, list[Device]] = {}
        self._broadcast: dict[int, int] = {}
        self.loopback = False
        self.version = 0

    def add(self, address: Address, device: Device) -> None:
        """Note an address that a device got."""
        self.version += 1
        interface = _ipv4(address)
        self.numbers.setdefault(int(interface.ip), []).append(device)
        for broadcast in _broadcasts(address):
            self._broadcast[broadcast] = self._broadcast.get(broadcast, 0) + 1
        self.loopback = self.loopback or interface.ip.is_loopback

    def remove(self, address: Address, device: Device) -> None:
        """Forget an address that a device lost."""
        self.version += 1
        key = int(_ipv4(address).ip)
        devices = self.numbers[key]
        devices.remove(device)
        if not devices:
            del self.numbers[key]
        for broadcast in _broadcasts(address):
            self._broadcast[broadcast] -= 1
            if not self._broadcast[broadcast]:
                del self._broadcast[broadcast]
        self.loopback = any(key >> 24 == _LOOPBACK for key in self.numbers)

    def __contains__(self, address: IPv4Address) -> bool:
        return self.has(int(address))

    def has(self, address: int) -> bool:
        """Tell whether an address, as a number, is local."""
        return address in self.numbers or (address >> 24 == _LOOPBACK and self.loopback)

    def is_broadcast(self, address: IPv4Address) -> bool:
        """Tell whether a packet to this address is for every station of a link."""
        key = int(address)
        return key == _LIMITED or (key in self._broadcast and key not in self.numbers)


def select_source(device: Device, target: IPv4Address) -> IPv4Address | None:
    """Choose a source address for what leaves by a device (the kernel's inet_select_addr).

    Parameters
    ----------
    device
        Where it leaves.
    target
        The next hop.

    Returns
    -------
    IPv4Address or None
        The first address in the target's subnet, else the device's first, else any other device's.
    """
    primary = [address for address in device.ipv4() if not address.secondary]
    for address in primary:
        if target in address.interface.network:
            return _ipv4(address).ip
    if primary:
        return _ipv4(primary[0]).ip
    return _any_source(device)


def _any_source(device: Device) -> IPv4Address | None:
    for other in device.namespace.by_index.values():
        for address in other.ipv4():
            if address.scope != "host":
                return _ipv4(address).ip
    return None


def _broadcasts(address: Address) -> set[int]:
    network = _ipv4(address).network
    found = {int(network.broadcast_address)} if network.prefixlen < 31 else set()
    return found | ({int(address.broadcast)} if address.broadcast is not None else set())


def _ipv4(address: Address) -> IPv4Interface:
    interface = address.interface
    assert isinstance(interface, IPv4Interface)
    return interface
