"""tcpdump(8) 4.99.3: prints the frames that cross the interfaces of a namespace."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import Final

from dockernet_lessons.embedded.fabric.capture import Capture
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.packets import ARP, ETHERNET_HEADER, Frame
from dockernet_lessons.embedded.loop import Signal, Steps
from dockernet_lessons.embedded.userland import signals
from dockernet_lessons.embedded.userland.capture_filter import (
    FilterError,
    Test,
    names_in,
    parse_filter,
)
from dockernet_lessons.embedded.userland.packet_lines import Wording, addresses_in, frame_text
from dockernet_lessons.embedded.userland.resolve import Failure, addresses_of, name_of
from dockernet_lessons.embedded.userland.system import System
from dockernet_lessons.embedded.userland.tcpdump_options import (
    HELP,
    VERSION,
    DumpFailure,
    DumpOptions,
    read_options,
)

_COOKED_HEADER: Final = 20
_ETHERTYPES: Final = {ARP: ("ARP", "0x0806")}
_IPV4: Final = ("IPv4", "0x0800")


@dataclass(frozen=True)
class _Seen:
    """A frame, and where and when it was seen."""

    time: float
    device: Device
    direction: str
    frame: Frame


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``tcpdump``."""
    try:
        options = read_options(argv[1:])
        if options.show:
            return _show(system, options.show)
        device = _open(system, options)
        if device is None:
            system.err("tcpdump: data link type LINUX_SLL2\n")
        test = yield from _filter(system, options.expression)
        _check_user(system, options.user)
    except DumpFailure as failure:
        system.err(failure.text)
        return 1
    _announce(system, options, device)
    return (yield from _Dump(system, options, device, test).steps())


def _show(system: System, what: str) -> int:
    if what == "D":
        for line in _device_lines(system):
            system.out(line + "\n")
    elif what == "V":
        system.out(VERSION)
    else:
        system.out(VERSION + HELP)
    return 0


def _devices(system: System) -> list[Device]:
    """Give the devices as ``-D`` numbers them: by number, the loopback last."""
    devices = sorted(system.namespace.devices.values(), key=lambda device: device.ifindex)
    return sorted(devices, key=lambda device: (not device.up, device.kind == "loopback"))


def _device_lines(system: System) -> list[str]:
    any_device = "any (Pseudo-device that captures on all interfaces) [Up, Running]"
    lines, loopback = [], []
    for device in _devices(system):
        if device.kind == "loopback":
            loopback.append(f"{device.name} [{'Up, Running, ' if device.up else ''}Loopback]")
        else:
            state = "Connected" if device.carrier else "Disconnected"
            lines.append(f"{device.name} [{'Up, Running, ' if device.up else ''}{state}]")
    named = [*lines, any_device, *loopback]
    return [f"{number}.{line}" for number, line in enumerate(named, 1)]


def _open(system: System, options: DumpOptions) -> Device | None:
    """Find the device to listen on; None is all of them.

    Raises
    ------
    DumpFailure
        There is none of that name, or ``CAP_NET_RAW`` is missing.
    """
    name = options.device or _devices(system)[0].name
    if name.isdecimal() and name not in system.namespace.devices:
        lines = _device_lines(system)
        if not 0 < int(name) <= len(lines):
            raise DumpFailure("Invalid adapter index")
        name = lines[int(name) - 1].partition(".")[2].split()[0]
    if name != "any" and name not in system.namespace.devices:
        raise DumpFailure(f"{name}: No such device exists\n(No such device exists)")
    if "NET_RAW" not in system.capabilities:
        text = f"{name}: You don't have permission to perform this capture on that device"
        raise DumpFailure(f"{text}\n(socket: Operation not permitted)")
    if name == "any":
        return None
    device = system.namespace.devices[name]
    if not device.up:
        raise DumpFailure(f"{name}: That device is not up")
    return device


def _filter(system: System, expression: str) -> Steps[Test]:
    names: dict[str, IPv4Address] = {}
    for name in names_in(expression):
        found = yield from addresses_of(system, name)
        if not isinstance(found, Failure) and found.addresses:
            names[name] = found.addresses[0]
    try:
        return parse_filter(expression, names)
    except FilterError as error:
        raise DumpFailure(str(error)) from None


def _check_user(system: System, user: str) -> None:
    """Check the user that tcpdump becomes once the device is open (``-Z``)."""
    lines = system.files.text("/etc/passwd").splitlines()
    if user not in [line.split(":")[0] for line in lines]:
        raise DumpFailure(f"Couldn't find user '{user}'")


def _announce(system: System, options: DumpOptions, device: Device | None) -> None:
    """Print the first lines."""
    if options.verbose:
        system.err("tcpdump: ")
    else:
        more = "use -v[v]... for full protocol decode"
        system.err(f"tcpdump: verbose output suppressed, {more}\n")
    kind = "LINUX_SLL2 (Linux cooked v2)" if device is None else "EN10MB (Ethernet)"
    name = "any" if device is None else device.name
    length = "snapshot length 262144 bytes"
    system.err(f"listening on {name}, link-type {kind}, {length}\n")


class _Dump:
    """A capture under way."""

    def __init__(
        self, system: System, options: DumpOptions, device: Device | None, test: Test
    ) -> None:
        self._system = system
        self._options = options
        self._device = device
        self._test = test
        self._seen: deque[_Seen] = deque()
        self._arrived = Signal()
        self._interrupted = False
        self._printed = self._received = 0
        self._before: float | None = None
        self._names: dict[IPv4Address, str] = {}
        names = None if options.numeric else self._names
        self._wording = Wording(
            bool(options.verbose), options.quiet, options.link, names, options.names_everywhere
        )
        for number in (signals.SIGINT, signals.SIGTERM, signals.SIGHUP):
            system.on_signal(number, self._stop)

    def steps(self) -> Steps[int]:
        """Print until there were enough, or until a signal; give the exit code."""
        capture = Capture(self._system.namespace, self._device, self._see)
        try:
            while self._printed != self._options.count:
                if self._seen:
                    yield from self._print(self._seen.popleft())
                elif self._interrupted:
                    break
                else:
                    yield from self._system.wait(None, self._arrived)
        finally:
            capture.close()
        if self._printed != self._options.count:
            self._system.out("\n")
        self._summarise()
        return 0

    def _stop(self) -> None:
        self._interrupted = True
        self._arrived.fire()

    def _see(self, time: float, device: Device, direction: str, frame: Frame) -> None:
        wanted = self._options.direction
        if wanted and (direction == "Out") is not (wanted == "out"):
            return
        if self._test(frame):
            self._received += 1
            if device.kind == "loopback" and direction == "Out":
                return  # libpcap leaves it out: it will see the same packet come in
            self._seen.append(_Seen(time, device, direction, frame))
            self._arrived.fire()

    def _print(self, seen: _Seen) -> Steps[None]:
        if not (self._options.numeric or self._interrupted):
            for address in addresses_in(seen.frame):
                if address not in self._names:
                    name = yield from name_of(self._system, address)
                    self._names[address] = name or str(address)
        self._printed += 1
        text = frame_text(seen.frame, self._wording)
        self._system.out(f"{self._time(seen.time)}{self._place(seen)}{text}\n")

    def _time(self, time: float) -> str:
        kind = self._options.time_style
        if kind == 1:
            return ""
        if kind == 2:
            return f"{time:.6f} "
        if kind in (3, 5):
            before = time if self._before is None else self._before
            if kind == 3 or self._before is None:
                self._before = time
            gap = max(0.0, time - before)
            return datetime.fromtimestamp(gap, UTC).strftime(" %H:%M:%S.%f ")
        moment = datetime.fromtimestamp(time, UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f " if kind == 4 else "%H:%M:%S.%f ")

    def _place(self, seen: _Seen) -> str:
        """Word the interface, with ``-i any``, and the link-level header, with ``-e``."""
        frame, cooked = seen.frame, self._device is None
        text = f"{seen.device.name:<5} {seen.direction:<3} " if cooked else ""
        if not self._options.link:
            return text
        name, number = _ETHERTYPES.get(frame.ethertype, _IPV4)
        if cooked:
            length = frame.length - ETHERNET_HEADER + _COOKED_HEADER
            text += f"ifindex {seen.device.ifindex} {frame.src} "
            if self._options.quiet:
                return text
            return f"{text}ethertype {name} ({number}), length {length}: "
        kind = name if self._options.quiet else f"ethertype {name} ({number})"
        return f"{frame.src} > {frame.dst}, {kind}, length {frame.length}: "

    def _summarise(self) -> None:
        for count, what in (
            (self._printed, "captured"),
            (self._received, "received by filter"),
            (0, "dropped by kernel"),
        ):
            self._system.err(f"{count} packet{'' if count == 1 else 's'} {what}\n")
