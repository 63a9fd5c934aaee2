"""The wiring as a networkx graph: namespaces, interfaces, bridges; veth pairs and bridge ports."""

from __future__ import annotations

import networkx as nx

from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.observe.wiring import Wiring


def build_graph(wiring: Wiring) -> nx.Graph[str]:
    """Build the graph of a lab's wiring.

    Parameters
    ----------
    wiring
        What one look showed.

    Returns
    -------
    networkx.Graph
        Nodes are named ``"ubuntu1"`` (a namespace), ``"ubuntu1:eth0"`` (an interface) and
        ``"host:docker0"`` (a bridge). Node attributes: ``kind`` (``namespace``, ``interface``,
        ``bridge``), and for the latter two ``namespace``, ``ifindex``, ``ipv4`` (text or None),
        ``mac``; bridges also carry ``network``. Edge attribute ``kind``: ``veth`` between the two
        ends of a pair (with ``network``), ``port`` between a bridge port and its bridge.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node(HOST, kind="namespace")
    _add_bridges(graph, wiring)
    for name in wiring.inside:
        graph.add_node(name, kind="namespace")
        for interface in wiring.inside[name]:
            _add_interface(graph, name, interface)
    for pair in wiring.pairs:
        _add_pair(graph, pair.container, pair.inside, pair.outside, pair.network)
    return graph


def node_id(namespace: str, interface: str) -> str:
    """Name an interface's node."""
    return f"{namespace}:{interface}"


def _add_bridges(graph: nx.Graph[str], wiring: Wiring) -> None:
    networks = {network.bridge: network.name for network in wiring.networks if network.bridge}
    for interface in wiring.host:
        if interface.kind == "bridge" and interface.name in networks:
            _add_interface(graph, HOST, interface, kind="bridge")
            graph.nodes[node_id(HOST, interface.name)]["network"] = networks[interface.name]


def _add_interface(
    graph: nx.Graph[str], namespace: str, interface: Interface, kind: str = "interface"
) -> None:
    graph.add_node(
        node_id(namespace, interface.name),
        kind=kind,
        namespace=namespace,
        ifindex=interface.ifindex,
        ipv4=str(interface.address) if interface.address else None,
        mac=interface.mac,
    )


def _add_pair(
    graph: nx.Graph[str],
    container: str,
    inside: Interface,
    outside: Interface | None,
    network: str | None,
) -> None:
    if outside is None:
        return
    _add_interface(graph, HOST, outside)
    end = node_id(HOST, outside.name)
    graph.add_edge(node_id(container, inside.name), end, kind="veth", network=network)
    if outside.master and graph.has_node(node_id(HOST, outside.master)):
        graph.add_edge(end, node_id(HOST, outside.master), kind="port")
