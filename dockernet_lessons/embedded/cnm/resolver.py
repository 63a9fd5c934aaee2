"""The embedded DNS server: 127.0.0.11 in every sandbox on a user-defined network.

It listens on a high port, and rules in the container's own namespace lead port 53 there. What it
does not know it asks outside (moby, libnetwork/resolver.go).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final

from dockernet_lessons.embedded.cnm.resolv_conf import EMBEDDED_DNS
from dockernet_lessons.embedded.fabric.dns import PORT, DnsQuery, DnsRecord, DnsReply
from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.packets import (
    PORT_UNREACHABLE,
    PROTOCOL_UNREACHABLE,
    IcmpError,
    UdpDatagram,
)
from dockernet_lessons.embedded.fabric.rules import DNAT, SNAT, Rule
from dockernet_lessons.embedded.fabric.sockets import Received, UdpSocket
from dockernet_lessons.embedded.loop import Timer

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox

TTL_S: Final = 600
OUTSIDE_TIMEOUT_S: Final = 4.0
ADDRESS: Final = IPv4Address(EMBEDDED_DNS)
OWN: Final = IPv4Network(ADDRESS)
HARD_ERRORS: Final = (PORT_UNREACHABLE, PROTOCOL_UNREACHABLE)
"""The ICMP codes that end a UDP exchange; the kernel keeps the others to itself (udp(7))."""

_REVERSE = ".in-addr.arpa"


class Resolver:
    """The embedded DNS of one sandbox.

    Parameters
    ----------
    sandbox
        Whose names it answers.
    host
        Modern engines ask the host's own servers from the host's namespace.
    source
        Shuffles the addresses of a name that has several.
    """

    def __init__(self, sandbox: Sandbox, host: Namespace, source: random.Random) -> None:
        self._sandbox = sandbox
        self._host = host
        self._random = source
        self._asked: dict[_Forward, None] = {}
        self._socket = sandbox.namespace.open_udp(ADDRESS, None)
        self._socket.handler = self._receive
        self._redirect()

    def close(self) -> None:
        """Answer no more."""
        self._socket.close()
        for forward in list(self._asked):
            forward.close()

    def _redirect(self) -> None:
        """Lead port 53 of 127.0.0.11 to the socket, and answers back."""
        firewall = self._sandbox.namespace.firewall
        outward = firewall.new_chain("nat", "DOCKER_OUTPUT")
        back = firewall.new_chain("nat", "DOCKER_POSTROUTING")
        firewall.chain("nat", "OUTPUT").append(Rule(outward.name, destination=OWN))
        firewall.chain("nat", "POSTROUTING").append(Rule(back.name, destination=OWN))
        ports = {"tcp": self._random.randint(32768, 60999), "udp": self._socket.port}
        for protocol, port in ports.items():
            to = f"{ADDRESS}:{port}"
            outward.append(Rule(DNAT, destination=OWN, protocol=protocol, dport=PORT, to=to))
            back.append(Rule(SNAT, source=OWN, protocol=protocol, sport=port, to=f":{PORT}"))

    def _receive(self, received: Received) -> None:
        datagram = received.packet.payload
        if isinstance(datagram, UdpDatagram) and isinstance(datagram.payload, DnsQuery):
            client = received.packet.source, datagram.source_port
            self._answer(datagram.payload, client)

    def _answer(self, query: DnsQuery, client: tuple[IPv4Address, int]) -> None:
        reply = self._own_reply(query)
        if reply is not None:
            self._send(client, reply)
        elif self._keeps_to_itself(query):
            self._send(client, DnsReply(query))
        else:
            self._forward(query, client)

    def _send(self, client: tuple[IPv4Address, int], reply: DnsReply) -> None:
        if not self._socket.closed:
            self._socket.send(*client, reply, size=reply.size, source=ADDRESS)

    def _own_reply(self, query: DnsQuery) -> DnsReply | None:
        """Answer from the sandbox's networks; None if they do not know."""
        name = query.name.rstrip(".")
        if query.type in ("A", "AAAA", "MX"):
            found = self._sandbox.addresses_of(name)
            if not found:
                return None
            addresses = self._random.sample(found, len(found)) if query.type == "A" else []
            records = [DnsRecord(query.name, "A", TTL_S, each) for each in addresses]
            return DnsReply(query, "NOERROR", tuple(records))
        if query.type == "PTR":
            address = _reversed(name)
            known = None if address is None else self._sandbox.name_of(address)
            record = DnsRecord(query.name, "PTR", TTL_S, known or "")
            return None if known is None else DnsReply(query, "NOERROR", (record,))
        return None

    def _keeps_to_itself(self, query: DnsQuery) -> bool:
        """Tell whether a bare name stays inside: who set ndots wants the search domains tried."""
        options = self._sandbox.settings.dns_options
        ndots = next((o.partition(":")[2] for o in options if o.startswith("ndots:")), "0")
        explicit = ndots.isdecimal() and int(ndots) > 0
        return explicit and query.type in ("A", "AAAA") and "." not in query.name.rstrip(".")

    def _forward(self, query: DnsQuery, client: tuple[IPv4Address, int]) -> None:
        servers = self._outside()
        forward = _Forward(query, servers, lambda reply: self._outside_answered(client, reply))
        forward.ended = lambda: self._asked.pop(forward, None)
        self._asked[forward] = None
        forward.start()

    def _outside(self) -> list[tuple[Namespace, IPv4Address]]:
        sandbox = self._sandbox
        if not sandbox.modern:
            return [(sandbox.namespace, IPv4Address(s)) for s in _ipv4(sandbox.outside_servers)]
        if sandbox.outlet() is None:
            return []
        asking = sandbox.namespace if sandbox.settings.dns else self._host
        return [(asking, IPv4Address(server)) for server in _ipv4(sandbox.outside_servers)]

    def _outside_answered(
        self, client: tuple[IPv4Address, int], reply: DnsReply | DnsQuery
    ) -> None:
        if isinstance(reply, DnsReply):
            self._send(client, reply)
        elif self._sandbox.modern:
            self._send(client, DnsReply(reply, "SERVFAIL"))


class _Forward:
    """A query that is asked outside, one server after the other.

    `answered` gets the reply, or the query if no server had one.
    """

    def __init__(
        self,
        query: DnsQuery,
        servers: list[tuple[Namespace, IPv4Address]],
        answered: Callable[[DnsReply | DnsQuery], None],
    ) -> None:
        self._query = query
        self._servers = servers
        self._answered = answered
        self._socket: UdpSocket | None = None
        self._timer: Timer | None = None
        self.ended: Callable[[], object] = lambda: None

    def start(self) -> None:
        """Ask the next server that can be asked."""
        while self._servers:
            namespace, server = self._servers.pop(0)
            if self._ask(namespace, server):
                return
        self._finish(self._query)

    def close(self) -> None:
        """Forget about the answer."""
        self._stop()
        self.ended()

    def _ask(self, namespace: Namespace, server: IPv4Address) -> bool:
        self._socket = namespace.open_udp(None, None)
        self._socket.handler = self._receive
        loop = namespace.fabric.loop
        self._timer = loop.call_at(loop.now + OUTSIDE_TIMEOUT_S, self._next)
        socket = self._socket
        try:
            socket.send(server, PORT, self._query, size=self._query.size)
        except KernelError:
            self._stop()
            return False
        return True

    def _receive(self, received: Received) -> None:
        payload = received.packet.payload
        if isinstance(payload, IcmpError):
            if payload.code in HARD_ERRORS:
                self._next()
            return
        reply = payload.payload if isinstance(payload, UdpDatagram) else None
        if isinstance(reply, DnsReply):
            if reply.code in ("SERVFAIL", "REFUSED"):
                self._next()
            else:
                self._finish(reply)

    def _next(self) -> None:
        self._stop()
        self.start()

    def _finish(self, result: DnsReply | DnsQuery) -> None:
        self._stop()
        self.ended()
        self._answered(result)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._timer = None


def _ipv4(servers: tuple[str, ...]) -> list[str]:
    """Leave out servers that only IPv6 reaches."""
    return [server for server in servers if ":" not in server]


def _reversed(name: str) -> IPv4Address | None:
    """Read the address out of a reverse look-up's name."""
    if not name.lower().endswith(_REVERSE):
        return None
    try:
        return IPv4Address(".".join(reversed(name[: -len(_REVERSE)].split("."))))
    except AddressValueError:
        return None
