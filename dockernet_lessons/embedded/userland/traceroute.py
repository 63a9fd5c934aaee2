"""traceroute(8) 2.1.2: probes that live a little longer each time, and who reports their end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address
from typing import Final

from dockernet_lessons.embedded.fabric.errors import KernelError, NetworkUnreachable, NotAvailable
from dockernet_lessons.embedded.fabric.packets import IcmpError
from dockernet_lessons.embedded.fabric.sockets import IcmpSocket, Received, UdpSocket
from dockernet_lessons.embedded.loop import Signal, Steps
from dockernet_lessons.embedded.userland.resolve import Failure, addresses_of, name_of
from dockernet_lessons.embedded.userland.system import System
from dockernet_lessons.embedded.userland.traceroute_options import (
    USAGE,
    VERSION,
    RouteFailure,
    RouteOptions,
    read_options,
)

_HEADERS: Final = 28
_PRECISION_S: Final = 0.001
_PORT_UNREACHABLE: Final = (3, 3)
_TIME_EXCEEDED: Final = 11
_MARKS: Final = {0: "!N", 1: "!H", 2: "!P", 9: "!X", 10: "!X", 13: "!X"}


@dataclass
class _Probe:
    """One packet.

    Attributes
    ----------
    sent, answered
        Virtual times, seconds; None before, and where nothing came.
    who
        Who answered.
    mark
        Why it went no further, for example ``!H``.
    last
        Whether it came to its end: no need to go further.
    printed
        Whether its result was printed.
    """

    ttl: int
    sent: float | None = None
    answered: float | None = None
    who: IPv4Address | None = None
    mark: str = ""
    last: bool = False
    expired: bool = False
    socket: UdpSocket | IcmpSocket | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more is expected."""
        return self.answered is not None or self.expired

    @property
    def under_way(self) -> bool:
        """Whether an answer is expected."""
        return self.sent is not None and not self.done


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``traceroute``."""
    try:
        options = read_options(argv[1:])
        if options.show:
            (system.err if options.show == "V" else system.out)(
                VERSION if options.show == "V" else USAGE
            )
            return 0
        destination = yield from _find(system, options, len(argv) - 1)
        yield from _Run(system, options, destination).steps()
    except RouteFailure as failure:
        system.err(failure.text)
        return failure.exit_code
    return 0


def _find(system: System, options: RouteOptions, words: int) -> Steps[IPv4Address]:
    text = "Address family for hostname not supported"
    if not options.ipv6:
        found = yield from addresses_of(system, options.host)
        if not isinstance(found, Failure) and found.addresses:
            return found.addresses[0]
        text = found.text if isinstance(found, Failure) else text
    raise RouteFailure(
        f"{options.host}: {text}\n"
        f'Cannot handle "host" cmdline arg `{options.host}\' on position 1 (argc {words})'
    )


class _Run:
    """One run."""

    def __init__(self, system: System, options: RouteOptions, destination: IPv4Address) -> None:
        self._system = system
        self._options = options
        self._destination = destination
        self._source: IPv4Address | None = None
        self._arrived = Signal()
        self._names: dict[IPv4Address, str] = {}
        queries = options.queries
        self._probes = [
            _Probe(ttl) for ttl in range(options.first, options.hops + 1) for _ in range(queries)
        ]

    def steps(self) -> Steps[None]:
        """Send probes and print what comes back, hop by hop."""
        options = self._options
        size = f"{options.length} byte packets"
        head = f"traceroute to {options.host} ({self._destination})"
        self._system.out(f"{head}, {options.hops} hops max, {size}")
        try:
            self._bind()
            yield from self._exchange()
        except KernelError as error:
            call = "connect" if isinstance(error, NetworkUnreachable) else "send"
            raise RouteFailure(f"\n{call}: {error}", 1) from None
        finally:
            self._close_all()
        self._system.out("\n")

    def _bind(self) -> None:
        options, namespace = self._options, self._system.namespace
        if options.device is not None and options.device not in namespace.devices:
            raise RouteFailure("\nsetsockopt SO_BINDTODEVICE: No such device", 1)
        if options.source is not None:
            try:
                self._source = IPv4Address(options.source)
            except ValueError:
                self._source = None
            if self._source is None or self._source not in namespace.local:
                raise RouteFailure(f"\nbind: {NotAvailable.text}", 1)

    def _exchange(self) -> Steps[None]:
        """Keep as many probes under way as wanted, and print them in order."""
        first, end, queries = 0, len(self._probes), self._options.queries
        while True:
            self._send_some(first, end)
            self._expire(first, end)
            while first < end and self._probes[first].done:
                yield from self._print(first)
                if self._probes[first].last:
                    end = min(end, (first // queries + 1) * queries)
                first += 1
            if first >= end:
                return
            if not self._may_send(first, end):
                yield from self._system.wait(self._next_expiry(first, end), self._arrived)

    def _may_send(self, first: int, end: int) -> bool:
        waiting = self._probes[first:end]
        under_way = sum(probe.under_way for probe in waiting)
        return under_way < self._options.simultaneous and any(p.sent is None for p in waiting)

    def _send_some(self, first: int, end: int) -> None:
        under_way = sum(probe.under_way for probe in self._probes[first:end])
        for number in range(first, end):
            if under_way >= self._options.simultaneous:
                return
            probe = self._probes[number]
            if probe.sent is None:
                probe.sent = self._system.loop.now
                self._send(number, probe)
                under_way += 1

    def _send(self, number: int, probe: _Probe) -> None:
        size = self._options.length - _HEADERS
        namespace = self._system.namespace
        if self._options.icmp:
            echo = probe.socket = namespace.open_icmp()
            echo.handler = partial(self._take, probe)
            echo.send_echo(
                self._destination, identifier=(self._system.process.pid + number) & 0xFFFF,
                sequence=number + 1, size=size, ttl=probe.ttl, source=self._source,
            )  # fmt: skip
            return
        udp = probe.socket = namespace.open_udp(self._source)
        udp.handler = partial(self._take, probe)
        port = self._options.port + number
        udp.send(self._destination, port, b"", size=size, ttl=probe.ttl)

    def _take(self, probe: _Probe, received: Received) -> None:
        if probe.done:
            return
        probe.answered, probe.who = received.time, received.packet.source
        payload = received.packet.payload
        if not isinstance(payload, IcmpError):
            probe.last = True
        elif payload.type != _TIME_EXCEEDED:
            probe.last = True
            if (payload.type, payload.code) != _PORT_UNREACHABLE:
                probe.mark = self._mark(payload)
        self._close(probe)
        self._arrived.fire()

    @staticmethod
    def _mark(error: IcmpError) -> str:
        if error.code == 4:
            return f"!F-{error.mtu}"
        return _MARKS.get(error.code, f"!<{error.code}>")

    def _expire(self, first: int, end: int) -> None:
        now = self._system.loop.now
        for number in range(first, end):
            probe = self._probes[number]
            if probe.under_way and now >= self._expiry(number):
                probe.expired = True
                self._close(probe)

    def _next_expiry(self, first: int, end: int) -> float:
        numbers = range(first, end)
        return min(self._expiry(number) for number in numbers if self._probes[number].under_way)

    def _expiry(self, number: int) -> float:
        """Give when to stop waiting for a probe: sooner if others show that answers are quick."""
        sent = self._probes[number].sent or 0.0
        longest, here, near = self._options.waits
        start = number - number % self._options.queries
        beside = self._probes[start : start + self._options.queries]
        for factor, others in ((here, beside), (near, self._probes[number + 1 :])):
            trip = next((t for t in map(_trip, others) if t is not None), None)
            if factor and trip is not None:
                return sent + min(longest, (trip + _PRECISION_S) * factor)
        return sent + longest

    def _print(self, number: int) -> Steps[None]:
        probe, position = self._probes[number], number % self._options.queries
        text = f"\n{probe.ttl:>2} " if position == 0 else ""
        if probe.who is None:
            self._system.out(f"{text} *")
            return
        before = self._probes[number - position : number]
        known = next((other.who for other in reversed(before) if other.who is not None), None)
        if probe.who != known:
            text += f" {(yield from self._name(probe.who))}"
        trip = _trip(probe) or 0.0
        self._system.out(f"{text}  {trip * 1000:.3f} ms{f' {probe.mark}' if probe.mark else ''}")

    def _name(self, address: IPv4Address) -> Steps[str]:
        if self._options.numeric:
            return str(address)
        if address not in self._names:
            name = yield from name_of(self._system, address)
            self._names[address] = f"{name or address} ({address})"
        return self._names[address]

    def _close(self, probe: _Probe) -> None:
        if probe.socket is not None:
            probe.socket.close()
            probe.socket = None

    def _close_all(self) -> None:
        for probe in self._probes:
            self._close(probe)


def _trip(probe: _Probe) -> float | None:
    """Give a probe's round-trip time, seconds; None without an answer."""
    if probe.answered is None or probe.sent is None:
        return None
    return probe.answered - probe.sent
