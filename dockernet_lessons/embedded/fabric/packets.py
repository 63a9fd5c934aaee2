"""Frames and packets: what crosses the devices.

All are immutable: a hop that changes one (a router the ttl, NAT an address) makes a new one. The
data carried is counted, not stored; ``length`` is always the bytes on the wire from that header on.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final, NamedTuple

ARP: Final = 0x0806
IPV4: Final = 0x0800
BROADCAST_MAC: Final = "ff:ff:ff:ff:ff:ff"
ZERO_MAC: Final = "00:00:00:00:00:00"

ARP_REQUEST: Final = 1
ARP_REPLY: Final = 2

DESTINATION_UNREACHABLE: Final = 3
TIME_EXCEEDED: Final = 11
NET_UNREACHABLE: Final = 0
HOST_UNREACHABLE: Final = 1
PROTOCOL_UNREACHABLE: Final = 2
PORT_UNREACHABLE: Final = 3
FRAGMENTATION_NEEDED: Final = 4
NET_PROHIBITED: Final = 9
HOST_PROHIBITED: Final = 10
ADMIN_PROHIBITED: Final = 13

ETHERNET_HEADER: Final = 14
IPV4_HEADER: Final = 20
ICMP_HEADER: Final = 8
UDP_HEADER: Final = 8
QUOTED_AT_MOST: Final = 576
"""An ICMP error is at most this long, IP header included (RFC 1812, 4.3.2.3)."""


class IcmpEcho(NamedTuple):
    """An ICMP echo request or reply (RFC 792).

    Attributes
    ----------
    request
        False: a reply.
    identifier, sequence
        As the sender chose them; a reply repeats them.
    size
        Bytes of data after the header, as ``ping -s`` counts.
    """

    request: bool
    identifier: int
    sequence: int
    size: int = 56

    @property
    def length(self) -> int:
        """Bytes on the wire."""
        return ICMP_HEADER + self.size


class UdpDatagram(NamedTuple):
    """A UDP datagram (RFC 768).

    Attributes
    ----------
    source_port, destination_port
        16 bits each.
    payload
        Bytes, or a message object such as `dns.DnsQuery`.
    size
        Bytes of the payload on the wire.
    """

    source_port: int
    destination_port: int
    payload: object
    size: int

    @property
    def length(self) -> int:
        """Bytes on the wire."""
        return UDP_HEADER + self.size


class IcmpError(NamedTuple):
    """An ICMP error message (RFC 792, RFC 1191).

    Attributes
    ----------
    type, code
        3 and the kind of unreachable, or 11 (time exceeded) and 0.
    original
        The packet it is about; on the wire, as much of it as fits into 576 bytes.
    mtu
        The next hop's, bytes, with code 4 (fragmentation needed); else None.
    """

    type: int
    code: int
    original: Ipv4Packet
    mtu: int | None = None

    @property
    def length(self) -> int:
        """Bytes on the wire."""
        return min(ICMP_HEADER + self.original.length, QUOTED_AT_MOST - IPV4_HEADER)


class Ipv4Packet(NamedTuple):
    """An IPv4 packet (RFC 791).

    Attributes
    ----------
    source, destination
        Addresses.
    ttl
        Routers it may still cross.
    protocol
        ``icmp`` or ``udp``.
    payload
        The message in it.
    identification
        The header's 16-bit number.
    dont_fragment
        The header's DF bit.
    serial
        Not on the wire: tells packets of one fabric apart; kept by routers and NAT.
    """

    source: IPv4Address
    destination: IPv4Address
    ttl: int
    protocol: str
    payload: IcmpEcho | IcmpError | UdpDatagram
    identification: int = 0
    dont_fragment: bool = False
    serial: int = 0

    @property
    def length(self) -> int:
        """Bytes on the wire."""
        return IPV4_HEADER + self.payload.length


class Arp(NamedTuple):
    """An ARP request or reply (RFC 826).

    Attributes
    ----------
    operation
        `ARP_REQUEST` or `ARP_REPLY`.
    sender_mac, sender
        Who sends it.
    target_mac, target
        Whom it is about; the MAC is all zeros in a request.
    """

    operation: int
    sender_mac: str
    sender: IPv4Address
    target_mac: str
    target: IPv4Address

    @property
    def length(self) -> int:
        """Bytes on the wire (not padded: no hardware in between)."""
        return 28


class Frame:
    """An Ethernet frame.

    Attributes
    ----------
    src, dst
        MAC addresses, lower case.
    ethertype
        `ARP` or `IPV4`.
    payload
        What it carries.
    length
        Bytes on the wire, header included, checksum not (as the kernel counts).
    """

    __slots__ = ("dst", "ethertype", "length", "payload", "src")

    def __init__(self, src: str, dst: str, ethertype: int, payload: Arp | Ipv4Packet) -> None:
        self.src = src
        self.dst = dst
        self.ethertype = ethertype
        self.payload = payload
        self.length = ETHERNET_HEADER + payload.length
