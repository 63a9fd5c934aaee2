"""Connection tracking: which packets belong together, and what was translated (conntrack(8))."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from dockernet_lessons.embedded.fabric.packets import IcmpEcho, IcmpError, Ipv4Packet, UdpDatagram

NEW, ESTABLISHED, RELATED, INVALID = "NEW", "ESTABLISHED", "RELATED", "INVALID"
ICMP_TIMEOUT_S = 30.0
UDP_TIMEOUT_S, UDP_STREAM_TIMEOUT_S = 30.0, 120.0
"""Defaults of the kernel's net.netfilter.nf_conntrack_*_timeout."""

MAX_CONNECTIONS = 65_536

Tuple = tuple[int, IPv4Address, int, IPv4Address, int]
"""Protocol, source, source port, destination, destination port; an echo's identifier is both."""


@dataclass(slots=True)
class Connection:
    """A conversation.

    Attributes
    ----------
    original
        Its first packet, as it was.
    translated
        The same after destination and source translation; replies have it reversed.
    """

    original: Tuple
    translated: Tuple
    expires: float
    replied: bool = False
    confirmed: bool = False


@dataclass(slots=True)
class Tracked:
    """A packet's place in its connection.

    Attributes
    ----------
    state
        ``NEW``, ``ESTABLISHED``, ``RELATED`` or ``INVALID``.
    reply
        Whether it goes against the direction of the first packet.
    """

    connection: Connection | None
    state: str
    reply: bool = False


UNTRACKED = Tracked(None, INVALID)


def tuple_of(packet: Ipv4Packet) -> Tuple | None:
    """Give what identifies a packet's conversation; None for an error message."""
    payload = packet.payload
    if isinstance(payload, IcmpEcho):
        number = payload.identifier
        return (1, packet.source, number, packet.destination, number)
    if isinstance(payload, UdpDatagram):
        ports = payload.source_port, payload.destination_port
        return (17, packet.source, ports[0], packet.destination, ports[1])
    return None


def reversed_tuple(found: Tuple) -> Tuple:
    """Give the tuple of the replies."""
    protocol, source, source_port, destination, port = found
    return (protocol, destination, port, source, source_port)


class Connections:
    """The connections of a namespace."""

    def __init__(self) -> None:
        self._by_tuple: dict[Tuple, tuple[Connection, bool]] = {}

    def __len__(self) -> int:
        return len({id(connection) for connection, _ in self._by_tuple.values()})

    def track(self, packet: Ipv4Packet, now: float) -> Tracked:
        """Find the connection of a packet, or begin one, which counts once it is confirmed."""
        if isinstance(packet.payload, IcmpError):
            return self._related(packet.payload.original, now)
        key = tuple_of(packet)
        if key is None:
            return UNTRACKED
        found = self._alive(key, now)
        if found is None:
            if isinstance(packet.payload, IcmpEcho) and not packet.payload.request:
                return UNTRACKED
            return Tracked(Connection(key, key, now), NEW)
        connection, reply = found
        connection.replied = connection.replied or reply
        connection.expires = now + _timeout(connection)
        return Tracked(connection, ESTABLISHED if connection.replied else NEW, reply)

    def confirm(self, tracked: Tracked, now: float) -> None:
        """Keep a connection whose first packet got through."""
        connection = tracked.connection
        if connection is None or connection.confirmed:
            return
        connection.confirmed = True
        connection.expires = now + _timeout(connection)
        if len(self._by_tuple) >= 2 * MAX_CONNECTIONS:
            self._sweep(now)
        self._by_tuple[connection.original] = (connection, False)
        self._by_tuple[reversed_tuple(connection.translated)] = (connection, True)

    def taken(self, key: Tuple, now: float) -> bool:
        """Tell whether replies to a tuple would be mistaken for another connection's."""
        return self._alive(reversed_tuple(key), now) is not None

    def clear(self) -> None:
        """Forget all."""
        self._by_tuple.clear()

    def _related(self, original: Ipv4Packet, now: float) -> Tracked:
        """Find the connection that an error is about: it travels against the packet it is about."""
        key = tuple_of(original)
        found = self._alive(reversed_tuple(key), now) if key is not None else None
        if found is None:
            return UNTRACKED
        return Tracked(found[0], RELATED, found[1])

    def _alive(self, key: Tuple, now: float) -> tuple[Connection, bool] | None:
        found = self._by_tuple.get(key)
        if found is not None and found[0].expires <= now:
            del self._by_tuple[key]
            return None
        return found

    def _sweep(self, now: float) -> None:
        alive = {k: v for k, v in self._by_tuple.items() if v[0].expires > now}
        half = list(alive.items())[len(alive) // 2 :] if len(alive) >= MAX_CONNECTIONS else alive
        self._by_tuple = dict(half)


def _timeout(connection: Connection) -> float:
    if connection.original[0] == 1:
        return ICMP_TIMEOUT_S
    return UDP_STREAM_TIMEOUT_S if connection.replied else UDP_TIMEOUT_S
