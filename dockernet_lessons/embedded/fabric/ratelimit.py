"""How often a host may send ICMP errors to the same place (icmp(7), ``icmp_ratelimit``)."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

INTERVAL_S: Final = 1.0
BURST: Final = 6


class RateLimit:
    """A token bucket per destination: six at once, then one a second."""

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets: dict[IPv4Address, tuple[float, float]] = {}

    def allows(self, destination: IPv4Address, now: float) -> bool:
        """Take a token for a destination, if it has one.

        Parameters
        ----------
        destination
            Whom the error is for.
        now
            Virtual time, seconds.
        """
        tokens, last = self._buckets.get(destination, (BURST * INTERVAL_S, now))
        tokens = min(tokens + now - last, BURST * INTERVAL_S)
        allowed = tokens >= INTERVAL_S
        self._buckets[destination] = (tokens - INTERVAL_S if allowed else tokens, now)
        return allowed
