"""``ip rule``: which routing table is asked first (ip-rule(8)); Docker leaves that alone."""

from __future__ import annotations

from dataclasses import dataclass

from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.json_text import dump
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System


@dataclass(frozen=True)
class _Rule:
    """A rule for every packet; the table of the last one is empty, and IPv4's alone."""

    priority: int
    table: str
    ipv6: bool = True


_RULES = (_Rule(0, "local"), _Rule(32766, "main"), _Rule(32767, "default", ipv6=False))


def run(system: System, options: Options, words: Words) -> None:
    """Do ``ip rule WORDS``."""
    word = words.take() if words else "list"
    if w.abbreviates(word, "add", "delete", "flush", "save", "restore"):
        raise Failure(f'ip: "rule {word}" is not emulated here; list is', w.USAGE_ERROR)
    if not w.abbreviates(word, "list", "show", "lst"):
        raise Failure(f'Command "{word}" is unknown, try "ip rule help".', w.USAGE_ERROR)
    rules = [rule for rule in _RULES if rule.ipv6 or options.family != 6]
    if options.json:
        records = [{"priority": r.priority, "src": "all", "table": r.table} for r in rules]
        system.out(dump(records, pretty=options.pretty))
        return
    for rule in rules:
        system.out(f"{rule.priority}:\tfrom all lookup {rule.table}\n")
