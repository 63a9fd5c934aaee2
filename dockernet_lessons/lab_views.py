"""What a lab shows: graphs and pictures. Every method is short; the drawing is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from dockernet_lessons import tables
from dockernet_lessons.actions import commands, pings, views, walks
from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.walk import Walk

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from matplotlib.figure import Figure

    from dockernet_lessons.widgets.details import Question
    from dockernet_lessons.widgets.map import TopologyMap
    from dockernet_lessons.widgets.pairs import PairsTable
    from dockernet_lessons.widgets.ping_panel import PingPanel
    from dockernet_lessons.widgets.predict import PredictCard


Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


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

    def map(self, highlight: str | Iterable[str] | None = None) -> TopologyMap:
        """Show the wiring as a live map: point at what you want to follow, click a container.

        The map displayed last is refreshed after each action of the lab; what is new and what is
        gone is marked. Where no widget can live, `draw`'s picture stands in its place.

        Parameters
        ----------
        highlight
            As for `draw`.

        Raises
        ------
        UnknownInterface
            A highlighted name is not in the picture.
        LabClosed
            The lab was closed. An old map says the same when it is clicked.
        """
        from dockernet_lessons.widgets.map import MapSource, TopologyMap

        context = self._context
        source = MapSource(
            lab=context.name,
            look=_while_open(context, lambda: views.look(context)),
            tabs={title: _while_open(context, ask) for title, ask in _tabs(context).items()},
            follow=lambda shown: context.on_change("map", shown),
        )
        return TopologyMap(source, highlight)

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

    def pairs(self) -> PairsTable:
        """Show `veth_pairs` as a live table: point at one end, and both ends light up.

        The one displayed last follows the lab: what is new or gone since the last step is marked.
        Arrow keys move from end to end.
        """
        from dockernet_lessons.widgets.pairs import PairsTable

        return PairsTable(
            self._context.name,
            look=lambda: tables.veth_pairs_table(views.look(self._context, networks=False).pairs),
            follow=lambda table: self._context.on_change("pairs", table),
        )

    def ping_panel(self, source: str | None = None, target: str | None = None) -> PingPanel:
        """Show controls to ping with, the lines as ping prints them, and the matrix of all pairs.

        Parameters
        ----------
        source, target
            The ends chosen at first, each a running container or ``"host"``; by default the first
            two containers.

        Raises
        ------
        UnknownContainer
            There is no such end.
        """
        from dockernet_lessons.widgets.ping_panel import PingCalls, PingPanel

        context = self._context
        calls = PingCalls(
            nodes=lambda: pings.ends(context),
            ping=lambda source, target, count, by, heard: pings.Pinger(context, heard).ping(
                source, target, by, pings.Pace(count)
            ),
            ping_all=lambda nodes, by, told: pings.Pinger(context).matrix(nodes, by, told),
        )
        return PingPanel(
            calls, lambda panel: context.on_change("ping panel", panel), source, target
        )

    def predict(self, question: str, choices: Iterable[str] = ()) -> PredictCard:
        """Ask the learner for a prediction; `PredictCard.check` tells later whether it held.

        Parameters
        ----------
        question
            What will be seen when the next cell runs. Questions of one notebook must differ.
        choices
            The possible answers; without any, the learner writes one.

        Examples
        --------
        >>> guess = lab.predict("How many are new?", ["none", "one", "two"])  # doctest: +SKIP
        >>> guess  # doctest: +SKIP
        >>> guess.check(len(new))  # doctest: +SKIP
        You said two. It is one. ✗ Not as predicted.
        """
        from dockernet_lessons.widgets.predict import PredictCard
        from dockernet_lessons.widgets.record import notebook_record

        return PredictCard(question, choices, notebook_record())

    def record(self) -> pd.DataFrame:
        """List this notebook's predictions, those of earlier sessions included.

        Returns
        -------
        DataFrame
            question, prediction, actual, held (✓ or ✗); — where nothing is known yet.
        """
        from dockernet_lessons.widgets.record import notebook_record

        return notebook_record().table()


def _tabs(context: LabContext) -> dict[str, Question]:
    """List what a map's panel can ask of a namespace."""
    return {
        "interfaces": lambda name: tables.interfaces_table(views.interfaces_of(context, name)),
        "routes": lambda name: tables.routes_table(views.routes_of(context, name)),
        "neighbors": lambda name: tables.neighbors_table(views.neighbors_of(context, name)),
        "hosts file": lambda name: commands.read_file(context, name, "/etc/hosts"),
    }


def _while_open(context: LabContext, ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Let a widget ask only while its lab is open; see `LabContext.check_open`."""

    @wraps(ask)
    def asked(*args: Asked.args, **options: Asked.kwargs) -> Answer:
        context.check_open()
        return ask(*args, **options)

    return asked
