"""Names to addresses as glibc does it: /etc/hosts, then DNS (nsswitch.conf(5), resolv.conf(5))."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from dockernet_lessons.embedded.fabric.dns import DnsQuery, DnsReply
from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.fabric.packets import UdpDatagram
from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.system import System

UNKNOWN = "Name or service not known"
TEMPORARY = "Temporary failure in name resolution"
NO_ADDRESS = "No address associated with hostname"
"""Texts of gai_strerror(3)."""

MAX_NAME = 255
_NUMBERS = re.compile(r"(?:(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)(?:\.|$)){1,4}(?<!\.)")


class Failure(NamedTuple):
    """Why a name has no address."""

    text: str


class Found(NamedTuple):
    """What a name is: its addresses and its full name."""

    addresses: tuple[IPv4Address, ...]
    name: str
    ipv6: tuple[IPv6Address, ...] = ()


class Settings(NamedTuple):
    """What /etc/resolv.conf says."""

    servers: tuple[IPv4Address, ...]
    search: tuple[str, ...]
    ndots: int = 1
    timeout_s: float = 5.0
    attempts: int = 2


def settings_of(text: str, options: str = "") -> Settings:
    """Read a resolv.conf(5) and the variable ``RES_OPTIONS``."""
    servers: list[IPv4Address] = []
    search: tuple[str, ...] = ()
    words = options.split()
    for line in text.splitlines():
        fields = line.split("#")[0].split(";")[0].split()
        if fields[:1] == ["nameserver"] and len(fields) > 1:
            servers += [a for a in [_literal(fields[1])] if a is not None]
        elif fields[:1] in (["search"], ["domain"]):
            search = tuple(name for name in fields[1:] if name != ".")
        elif fields[:1] == ["options"]:
            words = [*fields[1:], *words]
    pairs = (word.partition(":") for word in words)
    numbers = {name: int(value[:4]) for name, _, value in pairs if value.isdecimal()}
    return Settings(
        tuple(servers[:3]) or (IPv4Address("127.0.0.1"),),
        search,
        min(numbers.get("ndots", 1), 15),
        min(numbers.get("timeout", 5), 30),
        max(1, min(numbers.get("attempts", 2), 5)),
    )


def hosts_lines(text: str) -> list[tuple[str, list[str]]]:
    """Read a hosts(5) file: address and names of each line."""
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return [(fields[0], fields[1:]) for fields in lines if len(fields) > 1]


def addresses_of(system: System, name: str) -> Steps[Found | Failure]:
    """Look a name up as getaddrinfo(3) does, IPv4 only."""
    literal = _literal(name)
    if literal is not None:
        return Found((literal,), name)
    if not 0 < len(name) <= MAX_NAME or re.search(r"[^\w.-]", name):
        return Failure(UNKNOWN)
    known = hosts_lines(system.files.text("/etc/hosts"))
    fitting = [(ip_address(a), names) for a, names in known if name in names and _valid(a)]
    if fitting:
        # glibc gathers all lines of a name; the first line's first name is the canonical one
        four = dict.fromkeys(a for a, _ in fitting if isinstance(a, IPv4Address))
        six = dict.fromkeys(a for a, _ in fitting if isinstance(a, IPv6Address))
        return Found(tuple(four), fitting[0][1][0], () if four else tuple(six))
    return (yield from _by_dns(system, name))


def name_of(system: System, address: IPv4Address) -> Steps[str | None]:
    """Look up the name of an address: the hosts file's first name for it, else by PTR."""
    for line_address, names in hosts_lines(system.files.text("/etc/hosts")):
        if line_address == str(address):
            return names[0]
    reverse = ".".join(reversed(str(address).split("."))) + ".in-addr.arpa"
    reply = yield from _ask(system, reverse, "PTR", _settings(system))
    if not isinstance(reply, DnsReply) or not reply.answers:
        return None
    return str(reply.answers[0].data)


def _settings(system: System) -> Settings:
    options = system.environment.get("RES_OPTIONS", "")
    return settings_of(system.files.text("/etc/resolv.conf"), options)


def _by_dns(system: System, name: str) -> Steps[Found | Failure]:
    """Ask for each name that may be meant (glibc, __res_context_search).

    A search domain that nobody answers for ends the search, but the bare name is asked for anyway;
    how that fails is what is told.
    """
    settings = _settings(system)
    told, silent = Failure(UNKNOWN), False
    for candidate in _candidates(name, settings):
        bare = candidate == name.rstrip(".")
        if silent and not bare:
            continue
        reply = yield from _ask(system, candidate, "A", settings)
        addresses = _addresses(reply)
        if addresses:
            return Found(addresses, candidate)
        silent = silent or (reply is None and not bare)
        told = _failure(reply) if bare else told
    return told


def _addresses(reply: DnsReply | None) -> tuple[IPv4Address, ...]:
    answers = reply.answers if reply is not None else ()
    return tuple(record.data for record in answers if isinstance(record.data, IPv4Address))


def _failure(reply: DnsReply | None) -> Failure:
    if reply is None or reply.code not in ("NOERROR", "NXDOMAIN"):
        return Failure(TEMPORARY)
    return Failure(NO_ADDRESS if reply.code == "NOERROR" else UNKNOWN)


def _candidates(name: str, settings: Settings) -> list[str]:
    """List the names to ask for, in order (resolv.conf(5), ``search`` and ``ndots``)."""
    if name.endswith("."):
        return [name.rstrip(".")]
    searched = [f"{name}.{domain}" for domain in settings.search]
    return [name, *searched] if name.count(".") >= settings.ndots else [*searched, name]


def _ask(system: System, name: str, kind: str, settings: Settings) -> Steps[DnsReply | None]:
    """Ask the servers in turn; None when none answers in time."""
    for _ in range(settings.attempts):
        for server in settings.servers:
            reply = yield from _ask_one(system, server, name, kind, settings.timeout_s)
            if reply is not None:
                return reply
    return None


def _ask_one(
    system: System, server: IPv4Address, name: str, kind: str, timeout_s: float
) -> Steps[DnsReply | None]:
    query = DnsQuery(system.random.getrandbits(16), name, kind)
    socket = system.namespace.open_udp(None, None)
    try:
        socket.send(server, 53, query, size=query.size)
        until = system.loop.now + timeout_s
        while True:
            while socket.received:
                received = socket.received.popleft()
                payload = received.packet.payload
                if not isinstance(payload, UdpDatagram):
                    return None  # an ICMP error: nobody listens there
                reply = payload.payload
                if isinstance(reply, DnsReply) and reply.query == query:
                    yield from system.wait(max(received.time, system.loop.now))
                    return reply
            if not (yield from system.wait(until, socket.arrived)):
                return None
    except KernelError:
        return None
    finally:
        socket.close()


@lru_cache(maxsize=128)
def _literal(text: str) -> IPv4Address | None:
    """Read an address as inet_aton(3) does: up to four numbers, the last one fills the rest."""
    if not _NUMBERS.fullmatch(text):
        return None
    *first, last = (
        int(part, 0) if part[:2] in ("0x", "0X") else int(part, 8 if part[0] == "0" else 10)
        for part in text.split(".")
    )
    room = 256 ** (4 - len(first))
    if any(part > 255 for part in first) or last >= room:
        return None
    return IPv4Address(sum(part << (24 - 8 * n) for n, part in enumerate(first)) + last)


def _valid(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
