"""ping(8) of iputils 20221126: echo requests, answers and statistics."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.errors import (
    KernelError,
    MessageTooLong,
    NetworkUnreachable,
)
from dockernet_lessons.embedded.fabric.local import select_source
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.packets import IcmpEcho, IcmpError
from dockernet_lessons.embedded.fabric.sockets import Received
from dockernet_lessons.embedded.loop import Signal, Steps
from dockernet_lessons.embedded.userland import signals
from dockernet_lessons.embedded.userland.icmp_texts import error_text
from dockernet_lessons.embedded.userland.ping_options import (
    VERSION,
    PingFailure,
    PingOptions,
    read_options,
)
from dockernet_lessons.embedded.userland.ping_statistics import Statistics, round_trip
from dockernet_lessons.embedded.userland.resolve import Failure, addresses_of, name_of
from dockernet_lessons.embedded.userland.system import System

_TIME_STAMP: Final = 16
"""Bytes of data that a time stamp needs."""

_HEADERS: Final = 28
_LARGEST_DATA: Final = 65507
_FLOOD_GAP_S: Final = 0.01
_MOST_REQUESTS: Final = 20_000
"""A flood without an end would keep the emulation busy for half an hour."""
_LATE_S: Final = (0.0002, 0.002)
"""How late the kernel wakes a process that sleeps."""


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``ping``."""
    try:
        options = read_options(argv[1:])
        if options.version:
            system.out(VERSION)
            return 0
        system.err(options.warnings) if options.warnings else None
        destination, name = yield from _find(system, options)
        _check_rights(system)
        run = _Run(system, options, destination, name)
    except PingFailure as failure:
        system.err(failure.text)
        return failure.exit_code
    return (yield from run.steps())


def _find(system: System, options: PingOptions) -> Steps[tuple[IPv4Address, str]]:
    """Find the target's address and its full name."""
    target = options.target
    if options.ipv6:
        raise PingFailure(f"ping: {target}: Address family for hostname not supported\n")
    if ":" in target:
        raise PingFailure("ping: connect: Cannot assign requested address\n")
    found = yield from addresses_of(system, target)
    if isinstance(found, Failure):
        raise PingFailure(f"ping: {target}: {found.text}\n")
    if not found.addresses:
        raise PingFailure("ping: connect: Network is unreachable\n")
    options.numeric = options.numeric or target.replace(".", "").isdecimal()
    return found.addresses[0], found.name


def _check_rights(system: System) -> None:
    """Check that the kernel gives a ping socket or, with ``CAP_NET_RAW``, a raw one (icmp(7))."""
    low, high = system.namespace.ping_group_range
    if not low <= 0 <= high and "NET_RAW" not in system.capabilities:
        raise PingFailure("ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n")


class _Run:
    """One run: its socket, its counts."""

    def __init__(
        self, system: System, options: PingOptions, destination: IPv4Address, name: str
    ) -> None:
        self._system = system
        self._options = options
        # 0.0.0.0 is this host (RFC 1122, 3.2.1.3)
        self._destination = destination if int(destination) else IPv4Address("127.0.0.1")
        self._name = name
        self._source, self._device = _bind(system.namespace, options)
        self._statistics = Statistics()
        self._names: dict[int, str] = {}
        self._interrupt = Signal()
        self._interrupted = False
        self._refusal = ""
        self._sent_at: dict[int, float] = {}
        self._first = self._last = system.loop.now
        self._exit_at: float | None = None
        device = _connect(system.namespace, self._destination, options)
        if self._device is not None and device is not self._device:
            raise PingFailure(
                f"ping: -I {self._device.name}: only the interface that the route takes"
                f" ({device.name}) is emulated\n"
            )
        self._socket = system.namespace.open_icmp()
        self._socket.broadcast = options.broadcast
        self._identifier = system.process.pid & 0xFFFF
        system.on_signal(signals.SIGINT, self._stop)

    def steps(self) -> Steps[int]:
        """Send, receive and print until it is over; give the exit code."""
        try:
            self._head()
            yield from self._exchange()
        finally:
            self._socket.close()
        statistics, options = self._statistics, self._options
        timing = options.size >= _TIME_STAMP
        self._system.out(
            statistics.summary(
                self._name, self._last - self._first,
                timing=timing, pauses=not options.wait_for_reply,
            )
        )  # fmt: skip
        wanted = options.count or 0
        missed = options.deadline is not None and statistics.received < wanted
        return int(not statistics.received or missed)

    def _stop(self) -> None:
        self._interrupted = True
        self._interrupt.fire()

    def _head(self) -> None:
        options, system = self._options, self._system
        if options.broadcast and system.namespace.local.is_broadcast(self._destination):
            system.err("WARNING: pinging broadcast address\n")
        if options.verbose:
            system.err(
                "ping: sock4.fd: 3 (socktype: SOCK_DGRAM), sock6.fd: 4 (socktype: SOCK_DGRAM),"
                " hints.ai_family: AF_UNSPEC\n\n"
            )
            system.out(f"ai->ai_family: AF_INET, ai->ai_canonname: '{self._name}'\n")
        device = self._device.name if self._device else ""
        bound = f"from {self._origin()} {device}: " if options.bound or options.sticky else ""
        sizes = f"{options.size}({options.size + _HEADERS})"
        system.out(f"PING {self._name} ({self._destination}) {bound}{sizes} bytes of data.\n")

    def _origin(self) -> IPv4Address | None:
        """Give the address that requests come from, as getsockname(2) on a UDP socket tells."""
        namespace, destination = self._system.namespace, self._destination
        device = _way(namespace, destination)
        route = namespace.routes.lookup(destination)
        source = self._source or select_source(device, destination)
        if not self._source and route is not None and device is route.device:
            source = route.source or select_source(device, route.gateway or destination)
        return source

    def _exchange(self) -> Steps[None]:
        system, options, statistics = self._system, self._options, self._statistics
        loop, received = system.loop, self._socket.received
        end = None if options.deadline is None else loop.now + options.deadline
        next_send = loop.now
        while True:
            while received:
                yield from self._take(received.popleft())
            if self._refusal and not options.quiet:
                system.err(self._refusal)
            self._refusal = ""
            if self._is_over(end):
                return
            sending = end is not None or statistics.transmitted != options.count
            if sending and statistics.transmitted == _MOST_REQUESTS:
                system.err(f"ping: stopped by the emulation: more than {_MOST_REQUESTS} requests\n")
                return
            if sending and loop.now >= next_send:
                self._send()
                next_send = self._next_send()
                continue
            times = (next_send if sending else None, self._exit_at, end)
            due = [time for time in times if time is not None]
            until = min(due, default=None)
            yield from system.wait(until, self._socket.arrived, self._interrupt)

    def _is_over(self, end: float | None) -> bool:
        statistics, count, now = self._statistics, self._options.count, self._system.loop.now
        return (
            self._interrupted
            or (count is not None and statistics.received + statistics.errors >= count)
            or (end is not None and (now >= end or statistics.errors > 0))
            or (self._exit_at is not None and now >= self._exit_at)
        )

    def _next_send(self) -> float:
        """Choose when to send again, and after the last request when to give up."""
        options, statistics = self._options, self._statistics
        now = self._system.loop.now
        if options.count == statistics.transmitted and options.deadline is None:
            longest = 2 * statistics.longest / 1_000_000
            answered = max(longest, options.interval)
            self._exit_at = now + (answered if statistics.received else options.linger)
        if options.wait_for_reply:
            received = self._socket.received
            return received[0].time if received else now + _FLOOD_GAP_S
        return now + options.interval + self._system.random.uniform(*_LATE_S)

    def _send(self) -> None:
        system, options, statistics = self._system, self._options, self._statistics
        if options.outstanding and statistics.acknowledged < statistics.transmitted:
            self._print(f"no answer yet for icmp_seq={statistics.transmitted & 0xFFFF}\n")
        self._last = system.loop.now
        if not statistics.transmitted:
            self._first = self._last
        statistics.transmitted += 1
        sequence = statistics.transmitted & 0xFFFF
        self._sent_at[sequence] = self._last
        if options.flood and not options.quiet:
            system.out(".")
        try:
            self._send_echo(sequence)
        except MessageTooLong as error:
            statistics.errors += 1
            if not options.quiet:
                system.err(f"ping: local error: message too long, mtu={error.mtu}\n")
        except KernelError as error:
            # without an ICMP error this version says nothing
            self._refusal = f"ping: sendmsg: {error}\n" if self._socket.received else ""

    def _send_echo(self, sequence: int) -> None:
        options = self._options
        if options.size > _LARGEST_DATA:
            raise MessageTooLong(_way(self._system.namespace, self._destination).mtu)
        self._socket.send_echo(
            self._destination,
            identifier=self._identifier,
            sequence=sequence,
            size=options.size,
            ttl=options.ttl,
            source=self._source,
            dont_fragment=options.whole,
        )

    def _take(self, received: Received) -> Steps[None]:
        payload = received.packet.payload
        if isinstance(payload, IcmpEcho):
            yield from self._take_reply(received, payload)
        elif isinstance(payload, IcmpError):
            yield from self._take_error(received, payload)

    def _take_reply(self, received: Received, echo: IcmpEcho) -> Steps[None]:
        options, packet = self._options, received.packet
        sent, microseconds = self._sent_at.get(echo.sequence), None
        if sent is not None and options.size >= _TIME_STAMP:
            microseconds = max(0, round((received.time - sent) * 1_000_000))
        repeated = self._statistics.count(echo.sequence, microseconds)
        if options.flood and not options.quiet:
            self._system.out("\b \b")
        elif not options.quiet:
            who = yield from self._name_of(packet.source)
            text = f"{echo.size + 8} bytes from {who}: icmp_seq={echo.sequence} ttl={packet.ttl}"
            text += "" if microseconds is None else f" time={round_trip(microseconds)}"
            text += " (DUP!)" if repeated else ""
            if packet.source != self._destination and not options.broadcast:
                text += " (DIFFERENT ADDRESS!)"
            text += "\a" if options.bell else ""
            self._print(text + "\n", received.time)

    def _take_error(self, received: Received, error: IcmpError) -> Steps[None]:
        original = error.original.payload
        if not isinstance(original, IcmpEcho):
            return
        self._statistics.errors += 1
        self._statistics.acknowledge(original.sequence)
        if not self._options.quiet:
            who = yield from self._name_of(received.packet.source)
            text = f"From {who} icmp_seq={original.sequence} {error_text(error)}\n"
            self._print(text, received.time)

    def _print(self, text: str, time: float | None = None) -> None:
        if self._options.timestamps:
            text = f"[{self._system.loop.now if time is None else time:.6f}] {text}"
        self._system.out(text)

    def _name_of(self, address: IPv4Address) -> Steps[str]:
        """Name who answered; looked up once, and not at all after ``-n`` or Ctrl-C."""
        if self._interrupted:
            return str(address)
        key = int(address)
        if key not in self._names:
            name = None if self._options.numeric else (yield from name_of(self._system, address))
            self._names[key] = f"{name} ({address})" if name else str(address)
        return self._names[key]


def _bind(namespace: Namespace, options: PingOptions) -> tuple[IPv4Address | None, Device | None]:
    """Find what ``-I`` names: a source address or a device."""
    if options.bound is None:
        return None, None
    try:
        source = IPv4Address(options.bound)
    except ValueError:
        device = namespace.devices.get(options.bound)
        if device is None:
            text = f"ping: SO_BINDTODEVICE {options.bound}: No such device\n"
            raise PingFailure(text) from None
        return None, device
    if source not in namespace.local:
        raise PingFailure("ping: bind: Cannot assign requested address\n")
    return source, None


def _connect(namespace: Namespace, destination: IPv4Address, options: PingOptions) -> Device:
    """Ask the kernel for the way, as connect(2) on a UDP socket does."""
    if namespace.local.is_broadcast(destination) and not options.broadcast:
        raise PingFailure(
            "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall"
            " rules\n"
        )
    return _way(namespace, destination)


def _way(namespace: Namespace, destination: IPv4Address) -> Device:
    """Find the device that packets leave by."""
    way = namespace.ways.to(destination)
    if way is None:
        raise PingFailure(f"ping: connect: {NetworkUnreachable.text}\n")
    return way.device
