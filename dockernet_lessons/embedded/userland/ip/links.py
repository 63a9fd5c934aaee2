"""A device as ``ip link`` and ``ip addr`` show it: the two lines before any address."""

from __future__ import annotations

from typing import Any

from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.packets import BROADCAST_MAC, ZERO_MAC
from dockernet_lessons.embedded.userland.ip import fields
from dockernet_lessons.embedded.userland.ip.words import Options


def link_record(device: Device, options: Options, *, mode: bool) -> dict[str, Any]:
    """Give a device as ``ip -json`` does.

    Parameters
    ----------
    mode
        True for ``ip link``, which tells two things that ``ip addr`` does not.
    """
    if options.brief:
        return _brief_record(device, mode=mode)
    record = {"ifindex": device.ifindex, **_peer_record(device), "ifname": device.name}
    record |= {"flags": list(device.flags), "mtu": device.mtu, "qdisc": device.qdisc}
    record |= {"master": device.master.name} if device.master else {}
    record |= {"operstate": device.operstate}
    record |= {"linkmode": "DEFAULT"} if mode else {}
    record |= {"group": "default"}
    record |= {"txqlen": device.txqueuelen} if device.txqueuelen else {}
    if shows_mac(options, mode=mode):
        record |= {"link_type": _link_type(device), "address": device.mac}
        record |= {"broadcast": _broadcast(device)}
    record |= _netnsid_record(device)
    return record | (_details_record(device, mode=mode) if options.details else {})


def shows_mac(options: Options, *, mode: bool) -> bool:
    """Say whether the second line is printed; ``ip -4 addr`` leaves it out."""
    return mode or options.family is None or options.details


def link_text(device: Device, options: Options, *, mode: bool) -> str:
    """Word a device as ``ip`` does; without a newline at the end."""
    if options.brief:
        return _brief_text(device, mode=mode)
    text = f"{device.ifindex}: {label(device)}: <{','.join(device.flags)}> mtu {device.mtu} "
    text += f"qdisc {device.qdisc} "
    text += f"master {device.master.name} " if device.master else ""
    text += f"state {device.operstate} {'mode DEFAULT ' if mode else ''}group default "
    text += f"qlen {device.txqueuelen}" if device.txqueuelen else ""
    if shows_mac(options, mode=mode):
        text += f"{options.newline}    link/{_link_type(device)} {device.mac}"
        text += f" brd {_broadcast(device)}"
    text += f" link-netnsid {device.peer_netnsid}" if device.peer_netnsid is not None else ""
    return text + (_details_text(device, options, mode=mode) if options.details else "")


def label(device: Device) -> str:
    """Name a device with its peer: by number if that is in another namespace."""
    if device.pair is None:
        return device.name
    far = device.peer_netnsid is not None
    return f"{device.name}@{f'if{device.iflink}' if far else device.pair.name}"


def _link_type(device: Device) -> str:
    return "loopback" if device.kind == "loopback" else "ether"


def _broadcast(device: Device) -> str:
    return ZERO_MAC if device.kind == "loopback" else BROADCAST_MAC


def _peer_record(device: Device) -> dict[str, Any]:
    if device.pair is None:
        return {}
    if device.peer_netnsid is None:
        return {"link": device.pair.name}
    return {"link_index": device.iflink}


def _netnsid_record(device: Device) -> dict[str, Any]:
    return {} if device.peer_netnsid is None else {"link_netnsid": device.peer_netnsid}


def _brief_record(device: Device, *, mode: bool) -> dict[str, Any]:
    record = {**_peer_record(device), "ifname": device.name, "operstate": device.operstate}
    return record | ({"address": device.mac, "flags": list(device.flags)} if mode else {})


def _brief_text(device: Device, *, mode: bool) -> str:
    text = f"{label(device):<16} {device.operstate:<14} "
    return text + (f"{device.mac} <{','.join(device.flags)}> " if mode else "")


def _details_record(device: Device, *, mode: bool) -> dict[str, Any]:
    record = fields.json_of(fields.watching(device))
    information = _link_information(device)
    record |= {"linkinfo": information} if information else {}
    record |= {"inet6_addr_gen_mode": "eui64"} if mode else {}
    return record | fields.json_of(fields.queues(device))


def _link_information(device: Device) -> dict[str, Any]:
    information: dict[str, Any] = {}
    if device.kind in ("veth", "bridge"):
        information["info_kind"] = device.kind
    if isinstance(device, Bridge):
        information["info_data"] = fields.json_of(fields.bridge_data(device))
    if device.master is not None:
        information["info_slave_kind"] = "bridge"
        information["info_slave_data"] = fields.json_of(fields.port_data(device, device.master))
    return information


def _details_text(device: Device, options: Options, *, mode: bool) -> str:
    text = " " + fields.text_of(fields.watching(device))
    if device.kind in ("veth", "bridge"):
        text += f"{options.newline}    {device.kind} "
    if isinstance(device, Bridge):
        text += fields.text_of(fields.bridge_data(device))
    if device.master is not None:
        port = fields.port_data(device, device.master)
        text += f"{options.newline}    bridge_slave {fields.text_of(port)}"
    text += "addrgenmode eui64 " if mode else ""
    return text + fields.text_of(fields.queues(device))
