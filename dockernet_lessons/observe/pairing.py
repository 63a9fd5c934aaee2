"""Match the two ends of every veth pair (veth(4)).

A container's interface names its peer by number: ``eth0@if117`` hangs on the host's interface 117.
Up to Docker Engine 27 the two numbers come from one counter, so the host side (``vethX@if116``)
would do as well. Since Engine 28 the container's end is created inside the container, is number 2
in *every* container, and the host shows ``vethX@if2`` many times. So the match always starts at the
container, whose peer number is unique on the host, and both ends must name each other. Where two
containers still claim one host interface, ``link-netnsid``, the host's number for the container's
namespace, has to agree with the container's other pairs, or neither gets it. Pairs that a container
made itself (a Docker inside it) lead to namespaces further in, and are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dockernet_lessons.observe.engine import Container, Network
from dockernet_lessons.observe.interfaces import Interface


@dataclass(frozen=True)
class VethPair:
    """A veth pair between a container's namespace and the host's.

    Attributes
    ----------
    container
        Name of the container.
    inside
        The end in the container.
    outside
        The end on the host; None where the host could not be looked at.
    network
        Name of the Docker network; None if the engine knows nothing of this interface.
    """

    container: str
    inside: Interface
    outside: Interface | None
    network: str | None

    @property
    def bridge(self) -> str | None:
        """The bridge that the host end is a port of."""
        return self.outside.master if self.outside else None


def pair_interfaces(
    host: Iterable[Interface], containers: Mapping[str, Sequence[Interface]]
) -> list[tuple[str, Interface, Interface]]:
    """Match container interfaces with host interfaces.

    Parameters
    ----------
    host
        The host's interfaces.
    containers
        Container -> its interfaces. Each container must have a namespace of its own.

    Returns
    -------
    list of (container, inside, outside)
        In the order of `containers`, then of the interfaces' numbers.
    """
    veths = {i.ifindex: i for i in host if i.kind == "veth" and i.peer_netnsid is not None}
    claims = [
        (name, inside, outside)
        for name, interfaces in containers.items()
        for inside in _towards_host(interfaces)
        if (outside := _peer_of(inside, veths)) is not None
    ]
    return _without_disputed(claims)


def _towards_host(interfaces: Sequence[Interface]) -> list[Interface]:
    """Pick the ends whose peers are on the host, not in a namespace further in.

    A namespace numbers those that it has links to in the order in which it meets them
    (``link-netnsid``), and an engine links a container to the host before anything in it runs.
    """
    numbers = [i.peer_netnsid for i in interfaces if i.peer_netnsid is not None]
    return [
        i for i in interfaces if i.kind == "veth" and numbers and i.peer_netnsid == min(numbers)
    ]


def _peer_of(inside: Interface, veths: Mapping[int, Interface]) -> Interface | None:
    """Find the host's veth end that `inside` names as its peer and that names `inside` back."""
    if inside.peer_ifindex is None:
        return None
    outside = veths.get(inside.peer_ifindex)
    return outside if outside is not None and outside.peer_ifindex == inside.ifindex else None


def _without_disputed(
    claims: list[tuple[str, Interface, Interface]],
) -> list[tuple[str, Interface, Interface]]:
    """Drop claims on a host interface that another container claims with better right."""
    claimed = Counter(outside.ifindex for _, _, outside in claims)
    sure = {(name, out.peer_netnsid) for name, _, out in claims if claimed[out.ifindex] == 1}
    return [
        (name, inside, outside)
        for name, inside, outside in claims
        if claimed[outside.ifindex] == 1 or (name, outside.peer_netnsid) in sure
    ]


def veth_pairs(
    host: Iterable[Interface],
    inside: Mapping[str, Sequence[Interface]],
    containers: Iterable[Container],
) -> list[VethPair]:
    """Match the ends and name each pair's Docker network.

    Parameters
    ----------
    host
        The host's interfaces.
    inside
        Container name -> interfaces seen in it.
    containers
        What the engine says of the containers; a network is recognised by its endpoint's MAC.
    """
    networks = {
        (c.name, endpoint.mac): endpoint.network for c in containers for endpoint in c.endpoints
    }
    return [
        VethPair(name, inner, outer, networks.get((name, inner.mac)))
        for name, inner, outer in pair_interfaces(host, inside)
    ]


def half_pairs(
    inside: Mapping[str, Sequence[Interface]],
    containers: Iterable[Container],
    networks: Iterable[Network],
) -> list[VethPair]:
    """Give the pairs with the host's end unknown, for engines that hide the host."""
    known = {(c.name, e.mac): e.network for c in containers for e in c.endpoints}
    bridged = {network.name for network in networks if network.bridge}
    return [
        VethPair(name, interface, None, known[name, interface.mac])
        for name, interfaces in inside.items()
        for interface in interfaces
        if known.get((name, interface.mac)) in bridged
    ]
