"""``NetworkSettings``: how a container is in its networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.daemon import links
from dockernet_lessons.embedded.daemon.container import Container, EndpointConfig
from dockernet_lessons.embedded.daemon.daemon import Daemon

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.endpoint import Endpoint

Shape = dict[str, Any]


def network_settings(daemon: Daemon, container: Container) -> Shape:
    """Show ``NetworkSettings`` of ``docker inspect``."""
    modern = daemon.modern
    first: Shape = {"Bridge": "", "SandboxID": container.sandbox_id}
    local: Shape = {"HairpinMode": False, "LinkLocalIPv6Address": "", "LinkLocalIPv6PrefixLen": 0}
    ports: Shape = {"Ports": published(container)}
    key: Shape = {"SandboxKey": container.sandbox_key}
    secondary: Shape = {"SecondaryIPAddresses": None, "SecondaryIPv6Addresses": None}
    ordered = [key, ports, local] if modern else [local, ports, key]
    shape = first
    for part in (*ordered, secondary):
        shape.update(part)
    default = container.networks.get("bridge")
    shape.update(_addresses(_shown(default) if default is not None else None))
    shape["Networks"] = networks(daemon, container)
    return shape


def _shown(wanted: EndpointConfig) -> Endpoint | None:
    return wanted.endpoint or wanted.remains


def _addresses(endpoint: Endpoint | None) -> Shape:
    """Show the endpoint on the default bridge the old way, besides ``Networks``."""
    shape: Shape = {"EndpointID": endpoint.id if endpoint is not None else ""}
    shape.update(_ip(endpoint))
    return {
        "EndpointID": shape["EndpointID"],
        "Gateway": shape["Gateway"],
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "IPAddress": shape["IPAddress"],
        "IPPrefixLen": shape["IPPrefixLen"],
        "IPv6Gateway": "",
        "MacAddress": endpoint.mac if endpoint is not None else "",
    }


def _ip(endpoint: Endpoint | None) -> Shape:
    address = endpoint.address if endpoint is not None else None
    gateway = endpoint.gateway if endpoint is not None and endpoint.device is not None else None
    return {
        "Gateway": str(gateway) if gateway is not None else "",
        "IPAddress": str(address.ip) if address is not None else "",
        "IPPrefixLen": address.network.prefixlen if address is not None else 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
    }


def networks(daemon: Daemon, container: Container, *, summary: bool = False) -> Shape:
    """Show each network with the container's endpoint in it, sorted by name."""
    show = _modern if daemon.modern else _classic
    return {name: show(container.networks[name], summary) for name in sorted(container.networks)}


def _classic(wanted: EndpointConfig, summary: bool) -> Shape:
    return {
        "IPAMConfig": wanted.ipam,
        "Links": None if summary else wanted.links,
        "Aliases": None if summary else wanted.aliases,
        **_identity(wanted),
        "MacAddress": _mac(wanted),
        "DriverOpts": None if summary else wanted.driver_opts,
    }


def _modern(wanted: EndpointConfig, summary: bool) -> Shape:
    return {
        "IPAMConfig": wanted.ipam,
        "Links": None if summary else wanted.links,
        "Aliases": None if summary else wanted.aliases,
        "MacAddress": _mac(wanted),
        "DriverOpts": None if summary else wanted.driver_opts,
        "GwPriority": wanted.gw_priority,
        **_identity(wanted),
        "DNSNames": None if summary else wanted.dns_names,
    }


def _identity(wanted: EndpointConfig) -> Shape:
    endpoint = _shown(wanted)
    return {
        "NetworkID": wanted.network_id,
        "EndpointID": endpoint.id if endpoint is not None else "",
        **_ip(endpoint),
    }


def _mac(wanted: EndpointConfig) -> str:
    endpoint = _shown(wanted)
    return endpoint.mac if endpoint is not None else ""


def published(container: Container) -> dict[str, list[dict[str, str]] | None]:
    """Show the published ports: container port -> where on the host; None if only exposed."""
    if container.network_mode in ("host", "none") or not any(
        wanted.endpoint is not None for wanted in container.networks.values()
    ):
        return {}
    found: dict[str, list[dict[str, str]] | None] = {
        f"{number}/{protocol}": None for number, protocol in links.exposed_ports(container)
    }
    for wanted in container.networks.values():
        for port in wanted.endpoint.ports if wanted.endpoint is not None else ():
            place = {"HostIp": port.host_ip, "HostPort": str(port.host_port)}
            places = found.get(f"{port.port}/{port.protocol}") or []
            found[f"{port.port}/{port.protocol}"] = [*places, place]
    return dict(sorted(found.items()))


def port_list(container: Container) -> list[Shape]:
    """Show the published ports as ``docker ps`` gets them."""
    rows: list[Shape] = []
    for port, places in published(container).items():
        number, _, protocol = port.partition("/")
        if places is None:
            rows.append({"PrivatePort": int(number), "Type": protocol})
        for place in places or ():
            rows.append(
                {
                    "IP": place["HostIp"],
                    "PrivatePort": int(number),
                    "PublicPort": int(place["HostPort"]),
                    "Type": protocol,
                }
            )
    return rows
