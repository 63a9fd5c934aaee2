"""``ip route add``, ``replace``, ``change`` and ``delete``: the table ``main`` (ip-route(8))."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.errors import (
    KernelError,
    NetworkUnreachable,
    NoSuchDevice,
    NoSuchRoute,
)
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.routes import Route
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.changes import NoSuchEntry, change
from dockernet_lessons.embedded.userland.ip.words import Failure, Words
from dockernet_lessons.embedded.userland.system import System

_OTHER_KINDS = (
    "unreachable", "blackhole", "prohibit", "throw", "local", "broadcast", "multicast", "nat",
)  # fmt: skip
_METRICS = ("metric", "preference", "priority")
_USAGE = """\
Usage: ip route { add | append | change | replace | del } PREFIX
                [ via ADDRESS ] [ dev DEVICE ] [ src ADDRESS ] [ metric NUMBER ]
                [ proto { boot | static | kernel } ] [ scope { global | link | host } ]"""


@dataclass
class _Wanted:
    """A route as typed; None where nothing was said."""

    destination: IPv4Network | None = None
    gateway: IPv4Address | None = None
    device: Device | None = None
    source: IPv4Address | None = None
    metric: int | None = None
    protocol: str | None = None
    scope: str | None = None

    def is_of(self, route: Route) -> bool:
        """Say whether a route is meant; what was not said does not matter."""
        return (
            route.destination == self.destination
            and self.gateway in (None, route.gateway)
            and self.device in (None, route.device)
            and self.metric in (None, route.metric)
            and self.protocol in (None, route.protocol)
        )


def _read(system: System, words: Words) -> _Wanted:
    if not words:
        raise Failure(_USAGE, w.USAGE_ERROR)
    wanted = _Wanted()
    while words:
        _read_word(system, wanted, words.take(), words)
    return wanted


def _read_word(system: System, wanted: _Wanted, word: str, words: Words) -> None:
    if word in _OTHER_KINDS:
        raise Failure(f"ip: only unicast routes are emulated here, not {word}", w.USAGE_ERROR)
    if word == "via":
        words.skip("inet")
        wanted.gateway = w.host(words.take())
    elif word in ("dev", "oif"):
        wanted.device = w.device(system.namespace, words.take())
    elif word == "src":
        wanted.source = w.host(words.take())
    elif word in _METRICS:
        wanted.metric = _metric(words.take())
    elif word in ("proto", "protocol"):
        wanted.protocol = words.take()
    elif word == "scope":
        wanted.scope = words.take()
    elif word == "table":
        _check_table(words.take())
    elif wanted.destination is None and word != "unicast":
        wanted.destination = w.network(words.take() if word == "to" else word)
    elif word != "unicast":
        raise w.garbage(word, "to")


def _metric(word: str) -> int:
    if not word.isdecimal():
        raise w.wrong(word, '"metric" value is invalid')
    return int(word)


def _check_table(word: str) -> None:
    if word not in ("main", "254"):
        raise Failure("ip: only the table main can be changed here", w.USAGE_ERROR)


def change_route(system: System, words: Words, command: str) -> None:
    """Do ``ip route add``, ``append``, ``change`` or ``replace``.

    Raises
    ------
    Failure
        The gateway is not on a link, the route exists (``add``) or does not (``change``).
    """
    wanted = _read(system, words)
    table = system.namespace.routes
    with change(system):
        route = _route(system.namespace, wanted)
        same = [
            other
            for other in table
            if (other.destination, other.metric) == (route.destination, route.metric)
        ]
        if w.abbreviates(command, "add", "append") or command == "prepend":
            same = []
        elif not same and not w.abbreviates(command, "replace"):
            raise NoSuchEntry
        _swap(system.namespace, same[:1], route)


def _swap(namespace: Namespace, before: list[Route], route: Route) -> None:
    """Put a route in another one's place; if the kernel refuses it, the other one stays."""
    for other in before:
        namespace.routes.remove(other)
    try:
        namespace.routes.add(route)
    except KernelError:
        for other in before:
            namespace.routes.add_connected(other)
        raise


def _route(namespace: Namespace, wanted: _Wanted) -> Route:
    if wanted.source is not None and wanted.source not in namespace.local:
        raise KernelError("Invalid prefsrc address.")
    device = wanted.device or _device_towards(namespace, wanted.gateway)
    scope = wanted.scope or ("global" if wanted.gateway else "link")
    return Route(
        wanted.destination or IPv4Network("0.0.0.0/0"), device, wanted.gateway, wanted.source,
        scope=scope, protocol=wanted.protocol or "boot", metric=wanted.metric or 0,
    )  # fmt: skip


def _device_towards(namespace: Namespace, gateway: IPv4Address | None) -> Device:
    if gateway is None:
        raise NoSuchDevice
    route = namespace.routes.lookup(gateway)
    if route is None or route.gateway is not None:
        raise NetworkUnreachable("Nexthop has invalid gateway.")
    return route.device


def delete(system: System, words: Words) -> None:
    """Do ``ip route delete``: the first route that fits what was typed."""
    wanted = _read(system, words)
    with change(system):
        route = next((route for route in system.namespace.routes if wanted.is_of(route)), None)
        if route is None:
            raise NoSuchRoute
        system.namespace.routes.remove(route)
