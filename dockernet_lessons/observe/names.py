"""How a container turns a name into an address.

``getent ahosts`` asks exactly what ping asks: getaddrinfo(3), so first /etc/hosts, then the DNS
server named in /etc/resolv.conf (nsswitch.conf(5)).
"""

from __future__ import annotations

from ipaddress import IPv4Address

PATIENCE = {"RES_OPTIONS": "timeout:2 attempts:1"}
"""Environment that shortens the resolver's wait for a dead DNS server (resolv.conf(5))."""


def lookup_command(name: str) -> list[str]:
    """Give the command that resolves a name as ping does."""
    return ["getent", "ahosts", name]


def parse_lookup(text: str) -> tuple[str, ...]:
    """Read the addresses that ``getent ahosts`` printed, each once, in its order."""
    addresses = (line.split()[0] for line in text.splitlines() if line.split())
    return tuple(dict.fromkeys(addresses))


def hosts_of(text: str) -> dict[str, IPv4Address]:
    """Read the IPv4 lines of a hosts file (hosts(5)): name -> address, the first line wins."""
    names: dict[str, IPv4Address] = {}
    for line in text.splitlines():
        address, *aliases = line.split("#")[0].split() or [""]
        if aliases and ":" not in address:
            for alias in aliases:
                names.setdefault(alias, IPv4Address(address))
    return names
