"""``getent`` (glibc): what the name services know."""

from __future__ import annotations

from ipaddress import IPv4Address

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.resolve import (
    Failure,
    addresses_of,
    hosts_lines,
    name_of,
)
from dockernet_lessons.embedded.userland.system import System

_HOSTS = ("ahosts", "ahostsv4", "ahostsv6", "hosts")
_NO_FILE = (
    "aliases", "ethers", "gshadow", "initgroups", "netgroup", "networks", "protocols", "rpc",
    "services", "shadow",
)  # fmt: skip
"""Databases that glibc knows and the lesson image has no file for."""

_NOT_LISTED = ("ethers", "initgroups", "netgroup")
_FILES = {"group": "/etc/group", "passwd": "/etc/passwd"}
DATABASES = (*_HOSTS, *_FILES, *_NO_FILE)
NOT_FOUND = 2
_CANNOT_LIST = 3
_HINT = "Try `getent --help' or `getent --usage' for more information.\n"


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``getent``."""
    words = [word for word in argv[1:] if word not in ("-i", "--no-idn")]
    if not words:
        return _refuse(system, "getent: wrong number of arguments")
    database, keys = words[0], words[1:]
    if database not in DATABASES:
        return _refuse(system, f"Unknown database: {database}")
    if database in _NO_FILE:
        return _from_nothing(system, database, keys)
    if database in _FILES:
        return _from_file(system, _FILES[database], keys)
    if not keys:
        return _all_hosts(system)
    code = 0
    for key in keys:
        found = yield from _host(system, database, key)
        code = 0 if found else NOT_FOUND
    return code


def _refuse(system: System, complaint: str) -> int:
    """Complain, and say on standard output where help is."""
    system.err(f"{complaint}\n")
    system.out(_HINT)
    return 1


def _from_nothing(system: System, database: str, keys: list[str]) -> int:
    """Look into a database that is empty here."""
    if keys:
        return NOT_FOUND
    if database not in _NOT_LISTED:
        return 0
    system.err(f"Enumeration not supported on {database}\n")
    return _CANNOT_LIST


def _from_file(system: System, path: str, keys: list[str]) -> int:
    lines = system.files.text(path).splitlines()
    code = 0
    for key in keys:
        fitting = [line for line in lines if key in (line.split(":")[0], line.split(":")[2])]
        code = code if fitting else NOT_FOUND
        system.out("".join(f"{line}\n" for line in fitting[:1]))
    if not keys:
        system.out("".join(f"{line}\n" for line in lines))
    return code


def _all_hosts(system: System) -> int:
    for address, names in hosts_lines(system.files.text("/etc/hosts")):
        if ":" in address and address != "::1":
            continue  # glibc lists IPv4 addresses, and the IPv6 loopback as one of them
        shown = "127.0.0.1" if address == "::1" else address
        system.out(f"{shown:<15} {' '.join(names)}\n")
    return 0


def _host(system: System, database: str, key: str) -> Steps[bool]:
    if database == "hosts":
        return (yield from _by_hosts(system, key))
    found = yield from addresses_of(system, key)
    if isinstance(found, Failure) or database == "ahostsv6":
        return False
    addresses = (*found.addresses, *found.ipv6)
    if database == "ahostsv4" and not found.addresses:
        return False
    for number, address in enumerate(addresses):
        for kind in ("STREAM", "DGRAM", "RAW"):
            name = found.name if number == 0 and kind == "STREAM" else ""
            system.out(f"{address!s:<15} {kind:<6} {name}\n")
    return True


def _by_hosts(system: System, key: str) -> Steps[bool]:
    """Look up a name, IPv6 first, or the name of an address."""
    known = hosts_lines(system.files.text("/etc/hosts"))
    six = [(a, names) for a, names in known if ":" in a and key in names]
    if six:
        address, names = six[0]
        system.out(f"{address:<15} {' '.join(names)}\n")
        return True
    for address, names in known:
        if address == key:
            system.out(f"{address:<15} {' '.join(names)}\n")
            return True
    try:
        address_asked = IPv4Address(key)
    except ValueError:
        return (yield from _by_name(system, key, known))
    name = yield from name_of(system, address_asked)
    if name is not None:
        system.out(f"{key:<15} {name}\n")
    return name is not None


def _by_name(system: System, key: str, known: list[tuple[str, list[str]]]) -> Steps[bool]:
    found = yield from addresses_of(system, key)
    if isinstance(found, Failure):
        return False
    for address in found.addresses:
        names = next((n for a, n in known if a == str(address) and key in n), [found.name])
        system.out(f"{address!s:<15} {' '.join(names)}\n")
    return True
