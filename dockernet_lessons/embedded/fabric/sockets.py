"""Sockets for ICMP echo and UDP, and how a namespace finds the one a packet is for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final, NamedTuple

from dockernet_lessons.embedded.fabric.errors import InUse, NotAvailable
from dockernet_lessons.embedded.fabric.packets import IcmpEcho, IcmpError, Ipv4Packet, UdpDatagram
from dockernet_lessons.embedded.loop import Signal

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.namespace import Namespace

EPHEMERAL: Final = (32768, 60999)
"""Ports given to sockets that ask for none (sysctl ``ip_local_port_range``)."""


class Received(NamedTuple):
    """A packet that came in for a socket.

    Attributes
    ----------
    time
        Virtual time of its arrival, seconds, its travel time included.
    packet
        The packet.
    """

    time: float
    packet: Ipv4Packet


class Socket:
    """What both kinds have in common.

    Attributes
    ----------
    received
        What came in and nobody read yet: answers, and ICMP errors about what was sent.
    arrived
        Fired when something came in.
    handler
        If set, it is called with each packet at once, and nothing is queued.
    broadcast
        Whether it may send to broadcast addresses (``SO_BROADCAST``).
    closed
        True after `close`.
    """

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.received: deque[Received] = deque()
        self.arrived = Signal()
        self.handler: Callable[[Received], None] | None = None
        self.broadcast = False
        self.closed = False

    def take(self, packet: Ipv4Packet) -> None:
        """Receive a packet."""
        received = Received(self.namespace.fabric.moment, packet)
        if self.handler is not None:
            self.handler(received)
        else:
            self.received.append(received)
            self.arrived.fire()

    def close(self) -> None:
        """Receive nothing any more."""
        if not self.closed:
            self.closed = True
            self.namespace.sockets.forget(self)
            self.arrived.fire()


class IcmpSocket(Socket):
    """A socket that sends echo requests and receives what comes back about them.

    Attributes
    ----------
    identifiers
        Of the requests it sent.
    """

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        self.identifiers: set[int] = set()

    def send_echo(
        self,
        destination: IPv4Address,
        *,
        identifier: int,
        sequence: int,
        size: int = 56,
        ttl: int = 64,
        source: IPv4Address | None = None,
        dont_fragment: bool = False,
    ) -> None:
        """Send an echo request.

        Parameters
        ----------
        destination
            Whom to.
        identifier, sequence
            16 bits each; answers with this identifier come to this socket.
        size
            Bytes of data.
        ttl
            Routers it may cross.
        source
            One of the own addresses; None lets the route choose.
        dont_fragment
            Never send it in fragments, as ``ping -M do``.

        Raises
        ------
        NetworkUnreachable
            No route leads there.
        NotPermitted
            The own firewall dropped it.
        Denied
            It is a broadcast address, and `broadcast` is not set.
        MessageTooLong
            It needs fragments and must not have any.
        """
        self.namespace.sockets.listen(self, identifier & 0xFFFF)
        echo = IcmpEcho(True, identifier & 0xFFFF, sequence & 0xFFFF, size)
        self.namespace.fabric.ip.send(
            self.namespace,
            destination,
            echo,
            source=source,
            ttl=ttl,
            broadcast=self.broadcast,
            whole=dont_fragment,
        )


class UdpSocket(Socket):
    """A UDP socket, bound to a port.

    Attributes
    ----------
    address
        What it is bound to; None for any address.
    port
        Its port.
    """

    def __init__(self, namespace: Namespace, address: IPv4Address | None, port: int) -> None:
        super().__init__(namespace)
        self.address = address
        self.port = port

    def send(
        self,
        destination: IPv4Address,
        port: int,
        payload: object,
        *,
        size: int,
        ttl: int = 64,
        source: IPv4Address | None = None,
    ) -> None:
        """Send a datagram.

        Parameters
        ----------
        destination, port
            Whom to.
        payload
            What; see `packets.UdpDatagram`.
        size
            Its bytes.
        ttl
            Routers it may cross.
        source
            Replaces the address the socket is bound to; a server answers from the address it was
            asked at.

        Raises
        ------
        NetworkUnreachable, NotPermitted, Denied
            As `IcmpSocket.send_echo`.
        """
        datagram = UdpDatagram(self.port, port, payload, size)
        self.namespace.fabric.ip.send(
            self.namespace,
            destination,
            datagram,
            source=source or self.address,
            ttl=ttl,
            broadcast=self.broadcast,
        )


class Sockets:
    """The open sockets of a namespace."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._echoes: dict[int, list[IcmpSocket]] = {}
        self._udp: dict[tuple[int | None, int], UdpSocket] = {}

    def listen(self, socket: IcmpSocket, identifier: int) -> None:
        """Deliver what has this echo identifier to a socket too."""
        if identifier not in socket.identifiers and not socket.closed:
            socket.identifiers.add(identifier)
            self._echoes.setdefault(identifier, []).append(socket)

    def open_udp(self, address: IPv4Address | None, port: int | None) -> UdpSocket:
        """Bind a UDP socket; see `Namespace.open_udp`."""
        if address is not None and address not in self._namespace.local:
            raise NotAvailable
        wanted = self._free_port() if port is None else port
        if self._conflict(address, wanted):
            raise InUse
        socket = UdpSocket(self._namespace, address, wanted)
        self._udp[_key(address, wanted)] = socket
        return socket

    def forget(self, socket: Socket) -> None:
        """Deliver nothing to a socket any more."""
        if isinstance(socket, UdpSocket):
            self._udp.pop(_key(socket.address, socket.port), None)
        elif isinstance(socket, IcmpSocket):
            for identifier in socket.identifiers:
                listeners = self._echoes[identifier]
                listeners.remove(socket)
                if not listeners:
                    del self._echoes[identifier]

    def close_all(self) -> None:
        """Close every socket: the namespace goes away."""
        echoes = [socket for listeners in self._echoes.values() for socket in listeners]
        for socket in [*echoes, *self._udp.values()]:
            socket.close()

    def for_echo(self, identifier: int) -> list[IcmpSocket]:
        """Find the sockets that sent echo requests with this identifier."""
        return self._echoes.get(identifier, [])

    def for_udp(self, address: IPv4Address, port: int) -> UdpSocket | None:
        """Find the socket that a datagram to an address and port is for."""
        return self._udp.get((int(address), port)) or self._udp.get((None, port))

    def about(self, error: IcmpError) -> list[Socket]:
        """Find the sockets whose packet an ICMP error is about."""
        payload = error.original.payload
        if isinstance(payload, IcmpEcho):
            return list(self.for_echo(payload.identifier)) if payload.request else []
        if isinstance(payload, UdpDatagram):
            socket = self.for_udp(error.original.source, payload.source_port)
            return [] if socket is None else [socket]
        return []

    def _conflict(self, address: IPv4Address | None, port: int) -> bool:
        if address is not None:
            return self.for_udp(address, port) is not None
        return any(taken == port for _, taken in self._udp)

    def _free_port(self) -> int:
        random = self._namespace.fabric.random
        while True:
            port = random.randint(*EPHEMERAL)
            if not self._conflict(None, port):
                return port


def _key(address: IPv4Address | None, port: int) -> tuple[int | None, int]:
    return (None if address is None else int(address), port)
