"""Ages and sizes in words, as the Go package docker/go-units writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
_HOUR = 3600
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")


def age(seconds: float) -> str:
    """Say how long something takes or is ago: ``3 seconds``, ``About a minute``, ``2 weeks``."""
    if seconds < 60:
        return _few(int(seconds))
    hours = int(seconds / _HOUR + 0.5)
    minutes = int(seconds / 60)
    if minutes < 60:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    if hours < 48:
        return "About an hour" if hours == 1 else f"{hours} hours"
    days = hours // 24
    if days < 14:
        return f"{days} days"
    if days < 60:
        return f"{days // 7} weeks"
    return f"{days // 30} months" if days < 730 else f"{int(seconds / _HOUR) // 24 // 365} years"


def _few(seconds: int) -> str:
    if seconds < 1:
        return "Less than a second"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def size(number: float, digits: int = 3) -> str:
    """Write a size with decimal units: ``22.7MB``; with four digits ``22.68MB``."""
    return _scaled(number, 1000.0, _DECIMAL, digits)


def binary_size(number: float) -> str:
    """Write a size with binary units: ``23.54GiB``."""
    return _scaled(number, 1024.0, _BINARY, 4)


def _scaled(number: float, base: float, units: tuple[str, ...], digits: int) -> str:
    unit = 0
    while number >= base and unit < len(units) - 1:
        number /= base
        unit += 1
    return f"{number:.{digits}g}{units[unit]}"


def local_time(seconds: int) -> str:
    """Write a Unix time as Go does, in this machine's time zone."""
    when = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{when:%Y-%m-%d %H:%M:%S %z} {when.tzname()}"


def go_time(text: str) -> str:
    """Turn a time of the engine (RFC 3339) into what Go prints for it."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    fraction = (match[3] or "").rstrip("0").rstrip(".")
    zone = "+0000 UTC" if match[4] == "Z" else f"{match[4].replace(':', '')} " * 2
    return f"{match[1]} {match[2]}{fraction} {zone.strip()}"


def build_time(text: str) -> str:
    """Write the time of a build as ``docker version`` does."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    when = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    return f"{when:%a %b} {when.day:2d} {when:%H:%M:%S %Y}"
