"""``hostname`` (Debian's package hostname 3.23)."""

from __future__ import annotations

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.options import UsageError, parse
from dockernet_lessons.embedded.userland.resolve import Failure, addresses_of
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "all-ip-addresses": "I", "ip-address": "i", "fqdn": "f", "long": "f", "short": "s",
    "domain": "d", "version": "V",
}  # fmt: skip


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``hostname``."""
    try:
        parsed = parse(argv[1:], "IifsdAV", _LONG)
    except UsageError as error:
        system.err(f"hostname: {error}\nUsage: hostname [-b] {{hostname|-F file}}\n")
        return 255
    if parsed.words:
        system.err("hostname: you must be root to change the host name\n")
        return 1
    if "I" in parsed or "A" in parsed:
        addresses = [
            str(address.interface.ip)
            for device in system.namespace.devices.values()
            for address in device.addresses
            if address.scope == "global"
        ]
        system.out("".join(f"{address} " for address in addresses) + "\n")
        return 0
    if "i" in parsed:
        return (yield from _own_addresses(system))
    short, _, domain = system.hostname.partition(".")
    system.out(f"{domain if 'd' in parsed else short if 's' in parsed else system.hostname}\n")
    return 0


def _own_addresses(system: System) -> Steps[int]:
    found = yield from addresses_of(system, system.hostname)
    if isinstance(found, Failure):
        system.err(f"hostname: {found.text}\n")
        return 1
    system.out(" ".join(str(address) for address in found.addresses) + "\n")
    return 0
