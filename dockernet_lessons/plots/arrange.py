"""Decide what stands next to what in the wiring diagram; no sizes yet, no drawing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from statistics import fmean

from dockernet_lessons.observe.engine import Container, Network
from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.observe.pairing import VethPair
from dockernet_lessons.observe.wiring import Wiring

_MOST_TO_PERMUTE = 6  # 720 orders; with more bridges the given order has to do


@dataclass(frozen=True)
class Row:
    """One interface of a container, and what it is joined to.

    Attributes
    ----------
    pair
        Its veth pair; None if its other end is not known.
    bridge
        Name of the bridge that the pair ends at, if any.
    """

    interface: Interface
    pair: VethPair | None
    bridge: str | None


@dataclass(frozen=True)
class Box:
    """One network namespace: a container, and the containers that share its namespace.

    Attributes
    ----------
    guests
        Names of the containers that use this container's namespace.
    remark
        What to say instead of interfaces when there are none.
    """

    name: str
    rows: tuple[Row, ...]
    guests: tuple[str, ...]
    remark: str
    running: bool

    @property
    def bridges(self) -> tuple[str, ...]:
        """The bridges that its interfaces lead to, each once."""
        return tuple(dict.fromkeys(row.bridge for row in self.rows if row.bridge))


@dataclass(frozen=True)
class Bridge:
    """A bridge of the host.

    Attributes
    ----------
    label
        As ``ip addr`` heads it: ``2: docker0``.
    lines
        What else there is to say: address, network, state.
    position
        Of its network among the lab's networks, which gives the colour; None if unknown.
    leads_out
        Whether the host forwards from here to other machines.
    """

    name: str
    network: str | None
    label: str
    lines: tuple[str, ...]
    position: int | None
    leads_out: bool


@dataclass(frozen=True)
class Arrangement:
    """All that is in the picture, in the order from top to bottom.

    Attributes
    ----------
    host_guests
        Names of the containers that run in the host's namespace.
    exits
        The host's own interfaces that lead to other machines.
    host_hidden
        Whether the engine hides the host's interfaces.
    """

    boxes: tuple[Box, ...]
    bridges: tuple[Bridge, ...]
    host_guests: tuple[str, ...]
    exits: tuple[Interface, ...]
    host_hidden: bool


def arrange(wiring: Wiring) -> Arrangement:
    """Put the containers of one network next to each other, and who is in two between the two.

    Parameters
    ----------
    wiring
        What one look at the engine showed.
    """
    owners = _owners(wiring.containers)
    boxes = _boxes(wiring, owners)
    bridges = _in_best_order(_bridges(wiring), boxes)
    places = {bridge.name: place for place, bridge in enumerate(bridges)}
    return Arrangement(
        boxes=tuple(sorted((_sorted_rows(box, places) for box in boxes), key=_by_place(places))),
        bridges=tuple(bridges),
        host_guests=tuple(
            sorted((c.name for c in wiring.containers if _on_host(c, owners)), key=natural)
        ),
        exits=_exits(wiring),
        host_hidden=not wiring.host,
    )


def natural(name: str) -> list[tuple[str, int]]:
    """Give a sort key by which ``ubuntu2`` comes before ``ubuntu10``."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", name)]


# Containers


def _owners(containers: Sequence[Container]) -> dict[str, Container | None]:
    """Find whose namespace each container uses; None for that of a container elsewhere."""
    by_reference = {reference: c for c in containers for reference in (c.id, c.name)}
    owners: dict[str, Container | None] = {}
    for container in containers:
        owner: Container | None = container
        # A namespace may be shared in turn by a sharer, never in a circle.
        while owner is not None and container.running and _target(owner):
            owner = by_reference.get(_target(owner))
        owners[container.name] = owner
    return owners


def _target(container: Container) -> str:
    kind, _, target = container.network_mode.partition(":")
    return target if kind == "container" else ""


def _on_host(container: Container, owners: dict[str, Container | None]) -> bool:
    owner = owners[container.name]
    return container.running and owner is not None and owner.network_mode == HOST


def _boxes(wiring: Wiring, owners: dict[str, Container | None]) -> list[Box]:
    rows = _rows(wiring)
    return [
        Box(
            name=container.name,
            rows=rows.get(container.name, ()),
            guests=tuple(sorted(_guests(container, owners), key=natural)),
            remark=_remark(container, wiring),
            running=container.running,
        )
        for container in wiring.containers
        if owners[container.name] in (container, None) and not _on_host(container, owners)
    ]


def _guests(host: Container, owners: dict[str, Container | None]) -> Iterator[str]:
    return (name for name, owner in owners.items() if owner is host and name != host.name)


def _remark(container: Container, wiring: Wiring) -> str:
    if not container.running:
        return "stopped: no interfaces"
    if _target(container):
        return "in a namespace outside this lab"
    if container.name not in wiring.inside:
        return "interfaces could not be read"
    return "only lo: no network"


def _rows(wiring: Wiring) -> dict[str, tuple[Row, ...]]:
    pairs = {(pair.container, pair.inside.ifindex): pair for pair in wiring.pairs}
    bridge_of = {network.name: network.bridge for network in wiring.networks}
    return {
        name: tuple(
            _row(interface, pairs.get((name, interface.ifindex)), bridge_of)
            for interface in interfaces
            if _worth_a_row(interface)
        )
        for name, interfaces in wiring.inside.items()
    }


def _row(interface: Interface, pair: VethPair | None, bridge_of: dict[str, str | None]) -> Row:
    bridge = (pair.bridge or bridge_of.get(pair.network or "")) if pair else None
    return Row(interface, pair, bridge)


def _worth_a_row(interface: Interface) -> bool:
    """Leave out loopback, and the address-less tunnels that some kernels put everywhere."""
    return interface.kind == "veth" or (interface.kind != "loopback" and bool(interface.ipv4))


# Bridges


def _bridges(wiring: Wiring) -> list[Bridge]:
    """List the lab's bridges, and bridges of others that the lab's containers are joined to."""
    seen = {interface.name: interface for interface in wiring.host}
    networks = {network.bridge: network for network in wiring.networks if network.bridge}
    names = dict.fromkeys([*networks, *(pair.bridge for pair in wiring.pairs if pair.bridge)])
    strangers = _strange_ports(wiring)
    joined = {bridge for rows in _rows(wiring).values() for row in rows if (bridge := row.bridge)}
    positions = {name: position for position, name in enumerate(networks)}
    return [
        Bridge(
            name=name,
            network=networks[name].name if name in networks else None,
            label=seen[name].label if name in seen else name,
            lines=tuple(
                _bridge_lines(seen.get(name), networks.get(name), strangers[name], name in joined)
            ),
            position=positions.get(name),
            leads_out=name in networks and not networks[name].internal,
        )
        for name in names
    ]


def _bridge_lines(
    bridge: Interface | None, network: Network | None, strangers: int, joined: bool
) -> Iterator[str]:
    if bridge is not None and bridge.ipv4:
        yield str(bridge.ipv4[0])
    elif network is not None and network.gateway and network.subnet:
        yield f"{network.gateway}/{network.subnet.prefixlen}"
    yield f"network {network.name}" if network else "not this lab's"
    if network is not None and network.internal:
        yield "internal: no way out"
    if bridge is not None and not joined and not strangers:
        yield f"{bridge.state}: no ports"
    if strangers:
        yield f"+ {strangers} other port{'s' if strangers > 1 else ''}"


def _strange_ports(wiring: Wiring) -> Counter[str]:
    """Count each bridge's ports that belong to no pair of the lab."""
    own = {pair.outside.ifindex for pair in wiring.pairs if pair.outside}
    return Counter(i.master for i in wiring.host if i.master and i.ifindex not in own)


def _exits(wiring: Wiring) -> tuple[Interface, ...]:
    """Find the host's interfaces to other machines.

    The kind says little: where the engine itself runs in a container, the way out is a veth.
    """
    own = {pair.outside.ifindex for pair in wiring.pairs if pair.outside}
    return tuple(
        interface
        for interface in wiring.host
        if interface.ipv4
        and interface.kind not in ("loopback", "bridge")
        and interface.ifindex not in own
    )


# Order


def _in_best_order(bridges: list[Bridge], boxes: Iterable[Box]) -> list[Bridge]:
    """Bring bridges that share a container next to each other; empty ones to the end."""
    used = {name for box in boxes for name in box.bridges}
    full = [bridge for bridge in bridges if bridge.name in used]
    empty = [bridge for bridge in bridges if bridge.name not in used]
    shared = [box.bridges for box in boxes if len(box.bridges) > 1]
    if shared and len(full) <= _MOST_TO_PERMUTE:
        full = list(min(permutations(full), key=lambda order: _stretch(order, shared)))
    return full + empty


def _stretch(order: Iterable[Bridge], shared: Iterable[Sequence[str]]) -> int:
    places = {bridge.name: place for place, bridge in enumerate(order)}
    spans = ([places[name] for name in names] for names in shared)
    return sum(max(span) - min(span) for span in spans)


def _sorted_rows(box: Box, places: dict[str, int]) -> Box:
    """Sort a box's rows like the bridges, so that its own lines do not cross."""

    def place(row: Row) -> tuple[int, int]:
        return places.get(row.bridge or "", len(places)), row.interface.ifindex

    return replace(box, rows=tuple(sorted(box.rows, key=place)))


def _by_place(places: dict[str, int]) -> Callable[[Box], tuple[object, ...]]:
    """Sort boxes by the middle of their bridges; without a bridge last, stopped ones after all."""

    def key(box: Box) -> tuple[object, ...]:
        own = [places[name] for name in box.bridges]
        middle = fmean(own) if own else len(places)
        return not box.running, middle, len(own), natural(box.name)

    return key
