"""``ip link add``, ``set`` and ``delete`` (ip-link(8)): veth pairs and bridges, their ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.errors import Exists, KernelError
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.changes import change
from dockernet_lessons.embedded.userland.ip.words import Failure, Words
from dockernet_lessons.embedded.userland.system import System

_LONGEST_NAME = 15
_SMALLEST_MTU = 68
_LARGEST_MTU = 65535


def set_link(system: System, words: Words) -> None:
    """Do ``ip link set``.

    Raises
    ------
    Failure
        There is no such device, a word means nothing, or the kernel refuses.
    """
    if not words:
        raise w.no_device(w.USAGE_ERROR)
    words.skip("dev")
    name = words.take()
    settings: list[Callable[[Device], None]] = []
    while words:
        settings.append(_setting(system, words))
    device = w.device(system.namespace, name)
    with change(system):
        for setting in settings:
            setting(device)


def _setting(system: System, words: Words) -> Callable[[Device], None]:
    """Read one thing to set."""
    namespace, word = system.namespace, words.take()
    if word == "up":
        return namespace.set_up
    if word == "down":
        return namespace.set_down
    if word == "nomaster":
        return lambda device: namespace.enslave(device, None)
    if word == "master":
        bridge = _bridge(system, words.take())
        return lambda device: _enslave(device, bridge)
    if word == "mtu":
        size = _mtu(words.take())
        return lambda device: _set_mtu(device, size)
    if word == "name":
        name = _name(words.take())
        return lambda device: namespace.fabric.rename(device, name)
    if word == "address":
        mac = _mac(words.take())
        return lambda device: _set_mac(device, mac)
    raise w.garbage(word)


def _bridge(system: System, name: str) -> Device:
    found = system.namespace.devices.get(name)
    if found is None:
        raise w.wrong(name, "Device does not exist")
    return found


def _enslave(device: Device, bridge: Device) -> None:
    if device.kind == "bridge":
        raise KernelError("Can not enslave a bridge to a bridge.")
    if not isinstance(bridge, Bridge):
        raise KernelError("Device does not allow enslaving.")
    device.namespace.enslave(device, bridge)


def _mtu(word: str) -> int:
    if not word.isdecimal():
        raise w.wrong(word, 'Invalid "mtu" value')
    return int(word)


def _set_mtu(device: Device, mtu: int) -> None:
    if mtu < _SMALLEST_MTU:
        raise KernelError("mtu less than device minimum.")
    if mtu > _LARGEST_MTU:
        raise KernelError("mtu greater than device maximum.")
    device.mtu = mtu


def _set_mac(device: Device, mac: str) -> None:
    """Give a device another MAC; its bridge learns of it."""
    bridge = device if isinstance(device, Bridge) else device.master
    device.mac = mac
    if isinstance(device, Bridge):
        device.own_mac = True
    if bridge is not None:
        bridge.fdb.forget(device, local=True)
        bridge.fdb.add_local(mac, device)


def _name(word: str) -> str:
    if len(word) > _LONGEST_NAME or "/" in word:
        raise w.wrong(word, '"name" not a valid ifname')
    return word


def _mac(word: str) -> str:
    mac = w.mac(word)
    if mac is None:
        count = len(word.split(":"))
        raise Failure(f"Invalid address length {count} - must be 6 bytes", w.FAILED)
    return mac


def delete(system: System, words: Words) -> None:
    """Do ``ip link delete``; a veth's peer goes with it."""
    words.skip("dev")
    if not words:
        raise w.no_device(w.USAGE_ERROR)
    device = w.device(system.namespace, words.take())
    with change(system):
        system.namespace.fabric.delete(device)


@dataclass
class _New:
    """What to make."""

    name: str | None = None
    kind: str | None = None
    mac: str | None = None
    mtu: int = 1500
    peer: str | None = None


def add(system: System, words: Words) -> None:
    """Do ``ip link add``.

    Raises
    ------
    Failure
        No type, a type that cannot be made here, a name that is taken.
    """
    new = _read_new(words)
    if new.kind is None:
        raise Failure('Not enough information: "type" argument is required', w.FAILED)
    with change(system):
        if new.kind not in ("veth", "bridge"):
            raise KernelError("Unknown device type.")
        name = _free_name(system, new.name, new.kind)
        if new.kind == "bridge":
            system.namespace.fabric.add_bridge(system.namespace, name, mac=new.mac, mtu=new.mtu)
        else:
            _add_pair(system, name, new)


def _read_new(words: Words) -> _New:
    new = _New()
    while words:
        word = words.take()
        if word == "type":
            new.kind = words.take()
        elif word == "address":
            new.mac = _mac(words.take())
        elif word == "mtu":
            new.mtu = _mtu(words.take())
        elif word == "peer":
            words.skip("name")
            new.peer = _name(words.take())
        elif new.name is None:
            new.name = words.take() if word in ("name", "dev") else word
        else:
            raise w.garbage(word)
    return new


def _add_pair(system: System, name: str, new: _New) -> None:
    """Make a veth pair; the kernel makes the peer first, so that it gets the lower number."""
    namespace = system.namespace
    peer = _free_name(system, new.peer, "veth", name)
    namespace.fabric.add_veth(
        (namespace, peer), (namespace, name), macs=(None, new.mac), mtu=new.mtu
    )


def _free_name(system: System, name: str | None, kind: str, *taken: str) -> str:
    """Check a name, or make one up: the kind and the lowest free number."""
    devices = system.namespace.devices
    if name is None:
        number = 0
        while f"{kind}{number}" in devices or f"{kind}{number}" in taken:
            number += 1
        return f"{kind}{number}"
    if len(name) > _LONGEST_NAME:
        raise KernelError("Attribute failed policy validation.")
    if name in devices or name in taken:
        raise Exists
    return name
