"""MAC addresses as text."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address, IPv6Interface


def random_mac(source: random.Random) -> str:
    """Draw a locally administered unicast MAC, as the kernel does for a veth.

    Parameters
    ----------
    source
        Where the digits come from.
    """
    octets = source.getrandbits(48).to_bytes(6, "big")
    return _text(bytes([octets[0] & 0xFE | 0x02]) + octets[1:])


def is_group(mac: str) -> bool:
    """Tell whether a frame to this MAC is for many: the lowest bit of the first byte."""
    return mac[1] in "13579bdf"


def link_local(mac: str) -> IPv6Interface:
    """Give the IPv6 link-local address that the kernel derives from a MAC (RFC 4291, app. A)."""
    octets = bytes.fromhex(mac.replace(":", ""))
    identifier = bytes([octets[0] ^ 0x02]) + octets[1:3] + b"\xff\xfe" + octets[3:]
    return IPv6Interface((b"\xfe\x80" + bytes(6) + identifier, 64))


def multicast_mac(group: IPv4Address | IPv6Address) -> str:
    """Give the MAC that a multicast group is sent to (RFC 1112, 6.4; RFC 2464, 7)."""
    if isinstance(group, IPv4Address):
        low = int(group) & 0x7FFFFF
        return _text(b"\x01\x00\x5e" + low.to_bytes(3, "big"))
    return _text(b"\x33\x33" + group.packed[12:])


def solicited_node(address: IPv6Address) -> IPv6Address:
    """Give the group in which an IPv6 neighbor is looked for (RFC 4291, 2.7.1)."""
    return IPv6Address(int(IPv6Address("ff02::1:ff00:0")) | int(address) & 0xFFFFFF)


def _text(octets: bytes) -> str:
    return octets.hex(":")
