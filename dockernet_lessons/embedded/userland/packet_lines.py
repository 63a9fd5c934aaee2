"""Frames as tcpdump 4.99.3 words them, without the time and the interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from dockernet_lessons.embedded.fabric.dns import DnsQuery, DnsReply
from dockernet_lessons.embedded.fabric.packets import (
    ARP_REQUEST,
    ZERO_MAC,
    Arp,
    Frame,
    IcmpEcho,
    IcmpError,
    Ipv4Packet,
    UdpDatagram,
)

_DNS_PORT: Final = 53
_CODES: Final = {"NXDOMAIN": " NXDomain", "SERVFAIL": " ServFail", "REFUSED": " Refused"}
_SERVICES: Final = {22: "ssh", 53: "domain", 80: "http", 443: "https"}
_PROTOCOLS: Final = {"icmp": ("ICMP", 1), "udp": ("UDP", 17)}
_UNREACHABLE: Final = {
    0: "net {} unreachable",
    1: "host {} unreachable",
    9: "net {} unreachable - admin prohibited",
    10: "host {} unreachable - admin prohibited",
    13: "host {} unreachable - admin prohibited filter",
}
_ERRORS_SERVICE: Final = 0xC0
"""Type of service of the kernel's ICMP errors: internetwork control (RFC 1812, 4.3.2.5)."""


@dataclass(frozen=True)
class Wording:
    """How to word.

    Attributes
    ----------
    verbose
        Whether IP headers are shown (``-v``).
    quiet
        Whether less is decoded (``-q``).
    link
        Whether the link-level header was printed (``-e``): it names the protocol then.
    names
        Names of addresses; None after ``-n``: ports have no names either then.
    dns
        Whether a datagram on any port is read as DNS (``-T domain``).
    """

    verbose: bool = False
    quiet: bool = False
    link: bool = False
    names: Mapping[IPv4Address, str] | None = None
    dns: bool = False

    def host(self, address: IPv4Address) -> str:
        """Name an address."""
        return str(address) if self.names is None else self.names.get(address, str(address))

    def port(self, number: int) -> str:
        """Name a port."""
        return str(number) if self.names is None else _SERVICES.get(number, str(number))


def addresses_in(frame: Frame) -> tuple[IPv4Address, ...]:
    """Give the addresses that `frame_text` words."""
    payload = frame.payload
    if isinstance(payload, Arp):
        return payload.target, payload.sender
    error = payload.payload
    quoted = (error.original.destination,) if isinstance(error, IcmpError) else ()
    return payload.source, payload.destination, *quoted


def frame_text(frame: Frame, wording: Wording) -> str:
    """Word what a frame carries."""
    payload = frame.payload
    if isinstance(payload, Arp):
        return ("" if wording.link else "ARP, ") + _arp_text(payload, wording)
    return ("" if wording.link else "IP ") + _packet_text(payload, wording)


def _arp_text(arp: Arp, wording: Wording) -> str:
    head = "Ethernet (len 6), IPv4 (len 4), " if wording.verbose else ""
    if arp.operation == ARP_REQUEST:
        known = f" ({arp.target_mac})" if arp.target_mac != ZERO_MAC else ""
        who, teller = wording.host(arp.target), wording.host(arp.sender)
        what = f"Request who-has {who}{known} tell {teller}"
    else:
        what = f"Reply {wording.host(arp.sender)} is-at {arp.sender_mac}"
    return f"{head}{what}, length {arp.length}"


def _packet_text(packet: Ipv4Packet, wording: Wording) -> str:
    payload = packet.payload
    source, destination = wording.host(packet.source), wording.host(packet.destination)
    if isinstance(payload, UdpDatagram):
        source += f".{wording.port(payload.source_port)}"
        destination += f".{wording.port(payload.destination_port)}"
        text = f"{source} > {destination}: {_udp_text(payload, wording)}"
    elif isinstance(payload, IcmpEcho):
        text = f"{source} > {destination}: {_echo_text(payload)}"
    else:
        text = f"{source} > {destination}: {_error_line(payload, wording)}"
    return f"{_header_text(packet)}\n    {text}" if wording.verbose else text


def _header_text(packet: Ipv4Packet) -> str:
    name, number = _PROTOCOLS[packet.protocol]
    service = _ERRORS_SERVICE if isinstance(packet.payload, IcmpError) else 0
    flags = "DF" if packet.dont_fragment else "none"
    return (
        f"(tos 0x{service:x}, ttl {packet.ttl}, id {packet.identification}, offset 0,"
        f" flags [{flags}], proto {name} ({number}), length {packet.length})"
    )


def _echo_text(echo: IcmpEcho) -> str:
    kind = "request" if echo.request else "reply"
    return f"ICMP echo {kind}, id {echo.identifier}, seq {echo.sequence}, length {echo.length}"


def _error_line(error: IcmpError, wording: Wording) -> str:
    text = f"ICMP {_error_text(error, wording)}, length {error.length}"
    if wording.verbose:
        name = "" if wording.link else "IP "
        text += f"\n\t{name}{_packet_text(error.original, wording)}"
    return text


def _error_text(error: IcmpError, wording: Wording) -> str:
    if error.type == 11:
        return "time exceeded in-transit"
    original, whom = error.original, wording.host(error.original.destination)
    if error.code == 2:
        return f"{whom} protocol {_PROTOCOLS[original.protocol][1]} unreachable"
    if error.code == 3:
        return f"{whom} {_port_text(original.payload, wording)} unreachable"
    if error.code == 4:
        return f"{whom} unreachable - need to frag (mtu {error.mtu})"
    return _UNREACHABLE.get(error.code, "{} unreachable").format(whom)


def _port_text(payload: IcmpEcho | IcmpError | UdpDatagram, wording: Wording) -> str:
    """Name the port that nobody listens at; an echo has none: tcpdump shows its checksum then."""
    if isinstance(payload, UdpDatagram):
        return f"udp port {wording.port(payload.destination_port)}"
    numbers = payload.identifier + payload.sequence if isinstance(payload, IcmpEcho) else 0
    return f"protocol 1 port {0xF7FF - numbers & 0xFFFF}"


def _udp_text(datagram: UdpDatagram, wording: Wording) -> str:
    payload = datagram.payload
    is_dns = wording.dns or _DNS_PORT in (datagram.source_port, datagram.destination_port)
    if is_dns and not wording.quiet:
        if isinstance(payload, DnsQuery):
            plus = "+" if payload.recursion_desired else ""
            text = f"{payload.identifier}{plus} {payload.type}? {payload.name}."
            return f"{text} ({datagram.size})"
        if isinstance(payload, DnsReply):
            return f"{_reply_text(payload, wording)} ({datagram.size})"
    return f"UDP, length {datagram.size}"


def _reply_text(reply: DnsReply, wording: Wording) -> str:
    answers = []
    for record in reply.answers:
        owner = f"{record.name}. " if wording.verbose else ""
        dot = "." if isinstance(record.data, str) else ""
        answers.append(f"{owner}{record.type} {record.data}{dot}")
    listed = f" {', '.join(answers)}" if answers else ""
    head = f"{reply.query.identifier}{_CODES.get(reply.code, '')}"
    return f"{head}{'*' if reply.authoritative else ''} {len(answers)}/0/0{listed}"
