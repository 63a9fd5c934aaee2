"""What a container asks of the controller: endpoints, published ports, its files."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import NamedTuple


class PortRequest(NamedTuple):
    """A port to publish.

    Attributes
    ----------
    port
        The container's port.
    protocol
        ``tcp``, ``udp`` or ``sctp``.
    host_ip
        Address of the host to bind; empty: the network's default, all addresses.
    host_port, host_port_end
        First and last acceptable port of the host; 0: any free one.
    """

    port: int
    protocol: str = "tcp"
    host_ip: str = ""
    host_port: int = 0
    host_port_end: int = 0


class Link(NamedTuple):
    """A legacy link or an alias of a link: the container is known here under another name.

    Attributes
    ----------
    container_id
        The target.
    name
        The target's name, without slash.
    alias
        What it is called here.
    """

    container_id: str
    name: str
    alias: str


class EndpointSettings(NamedTuple):
    """How a container wants to be connected to a network.

    Attributes
    ----------
    address
        ``IPAMConfig.IPv4Address``; None: the lowest free.
    mac
        Wanted MAC; empty: made.
    aliases
        Further names, as typed.
    links
        Links of this container that matter on this network.
    gateway_priority
        Modern engines: the highest wins the default route.
    renamed
        Modern engines: the container was renamed in an earlier life.
    """

    address: IPv4Address | None = None
    mac: str = ""
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    gateway_priority: int = 0
    renamed: bool = False


class SandboxSettings(NamedTuple):
    """What a container says about its names and name servers.

    Attributes
    ----------
    hostname, domainname
        Of the container; an empty host name is the short id.
    dns, dns_search, dns_options
        Replace the host's in resolv.conf, where not empty.
    extra_hosts
        Lines of /etc/hosts: ``(name, address)``.
    """

    hostname: str = ""
    domainname: str = ""
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    dns_options: tuple[str, ...] = ()
    extra_hosts: tuple[tuple[str, str], ...] = ()
