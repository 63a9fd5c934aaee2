"""A network's share of the address space: its subnet, its gateway, its reserved addresses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from dockernet_lessons.embedded.cnm import network_rules
from dockernet_lessons.embedded.cnm.ipam import NO_ADDRESS, OUT_OF_RANGE, AddressPool, AddressSpace
from dockernet_lessons.embedded.cnm.network import Network
from dockernet_lessons.embedded.cnm.network_request import NetworkRequest, Pool
from dockernet_lessons.embedded.errors import DockerError


class Allocator:
    """Gives networks their addresses and takes them back.

    Parameters
    ----------
    modern
        The engine's generation.
    """

    def __init__(self, *, modern: bool) -> None:
        self._modern = modern
        self.space = AddressSpace(modern=modern)

    def allocate(
        self, network: Network, request: NetworkRequest, reserved: list[IPv4Network]
    ) -> IPv4Interface:
        """Give a network its pool.

        Parameters
        ----------
        reserved
            Subnets of the host, which automatic ones keep clear of.

        Returns
        -------
        IPv4Interface
            The gateway's address and the subnet.

        Raises
        ------
        DockerError
            What was asked for cannot be had; then nothing is taken.
        """
        if not request.pools:
            return self._automatic(network, reserved)
        taken: list[IPv4Network] = []
        try:
            gateways = [self._explicit(network, request, pool, taken) for pool in request.pools]
            if len(gateways) > 1:
                raise DockerError(403, "bridge driver doesn't support multiple subnets")
        except DockerError:
            for subnet in taken:
                self.space.release(subnet)
            raise
        return gateways[0]

    def _automatic(self, network: Network, reserved: list[IPv4Network]) -> IPv4Interface:
        subnet = self.space.request_predefined(reserved)
        network.pool = AddressPool(subnet)
        gateway = network.pool.request()
        network.config_pools = [Pool(str(subnet), gateway=str(gateway))]
        return IPv4Interface((gateway, subnet.prefixlen))

    def _explicit(
        self, network: Network, request: NetworkRequest, pool: Pool, taken: list[IPv4Network]
    ) -> IPv4Interface:
        subnet = network_rules.parse_subnet(pool)
        ip_range = network_rules.parse_range(pool)
        self.space.request(subnet)
        taken.append(subnet)
        addresses = AddressPool(subnet, ip_range, point_to_point=self._modern)
        wanted = network_rules.parse_gateway(pool)
        reserved = network_rules.parse_auxiliary(request, pool, subnet, modern=self._modern)
        gateway = self._gateway(addresses, wanted)
        for name, address in reserved.items():
            what = f"secondary ip address ({name}:{address})"
            self._request(addresses, address, what)
        network.pool = addresses
        return IPv4Interface((gateway, subnet.prefixlen))

    def _gateway(self, addresses: AddressPool, wanted: IPv4Address | None) -> IPv4Address:
        return self._request(addresses, wanted, f"gateway ({'' if wanted is None else wanted})")

    def _request(
        self, addresses: AddressPool, wanted: IPv4Address | None, what: str
    ) -> IPv4Address:
        try:
            return addresses.request(wanted)
        except DockerError as error:
            text = error.message
            if self._modern and text == NO_ADDRESS:
                text = text.replace("No", "no", 1)
            raise DockerError(500, f"failed to allocate {what}: {text}") from None


def endpoint_address(network: Network, wanted: IPv4Address | None) -> IPv4Interface:
    """Take an address of a network for an endpoint.

    Raises
    ------
    DockerError
        It is taken (403), outside of the subnet (500), or none is left (500).
    """
    assert network.pool is not None
    try:
        address = network.pool.request(wanted)
    except DockerError as error:
        raise replaced(error, network, wanted) from None
    return IPv4Interface((address, network.pool.subnet.prefixlen))


def replaced(error: DockerError, network: Network, wanted: IPv4Address | None) -> DockerError:
    """Word a pool's refusal as an endpoint's."""
    if error.message == OUT_OF_RANGE:
        text = f"Invalid address {wanted}: It does not belong to any of this network's subnets"
        return DockerError(500, text)
    if error.message == NO_ADDRESS:
        where = f"{network.name} ({network.id})"
        text = f"no available IPv4 addresses on this network's address pools: {where}"
        return DockerError(500, text)
    return error
