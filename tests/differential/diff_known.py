"""What the embedded engine is known to do otherwise; ``docs/known-differences.md`` says why."""

from __future__ import annotations

from typing import Any

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


def known(step: str, real: list[list[Any]], emulated: list[list[Any]]) -> bool:
    """Tell whether a step is answered otherwise as expected; what follows cannot be compared.

    A container that does not run leaves a network that is gone: real engines look at the
    container's settings only, the embedded one misses the network.
    """
    return (
        step.startswith("disconnect")
        and emulated[0][0] == 404
        and emulated[0][1].startswith("network ")
        and real[0][0] in (200, 500)
    )
