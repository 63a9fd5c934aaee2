"""What tcpdump saw: one `Sighting` per packet and interface (tcpdump(8)).

On the host one capture listens on all interfaces (``-i any``): it tells the interface and the
direction, but of a frame's MACs only the sender's. In a container each interface has a capture of
its own: it tells both MACs, and a frame leaves when its sender is the interface itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

BROADCAST = "ff:ff:ff:ff:ff:ff"
UNTOLD = IPv4Address(0)
"""Whom an ARP reply is for: tcpdump does not print it."""

FILTER = "icmp or arp or (udp and net 127.0.0.0/8)"
COMMAND = (
    "tcpdump -Z root -n -e -l -tt -v -s 512 -T domain --immediate-mode -i {interface} '{filter}'"
)
"""``-Z root``: a packed image has no user ``tcpdump``. ``-s``: whole frames of 256 KB would leave
room for eight of them. ``-T domain``: Docker's DNS server listens on a port of its own, to which
the container's firewall redirects what is sent to 127.0.0.11:53."""

_MAC = r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"
_HOST_LINE = re.compile(
    rf"(?P<time>\d+\.\d+) (?P<interface>\S+) +(?P<way>In|Out|B|M|P) +ifindex \d+"
    rf" (?P<source_mac>{_MAC}) ethertype"
)
_LINE = re.compile(
    rf"(?P<time>\d+\.\d+) (?P<source_mac>{_MAC}) > (?P<destination_mac>{_MAC}), ethertype"
)
_TTL = re.compile(r"\bttl (\d+),")
_A = r"(\d+\.\d+\.\d+\.\d+)"
_ARP_REQUEST = re.compile(rf"Request who-has {_A}(?: \(\S+\))? tell {_A},")
_ARP_REPLY = re.compile(rf"Reply {_A} is-at ({_MAC}),")
_ECHO = re.compile(rf"{_A} > {_A}: ICMP (echo request|echo reply), id (\d+), seq (\d+),")
_ICMP_ERROR = re.compile(rf"{_A} > {_A}: ICMP (?!echo )(.+?), length \d+$", re.MULTILINE)
_DNS_QUERY = re.compile(rf"{_A}\.\d+ > {_A}\.\d+: (\d+)\S* A\? (\S+)\. ")
_DNS_ANSWER = re.compile(
    rf"{_A}\.53 > {_A}\.\d+: (\d+)(?P<said>.*) \d+/\d+/\d+(?P<records>.*)\(\d+\)"
)
_ADDRESS_RECORD = re.compile(rf"\bA {_A}")


@dataclass(frozen=True)
class Packet:
    """A packet, wherever it is seen.

    Attributes
    ----------
    kind
        One of `walk.PACKETS`.
    key
        Tells it from others of its kind: what its sender numbered it with.
    source, destination
        Of an ARP packet: who asks and who is asked for, or who answers and who asked.
    words
        What it says: the name asked for, the addresses answered, the MAC, the error.
    """

    kind: str
    key: str
    source: IPv4Address
    destination: IPv4Address
    words: str = ""


@dataclass(frozen=True)
class Sighting:
    """A packet at an interface.

    Attributes
    ----------
    time
        Seconds since 1970, on the engine's clock.
    namespace
        ``"host"`` or a container.
    way
        ``"in"`` or ``"out"``, as the interface's namespace sees it.
    source_mac, destination_mac
        Of the frame; empty where the capture does not tell.
    ttl
        None for ARP.
    """

    time: float
    namespace: str
    interface: str
    way: str
    packet: Packet
    source_mac: str
    destination_mac: str
    ttl: int | None


def parse_host_capture(text: str, namespace: str) -> list[Sighting]:
    """Read a capture of all interfaces of a namespace.

    Parameters
    ----------
    text
        What `COMMAND` printed with ``-i any``.
    namespace
        Whose.
    """
    found = []
    for line in _entries(text):
        head, packet = _HOST_LINE.match(line), _packet(line)
        if head is not None and packet is not None:
            way = "out" if head["way"] == "Out" else "in"
            to = BROADCAST if head["way"] == "B" else ""
            place = float(head["time"]), namespace, head["interface"], way
            found.append(Sighting(*place, packet, head["source_mac"], to, _ttl(line)))
    return found


def parse_capture(text: str, namespace: str, interface: str, mac: str) -> list[Sighting]:
    """Read a capture of one interface.

    Parameters
    ----------
    text
        What `COMMAND` printed.
    namespace, interface
        Where.
    mac
        The interface's own.
    """
    found = []
    for line in _entries(text):
        head, packet = _LINE.match(line), _packet(line)
        if head is not None and packet is not None:
            leaves = head["source_mac"] == mac and interface != "lo"  # lo shows what comes in
            place = float(head["time"]), namespace, interface, "out" if leaves else "in"
            macs = head["source_mac"], head["destination_mac"]
            found.append(Sighting(*place, packet, *macs, _ttl(line)))
    return found


def with_destinations(sightings: list[Sighting]) -> list[Sighting]:
    """Tell a frame's receiver where only its sender is known: it was seen elsewhere as well.

    What looks alike may be several frames (an ARP reply names no receiver): the nearest in time
    is taken.
    """
    told: dict[tuple[Packet, str], list[Sighting]] = {}
    for sighting in sightings:
        if sighting.destination_mac:
            told.setdefault((sighting.packet, sighting.source_mac), []).append(sighting)

    def receiver(sighting: Sighting) -> str:
        alike = told.get((sighting.packet, sighting.source_mac), ())
        nearest = min(alike, key=lambda s: abs(s.time - sighting.time), default=None)
        return nearest.destination_mac if nearest else ""

    return [replace(s, destination_mac=s.destination_mac or receiver(s)) for s in sightings]


def _entries(text: str) -> Iterator[str]:
    """Join each packet's lines: with ``-v`` the IP header has a line of its own."""
    entry = ""
    for line in text.splitlines():
        if entry and not line[:1].isspace():
            yield entry
            entry = ""
        entry += line
    if entry:
        yield entry


def _ttl(line: str) -> int | None:
    found = _TTL.search(line)
    return int(found[1]) if found else None


def _packet(line: str) -> Packet | None:
    """Read what a frame carries; None for what no walk consists of."""
    if found := _ECHO.search(line):
        return _made(found[3], f"{found[4]}/{found[5]}", found[1], found[2])
    if found := _ARP_REQUEST.search(line):
        return _made("ARP request", "", found[2], found[1])
    if found := _ARP_REPLY.search(line):
        return _made("ARP reply", "", found[1], str(UNTOLD), found[2])
    if found := _DNS_QUERY.search(line):
        return _made("DNS query", found[3], found[1], found[2], found[4])
    if found := _DNS_ANSWER.search(line):
        addresses = _ADDRESS_RECORD.findall(found["records"])
        words = ", ".join(addresses) or found["said"].strip(" *-")
        return _made("DNS answer", found[3], found[1], found[2], words)
    if found := _ICMP_ERROR.search(line):
        return _made("ICMP error", found[3], found[1], found[2], found[3])
    return None


def _made(kind: str, key: str, source: str, destination: str, words: str = "") -> Packet:
    return Packet(kind, key, IPv4Address(source), IPv4Address(destination), words)
