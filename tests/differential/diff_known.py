"""What the embedded engine is known to do otherwise; ``docs/known-differences.md`` says why.

A test fails when an entry is no longer true, so that the list stays short.
"""

from __future__ import annotations

KNOWN: dict[str, frozenset[str]] = {
    "names": frozenset({"empty name in a path", "unknown name that climbs"}),
    "commands": frozenset({"no such user", "no such group", "user -5"}),
    "network creation": frozenset({"IPAM driver null"}),
    "network removal": frozenset({"unknown that climbs"}),
}
"""Group of mistakes -> names of those that are answered otherwise."""
