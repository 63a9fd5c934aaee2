"""``ip route get``: ask the kernel which way it would send a packet."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.local import select_source
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.json_text import dump
from dockernet_lessons.embedded.userland.ip.words import REFUSED, Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System


@dataclass
class _Question:
    """Where to, from which address, by which device."""

    destination: IPv4Address
    source: IPv4Address | None
    device: Device | None


@dataclass
class _Way:
    """The answer."""

    device: Device
    kind: str = "unicast"
    gateway: IPv4Address | None = None
    source: IPv4Address | None = None
    flags: tuple[str, ...] = ()
    linkdown: bool = False


def get(system: System, options: Options, words: Words) -> None:
    """Do ``ip route get``.

    Raises
    ------
    Failure
        No destination, or no route leads there.
    """
    question = _read(system, words)
    way = _find(system.namespace, question)
    pairs = list(_pairs(question, way, options))
    if options.json:
        record: dict[str, Any] = {name: value for _, name, value in pairs}
        record |= {"flags": [], "uid": 0, "cache": list(way.flags)}
        system.out(dump([record], pretty=options.pretty))
        return
    text = "".join(f"{name}{value} " for name, _, value in pairs)
    cache = f"<{','.join(way.flags)}> " if way.flags else ""
    system.out(f"{text}uid 0 {options.newline}    cache {cache}\n")


def _read(system: System, words: Words) -> _Question:
    destination, source, device = None, None, None
    while words:
        word = words.take()
        if word == "from":
            source = w.address(words.take())
        elif word in ("oif", "dev"):
            device = w.device(system.namespace, words.take())
        elif destination is None:
            destination = w.address(words.take() if word == "to" else word)
        else:
            raise Failure(f'Error: inet prefix is expected rather than "{word}".', w.FAILED)
    if destination is None:
        raise Failure("need at least a destination address", w.FAILED)
    return _Question(destination, source, device)


def _find(namespace: Namespace, question: _Question) -> _Way:
    destination = question.destination
    if question.source is not None and question.source not in namespace.local:
        raise _unreachable()
    if destination in namespace.local:
        return _Way(namespace.loopback, "local", None, destination, ("local",))
    if namespace.local.is_broadcast(destination):
        return _broadcast(namespace, destination)
    if question.device is not None:
        return _by_device(namespace, question, question.device)
    route = namespace.routes.lookup(destination)
    if route is None:
        raise _unreachable()
    source = route.source or select_source(route.device, route.gateway or destination)
    return _Way(route.device, "unicast", route.gateway, source, (), route.linkdown)


def _by_device(namespace: Namespace, question: _Question, device: Device) -> _Way:
    """Follow a route by the given device; without one the target is taken to be on its link."""
    fitting = [
        route
        for route in namespace.routes
        if route.device is device and question.destination in route.destination
    ]
    best = max(fitting, key=lambda route: route.destination.prefixlen, default=None)
    gateway = None if best is None else best.gateway
    return _Way(device, "unicast", gateway, select_source(device, gateway or question.destination))


def _broadcast(namespace: Namespace, destination: IPv4Address) -> _Way:
    for device in namespace.devices.values():
        for address in device.ipv4():
            if address.interface.network.broadcast_address == destination:
                source = IPv4Address(int(address.interface.ip))
                return _Way(device, "broadcast", None, source, ("local", "brd"))
    raise _unreachable()


def _unreachable() -> Failure:
    return Failure("RTNETLINK answers: Network is unreachable", REFUSED)


def _pairs(question: _Question, way: _Way, options: Options) -> list[tuple[str, str, str]]:
    """Give what to print: name in text, name in JSON, value."""
    pairs = [("", "type", way.kind)] if options.details or way.kind != "unicast" else []
    pairs.append(("", "dst", str(question.destination)))
    if question.source is not None:
        pairs.append(("from ", "from", str(question.source)))
    if way.gateway is not None:
        pairs.append(("via ", "gateway", str(way.gateway)))
    pairs.append(("dev ", "dev", way.device.name))
    if options.details:
        pairs.append(("table ", "table", "main" if way.kind == "unicast" else "local"))
    if question.source is None and way.source is not None:
        pairs.append(("src ", "prefsrc", str(way.source)))
    return pairs
