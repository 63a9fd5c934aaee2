"""What a real engine leaves to chance, so that no emulation can do the same.

Engine 28 joins the networks of a container that starts in the order of a Go map: which of them gets
eth0 differs from start to start. Of such a container we compare interfaces by their network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ETH = re.compile(r"\beth\d+")
_NUMBER = re.compile(r" number \d+")
_ENDPOINTS = re.compile(r"\((name:[^)]*)\)")


class Starts:
    """Remembers which starts of which containers were left to chance.

    Parameters
    ----------
    by_chance
        Whether the engine has the habit at all.
    """

    def __init__(self, by_chance: bool) -> None:
        self._by_chance = by_chance
        self._seen: dict[tuple[str, str], bool] = {}

    def shuffled(self, container: Mapping[str, Any]) -> bool:
        """Tell whether a container had several networks when it was last started."""
        start = (str(container["Id"]), str(container["State"]["StartedAt"]))
        several = len(container["NetworkSettings"]["Networks"] or {}) > 1
        return self._seen.setdefault(start, self._by_chance and several)


def unshuffled(name: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Write a container's facts so that interfaces are named after their networks."""
    own = {f"{name} {key}": facts[f"{name} {key}"] for key in _interfaces(name, facts)}
    names = {key.removeprefix(f"{name} "): _network(text) for key, text in own.items()}
    rewritten = {f"{name} {names[key.removeprefix(f'{name} ')]}": text for key, text in own.items()}
    rewritten = {key: _NUMBER.sub("", text) for key, text in rewritten.items()}
    for key in (f"{name} routes", f"{name} files"):
        text = _ETH.sub(lambda found: names.get(found[0], found[0]), facts.get(key, ""))
        rewritten[key] = "\n".join(sorted(text.splitlines()))
    order = re.sub(rf"\b{name}\.eth\d+", f"{name}.eth", facts.get("order", ""))
    kept = {key: text for key, text in facts.items() if key not in own}
    return kept | {key: text for key, text in rewritten.items() if text} | {"order": order}


def without_order(text: str) -> str:
    """Sort the endpoints that a message lists: they come in the order of a Go map."""
    return _ENDPOINTS.sub(lambda found: f"({', '.join(sorted(found[1].split(', ')))})", text)


def _interfaces(name: str, facts: Mapping[str, str]) -> list[str]:
    return [key.removeprefix(f"{name} ") for key in facts if re.match(rf"{name} eth\d+$", key)]


def _network(text: str) -> str:
    """Name an interface after the network of its address (``an+2/own``)."""
    return f"eth in {text.partition('+')[0]}"
