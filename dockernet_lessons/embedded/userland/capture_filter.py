"""Filter expressions of tcpdump, as far as lessons need them (pcap-filter(7))."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from dockernet_lessons.embedded.fabric.mac import is_group
from dockernet_lessons.embedded.fabric.packets import (
    ARP,
    BROADCAST_MAC,
    Arp,
    Frame,
    Ipv4Packet,
    UdpDatagram,
)

Test = Callable[[Frame], bool]

_PROTOCOLS: Final = ("ether", "ip", "ip6", "arp", "icmp", "udp", "tcp", "rarp", "icmp6")
_TYPES: Final = ("host", "net", "port", "portrange")
_SERVICES: Final = {"domain": 53, "http": 80, "https": 443, "ssh": 22}
_HIGHEST_PORT: Final = 65535
_TOKEN: Final = re.compile(r"\s*(&&|\|\||[()!]|[<>=&|]+|[^\s()!&|<>=]+)")
_JOINTS: Final = ("src", "dst", "and", "or", "not", "mask", "less", "greater")
_WORDS: Final = frozenset((*_PROTOCOLS, *_TYPES, *_JOINTS, "broadcast", "multicast"))
_MAC: Final = re.compile(r"[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}")


class FilterError(Exception):
    """The text after ``tcpdump: ``."""


_SYNTAX: Final = "can't parse filter expression: syntax error"


def tokens_of(expression: str) -> list[str]:
    """Cut an expression into words and signs."""
    return [{"&&": "and", "||": "or", "!": "not"}.get(t, t) for t in _TOKEN.findall(expression)]


def names_in(expression: str) -> list[str]:
    """Give the words that may be host names: their addresses are wanted before `parse_filter`."""
    return [
        token
        for token in tokens_of(expression)
        if re.match(r"[A-Za-z]", token) and token not in _WORDS | _SERVICES.keys()
        if not _MAC.fullmatch(token) and "[" not in token
    ]


def parse_filter(expression: str, names: Mapping[str, IPv4Address]) -> Test:
    """Turn an expression into a test of frames.

    Parameters
    ----------
    expression
        Empty for everything.
    names
        Addresses of the host names in it.

    Raises
    ------
    FilterError
        It cannot be understood.
    """
    tokens = tokens_of(expression)
    if any("[" in token for token in tokens):
        raise FilterError("looking into packets (as in icmp[0]) is not emulated")
    if not tokens:
        return lambda frame: True
    parser = _Parser(tokens, names)
    test = parser.expression()
    if parser.left:
        raise FilterError(_SYNTAX)
    return test


@dataclass(frozen=True)
class _Qualifiers:
    """What is said before a name or number."""

    protocol: str = ""
    direction: str = "src or dst"
    type: str = "host"


class _Parser:
    """A recursive descent; ``and`` and ``or`` have the same rank, as in pcap-filter(7)."""

    def __init__(self, tokens: list[str], names: Mapping[str, IPv4Address]) -> None:
        self.left = list(tokens)
        self._names = names
        self._last: _Qualifiers | None = None

    def expression(self) -> Test:
        test = self._term()
        while self._next() in ("and", "or"):
            test = _combined(self._take(), test, self._term())
        return test

    def _term(self) -> Test:
        word = self._next()
        if word == "not":
            self._take()
            inner = self._term()
            return lambda frame: not inner(frame)
        if word == "(":
            self._take()
            test = self.expression()
            if self._take() != ")":
                raise FilterError(_SYNTAX)
            return test
        return self._primitive()

    def _next(self) -> str:
        return self.left[0] if self.left else ""

    def _take(self) -> str:
        if not self.left:
            raise FilterError(_SYNTAX)
        return self.left.pop(0)

    def _primitive(self) -> Test:
        if self._next() in ("less", "greater"):
            return _length_test(self._take(), self._number())
        qualifiers, said = self._qualifiers()
        word = self._next()
        if word in ("broadcast", "multicast") and said <= {"protocol"}:
            self._take()
            return _group_test(word)
        if word in _WORDS or word in ("", "(", ")"):
            if said != {"protocol"}:
                raise FilterError(_SYNTAX)
            self._last = qualifiers
            return _protocol_test(qualifiers.protocol)
        if not said:
            if self._last is None and not word[0].isdigit():
                raise FilterError(_SYNTAX)
            qualifiers = self._last or qualifiers
        self._last = qualifiers
        return self._identified(qualifiers, self._take())

    def _qualifiers(self) -> tuple[_Qualifiers, set[str]]:
        found, said = _Qualifiers(), set[str]()
        if self._next() in _PROTOCOLS:
            found, said = replace(found, protocol=self._take()), {"protocol"}
        if self._next() in ("src", "dst"):
            found = replace(found, direction=self._direction())
            said.add("direction")
        if self._next() in _TYPES:
            found = replace(found, type=self._take())
            said.add("type")
        return found, said

    def _direction(self) -> str:
        direction = self._take()
        if self._next() in ("or", "and") and self.left[1:2] in (["src"], ["dst"]):
            return f"{direction} {self._take()} {self._take()}"
        return direction

    def _number(self) -> int:
        word = self._take()
        if not word.isdecimal():
            raise FilterError(_SYNTAX)
        return int(word)

    def _identified(self, qualifiers: _Qualifiers, word: str) -> Test:
        if qualifiers.type in ("port", "portrange"):
            return _port_test(qualifiers, word)
        if qualifiers.protocol in ("icmp", "udp", "tcp"):
            raise FilterError(f"'{qualifiers.protocol}' modifier applied to {qualifiers.type}")
        if qualifiers.protocol == "ether":
            return _mac_test(qualifiers, word)
        if qualifiers.type == "net":
            return _address_test(qualifiers, self._network(word))
        return _address_test(qualifiers, self._host(word))

    def _host(self, word: str) -> IPv4Network:
        if word in self._names:
            return IPv4Network(self._names[word])
        if not word[0].isdigit():
            raise FilterError(f"unknown host '{word}'")
        try:
            return IPv4Network(IPv4Address(word))
        except ValueError:
            raise FilterError(f"invalid IPv4 address '{word}'") from None

    def _network(self, word: str) -> IPv4Network:
        text, slash, length = word.partition("/")
        parts = text.split(".")
        bits = length if slash else str(8 * len(parts))
        if self._next() == "mask":
            self._take()
            bits = self._take()
        if bits.isdecimal() and int(bits) > 32:
            raise FilterError("mask length must be <= 32")
        try:
            address = IPv4Address(".".join(parts + ["0"] * (4 - len(parts))))
            network = IPv4Network(f"{address}/{bits}", strict=False)
        except ValueError:
            raise FilterError(_SYNTAX) from None
        if network.network_address != address:
            raise FilterError(f'non-network bits set in "{word}"')
        return network


def _combined(word: str, first: Test, second: Test) -> Test:
    if word == "and":
        return lambda frame: first(frame) and second(frame)
    return lambda frame: first(frame) or second(frame)


def _either(direction: str, source: bool, destination: bool) -> bool:
    if " and " in direction:
        return source and destination
    if " or " in direction:
        return source or destination
    return source if direction == "src" else destination


def _protocol_test(name: str) -> Test:
    if name == "ether":
        raise FilterError(_SYNTAX)
    if name == "arp":
        return lambda frame: frame.ethertype == ARP
    if name == "ip":
        return lambda frame: isinstance(frame.payload, Ipv4Packet)
    return lambda frame: isinstance(frame.payload, Ipv4Packet) and frame.payload.protocol == name


def _address_test(qualifiers: _Qualifiers, network: IPv4Network) -> Test:
    direction, protocol = qualifiers.direction, qualifiers.protocol

    def test(frame: Frame) -> bool:
        payload = frame.payload
        if isinstance(payload, Arp):
            ends = (payload.sender in network, payload.target in network)
            return protocol in ("", "arp") and _either(direction, *ends)
        ends = (payload.source in network, payload.destination in network)
        return protocol in ("", "ip") and _either(direction, *ends)

    return test


def _mac_test(qualifiers: _Qualifiers, word: str) -> Test:
    if not _MAC.fullmatch(word):
        raise FilterError(f"unknown ether host '{word}'")
    mac = ":".join(f"{int(octet, 16):02x}" for octet in word.split(":"))
    return lambda frame: _either(qualifiers.direction, frame.src == mac, frame.dst == mac)


def _group_test(word: str) -> Test:
    if word == "broadcast":
        return lambda frame: frame.dst == BROADCAST_MAC
    return lambda frame: is_group(frame.dst)


def _length_test(word: str, number: int) -> Test:
    if word == "less":
        return lambda frame: frame.length <= number
    return lambda frame: frame.length >= number


def _ports(qualifiers: _Qualifiers, word: str) -> range:
    """Read a port or a range of ports."""
    ends = [_port(part) for part in word.split("-", 1 if qualifiers.type == "portrange" else 0)]
    return range(min(ends), max(ends) + 1)


def _port(word: str) -> int:
    if word in _SERVICES:
        return _SERVICES[word]
    if not word.isdecimal():
        raise FilterError(f"unknown port '{word}'")
    if int(word) > _HIGHEST_PORT:
        raise FilterError(f"illegal port number {word} > {_HIGHEST_PORT}")
    return int(word)


def _port_test(qualifiers: _Qualifiers, word: str) -> Test:
    if qualifiers.protocol not in ("", "udp", "tcp", "ip"):
        raise FilterError("illegal qualifier of 'port'")
    ports, direction, protocol = _ports(qualifiers, word), qualifiers.direction, qualifiers.protocol

    def test(frame: Frame) -> bool:
        payload = frame.payload
        datagram = payload.payload if isinstance(payload, Ipv4Packet) else None
        if not isinstance(datagram, UdpDatagram) or protocol == "tcp":
            return False
        source, destination = datagram.source_port, datagram.destination_port
        return _either(direction, source in ports, destination in ports)

    return test
