"""Write addresses as places in a network: ``an+2`` is the second address of network ``an``.

Which subnet an engine chooses depends on what it has chosen before; the place does not. Nor does it
depend on other people's containers: the addresses that these have are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

_ADDRESS = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(/\d+)?(?![\d.])")


class Places:
    """The subnets seen so far; those of removed networks too, since stale lines name them."""

    def __init__(self) -> None:
        self._names: dict[IPv4Network, str] = {}
        self._others: dict[str, list[IPv4Address]] = {}

    def note(self, name: str, subnets: Iterable[str], others: Iterable[str] = ()) -> None:
        """Remember a network's subnets, and the addresses that others have in it."""
        self._others[name] = [IPv4Address(other) for other in others]
        for subnet in subnets:
            network = IPv4Network(subnet, strict=False)
            self._names.pop(network, None)
            self._names[network] = name

    def write(self, text: str) -> str:
        """Replace the addresses in a text."""
        return _ADDRESS.sub(lambda found: self._place(found), text)

    def _place(self, found: re.Match[str]) -> str:
        try:
            address = IPv4Address(found[1])
        except ValueError:
            return found[0]
        for network, name in reversed(self._names.items()):
            if address in network:
                before = sum(other < address for other in self._others[name])
                number = int(address) - int(network[0]) - before
                return f"{name}+{number}{_length(found[2], network)}"
        return found[0]


def _length(length: str | None, network: IPv4Network) -> str:
    """An automatic subnet is a /16 or a /20: the length that belongs to it is not written out."""
    return "/own" if length == f"/{network.prefixlen}" else length or ""


def mac_kind(mac: str, address: str) -> str:
    """Tell a MAC address made of an IPv4 address (up to Engine 27) from another."""
    if not mac:
        return "none"
    if not address:
        return "some"
    made = "02:42:" + ":".join(f"{byte:02x}" for byte in IPv4Address(address).packed)
    return "of its address" if mac == made else "other"
