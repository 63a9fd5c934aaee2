"""Times and durations as the engine writes them."""

from __future__ import annotations

import re
import time

ZERO = "0001-01-01T00:00:00Z"
"""Go's zero time: has not happened."""

_UNITS = ((24 * 365 * 2, 24 * 30, "months"), (24 * 30 * 2, 24 * 7, "weeks"),
          (24 * 7 * 2, 24, "days"), (48, 1, "hours"))  # fmt: skip


def nanoseconds(seconds: float) -> int:
    """Give a time in whole nanoseconds since 1970."""
    whole = int(seconds)
    return whole * 10**9 + round((seconds - whole) * 10**9)


def rfc3339(seconds: float | None, *, pad: bool = False) -> str:
    """Write a time as Go's RFC3339Nano does: UTC, without trailing zeros.

    Parameters
    ----------
    seconds
        Since 1970 UTC; None for never.
    pad
        Always nine digits, as in ``docker logs --timestamps``.
    """
    if seconds is None:
        return ZERO
    whole, nano = divmod(nanoseconds(seconds), 10**9)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
    digits = f"{nano:09d}" if pad else f"{nano:09d}".rstrip("0")
    return f"{text}.{digits}Z" if digits else f"{text}Z"


_RFC3339 = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z"


def parse_rfc3339(text: str) -> float:
    """Read a time in UTC.

    Raises
    ------
    ValueError
        It is none.
    """
    found = re.fullmatch(_RFC3339, text)
    if found is None:
        raise ValueError(f"cannot parse {text!r} as a time")
    import calendar  # brings datetime and locale, and few requests name a time

    whole = calendar.timegm(time.strptime(found[1], "%Y-%m-%dT%H:%M:%S"))
    return whole + float(found[2] or 0)


def human_duration(seconds: float) -> str:
    """Round a duration as ``docker ps`` shows it (go-units, HumanDuration)."""
    if seconds < 1:
        return "Less than a second"
    if seconds < 60:
        return "1 second" if seconds < 2 else f"{int(seconds)} seconds"
    if seconds < 120:
        return "About a minute"
    if seconds < 3600:
        return f"{int(seconds // 60)} minutes"
    return _human_hours(int(seconds / 3600 + 0.5))


def _human_hours(hours: int) -> str:
    if hours == 1:
        return "About an hour"
    found = f"{hours // (24 * 365)} years"
    for limit, size, unit in _UNITS:
        if hours < limit:
            found = f"{hours // size} {unit}"
    return found
