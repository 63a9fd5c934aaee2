"""IPAM: which subnets networks have (address space), which addresses are taken in each (pool).

The default IPAM driver of Docker (moby, libnetwork/ipams/defaultipam): an address space hands out
subnets that do not overlap, a pool the lowest free address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from dockernet_lessons.embedded.errors import DockerError

PREDEFINED = (
    *(IPv4Network((f"172.{second}.0.0", 16)) for second in range(17, 32)),
    *IPv4Network("192.168.0.0/16").subnets(new_prefix=20),
)
"""The subnets that are handed out to networks that name none (``default-address-pools``)."""

NO_ADDRESS = "No available addresses on this pool"
TAKEN = "Address already in use"
OUT_OF_RANGE = "Requested address is out of range"
OVERLAP = "Pool overlaps with other one on this address space"


class AddressPool:
    """The addresses of one subnet.

    Parameters
    ----------
    subnet
        Network address and broadcast address are never given out; a /31 or /32 has neither on
        modern engines.
    ip_range
        Addresses are picked in here, if not asked for.
    point_to_point
        Whether a /31 or /32 can be used.
    """

    def __init__(
        self,
        subnet: IPv4Network,
        ip_range: IPv4Network | None = None,
        *,
        point_to_point: bool = False,
    ) -> None:
        self.subnet = subnet
        self._taken: set[int] = set()
        first, last = int(subnet.network_address), int(subnet.broadcast_address)
        if subnet.prefixlen < 31 or not point_to_point:
            self._taken |= {first, last}
        if ip_range is not None and ip_range.prefixlen >= subnet.prefixlen:
            first, last = int(ip_range.network_address), int(ip_range.broadcast_address)
        self._first, self._last = first, last
        self._next = first

    def request(self, address: IPv4Address | None = None) -> IPv4Address:
        """Take an address.

        Parameters
        ----------
        address
            The wanted one; None: the lowest free one.

        Raises
        ------
        DockerError
            It is taken (403), outside of the subnet (500), or nothing is free (500).
        """
        if address is None:
            return self._lowest()
        if address not in self.subnet:
            raise DockerError(500, OUT_OF_RANGE)
        if int(address) in self._taken:
            raise DockerError(403, TAKEN)
        self._taken.add(int(address))
        return address

    def release(self, address: IPv4Address) -> None:
        """Give an address back."""
        number = int(address)
        self._taken.discard(number)
        if self._first <= number < self._next:
            self._next = number

    def _lowest(self) -> IPv4Address:
        number = self._next
        while number in self._taken:
            number += 1
        if number > self._last:
            self._next = number
            raise DockerError(500, NO_ADDRESS)
        self._taken.add(number)
        self._next = number + 1
        return IPv4Address(number)


class AddressSpace:
    """The subnets of all networks.

    Parameters
    ----------
    modern
        Automatic subnets are the lowest free ones. Before Engine 27 they followed the last one
        given, and began again at the end of the list.
    """

    def __init__(self, *, modern: bool) -> None:
        self._modern = modern
        self._subnets: set[IPv4Network] = set()
        self._position = 0

    def request(self, subnet: IPv4Network) -> None:
        """Take a subnet.

        Raises
        ------
        DockerError
            It overlaps with another network's (403).
        """
        if any(subnet.overlaps(other) for other in self._subnets):
            raise DockerError(403, f"invalid pool request: {OVERLAP}" if self._modern else OVERLAP)
        self._subnets.add(subnet)

    def request_predefined(self, reserved: Iterable[IPv4Network]) -> IPv4Network:
        """Take the next automatic subnet.

        Parameters
        ----------
        reserved
            Destinations of the host's routes, to keep clear of; a default route does not count.

        Raises
        ------
        DockerError
            All overlap with something (400; 404 on classic engines).
        """
        avoided = [*self._subnets, *(route for route in reserved if route.prefixlen)]
        for position in self._candidates():
            subnet = PREDEFINED[position]
            if not any(subnet.overlaps(other) for other in avoided):
                self._position = (position + 1) % len(PREDEFINED)
                self._subnets.add(subnet)
                return subnet
        raise self._exhausted()

    def continue_after(self, subnet: IPv4Network) -> None:
        """Go on after this subnet with the automatic ones, if it is one of them."""
        if subnet in PREDEFINED:
            self._position = (PREDEFINED.index(subnet) + 1) % len(PREDEFINED)

    def release(self, subnet: IPv4Network) -> None:
        """Give a subnet back."""
        self._subnets.discard(subnet)

    def _candidates(self) -> Iterator[int]:
        start = 0 if self._modern else self._position
        count = len(PREDEFINED)
        return ((start + offset) % count for offset in range(count))

    def _exhausted(self) -> DockerError:
        if self._modern:
            return DockerError(400, "all predefined address pools have been fully subnetted")
        return DockerError(
            404,
            "could not find an available, non-overlapping IPv4 address pool among the defaults "
            "to assign to the network",
        )
