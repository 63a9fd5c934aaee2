"""What a lab shows: graphs and pictures. Every method is short; the drawing is done elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dockernet_lessons.actions import pings, views, walks
from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.walk import Walk

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from matplotlib.figure import Figure


class LabViews:
    """The half of `Lab` that is looked at."""

    _context: LabContext

    def topology(self) -> nx.Graph[str]:
        """Give the wiring as a graph; nodes and edges are described in `topology.build_graph`."""
        from dockernet_lessons.topology import build_graph

        return build_graph(views.look(self._context))

    def draw(self, highlight: str | Iterable[str] | None = None) -> Figure:
        """Draw the wiring: containers, veth pairs, bridges, the host.

        Parameters
        ----------
        highlight
            Containers, interfaces or networks to stress; everything else fades.
        """
        from dockernet_lessons.plots.topology import draw_wiring

        return draw_wiring(views.look(self._context), highlight=highlight)

    def draw_matrix(self, matrix: pd.DataFrame) -> Figure:
        """Draw a ping matrix as a heat map."""
        from dockernet_lessons.plots.matrix import draw_ping_matrix

        return draw_ping_matrix(matrix)

    def walk(self, source: str, target: str, *, by: str = "ip") -> Walk:
        """Send one echo request and show the way of it and of its reply, hop by hop.

        Parameters
        ----------
        source, target
            As for `ping`.
        by
            As for `ping`. With ``"name"`` the source looks the name up first: the walk begins with
            the DNS query.

        Returns
        -------
        Walk
            Also when nothing came back. On a Docker Engine the packets are captured; on an
            embedded engine of this process they are traced.

        Raises
        ------
        WalkUnavailable
            The engine does not allow the observer, which captures the packets.
        CaptureFailed
            tcpdump could not listen, or missed packets.

        Notes
        -----
        The two ends forget each other first (``ip neigh flush``), so that every walk begins with
        ARP.
        """
        pings.check_by(by)
        return walks.walk(self._context, source, target, by)
