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
_USAGE = """\
Usage: hostname [-b] {hostname|-F file}         set host name (from file)
       hostname [-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name
       hostname                                 display host name

       {yp,nis,}domainname {nisdomain|-F file}  set NIS domain name (from file)
       {yp,nis,}domainname                      display NIS domain name

       dnsdomainname                            display dns domain name

       hostname -V|--version|-h|--help          print info and exit

Program name:
       {yp,nis,}domainname=hostname -y
       dnsdomainname=hostname -d

Program options:
    -a, --alias            alias names
    -A, --all-fqdns        all long host names (FQDNs)
    -b, --boot             set default hostname if none available
    -d, --domain           DNS domain name
    -f, --fqdn, --long     long host name (FQDN)
    -F, --file             read host name or NIS domain name from given file
    -i, --ip-address       addresses for the host name
    -I, --all-ip-addresses all addresses for the host
    -s, --short            short host name
    -y, --yp, --nis        NIS/YP domain name

Description:
   This command can get or set the host name or the NIS domain name. You can
   also get the DNS domain or the FQDN (fully qualified domain name).
   Unless you are using bind or NIS for host lookups you can change the
   FQDN (Fully Qualified Domain Name) and the DNS domain name (which is
   part of the FQDN) in the /etc/hosts file.
"""
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
