"""bridge(8) of iproute2 6.1: bridge ports and the forwarding database (FDB)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from dockernet_lessons.embedded.fabric.bridge import Bridge, FdbLine, fdb_lines
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.ip import fields
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.json_text import dump
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System

_USAGE: Final = """\
Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { link | fdb }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -o[neline] | -j[son] |
                    -p[retty] | -c[olor] }
"""
_HELP: Final = {
    "link": "Usage: bridge link show [dev DEV]\n",
    "fdb": "Usage: bridge fdb [ show [ br BRDEV ] [ brport DEV ] [ dynamic ]"
    " [ state { permanent | reachable } ] ]\n",
}
_NOT_HERE: Final = ("mdb", "monitor", "vlan", "vni")


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``bridge``: the ports of bridges and what they learned, as text or JSON."""
    try:
        return _run(system, argv[1:])
    except Failure as failure:
        system.err(failure.text + "\n")
        return failure.exit_code
    yield  # a program is a generator, even one that never waits


def _run(system: System, words: list[str]) -> int:
    options, words = w.read_options(words, "bridge")
    if words and w.is_version(words[0]):
        system.out("bridge utility, 6.1.0\n")
        return 0
    if not words or words[0] == "help":
        system.err(_USAGE)
        return w.USAGE_ERROR
    name, left = _object(words[0]), Words(words[1:])
    word = left.take() if left else "show"
    if word == "help":
        system.err(_HELP[name])
        return w.USAGE_ERROR
    if not w.abbreviates(word, "show", "list", "lst"):
        _refuse(name, word)
    (_show_fdb if name == "fdb" else _show_links)(system, options, left)
    return 0


def _object(word: str) -> str:
    for name in _HELP:
        if w.abbreviates(word, name):
            return name
    if w.abbreviates(word, *_NOT_HERE):
        raise Failure(f'bridge: "{word}" is not emulated here; link and fdb are', w.USAGE_ERROR)
    raise Failure(f'Object "{word}" is unknown, try "bridge help".', w.USAGE_ERROR)


def _refuse(name: str, word: str) -> None:
    if w.abbreviates(word, "set", "add", "append", "replace", "delete", "flush", "get"):
        raise Failure(f'bridge: only "bridge {name} show" is emulated here', w.USAGE_ERROR)
    raise Failure(f'Command "{word}" is unknown, try "bridge {name} help".', w.USAGE_ERROR)


def _show_links(system: System, options: Options, words: Words) -> None:
    only = None
    while words:
        word = words.take()
        only = _device(system, words.take() if word == "dev" else word)
    devices = sorted(system.namespace.devices.values(), key=lambda device: device.ifindex)
    ports = [(d, d.master) for d in devices if d.master is not None and only in (None, d)]
    if options.json:
        records = [_link_record(port, master, options) for port, master in ports]
        system.out(dump(records, pretty=options.pretty))
    else:
        for port, master in ports:
            system.out(_link_text(port, master, options))


def _device(system: System, name: str) -> Device:
    found = system.namespace.devices.get(name)
    if found is None:
        raise Failure(f'Cannot find device "{name}"', w.USAGE_ERROR)
    return found


def _peer_name(port: Device) -> str | None:
    """Name the peer as bridge(8) does: it takes the peer's number for one of its own namespace.

    So a port whose peer is in a container is shown as the pair of some other device here.
    """
    if port.pair is None or port.iflink == port.ifindex:
        return None
    mistaken = port.namespace.by_index.get(port.iflink)
    return f"if{port.iflink}" if mistaken is None else mistaken.name


def _details(port: Device, master: Bridge) -> list[fields.Field]:
    named = {field.text: field for field in fields.port_data(port, master)}
    return [named[name] for name in _DETAILS]


_DETAILS: Final = (
    "hairpin", "guard", "root_block", "fastleave", "learning", "flood", "mcast_flood",
    "bcast_flood", "mcast_router", "mcast_to_unicast", "neigh_suppress", "vlan_tunnel",
    "isolated", "locked",
)  # fmt: skip


def _link_record(port: Device, master: Bridge, options: Options) -> dict[str, Any]:
    record: dict[str, Any] = {"ifindex": port.ifindex}
    peer = _peer_name(port)
    record |= {} if peer is None else {"link": peer}
    record |= {"ifname": port.name, "flags": list(port.flags), "mtu": port.mtu}
    record |= {"master": master.name, "state": fields.port_state(port), "priority": 32, "cost": 2}
    if options.details:
        record |= {str(field.text): field.value for field in _details(port, master)}
    return record


def _link_text(port: Device, master: Bridge, options: Options) -> str:
    peer = _peer_name(port)
    name = port.name if peer is None else f"{port.name}@{peer}"
    text = f"{port.ifindex}: {name}: <{','.join(port.flags)}> mtu {port.mtu} master {master.name} "
    text += f"state {fields.port_state(port)} priority 32 cost 2 "
    if options.details:
        text += f"{options.newline}    {fields.text_of(_details(port, master))}"
    return text + "\n"


def _show_fdb(system: System, options: Options, words: Words) -> None:
    bridge, device, states = None, None, {True, False}
    while words:
        word = words.take()
        if word == "br":
            bridge = _bridge(system, words.take())
        elif word in ("dev", "brport"):
            device = _device(system, words.take())
        elif word == "dynamic":
            states = {False}
        elif word == "state":
            states = {words.take() == "permanent"}
    lines = [
        line
        for line in fdb_lines(system.namespace)
        if device in (None, line.device)
        and (bridge is None or bridge in (line.device, line.device.master))
        and line.permanent in states
    ]
    _print_fdb(system, options, lines, name_device=device is None)


def _bridge(system: System, name: str) -> Device:
    found = system.namespace.devices.get(name)
    if found is None:
        raise Failure(f'Cannot find bridge device "{name}"', w.USAGE_ERROR)
    return found


def _print_fdb(
    system: System, options: Options, lines: Iterable[FdbLine], *, name_device: bool
) -> None:
    if options.json:
        records = [_fdb_record(line, name_device=name_device) for line in lines]
        system.out(dump(records, pretty=options.pretty))
    else:
        for line in lines:
            system.out(_fdb_text(line, name_device=name_device))


def _fdb_record(line: FdbLine, *, name_device: bool) -> dict[str, Any]:
    record: dict[str, Any] = {"mac": line.mac}
    record |= {"ifname": line.device.name} if name_device else {}
    record |= {"flags": ["self"] if line.master is None else []}
    record |= {} if line.master is None else {"master": line.master.name}
    return record | {"state": "permanent" if line.permanent else ""}


def _fdb_text(line: FdbLine, *, name_device: bool) -> str:
    text = f"{line.mac} " + (f"dev {line.device.name} " if name_device else "")
    text += "self " if line.master is None else f"master {line.master.name} "
    return text + ("permanent\n" if line.permanent else "\n")
