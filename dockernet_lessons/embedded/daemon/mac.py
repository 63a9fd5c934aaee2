"""MAC addresses as users write them."""

from __future__ import annotations

import re

_MAC = re.compile(r"([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")


def is_mac(text: str) -> bool:
    """Tell whether a text is a MAC address (Go's net.ParseMAC, 48 bits)."""
    return _MAC.fullmatch(text) is not None
