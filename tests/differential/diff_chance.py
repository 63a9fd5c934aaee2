"""What a real engine leaves to chance, so that no emulation can do the same.

A container that starts joins its networks in the order of a Go map, which differs from start to
start. So does the order of its links and networks in ``/etc/hosts``, and of the numbers
of the host's veth ends. On Engine 28 so do the names of the container's interfaces; on 20.10 these
are named later, in order. Of such a container we compare lines sorted and, on 28, interfaces by
their networks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ETH = re.compile(r"\beth\d+")
_NUMBER = re.compile(r" number \d+")
_ENDPOINTS = re.compile(r"\((name:[^)]*)\)")


class Starts:
    """Remembers which containers had several networks when they were last started."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], bool] = {}

    def several(self, container: Mapping[str, Any]) -> bool:
        """Tell whether a container had several networks when it was last started."""
        start = (str(container["Id"]), str(container["State"]["StartedAt"]))
        several = len(container["NetworkSettings"]["Networks"] or {}) > 1
        return self._seen.setdefault(start, several)


def sorted_lines(name: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Sort the lines of a container's files, and forget the order of its veth pairs."""
    order = re.sub(rf"\b{name}\.eth\d+", f"{name}.eth", facts.get("order", ""))
    keys = [key for key in (f"{name} routes", f"{name} files") if key in facts]
    lines = {key: "\n".join(sorted(facts[key].splitlines())) for key in keys}
    return {**facts, **lines, "order": order}


def by_network(name: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Name a container's interfaces after their networks."""
    own = {key for key in facts if re.match(rf"{name} eth\d+$", key)}
    names = {key.removeprefix(f"{name} "): _network(facts[key]) for key in own}
    routes = _ETH.sub(lambda found: names.get(found[0], found[0]), facts.get(f"{name} routes", ""))
    kept = {key: text for key, text in facts.items() if key not in own}
    renamed = {
        f"{name} {names[key.removeprefix(f'{name} ')]}": _NUMBER.sub("", facts[key]) for key in own
    }
    return kept | renamed | ({f"{name} routes": routes} if routes else {})


def without_order(text: str) -> str:
    """Sort the endpoints that a message lists: they come in the order of a Go map."""
    return _ENDPOINTS.sub(lambda found: f"({', '.join(sorted(found[1].split(', ')))})", text)


def _network(text: str) -> str:
    """Name an interface after the network of its address (``an+2/own``)."""
    return f"eth in {text.partition('+')[0]}"
