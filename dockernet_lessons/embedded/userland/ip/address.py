"""``ip address``: the addresses of devices (ip-address(8))."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from dockernet_lessons.embedded.fabric.device import Address, Device
from dockernet_lessons.embedded.fabric.errors import KernelError, NotAvailable, NotSupported
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.changes import change, may_flush
from dockernet_lessons.embedded.userland.ip.counters import counters_record, counters_text
from dockernet_lessons.embedded.userland.ip.json_text import dump
from dockernet_lessons.embedded.userland.ip.links import label, link_record, link_text
from dockernet_lessons.embedded.userland.ip.selection import Selection, read_selection
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System

_FOREVER = 4294967295
_SCOPES = ("global", "link", "host")


def run(system: System, options: Options, words: Words) -> None:
    """Do ``ip address WORDS``."""
    word = words.take() if words else "show"
    if w.abbreviates(word, "add", "change", "replace") or word == "chg":
        _add(system, words, again=not w.abbreviates(word, "add"))
    elif w.abbreviates(word, "delete"):
        _delete(system, words)
    elif w.abbreviates(word, "show", "list", "lst") or word == "ls":
        _show(system, options, words)
    elif w.abbreviates(word, "flush"):
        _flush(system, words)
    else:
        raise Failure(f'Command "{word}" is unknown, try "ip address help".', w.USAGE_ERROR)


def _show(system: System, options: Options, words: Words) -> None:
    selection = read_selection(words, system.namespace, addresses=True)
    if selection.within is not None:
        options = replace(options, family=4)
    shown = [
        (device, selection.addresses(device, options.family))
        for device in selection.devices(system.namespace)
    ]
    if options.family is not None or selection.by_address:
        shown = [(device, addresses) for device, addresses in shown if addresses]
    if options.json:
        records = [_record(device, addresses, options) for device, addresses in shown]
        system.out(dump(records, pretty=options.pretty))
    else:
        for device, addresses in shown:
            system.out(_text(device, addresses, options, selection))


def _record(device: Device, addresses: list[Address], options: Options) -> dict[str, Any]:
    record = link_record(device, options, mode=False)
    record["addr_info"] = [_address_record(address, options) for address in addresses]
    return record | (counters_record(device, options) if options.stats else {})


def _address_record(address: Address, options: Options) -> dict[str, Any]:
    interface = address.interface
    place = {"local": str(interface.ip), "prefixlen": interface.network.prefixlen}
    if options.brief:
        return place
    record: dict[str, Any] = {"family": _family(address), **place}
    record |= {"broadcast": str(address.broadcast)} if address.broadcast else {}
    record |= {"scope": address.scope}
    record |= {"secondary": True} if address.secondary else {}
    record |= {"label": address.label} if address.label else {}
    return record | {"valid_life_time": _FOREVER, "preferred_life_time": _FOREVER}


def _family(address: Address) -> str:
    return "inet" if address.interface.version == 4 else "inet6"


def _text(device: Device, addresses: list[Address], options: Options, selection: Selection) -> str:
    if options.brief:
        places = "".join(f"{address.interface} " for address in addresses)
        return f"{label(device):<16} {device.operstate:<14} {places}\n"
    if options.oneline:
        head = f"{device.ifindex}: {device.name}"
        return "".join(f"{head}{_address_text(address, options)}\n" for address in addresses)
    lines = [_address_text(address, options) for address in addresses]
    if selection.label is None:  # with "label" ip does not ask for the link again
        lines.insert(0, link_text(device, options, mode=False))
    return "\n".join(lines) + (counters_text(device, options) if options.stats else "") + "\n"


def _address_text(address: Address, options: Options) -> str:
    text = f"    {_family(address)} {address.interface} "
    text += f"brd {address.broadcast} " if address.broadcast else ""
    text += f"scope {address.scope} {'secondary ' if address.secondary else ''}{address.label}"
    return f"{text}{options.newline}       valid_lft forever preferred_lft forever"


def _add(system: System, words: Words, *, again: bool) -> None:
    interface, name, extra = None, None, {"scope": "global"}
    while words:
        word = words.take()
        if word == "dev":
            name = words.take()
        elif w.abbreviates(word, "broadcast") or word == "brd":
            extra["broadcast"] = words.take()
        elif word in ("scope", "label"):
            extra[word] = words.take()
        elif interface is None:
            interface = w.interface(words.take() if word == "local" else word)
        else:
            raise w.garbage(word, "local")
    if name is None:
        raise w.no_device(w.FAILED)
    device = w.device(system.namespace, name)
    with change(system):
        if interface is None:
            raise NotSupported
        present = any(address.interface == interface for address in device.addresses)
        if not (again and present):
            broadcast = _broadcast(extra.get("broadcast"), interface.network.broadcast_address)
            scope = _scope(extra["scope"])
            address = system.namespace.add_address(device, interface, broadcast, scope)
            address.label = extra.get("label", address.label)


def _broadcast(word: str | None, usual: IPv4Address) -> IPv4Address | None:
    if word in (None, "-"):
        return None
    return usual if word == "+" else w.address(str(word))


def _scope(word: str) -> str:
    if word not in _SCOPES:
        raise w.wrong(word, "invalid scope value.")
    return word


_WILDCARD = """Warning: Executing wildcard deletion to stay compatible with old scripts.
         Explicitly specify the prefix length ({}/32) to avoid this warning.
         This special behaviour is likely to disappear in further releases,
         fix your scripts!
"""


def _delete(system: System, words: Words) -> None:
    text, name = None, None
    while words:
        word = words.take()
        if word == "dev":
            name = words.take()
        else:
            text = words.take() if word == "local" else word
    if name is None:
        raise w.no_device(w.FAILED)
    device = w.device(system.namespace, name)
    interface = w.interface(text) if text else None
    with change(system):
        if interface is None:
            raise KernelError
        fitting = [str(a.interface) for a in device.ipv4() if a.interface == interface]
        if "/" not in str(text) and not fitting:
            system.err(_WILDCARD.format(text))
            fitting = [str(a.interface) for a in device.ipv4() if a.interface.ip == interface.ip]
        if not fitting:
            raise NotAvailable("ipv4: Address not found.")
        system.namespace.remove_address(device, fitting[0])


def _flush(system: System, words: Words) -> None:
    if not words:
        raise Failure("Flush requires arguments.", w.FAILED)
    selection = read_selection(words, system.namespace, addresses=True)
    doomed = [
        (device, address)
        for device in selection.devices(system.namespace)
        for address in selection.addresses(device, 4)
    ]
    if doomed:
        may_flush(system)
    for device, address in doomed:
        if address in device.addresses:  # the secondary ones went with their primary one
            system.namespace.remove_address(device, str(address.interface))
