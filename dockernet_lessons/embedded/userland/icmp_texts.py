"""ICMP errors as iputils' ping words them (RFC 792, RFC 1812 section 5.2.7)."""

from __future__ import annotations

from typing import Final

from dockernet_lessons.embedded.fabric.packets import IcmpError

_TEXTS: Final = {
    (3, 0): "Destination Net Unreachable",
    (3, 1): "Destination Host Unreachable",
    (3, 2): "Destination Protocol Unreachable",
    (3, 3): "Destination Port Unreachable",
    (3, 9): "Destination Net Prohibited",
    (3, 10): "Destination Host Prohibited",
    (3, 13): "Packet filtered",
    (11, 0): "Time to live exceeded",
}


def error_text(error: IcmpError) -> str:
    """Word an ICMP error."""
    if (error.type, error.code) == (3, 4):
        return f"Frag needed and DF set (mtu = {error.mtu or 0})"
    if error.type == 3:
        return _TEXTS.get((3, error.code), f"Dest Unreachable, Bad Code: {error.code}")
    return _TEXTS.get((error.type, error.code), f"Bad ICMP type: {error.type}")
