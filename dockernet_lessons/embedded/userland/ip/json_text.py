"""JSON as iproute2 prints it: one line, or its own kind of indentation with ``-pretty``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Hundredths:
    """A number that is always printed with two decimals (the bridge's timers, seconds)."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:.2f}"


def dump(records: list[dict[str, Any]], *, pretty: bool) -> str:
    """Word records as ``ip -json`` does, newline included."""
    return (_pretty(records, 0) if pretty else _compact(records)) + "\n"


def _compact(value: object) -> str:
    try:
        return _ENCODE(value)  # several times faster than piece by piece
    except TypeError:  # there are hundredths in it
        return _compact_in_pieces(value)


def _compact_in_pieces(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{_scalar(k)}:{_compact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_compact(item) for item in value) + "]"
    return _scalar(value)


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
