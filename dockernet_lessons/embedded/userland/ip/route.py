"""``ip route``: what a routing table says, and which route a packet would take (ip-route(8))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from dockernet_lessons.embedded.userland.ip import route_change, route_get
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.changes import may_flush
from dockernet_lessons.embedded.userland.ip.json_text import dump
from dockernet_lessons.embedded.userland.ip.route_lines import (
    Line,
    ipv6_lines,
    line_record,
    line_text,
    local_lines,
    main_line,
)
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System

_TABLES = {
    "main": "main",
    "254": "main",
    "local": "local",
    "255": "local",
    "all": "all",
    "0": "all",
}
_EMPTY_TABLES = ("default", "253", "cache")


def run(system: System, options: Options, words: Words) -> None:
    """Do ``ip route WORDS``."""
    word = words.take() if words else "show"
    if w.abbreviates(word, "show", "list", "lst") or word == "ls":
        _show(system, options, words)
    elif w.abbreviates(word, "get"):
        route_get.get(system, options, words)
    elif w.abbreviates(word, "add", "append", "change", "replace") or word in ("chg", "prepend"):
        route_change.change_route(system, words, word)
    elif w.abbreviates(word, "delete"):
        route_change.delete(system, words)
    elif w.abbreviates(word, "flush"):
        _flush(system, words)
    else:
        raise Failure(f'Command "{word}" is unknown, try "ip route help".', w.USAGE_ERROR)


@dataclass
class _Filter:
    """Which lines to show."""

    table: str = "main"
    wanted: dict[str, str] = field(default_factory=dict)
    prefix: IPv4Network | None = None
    relation: str = "exact"

    def fits(self, line: Line) -> bool:
        have = {"dev": line.device.name, "proto": line.protocol, "scope": line.scope}
        have |= {"via": str(line.gateway), "src": str(line.source), "type": line.kind}
        return all(have[name] == value for name, value in self.wanted.items()) and (
            self.prefix is None or self._relates(line.network)
        )

    def _relates(self, network: IPv4Network | None) -> bool:
        if network is None or self.prefix is None:
            return False
        if self.relation == "exact":
            return network == self.prefix
        inside, outside = network, self.prefix
        if self.relation == "match":
            inside, outside = outside, inside
        return inside.subnet_of(outside)


def _read_filter(system: System, words: Words) -> _Filter:
    found = _Filter()
    while words:
        word = words.take()
        if w.abbreviates(word, "table"):
            found.table = _table(words.take())
        elif word == "cache":
            found.table = word
        elif word in ("dev", "oif"):
            found.wanted["dev"] = w.device(system.namespace, words.take()).name
        elif word in ("proto", "protocol", "scope", "type"):
            found.wanted["proto" if word == "protocol" else word] = words.take()
        elif word in ("via", "src"):
            found.wanted[word] = str(w.host(words.take()))
        else:
            _read_prefix(found, word, words)
    return found


def _read_prefix(found: _Filter, word: str, words: Words) -> None:
    if word in ("root", "match", "exact", "to"):
        found.relation = "exact" if word == "to" else word
        word = words.take()
    found.prefix = w.interface("0.0.0.0/0" if word in ("default", "any") else word).network


def _table(word: str) -> str:
    if word not in _TABLES and word not in _EMPTY_TABLES:
        raise w.wrong(word, "table id value is invalid")
    return _TABLES.get(word, word)


def _show(system: System, options: Options, words: Words) -> None:
    found = _read_filter(system, words)
    lines = [line for line in _lines(system, options, found.table) if found.fits(line)]
    omitted = found.wanted.keys()
    if options.json:
        records = [line_record(line, omitted, details=options.details) for line in lines]
        system.out(dump(records, pretty=options.pretty))
    else:
        for line in lines:
            system.out(line_text(line, omitted, details=options.details))


def _lines(system: System, options: Options, table: str) -> Iterable[Line]:
    namespace = system.namespace
    if options.family == 6:
        return ipv6_lines(namespace) if table in ("main", "all") else ()
    if table == "local":
        return local_lines(namespace, None)
    main = [main_line(route) for route in namespace.routes]
    if table == "all":
        return main + local_lines(namespace, "local")
    return main if table == "main" else ()


def _flush(system: System, words: Words) -> None:
    if not words:
        raise Failure('"ip route flush" requires arguments.', w.FAILED)
    found = _read_filter(system, words)
    doomed = [route for route in system.namespace.routes if found.fits(main_line(route))]
    if found.table != "main" or not doomed:
        return
    may_flush(system)
    for route in doomed:
        system.namespace.routes.remove(route)
