"""What `Lab.walk` gives: the hops, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockernet_lessons import tables
from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.results import PingResult

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Walk:
    """The way of one echo request and its reply.

    Attributes
    ----------
    source, target
        The ends, as asked for.
    hops
        In the order of time; empty when nothing was sent.
    outcome
        ``"delivered"``: the reply came back. ``"dropped"``: a packet ended on the way.
        ``"no route"``: the source's kernel knows no way. Else the ping's reason (`PingResult`):
        ``"unknown name"``, ``"no address"``, ``"no reply"``, …
    dropped_by
        The rule, or whatever it was that dropped the packet; None unless `outcome` is
        ``"dropped"``.
    ping
        The ping that was watched.
    """

    source: str
    target: str
    hops: tuple[Hop, ...]
    outcome: str
    dropped_by: str | None
    ping: PingResult

    @property
    def address(self) -> str | None:
        """The address that was pinged; None when there was none."""
        return self.ping.address

    @property
    def simulated(self) -> bool:
        """Whether it happened on an emulation."""
        return self.ping.simulated

    def table(self) -> pd.DataFrame:
        """List the hops.

        Returns
        -------
        DataFrame
            One row per hop, indexed by its number: packet, namespace, interface, action, detail,
            source, destination, source_mac, destination_mac, ttl (see `observe.walk.Hop`).
        """
        return tables.hops_table(self.hops)
