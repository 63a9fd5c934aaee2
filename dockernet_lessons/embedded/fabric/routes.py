"""Routing tables: the longest prefix wins (RFC 1812, 5.2.4.3; ip-route(8))."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final, NamedTuple

from dockernet_lessons.embedded.fabric.errors import (
    Exists,
    NetworkDown,
    NetworkUnreachable,
    NoSuchRoute,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device

DEFAULT: Final = IPv4Network("0.0.0.0/0")


class Route(NamedTuple):
    """A route.

    Attributes
    ----------
    destination
        Where it leads; `DEFAULT` is everywhere.
    device
        Where packets leave.
    gateway
        The next hop; None if the destination is on the link itself.
    source
        The address that packets take if they have none yet.
    scope
        ``link`` without a gateway, else ``global``.
    protocol
        Who made it: ``kernel`` with an address, ``boot`` by hand.
    metric
        Among routes to the same destination the lowest is taken.
    """

    destination: IPv4Network
    device: Device
    gateway: IPv4Address | None = None
    source: IPv4Address | None = None
    scope: str = "global"
    protocol: str = "boot"
    metric: int = 0

    @property
    def linkdown(self) -> bool:
        """Whether the device has no carrier; the route is used all the same."""
        return not self.device.carrier


class RoutingTable:
    """The main routing table of a namespace.

    Iterating gives the order of ``ip route``: by address, then the longer prefix, then the metric.

    Attributes
    ----------
    version
        Another number after each change.
    """

    __slots__ = ("_by_length", "_lengths", "version")

    def __init__(self) -> None:
        self.version = 0
        self._by_length: dict[int, dict[int, list[Route]]] = {}
        self._lengths: tuple[tuple[int, dict[int, list[Route]]], ...] = ()

    def __iter__(self) -> Iterator[Route]:
        return iter(sorted(self._all(), key=_listed_as))

    def __len__(self) -> int:
        return sum(1 for _ in self._all())

    def add(self, route: Route) -> None:
        """Do ``ip route add``.

        Raises
        ------
        NetworkDown
            The device is down.
        NetworkUnreachable
            The gateway is not on a link of that device.
        Exists
            There is a route to that destination with that metric.
        """
        if not route.device.up:
            raise NetworkDown("Device for nexthop is not up.")
        if route.gateway is not None:
            self._check_gateway(route.gateway, route.device)
        if any(other.metric == route.metric for other in self._to(route.destination)):
            raise Exists
        self._insert(route)

    def add_connected(self, route: Route) -> None:
        """Add the route that comes with an address; it yields to one that is there."""
        self._insert(route)

    def remove(self, route: Route) -> None:
        """Do ``ip route del``.

        Raises
        ------
        NoSuchRoute
            It is not in the table.
        """
        routes = self._to(route.destination)
        if route not in routes:
            raise NoSuchRoute
        routes.remove(route)
        self.version += 1
        if not routes:
            self._tidy(route.destination)

    def forget_device(self, device: Device) -> None:
        """Remove the routes of a device that went down."""
        self._remove_all([route for route in self._all() if route.device is device])

    def forget_source(self, source: IPv4Address, device: Device) -> None:
        """Remove the routes that go with an address of a device.

        These are the ones that prefer it as the source; with the device's last address go all of
        the device's (the kernel's fib_disable_ip).
        """
        self._remove_all([route for route in self._all() if route.source == source])
        if not device.ipv4():
            self.forget_device(device)

    def lookup(self, address: IPv4Address) -> Route | None:
        """Find the route to an address; None where there is none."""
        key = int(address)
        for shift, networks in self._lengths:
            routes = networks.get(key >> shift)
            if routes is not None:
                return routes[0]
        return None

    def _check_gateway(self, gateway: IPv4Address, device: Device) -> None:
        key = int(gateway)
        for shift, networks in self._lengths:
            for route in networks.get(key >> shift, ()):
                if route.device is device:
                    if route.gateway is None:
                        return
                    raise NetworkUnreachable("Nexthop has invalid gateway.")
        raise NetworkUnreachable("Nexthop has invalid gateway.")

    def _all(self) -> Iterator[Route]:
        for networks in self._by_length.values():
            for routes in networks.values():
                yield from routes

    def _to(self, destination: IPv4Network) -> list[Route]:
        return self._by_length.get(destination.prefixlen, {}).get(_key(destination), [])

    def _insert(self, route: Route) -> None:
        self.version += 1
        length = route.destination.prefixlen
        if length not in self._by_length:
            self._by_length[length] = {}
            self._order()
        routes = self._by_length[length].setdefault(_key(route.destination), [])
        routes.append(route)
        routes.sort(key=lambda other: other.metric)

    def _remove_all(self, routes: list[Route]) -> None:
        for route in routes:
            self.remove(route)

    def _tidy(self, destination: IPv4Network) -> None:
        networks = self._by_length[destination.prefixlen]
        del networks[_key(destination)]
        if not networks:
            del self._by_length[destination.prefixlen]
            self._order()

    def _order(self) -> None:
        lengths = sorted(self._by_length, reverse=True)
        self._lengths = tuple((32 - length, self._by_length[length]) for length in lengths)


def _key(network: IPv4Network) -> int:
    return int(network.network_address) >> (32 - network.prefixlen)


def _listed_as(route: Route) -> tuple[int, int, int]:
    destination = route.destination
    return int(destination.network_address), -destination.prefixlen, route.metric
