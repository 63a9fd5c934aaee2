"""Connection tracking: which packets belong together, and how they are translated.

Netfilter's nf_conntrack and nf_nat: a connection has the key of its first packet and the key that
replies will have; where the two do not mirror each other, addresses are translated.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

from dockernet_lessons.embedded.fabric.packets import IcmpEcho, IcmpError, Ipv4Packet, UdpDatagram

TIMEOUTS_S: Final = {"icmp": (30.0, 30.0), "udp": (30.0, 120.0)}
"""How long a connection is remembered: before and after the first reply (nf_conntrack sysctls)."""

Key = tuple[str, int, int, int, int]
"""Protocol, source, its port, destination, its port; an echo's identifier is a port, its type the
other."""

_REQUEST: Final = 8
_REPLY: Final = 0


class Connection:
    """A conversation.

    Attributes
    ----------
    original
        Key of its first packet.
    answer
        Key that replies have.
    expires
        Virtual time, seconds.
    replied
        A reply was seen.
    confirmed
        The first packet got through all hooks.
    destination_decided, source_decided
        The nat table was asked; it is asked once for each.
    """

    __slots__ = (
        "answer",
        "confirmed",
        "destination_decided",
        "expires",
        "original",
        "replied",
        "source_decided",
    )

    def __init__(self, original: Key, answer: Key, expires: float) -> None:
        self.original = original
        self.answer = answer
        self.expires = expires
        self.replied = self.confirmed = False
        self.destination_decided = self.source_decided = False

    @property
    def source_translated(self) -> bool:
        """Whether the first packet's source was (SNAT)."""
        return self.answer[3] != self.original[1] or _answer_port(self) != self.original[2]

    @property
    def destination_translated(self) -> bool:
        """Whether the first packet's destination was (DNAT)."""
        if self.answer[1] != self.original[3]:
            return True
        return self.original[0] != "icmp" and self.answer[2] != self.original[4]


class Tracked:
    """A packet's place in its connection.

    Attributes
    ----------
    connection
        None if it belongs to none.
    reply
        It goes against the direction of the first packet.
    state
        ``NEW``, ``ESTABLISHED``, ``RELATED`` or ``INVALID``.
    """

    __slots__ = ("connection", "reply", "state")

    def __init__(self, connection: Connection | None, reply: bool, state: str) -> None:
        self.connection = connection
        self.reply = reply
        self.state = state


INVALID: Final = Tracked(None, False, "INVALID")


def key_of(packet: Ipv4Packet) -> Key | None:
    """Give a packet's key; None for ICMP errors, which have none of their own."""
    payload = packet.payload
    source, destination = int(packet.source), int(packet.destination)
    if isinstance(payload, IcmpEcho):
        kind = _REQUEST if payload.request else _REPLY
        return ("icmp", source, payload.identifier, destination, kind)
    if isinstance(payload, UdpDatagram):
        return ("udp", source, payload.source_port, destination, payload.destination_port)
    return None


def mirrored(key: Key) -> Key:
    """Give the key of replies to packets with this key."""
    protocol, source, source_port, destination, port = key
    if protocol == "icmp":
        return (protocol, destination, source_port, source, _REQUEST - port)
    return (protocol, destination, port, source, source_port)


class Connections:
    """The connections of a namespace."""

    __slots__ = ("_by_key", "_sweep_at")

    def __init__(self) -> None:
        self._by_key: dict[Key, tuple[Connection, bool]] = {}
        self._sweep_at = 1024

    def __len__(self) -> int:
        return sum(1 for _, reply in self._by_key.values() if not reply)

    def track(self, packet: Ipv4Packet, now: float) -> Tracked:
        """Find a packet's connection, or begin one."""
        payload = packet.payload
        if isinstance(payload, IcmpError):
            return self._related(payload, now)
        key = key_of(packet)
        assert key is not None
        found = self.find(key, now)
        if found is None:
            if key[0] == "icmp" and key[4] == _REPLY:
                return INVALID
            return Tracked(Connection(key, mirrored(key), now), False, "NEW")
        connection, reply = found
        connection.replied = connection.replied or reply
        connection.expires = now + TIMEOUTS_S[key[0]][connection.replied]
        return Tracked(connection, reply, "ESTABLISHED" if connection.replied else "NEW")

    def find(self, key: Key, now: float) -> tuple[Connection, bool] | None:
        """Find the connection of a key, and whether that is the direction of the replies.

        A packet that passed all hooks and comes back over ``lo`` has neither key but mirrors the
        other direction's.
        """
        found = self._alive(key, now)
        if found is not None:
            return found
        other = self._alive(mirrored(key), now)
        return None if other is None else (other[0], not other[1])

    def confirm(self, connection: Connection, now: float) -> None:
        """Keep a connection whose first packet got through."""
        if connection.confirmed:
            return
        connection.confirmed = True
        connection.expires = now + TIMEOUTS_S[connection.original[0]][0]
        self._by_key[connection.original] = (connection, False)
        self._by_key[connection.answer] = (connection, True)
        if len(self._by_key) > self._sweep_at:
            self._sweep(now)

    def unused(self, answer: Key, now: float) -> Key:
        """Give a key for replies that no other connection has: the port may have to change."""
        protocol, source, source_port, destination, port = answer
        while self._alive(answer, now) is not None:
            if protocol == "icmp":
                source_port = source_port % 0xFFFF + 1
            else:
                port = port + 1 if port < 0xFFFF else 1024
            answer = (protocol, source, source_port, destination, port)
        return answer

    def clear(self) -> None:
        """Forget all."""
        self._by_key.clear()

    def _related(self, error: IcmpError, now: float) -> Tracked:
        """Find the connection an error is about; it goes against the packet that it quotes."""
        key = key_of(error.original)
        found = None if key is None else self.find(mirrored(key), now)
        return INVALID if found is None else Tracked(found[0], found[1], "RELATED")

    def _alive(self, key: Key, now: float) -> tuple[Connection, bool] | None:
        found = self._by_key.get(key)
        if found is not None and found[0].expires <= now:
            connection = found[0]
            self._by_key.pop(connection.original, None)
            self._by_key.pop(connection.answer, None)
            return None
        return found

    def _sweep(self, now: float) -> None:
        self._by_key = {key: found for key, found in self._by_key.items() if found[0].expires > now}
        self._sweep_at = max(1024, 2 * len(self._by_key))


def translate_destination(packet: Ipv4Packet, tracked: Tracked) -> Ipv4Packet:
    """Give a packet the destination that its connection says (PREROUTING, OUTPUT)."""
    connection = tracked.connection
    if connection is None:
        return packet
    if tracked.reply:
        if not connection.source_translated:
            return packet
        address, port = connection.original[1], connection.original[2]
    else:
        if not connection.destination_translated:
            return packet
        address, port = connection.answer[1], connection.answer[2]
    return _with_destination(packet, IPv4Address(address), port)


def translate_source(packet: Ipv4Packet, tracked: Tracked) -> Ipv4Packet:
    """Give a packet the source that its connection says (POSTROUTING, INPUT)."""
    connection = tracked.connection
    if connection is None:
        return packet
    if tracked.reply:
        if not connection.destination_translated:
            return packet
        address, port = connection.original[3], connection.original[4]
    else:
        if not connection.source_translated:
            return packet
        address, port = connection.answer[3], _answer_port(connection)
    return _with_source(packet, IPv4Address(address), port)


def _answer_port(connection: Connection) -> int:
    """Give the translated first packet's source port, or its identifier."""
    return connection.answer[2] if connection.original[0] == "icmp" else connection.answer[4]


def _with_destination(packet: Ipv4Packet, address: IPv4Address, port: int) -> Ipv4Packet:
    payload = packet.payload
    if isinstance(payload, UdpDatagram):
        return packet._replace(destination=address, payload=payload._replace(destination_port=port))
    if isinstance(payload, IcmpError):
        quoted = payload._replace(original=_with_source(payload.original, address, port))
        return packet._replace(destination=address, payload=quoted)
    if payload.request:
        return packet._replace(destination=address)
    return packet._replace(destination=address, payload=payload._replace(identifier=port))


def _with_source(packet: Ipv4Packet, address: IPv4Address, port: int) -> Ipv4Packet:
    payload = packet.payload
    if isinstance(payload, UdpDatagram):
        return packet._replace(source=address, payload=payload._replace(source_port=port))
    if isinstance(payload, IcmpError):
        quoted = payload._replace(original=_with_destination(payload.original, address, port))
        return packet._replace(source=address, payload=quoted)
    if payload.request:
        return packet._replace(source=address, payload=payload._replace(identifier=port))
    return packet._replace(source=address)
