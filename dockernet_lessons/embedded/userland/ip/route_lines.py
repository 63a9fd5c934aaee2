"""Lines of routing tables, as text and JSON: ``main``, and ``local``, which the kernel keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from dockernet_lessons.embedded.fabric.device import Address, Device
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.routes import DEFAULT, Route


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes
    ----------
    network
        The destination; None for IPv6 link-local addresses, of which there is one line a device.
    kind
        ``unicast``, ``local`` or ``broadcast``.
    table
        ``local``, where that is to be said; else None.
    """

    network: IPv4Network | None
    device: Device
    kind: str = "unicast"
    gateway: IPv4Address | None = None
    protocol: str = "kernel"
    scope: str = "link"
    source: IPv4Address | None = None
    metric: int = 0
    linkdown: bool = False
    table: str | None = None

    @property
    def destination(self) -> str:
        """The destination as printed: ``default``, a bare address or a prefix."""
        if self.network is None:
            return "fe80::/64"
        if self.network == DEFAULT:
            return "default"
        bare = self.network.prefixlen == 32
        return str(self.network.network_address if bare else self.network)

    def pairs(self, omitted: Collection[str], *, details: bool) -> Iterator[tuple[str, str, Any]]:
        """Give what to print, in order: name in text, name in JSON, value.

        Parameters
        ----------
        omitted
            Names in text that need not be said, because the question named them.
        """
        if details or self.kind != "unicast":
            yield "", "type", self.kind
        yield "", "dst", self.destination
        if self.gateway is not None and "via" not in omitted:
            yield "via ", "gateway", str(self.gateway)
        if "dev" not in omitted:
            yield "dev ", "dev", self.device.name
        if self.table is not None:
            yield "table ", "table", self.table
        if "proto" not in omitted and (details or self.protocol != "boot"):
            yield "proto ", "protocol", self.protocol
        if "scope" not in omitted and (details or self.scope != "global"):
            yield "scope ", "scope", self.scope
        if self.source is not None and "src" not in omitted:
            yield "src ", "prefsrc", str(self.source)
        if self.metric:
            yield "metric ", "metric", self.metric


def line_text(line: Line, omitted: Collection[str], *, details: bool) -> str:
    """Word a line, newline included."""
    pairs = line.pairs(omitted, details=details)
    text = "".join(f"{name}{value} " for name, _, value in pairs)
    text += "linkdown " if line.linkdown else ""
    return text + ("pref medium\n" if line.network is None else "\n")


def line_record(line: Line, omitted: Collection[str], *, details: bool) -> dict[str, Any]:
    """Give a line as ``ip -json route`` does."""
    record = {name: value for _, name, value in line.pairs(omitted, details=details)}
    record["flags"] = ["linkdown"] if line.linkdown else []
    return record | ({"pref": "medium"} if line.network is None else {})


def main_line(route: Route) -> Line:
    """Give the line of a route."""
    return Line(
        route.destination, route.device, "unicast", route.gateway, route.protocol, route.scope,
        route.source, route.metric, route.linkdown,
    )  # fmt: skip


def local_lines(namespace: Namespace, table: str | None) -> list[Line]:
    """Give the table ``local``: the own addresses and broadcasts."""
    lines = [
        line
        for device in namespace.devices.values()
        if device.up
        for address in device.ipv4()
        for line in _lines_of(device, address, table)
    ]
    return sorted(lines, key=lambda line: (line.network, line.kind))


def _lines_of(device: Device, address: Address, table: str | None) -> Iterator[Line]:
    interface = IPv4Interface(str(address.interface))
    network, source = interface.network, interface.ip
    own = IPv4Network(source)
    yield Line(own, device, "local", None, "kernel", "host", source, table=table)
    if device.kind == "loopback" and network != own:
        yield Line(network, device, "local", None, "kernel", "host", source, table=table)
    if network.prefixlen < 31 and not address.secondary:
        everybody = IPv4Network(network.broadcast_address)
        yield Line(everybody, device, "broadcast", None, "kernel", "link", source, table=table)


def ipv6_lines(namespace: Namespace) -> list[Line]:
    """Give the IPv6 table ``main``: link-local addresses are all there is here."""
    return [
        Line(None, device, "unicast", None, "kernel", "global", None, metric=256)
        for device in namespace.devices.values()
        if any(a.interface.version == 6 and a.scope == "link" for a in device.addresses)
    ]
