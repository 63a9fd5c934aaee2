"""Which devices ``ip link show`` and ``ip addr show`` are asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from dockernet_lessons.embedded.fabric.device import Address, Device
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.userland.ip.words import (
    FAILED,
    Failure,
    Words,
    garbage,
    network,
    wrong,
)

_SCOPES = ("global", "link", "host")


@dataclass
class Selection:
    """What to show; None does not restrict.

    Attributes
    ----------
    device
        Only this one.
    kind
        ``veth``, ``bridge``, …; ``bridge_slave`` for bridge ports.
    within
        Only addresses of this network.
    """

    device: Device | None = None
    kind: str | None = None
    master: Device | None = None
    portless: bool = False
    up: bool = False
    scope: str | None = None
    within: IPv4Network | None = None
    label: str | None = None

    @property
    def by_address(self) -> bool:
        """Whether devices without a fitting address are left out."""
        return self.scope is not None or self.within is not None or self.label is not None

    def devices(self, namespace: Namespace) -> Iterator[Device]:
        """Give the devices that fit, by number."""
        for device in sorted(namespace.devices.values(), key=lambda device: device.ifindex):
            if self._fits(device):
                yield device

    def addresses(self, device: Device, family: int | None) -> list[Address]:
        """Give a device's addresses that fit."""
        return [
            address
            for address in device.addresses
            if family in (None, address.interface.version) and self._fits_address(device, address)
        ]

    def _fits(self, device: Device) -> bool:
        return (
            (self.device is None or device is self.device)
            and (self.kind is None or self.kind in _kinds(device))
            and (self.master is None or device.master is self.master)
            and not (self.portless and device.master is not None)
            and not (self.up and not device.up)
        )

    def _fits_address(self, device: Device, address: Address) -> bool:
        label = address.label or device.name
        return (
            (self.scope is None or address.scope == self.scope)
            and (self.label is None or label == self.label)
            and (
                self.within is None
                or (
                    isinstance(self.within, IPv4Network)
                    and address.interface.version == 4
                    and address.interface.ip in self.within
                )
            )
        )


def _kinds(device: Device) -> tuple[str, ...]:
    """Name what ``type`` finds a device by; a card and the loopback have no such name."""
    own = (device.kind,) if device.kind in ("veth", "bridge") else ()
    return own if device.master is None else (*own, "bridge_slave")


def read_selection(words: Words, namespace: Namespace, *, addresses: bool) -> Selection:
    """Read what follows ``show``.

    Parameters
    ----------
    addresses
        Whether words about addresses are understood, too.

    Raises
    ------
    Failure
        A device that does not exist, or a word that means nothing here.
    """
    selection, name = Selection(), None
    while words:
        word = words.take()
        if word in _READERS:
            _READERS[word](selection, words, namespace)
        elif addresses and word in _ADDRESS_READERS:
            _ADDRESS_READERS[word](selection, words)
        elif name is None:
            name = words.take() if word == "dev" else word
        else:
            raise garbage(word)
    selection.device = None if name is None else _named(name, namespace)
    return selection


def _named(name: str, namespace: Namespace) -> Device:
    device = namespace.devices.get(name)
    if device is None:
        raise Failure(f'Device "{name}" does not exist.', FAILED)
    return device


def _read_master(selection: Selection, words: Words, namespace: Namespace) -> None:
    name = words.take()
    selection.master = namespace.devices.get(name)
    if selection.master is None:
        raise wrong(name, "Device does not exist")


def _read_type(selection: Selection, words: Words, namespace: Namespace) -> None:
    selection.kind = words.take()


def _read_up(selection: Selection, words: Words, namespace: Namespace) -> None:
    selection.up = True


def _read_nomaster(selection: Selection, words: Words, namespace: Namespace) -> None:
    selection.portless = True


def _read_group(selection: Selection, words: Words, namespace: Namespace) -> None:
    """Every device is in the group ``default``."""
    name = words.take()
    if name != "default":
        raise wrong(name, "Invalid group value")


def _read_scope(selection: Selection, words: Words) -> None:
    selection.scope = words.take()
    if selection.scope not in _SCOPES:
        raise wrong(selection.scope, "invalid scope")


def _read_within(selection: Selection, words: Words) -> None:
    selection.within = network(words.take())


def _read_label(selection: Selection, words: Words) -> None:
    selection.label = words.take()


_READERS = {
    "type": _read_type,
    "master": _read_master,
    "nomaster": _read_nomaster,
    "up": _read_up,
    "group": _read_group,
}
_ADDRESS_READERS = {"scope": _read_scope, "to": _read_within, "label": _read_label}
