"""Frames as tcpdump 4.99.3 words them, without the time and the interface."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

from dockernet_lessons.embedded.fabric.dns import DnsQuery, DnsReply
from dockernet_lessons.embedded.fabric.packets import (
    ARP_REQUEST,
    ZERO_MAC,
    Arp,
    IcmpEcho,
    IcmpError,
    Ipv4Packet,
    UdpDatagram,
)

_DNS_PORT: Final = 53
_CODES: Final = {"NXDOMAIN": " NXDomain", "SERVFAIL": " ServFail", "REFUSED": " Refused"}
_PROTOCOLS: Final = {"icmp": ("ICMP", 1), "udp": ("UDP", 17)}
_UNREACHABLE: Final = {
    0: "net {} unreachable",
    1: "host {} unreachable",
    9: "net {} unreachable - admin prohibited",
    10: "host {} unreachable - admin prohibited",
    13: "host {} unreachable - admin prohibited filter",
}
_FIRST_TTL_OF_ROUTERS: Final = 0xC0
"""Type of service of the kernel's ICMP errors: internetwork control (RFC 1812, 4.3.2.5)."""


def arp_text(arp: Arp, *, verbose: bool) -> str:
    """Word an ARP packet, after ``ARP, ``."""
    head = "Ethernet (len 6), IPv4 (len 4), " if verbose else ""
    if arp.operation == ARP_REQUEST:
        known = f" ({arp.target_mac})" if arp.target_mac != ZERO_MAC else ""
        what = f"Request who-has {arp.target}{known} tell {arp.sender}"
    else:
        what = f"Reply {arp.sender} is-at {arp.sender_mac}"
    return f"{head}{what}, length {arp.length}"


def packet_text(packet: Ipv4Packet, *, verbose: int, quiet: bool) -> str:
    """Word an IPv4 packet, after ``IP ``."""
    payload = packet.payload
    if isinstance(payload, UdpDatagram):
        ends = f"{packet.source}.{payload.source_port} > {packet.destination}"
        text = f"{ends}.{payload.destination_port}: {_udp_text(payload, verbose, quiet)}"
    else:
        text = f"{packet.source} > {packet.destination}: {_icmp_text(packet, verbose)}"
    return f"{header_text(packet)}\n    {text}" if verbose else text


def header_text(packet: Ipv4Packet) -> str:
    """Word the IP header as ``-v`` shows it."""
    name, number = _PROTOCOLS[packet.protocol]
    service = _FIRST_TTL_OF_ROUTERS if isinstance(packet.payload, IcmpError) else 0
    flags = "DF" if packet.dont_fragment else "none"
    return (
        f"(tos 0x{service:x}, ttl {packet.ttl}, id {packet.identification}, offset 0,"
        f" flags [{flags}], proto {name} ({number}), length {packet.length})"
    )


def _icmp_text(packet: Ipv4Packet, verbose: int) -> str:
    payload = packet.payload
    if isinstance(payload, IcmpEcho):
        kind = "request" if payload.request else "reply"
        numbers = f"id {payload.identifier}, seq {payload.sequence}"
        return f"ICMP echo {kind}, {numbers}, length {payload.length}"
    assert isinstance(payload, IcmpError)
    text = f"ICMP {_error_text(payload)}, length {payload.length}"
    if verbose:
        original = packet_text(payload.original, verbose=verbose, quiet=False)
        text += f"\n\tIP {original}"
    return text


def _error_text(error: IcmpError) -> str:
    original = error.original
    if error.type == 11:
        return "time exceeded in-transit"
    if error.code == 3:
        return _port_text(original)
    if error.code == 4:
        return f"{original.destination} unreachable - need to frag (mtu {error.mtu})"
    if error.code == 2:
        number = _PROTOCOLS[original.protocol][1]
        return f"{original.destination} protocol {number} port unreachable"
    text = _UNREACHABLE.get(error.code, "{} unreachable - #" + str(error.code))
    return text.format(original.destination)


def _port_text(original: Ipv4Packet) -> str:
    payload = original.payload
    if isinstance(payload, UdpDatagram):
        return f"{original.destination} udp port {payload.destination_port} unreachable"
    return f"{original.destination} protocol 1 port unreachable"


def _udp_text(datagram: UdpDatagram, verbose: int, quiet: bool) -> str:
    payload = datagram.payload
    if not quiet and _DNS_PORT in (datagram.source_port, datagram.destination_port):
        if isinstance(payload, DnsQuery):
            question = f"{payload.kind}? {payload.name}."
            return f"{payload.identifier}+ {question} ({datagram.size})"
        if isinstance(payload, DnsReply):
            return f"{_reply_text(payload, verbose)} ({datagram.size})"
    return f"UDP, length {datagram.size}"


def _reply_text(reply: DnsReply, verbose: int) -> str:
    answers = []
    for record in reply.answers:
        named = f"{record.name}. " if verbose else ""
        dot = "" if isinstance(record.data, IPv4Address) else "."
        answers.append(f"{named}{record.kind} {record.data}{dot}")
    code = _CODES.get(reply.code, "")
    listed = f" {', '.join(answers)}" if answers else ""
    return f"{reply.identifier}{code} {len(answers)}/0/0{listed}"
