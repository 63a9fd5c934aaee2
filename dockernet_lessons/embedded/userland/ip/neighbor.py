"""``ip neighbour``: the neighbor tables, ARP's cache (ip-neighbour(8))."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.errors import Exists, KernelError
from dockernet_lessons.embedded.fabric.neighbors import FAILED, PERMANENT, Neighbor
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.changes import NoSuchEntry, change, may_flush
from dockernet_lessons.embedded.userland.ip.json_text import dump
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System

_STATES = ("permanent", "noarp", "reachable", "stale", "delay", "probe", "failed", "incomplete")


def run(system: System, options: Options, words: Words) -> None:
    """Do ``ip neighbour WORDS``."""
    word = words.take() if words else "show"
    if w.abbreviates(word, "add", "change", "replace") or word == "chg":
        _add(system, words, replace=not w.abbreviates(word, "add"))
    elif w.abbreviates(word, "delete"):
        _delete(system, words)
    elif w.abbreviates(word, "show", "list", "lst") or word == "ls":
        _show(system, options, words)
    elif w.abbreviates(word, "flush"):
        _flush(system, options, words)
    else:
        raise Failure(f'Command "{word}" is unknown, try "ip neigh help".', w.USAGE_ERROR)


@dataclass
class _Filter:
    """Which entries to show."""

    device: Device | None = None
    within: IPv4Network | None = None
    states: set[str] = field(default_factory=set)

    def fits(self, neighbor: Neighbor) -> bool:
        return (
            (self.device is None or neighbor.device is self.device)
            and (self.within is None or neighbor.address in self.within)
            and (not self.states or neighbor.state.lower() in self.states)
        )


def _read_filter(system: System, words: Words) -> _Filter:
    found = _Filter()
    while words:
        word = words.take()
        if word == "dev":
            found.device = w.device(system.namespace, words.take())
        elif word == "nud":
            found.states |= _states(words.take())
        else:
            found.within = w.interface(words.take() if word == "to" else word).network
    return found


def _states(word: str) -> set[str]:
    if word == "all":
        return set(_STATES)
    if word not in _STATES:
        raise Failure(f'Error: argument "{word}" is wrong: nud state is bad', w.USAGE_ERROR)
    return {word}


def _show(system: System, options: Options, words: Words) -> None:
    found = _read_filter(system, words)
    neighbors = [n for n in system.namespace.neighbors if found.fits(n) and options.family != 6]
    if options.json:
        records = [_record(neighbor, options, found, system.loop.now) for neighbor in neighbors]
        system.out(dump(records, pretty=options.pretty))
    else:
        for neighbor in neighbors:
            system.out(_text(neighbor, options, found, system.loop.now))


def _ages(neighbor: Neighbor, now: float) -> tuple[int, int, int]:
    """Give the seconds since an entry was used, confirmed and updated."""
    times = (neighbor.used, neighbor.confirmed, neighbor.updated)
    used, confirmed, updated = (max(0, int(now - time)) for time in times)
    return used, confirmed, updated


def _record(neighbor: Neighbor, options: Options, found: _Filter, now: float) -> dict[str, Any]:
    record: dict[str, Any] = {"dst": str(neighbor.address)}
    record |= {} if found.device else {"dev": neighbor.device.name}
    record |= {"lladdr": neighbor.mac} if neighbor.mac else {}
    if options.stats and not options.brief:
        used, confirmed, updated = _ages(neighbor, now)
        record |= {"used": used, "confirmed": confirmed, "updated": updated}
        record |= {"probes": neighbor.probes}
    return record if options.brief else record | {"state": [neighbor.state]}


def _text(neighbor: Neighbor, options: Options, found: _Filter, now: float) -> str:
    if options.brief:
        return f"{neighbor.address!s:<39} {neighbor.device.name:<16} {neighbor.mac or ''}\n"
    text = f"{neighbor.address} " + ("" if found.device else f"dev {neighbor.device.name} ")
    text += f"lladdr {neighbor.mac} " if neighbor.mac else ""
    if options.stats:
        ages = "/".join(str(age) for age in _ages(neighbor, now))
        text += f" used {ages}probes {neighbor.probes} "
    return f"{text}{neighbor.state} \n"


def _flush(system: System, options: Options, words: Words) -> None:
    if not words:
        raise Failure("Flush requires arguments.", w.FAILED)
    words.skip("all")
    found = _read_filter(system, words)
    kept = () if found.states else (PERMANENT, FAILED)
    doomed = [n for n in system.namespace.neighbors if found.fits(n) and n.state not in kept]
    if doomed:
        may_flush(system)
    for neighbor in doomed:
        system.namespace.neighbors.delete(neighbor)
    if options.stats:
        system.out(_flushed(len(doomed)))


def _flushed(count: int) -> str:
    if not count:
        return "Nothing to flush.\n"
    head = f"\n*** Round 1, deleting {count} entries ***\n"
    return head + "*** Flush is complete after 1 round ***\n"


@dataclass
class _Entry:
    """An entry to add or to delete."""

    within: IPv4Network
    device: Device
    mac: str | None


def _read_entry(system: System, words: Words) -> _Entry:
    within, device, mac = None, None, None
    while words:
        word = words.take()
        if word == "dev":
            device = w.device(system.namespace, words.take())
        elif word == "lladdr":
            mac = words.take()
        elif word == "nud":
            _states(words.take())
        else:
            within = w.interface(words.take() if word == "to" else word).network
    if device is None or within is None:
        raise Failure("Device and destination are required arguments.", w.USAGE_ERROR)
    return _Entry(within, device, mac)


def _add(system: System, words: Words, *, replace: bool) -> None:
    entry = _read_entry(system, words)
    table, address = system.namespace.neighbors, entry.within.network_address
    with change(system):
        if entry.mac is None:
            raise KernelError("No link layer address given.")
        mac = w.mac(entry.mac)
        if mac is None:
            raise KernelError("Invalid link address.")
        if not replace and table.get(address, entry.device) is not None:
            raise Exists
        table.set_permanent(address, entry.device, mac)


def _delete(system: System, words: Words) -> None:
    entry = _read_entry(system, words)
    table = system.namespace.neighbors
    with change(system):
        neighbor = table.get(entry.within.network_address, entry.device)
        if neighbor is None:
            raise NoSuchEntry
        table.delete(neighbor)
