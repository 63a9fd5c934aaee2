"""``hostname`` (Debian's package hostname 3.23)."""

from __future__ import annotations

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.options import UsageError, parse
from dockernet_lessons.embedded.userland.resolve import Failure, addresses_of
from dockernet_lessons.embedded.userland.system import System

_LONG = {
    "alias": "a", "all-fqdns": "A", "all-ip-addresses": "I", "domain": "d", "file=": "F",
    "fqdn": "f", "help": "h", "ip-address": "i", "long": "f", "nis": "y", "short": "s",
    "version": "V", "yp": "y",
}  # fmt: skip
_USAGE = (
    "Usage: hostname [-b] {hostname|-F file}         set host name (from file)\n"
    "       hostname [-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name\n"
    "       hostname                                 display host name\n"
)
_WRONG = 255


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``hostname``."""
    try:
        parsed = parse(argv[1:], "aAbdfF:hiIsVy", _LONG)
    except UsageError as error:
        system.err(f"hostname: {error}\n{_USAGE}")
        return _WRONG
    letter = next((letter for letter, _ in parsed.order), "")
    if letter == "h":
        system.out(_USAGE)
        return _WRONG
    if letter == "V":
        system.out("hostname 3.23\n")
        return 0
    if parsed.words or (letter in "Fby" and letter):
        return _refused(system, letter, parsed.value("F"))
    if letter in ("", "s"):
        name = system.hostname.partition(".")[0] if letter else system.hostname
        system.out(f"{name}\n")
        return 0
    if letter in "IA":
        return (yield from _addresses(system, names=letter == "A"))
    return (yield from _looked_up(system, letter))


def _refused(system: System, letter: str, path: str) -> int:
    """Say why a name cannot be set (a container may not, capability or not) or is not there."""
    if letter == "y":
        text = "Local domain name not set"
    elif letter == "F" and not system.files.exists(path, system.process.workdir):
        text = "No such file or directory"
    else:
        text = "you must be root to change the host name"
    system.err(f"hostname: {text}\n")
    return 1


def _addresses(system: System, *, names: bool) -> Steps[int]:
    """Print the addresses of all interfaces, or with ``-A`` the names that they have."""
    found = [
        str(address.interface.ip)
        for device in system.namespace.devices.values()
        for address in device.addresses
        if address.scope == "global"
    ]
    if names:
        own = yield from addresses_of(system, system.hostname)
        found = [own.name for _ in found] if not isinstance(own, Failure) else []
    system.out("".join(f"{address} " for address in found) + "\n")
    return 0


def _looked_up(system: System, letter: str) -> Steps[int]:
    """Look the own name up: its addresses, full name or domain."""
    found = yield from addresses_of(system, system.hostname)
    if isinstance(found, Failure):
        system.err(f"hostname: {found.text}\n")
        return 1
    if letter == "i":
        system.out(" ".join(str(address) for address in found.addresses) + "\n")
    elif letter == "d":
        domain = found.name.partition(".")[2]
        system.out(f"{domain}\n" if domain else "")
    else:
        system.out(f"{found.name if letter == 'f' else ''}\n")
    return 0
