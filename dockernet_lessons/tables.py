"""Turn observed facts into pandas tables. Every table's columns are listed here, with units.

Addresses and subnets are text; numbers that can be missing are pandas' ``Int64``. pandas is
loaded with the first table, not before: it takes longer than everything else together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dockernet_lessons.observe.engine import Container, InspectedNetwork
from dockernet_lessons.observe.forwarding import FdbEntry, Neighbor, Route
from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.pairing import VethPair
from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.results import PingResult

if TYPE_CHECKING:
    import pandas as pd

_SHORT_ID = 12


def _frame(
    rows: Iterable[Sequence[Any]], columns: Sequence[str], integers: Sequence[str] = ()
) -> pd.DataFrame:
    import pandas as pd

    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame(
        {
            name: pd.array(cells, dtype="Int64") if name in integers
            else pd.Index(cells, dtype=object)
            for name, cells in zip(columns, values, strict=True)
        }
    )  # fmt: skip


def _addresses(interface: Interface) -> str | None:
    return ", ".join(str(address.ip) for address in interface.ipv4) or None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def images_table(summaries: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """List images.

    Parameters
    ----------
    summaries
        The answer to ``GET /images/json``.

    Returns
    -------
    DataFrame
        repository, tag, image_id (12 digits), created (UTC), size_mb (10^6 bytes).
    """
    import pandas as pd

    rows = [
        (*_repository_and_tag(reference), _short_id(image["Id"]), image["Created"], image["Size"])
        for image in summaries
        for reference in image.get("RepoTags") or ["<none>:<none>"]
    ]
    table = _frame(rows, ["repository", "tag", "image_id", "created", "size_mb"])
    table["created"] = pd.to_datetime(table["created"].astype("int64"), unit="s", utc=True)
    table["size_mb"] = (table["size_mb"].astype("float64") / 1e6).round(1)
    return table


def _repository_and_tag(reference: str) -> tuple[str, str]:
    repository, _, tag = reference.rpartition(":")
    return repository, tag


def _short_id(identifier: str) -> str:
    return identifier.removeprefix("sha256:")[:_SHORT_ID]


def interfaces_table(interfaces: Iterable[Interface]) -> pd.DataFrame:
    """List the interfaces of one namespace.

    Returns
    -------
    DataFrame
        ifindex, name, peer_ifindex (Int64, missing without a peer), kind, master, mac, ipv4,
        state, prefix_length (Int64, of the first address).
    """
    rows = [
        (
            i.ifindex, i.name, i.peer_ifindex, i.kind, i.master, i.mac, _addresses(i), i.state,
            i.ipv4[0].network.prefixlen if i.ipv4 else None,
        )
        for i in interfaces
    ]  # fmt: skip
    columns = [
        "ifindex", "name", "peer_ifindex", "kind", "master", "mac", "ipv4", "state",
        "prefix_length",
    ]  # fmt: skip
    return _frame(rows, columns, ["ifindex", "peer_ifindex", "prefix_length"])


def veth_pairs_table(pairs: Iterable[VethPair]) -> pd.DataFrame:
    """List veth pairs, one row each.

    Returns
    -------
    DataFrame
        container, container_if, container_ifindex (Int64), host_if, host_ifindex (Int64), bridge,
        network, ipv4, mac (the container's end). The host's columns are missing where the engine
        hides the host.
    """
    rows = [
        (
            pair.container, pair.inside.name, pair.inside.ifindex,
            pair.outside.name if pair.outside else None,
            pair.outside.ifindex if pair.outside else None,
            pair.bridge, pair.network, _addresses(pair.inside), pair.inside.mac,
        )
        for pair in pairs
    ]  # fmt: skip
    columns = [
        "container", "container_if", "container_ifindex", "host_if", "host_ifindex", "bridge",
        "network", "ipv4", "mac",
    ]  # fmt: skip
    return _frame(rows, columns, ["container_ifindex", "host_ifindex"])


def containers_table(containers: Iterable[Container]) -> pd.DataFrame:
    """List containers.

    Returns
    -------
    DataFrame
        container, status, image, network_mode, networks, ipv4 (one address per network,
        comma-separated), container_id (12 digits).
    """
    rows = [
        (
            c.name, c.status, c.image, c.network_mode, ", ".join(c.networks) or None,
            ", ".join(str(e.ipv4) for e in c.endpoints if e.ipv4) or None, _short_id(c.id),
        )
        for c in containers
    ]  # fmt: skip
    return _frame(
        rows,
        ["container", "status", "image", "network_mode", "networks", "ipv4", "container_id"],
    )


def networks_table(networks: Iterable[InspectedNetwork]) -> pd.DataFrame:
    """List networks.

    Returns
    -------
    DataFrame
        network_id (12 digits), name, driver, scope, subnet, gateway, containers (names of the
        running ones, comma-separated).
    """
    rows = [
        (
            _short_id(n.id), n.name, n.driver, n.scope, _text(n.subnet), _text(n.gateway),
            ", ".join(n.containers) or None,
        )
        for n in networks
    ]  # fmt: skip
    return _frame(
        rows, ["network_id", "name", "driver", "scope", "subnet", "gateway", "containers"]
    )


def routes_table(routes: Iterable[Route]) -> pd.DataFrame:
    """List routes.

    Returns
    -------
    DataFrame
        destination ("default" for 0.0.0.0/0), gateway, interface, source.
    """
    rows = [
        (
            "default" if route.destination.prefixlen == 0 else str(route.destination),
            _text(route.gateway), route.interface, _text(route.source),
        )
        for route in routes
    ]  # fmt: skip
    return _frame(rows, ["destination", "gateway", "interface", "source"])


def neighbors_table(neighbors: Iterable[Neighbor]) -> pd.DataFrame:
    """List a neighbor table.

    Returns
    -------
    DataFrame
        ipv4, interface, mac, state.
    """
    rows = [(str(n.ipv4), n.interface, n.mac, n.state) for n in neighbors]
    return _frame(rows, ["ipv4", "interface", "mac", "state"])


def fdb_table(entries: Iterable[FdbEntry], owners: Mapping[str, str]) -> pd.DataFrame:
    """List a bridge's forwarding database.

    Parameters
    ----------
    entries
        Its lines.
    owners
        MAC -> container, for the column `container`.

    Returns
    -------
    DataFrame
        mac, port (the bridge port it is behind), learned (False for the port's own MAC),
        container (missing for MACs of the host).
    """
    rows = [(entry.mac, entry.port, not entry.own, owners.get(entry.mac)) for entry in entries]
    return _frame(rows, ["mac", "port", "learned", "container"])


def ping_matrix_table(
    nodes: Sequence[str], results: Mapping[tuple[str, str], PingResult]
) -> pd.DataFrame:
    """Arrange pings as a matrix.

    Returns
    -------
    DataFrame
        Source (rows) x target (columns) of the median round-trip time in ms; NaN where nothing
        came back. ``attrs["simulated"]`` tells whether the times come from an emulation.
    """
    import pandas as pd

    table = pd.DataFrame(
        [[results[source, target].median_rtt_ms for target in nodes] for source in nodes],
        index=pd.Index(nodes, name="source"),
        columns=pd.Index(nodes, name="target"),
        dtype="float64",
    )
    table.attrs["simulated"] = any(result.simulated for result in results.values())
    return table


def hops_table(hops: Iterable[Hop]) -> pd.DataFrame:
    """List the hops of a walk.

    Returns
    -------
    DataFrame
        One row per hop, indexed by hop (its number): packet, namespace, interface, action, detail,
        source, destination, source_mac, destination_mac (empty where the packet is in no frame),
        ttl (missing for ARP).
    """
    columns = (
        "hop", "packet", "namespace", "interface", "action", "detail",
        "source", "destination", "source_mac", "destination_mac", "ttl",
    )  # fmt: skip
    rows = (
        (
            hop.number, hop.packet, hop.namespace, hop.interface, hop.action, hop.detail,
            str(hop.source), str(hop.destination), hop.source_mac, hop.destination_mac, hop.ttl,
        )
        for hop in hops
    )  # fmt: skip
    return _frame(rows, columns, integers=("hop", "ttl")).set_index("hop")
