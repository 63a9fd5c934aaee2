"""Which ports of the host are taken by published ports (moby, libnetwork/portallocator)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Final

EPHEMERAL: Final = (32768, 60999)
"""Where ports come from if none is asked for (sysctl ``ip_local_port_range``)."""

HostAddress = IPv4Address | IPv6Address


class PortTaken(Exception):
    """A port cannot be had.

    Parameters
    ----------
    text
        Why, as the engine says it.
    """


class PortAllocator:
    """Hands out ports of the host.

    Parameters
    ----------
    modern
        A port on one address is also taken if it is taken on all addresses, and the other way
        round. Before, only the userland proxy noticed that.
    """

    def __init__(self, *, modern: bool) -> None:
        self._modern = modern
        self._taken: dict[tuple[str, int], dict[HostAddress, None]] = {}
        self._last: dict[tuple[HostAddress, str, int, int], int] = {}

    def request(
        self, addresses: tuple[HostAddress, ...], protocol: str, first: int, last: int
    ) -> int:
        """Take a port on all of some addresses.

        Parameters
        ----------
        first, last
            What is acceptable; 0: any.

        Raises
        ------
        PortTaken
            It, or every one in the range, is taken.
        """
        if first and first == last:
            for address in addresses:
                culprit = self._culprit(address, protocol, first)
                if culprit is not None:
                    text = f"Bind for {culprit}:{first} failed: port is already allocated"
                    raise PortTaken(text)
            return self._take(addresses, protocol, first)
        start, end = (first, last) if first else EPHEMERAL
        memory = (addresses[0], protocol, start, end)
        before = self._last.get(memory, end)
        for offset in range(1, end - start + 2):
            port = start + (before - start + offset) % (end - start + 1)
            if all(self._culprit(address, protocol, port) is None for address in addresses):
                self._last[memory] = port
                return self._take(addresses, protocol, port)
        raise PortTaken("all ports are allocated")

    def release(self, address: HostAddress, protocol: str, port: int) -> None:
        """Give a port back."""
        holders = self._taken.get((protocol, port), {})
        holders.pop(address, None)
        if not holders:
            self._taken.pop((protocol, port), None)

    def overlapping(self, address: HostAddress, protocol: str, port: int) -> HostAddress | None:
        """Find another address on which the port is taken and that means this one too."""
        for other in self._taken.get((protocol, port), ()):
            same_family = other.version == address.version
            if other != address and same_family and (_everywhere(other) or _everywhere(address)):
                return other
        return None

    def _culprit(self, address: HostAddress, protocol: str, port: int) -> HostAddress | None:
        if address in self._taken.get((protocol, port), ()):
            return address
        return self.overlapping(address, protocol, port) if self._modern else None

    def _take(self, addresses: tuple[HostAddress, ...], protocol: str, port: int) -> int:
        self._taken.setdefault((protocol, port), {}).update(dict.fromkeys(addresses))
        return port


def _everywhere(address: HostAddress) -> bool:
    return int(address) == 0
