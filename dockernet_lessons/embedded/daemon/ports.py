"""Which ports a container publishes."""

from __future__ import annotations

from collections.abc import Iterator

from dockernet_lessons.embedded.cnm.settings import PortRequest
from dockernet_lessons.embedded.daemon import links, options
from dockernet_lessons.embedded.daemon.container import Container


def requests(container: Container) -> list[PortRequest]:
    """List the ports to publish: exposed ones that are bound, or all exposed ones with ``-P``.

    A port that is bound but not exposed is not published (measured; the ``docker`` command
    exposes what it binds). What is no address of the host stands for all of them (measured).
    """
    return [r for p in links.exposed_ports(container) for r in _of_port(container, *p)]


def _of_port(container: Container, number: int, protocol: str) -> Iterator[PortRequest]:
    bindings = container.host["PortBindings"] or {}
    places = bindings.get(f"{number}/{protocol}") or bindings.get(str(number)) or ()
    for place in places:
        first, last = options.port_range(place["HostPort"] or "0") or (0, 0)
        host_ip = place["HostIp"] if options.is_address(place["HostIp"]) else ""
        yield PortRequest(number, protocol, host_ip, first, last)
    if not places and container.host["PublishAllPorts"]:
        yield PortRequest(number, protocol)
