"""Everything that one look at an engine shows, for tables, graphs and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from dockernet_lessons.observe.engine import InspectedContainer, Network
from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.pairing import VethPair


@dataclass(frozen=True)
class Wiring:
    """Everything that one look at the engine shows.

    Attributes
    ----------
    host
        The host's interfaces; empty where the engine hides the host.
    inside
        Container name -> its interfaces. Containers that share the host's or another
        container's namespace are left out.
    containers
        The lab's containers, stopped ones too.
    networks
        The default bridge network and the lab's networks.
    pairs
        The veth pairs.
    """

    host: tuple[Interface, ...]
    inside: dict[str, tuple[Interface, ...]]
    containers: tuple[InspectedContainer, ...]
    networks: tuple[Network, ...]
    pairs: tuple[VethPair, ...]
