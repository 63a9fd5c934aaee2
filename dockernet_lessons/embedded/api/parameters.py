"""Read query parameters as moby does."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.api import body
from dockernet_lessons.embedded.daemon.filters import Filters
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request

_INTEGER = re.compile(r"[+-]?[0-9]+")
_TIME = re.compile(r"(\d{1,12})(?:\.(\d{1,9})\d*)?")
_LARGEST = 2**63
PRUNE = ("label", "label!", "until")
"""Filters of ``docker … prune``."""

_DURATION_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def filters(request: Request, *, modern: bool) -> Filters:
    """Read ``filters``: ``{"name": ["value"]}`` or ``{"name": {"value": true}}``.

    Raises
    ------
    DockerError
        400 (500 on Engine 20.10): no JSON, or not of that form.
    """
    text = request.text("filters")
    if not text.strip():
        return Filters({}, modern=modern)
    try:
        value, _ = body.parse(text)
    except body.BadJson as error:
        raise _bad_filter(str(error), modern=modern) from error
    if not isinstance(value, dict) or not all(_is_values(item) for item in value.values()):
        raise _bad_filter(
            "json: cannot unmarshal value into Go value of type map[string][]string", modern=modern
        )
    texts = {
        body.without_surrogates(name): [body.without_surrogates(item) for item in items]
        for name, items in value.items()
    }
    return Filters(texts, modern=modern)


def _is_values(value: object) -> bool:
    return isinstance(value, list | dict) and all(isinstance(item, str) for item in value)


def _bad_filter(words: str, *, modern: bool) -> DockerError:
    return DockerError(400, "invalid filter") if modern else DockerError(500, words)


def integer(text: str, status: int = 500) -> int:
    """Read an integer as Go's strconv.Atoi does.

    Raises
    ------
    DockerError
        It is none, or beyond 64 bits.
    """
    if not _INTEGER.fullmatch(text):
        raise DockerError(status, f'strconv.Atoi: parsing "{text}": invalid syntax')
    value = int(text) if len(text) < 30 else _LARGEST
    if not -_LARGEST <= value < _LARGEST:
        raise DockerError(status, f'strconv.Atoi: parsing "{text}": value out of range')
    return value


def moment(request: Request, name: str) -> float | None:
    """Read a time: seconds since 1970, perhaps with a fraction; None if it is not given.

    Raises
    ------
    DockerError
        500: it is none.
    """
    text = request.text(name)
    if not text or (text == "0" and name == "until"):
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise DockerError(500, f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(found[1]) + float(f"0.{found[2] or 0}")


def until(text: str, now: float) -> float:
    """Read a prune filter's moment: seconds since 1970, or a duration before now (``10m``).

    Raises
    ------
    DockerError
        400: it is neither.
    """
    if _TIME.fullmatch(text):
        return float(text)
    parts = _DURATION_PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise DockerError(400, f'failed to parse value as time or duration: "{text}"')
    return now - sum(float(number) * _UNITS[unit] for number, unit in parts)


def may_go(filters: Filters, labels: dict[str, str], created: float, now: float) -> bool:
    """Tell whether a prune with these filters takes something of these labels and age."""
    return (
        filters.labels(labels)
        and not ("label!" in filters and filters.labels(labels, "label!"))
        and all(created < until(text, now) for text in filters.get("until"))
    )


def size(request: Request, *, modern: bool) -> tuple[int, int]:
    """Read ``h`` and ``w``, the rows and columns of a terminal.

    Raises
    ------
    DockerError
        400: not numbers; on Engine 28 also: not sensible ones.
    """
    if not modern:
        return integer(request.text("h"), 400), integer(request.text("w"), 400)
    return _unsigned(request, "h", "height"), _unsigned(request, "w", "width")


def _unsigned(request: Request, name: str, what: str) -> int:
    text = request.text(name)
    reason = "" if text.isdecimal() and len(text) < 11 and int(text) < 2**32 else "invalid syntax"
    if reason and _INTEGER.fullmatch(text):
        reason = "value out of range"
    if reason:
        raise DockerError(400, f'invalid resize {what} "{text}": {reason}')
    return int(text)
