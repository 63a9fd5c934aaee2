"""What the embedded engine is known to do otherwise; ``docs/known-differences.md`` says why."""

from __future__ import annotations

MISTAKES = frozenset(
    {
        "empty name in a path",
        "unknown name that climbs",
        "unknown that climbs",
        "no such user",
        "no such group",
        "user -5",
        "IPAM driver null",
        "unknown page",
        "unknown page of a container",
        "unknown page of a network",
        "put where get is meant",
        "link to another network",
    }
)
"""Names of the mistakes that are answered otherwise."""

WORDS = (("found based on name", "found on name"),)
"""What is said in other words."""

SCENARIOS = frozenset({"extra hosts and DNS settings"})
"""Names of the scenarios that go otherwise."""
