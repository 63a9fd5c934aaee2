"""Which way packets to an address take, and what an arriving one is: looked up once, remembered."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dockernet_lessons.embedded.fabric.local import select_source

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.namespace import Namespace

LOCALHOST: Final = IPv4Address("127.0.0.1")
"""What the kernel's route to 127.0.0.0/8 names as source."""

LOCAL: Final = "local"
FOREIGN: Final = "foreign"
MARTIAN_SOURCE: Final = "martian source"
MARTIAN_DESTINATION: Final = "martian destination"

_REMEMBERED: Final = 2000
_UNSPECIFIED: Final = IPv4Address(0)


class Way(NamedTuple):
    """The way that packets to an address take.

    Attributes
    ----------
    device
        Where they leave.
    next_hop
        Whom the link layer gives them to.
    source
        The address they take if they have none yet; 0.0.0.0 where there is none to take.
    to_all
        They go to every station of the link.
    broadcast
        The address is a broadcast address.
    """

    device: Device
    next_hop: IPv4Address
    source: IPv4Address
    to_all: bool
    broadcast: bool


class Ways:
    """The ways of a namespace: forgotten when its addresses or routes change."""

    __slots__ = ("_arrivals", "_namespace", "_to", "_version")

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._version = 0
        self._to: dict[int, Way | None] = {}
        self._arrivals: dict[tuple[int, int, bool], str] = {}

    def to(self, destination: IPv4Address) -> Way | None:
        """Find the way to an address; None where no route leads there."""
        self._refresh(self._to)
        key = int(destination)
        if key not in self._to:
            self._to[key] = self._look_up(destination)
        return self._to[key]

    def arrival(self, source: IPv4Address, destination: IPv4Address, *, looped: bool) -> str:
        """Tell what a packet that came in is.

        Parameters
        ----------
        looped
            It came back over ``lo``; otherwise by a cable.

        Returns
        -------
        str
            `LOCAL` for this host or `FOREIGN`; `MARTIAN_SOURCE` or `MARTIAN_DESTINATION`: it cannot
            have come in by a cable (RFC 1812, 5.3.7).
        """
        self._refresh(self._arrivals)
        key = (int(source), int(destination), looped)
        if key not in self._arrivals:
            martian = None if looped else self._martian(source, destination)
            self._arrivals[key] = martian or self._whose(destination)
        return self._arrivals[key]

    def _refresh(self, remembered: dict[Any, Any]) -> None:
        version = self._namespace.local.version + self._namespace.routes.version  # both only grow
        if version != self._version:
            self._version = version
            self._to.clear()
            self._arrivals.clear()
        elif len(remembered) > _REMEMBERED:
            remembered.clear()

    def _look_up(self, destination: IPv4Address) -> Way | None:
        namespace = self._namespace
        if destination in namespace.local:
            own = LOCALHOST if destination.is_loopback else destination
            to_all = destination.is_multicast
            return Way(namespace.loopback, destination, own, to_all, False)
        route = namespace.routes.lookup(destination)
        if route is None:
            return None
        broadcast = namespace.local.is_broadcast(destination)
        next_hop = destination if route.gateway is None or broadcast else route.gateway
        source = route.source or select_source(route.device, next_hop) or _UNSPECIFIED
        to_all = destination.is_multicast or namespace.local.is_broadcast(next_hop)
        return Way(route.device, next_hop, source, to_all, broadcast)

    def _martian(self, source: IPv4Address, destination: IPv4Address) -> str | None:
        local = self._namespace.local
        own = source in local or local.is_broadcast(source)
        if own or source.is_loopback or source.is_multicast:
            return MARTIAN_SOURCE
        return MARTIAN_DESTINATION if destination.is_loopback else None

    def _whose(self, destination: IPv4Address) -> str:
        local = self._namespace.local
        return LOCAL if destination in local or local.is_broadcast(destination) else FOREIGN
