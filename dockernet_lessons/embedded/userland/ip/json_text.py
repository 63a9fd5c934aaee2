"""JSON as iproute2 prints it: one line, or its own kind of indentation with ``-pretty``."""

from __future__ import annotations

import json
import re
from typing import Any

_ENCODE = json.JSONEncoder(separators=(",", ":"), default=lambda number: f"\0{number}").encode
_MARKED = re.compile(r'"\\u0000([^"]*)"')  # hundredths in quotes, as the encoder writes them


class Hundredths:
    """A number that is always printed with two decimals (the bridge's timers, seconds)."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value

    def __str__(self) -> str:
        return f"{self.value:.2f}"


def dump(records: list[dict[str, Any]], *, pretty: bool) -> str:
    """Word records as ``ip -json`` does, newline included."""
    return (_pretty(records, 0) if pretty else _compact(records)) + "\n"


def _compact(records: list[dict[str, Any]]) -> str:
    """Encode all at once, which is far faster than piece by piece; then bare the hundredths."""
    return _MARKED.sub(r"\1", _ENCODE(records))


def _pretty(value: object, depth: int) -> str:
    if isinstance(value, dict):
        return _pretty_object(value, depth)
    if isinstance(value, list):
        inside = ",".join(_pretty(item, depth + 1) for item in value)
        return f"[ {inside} ]" if inside else "[ ]"
    return _scalar(value)


def _pretty_object(value: dict[str, object], depth: int) -> str:
    """Indent by four columns a level, as json_writer.c counts levels: lists are levels too."""
    if not value:
        return "{ }"
    inner, outer = "\n" + " " * 4 * (depth + 1), "\n" + " " * 4 * depth
    lines = (f"{inner}{_scalar(k)}: {_pretty(v, depth + 1)}" for k, v in value.items())
    return "{" + ",".join(lines) + outer + "}"


def _scalar(value: object) -> str:
    return str(value) if isinstance(value, Hundredths) else json.dumps(value)
