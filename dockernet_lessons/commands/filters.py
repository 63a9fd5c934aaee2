"""The values of ``--filter``, as the engine wants them."""

from __future__ import annotations

from collections.abc import Iterable


def filters(values: Iterable[str]) -> dict[str, list[str]]:
    """Turn ``name=x`` and the like into what the engine takes: name -> values."""
    found: dict[str, list[str]] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found
