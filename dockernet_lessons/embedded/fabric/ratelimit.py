"""How often a host may send ICMP errors to the same place (icmp(7), ``icmp_ratelimit``)."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

COST_S: Final = 1.0
"""What an error costs, in seconds of saving up."""

BURST_S: Final = 6.0
UNROUTABLE_BURST_S: Final = 5.0


class RateLimit:
    """A token bucket per destination: some errors at once, then one a second.

    For packets that no route fits the kernel asks twice (ip_error, then icmp_send), so that only
    two such errors in a row go out.
    """

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets: dict[IPv4Address, tuple[float, float]] = {}

    def allows(self, destination: IPv4Address, now: float, *, unroutable: bool = False) -> bool:
        """Take tokens for an error, if there are any.

        Parameters
        ----------
        destination
            Whom the error is for.
        now
            Virtual time, seconds.
        unroutable
            The error is *net unreachable*.
        """
        if unroutable and not self._take(destination, now, UNROUTABLE_BURST_S):
            return False
        return self._take(destination, now, BURST_S)

    def _take(self, destination: IPv4Address, now: float, burst: float) -> bool:
        saved, last = self._buckets.get(destination, (burst, now))
        saved = min(saved + now - last, burst)
        allowed = saved >= COST_S
        self._buckets[destination] = (saved - COST_S if allowed else saved, now)
        return allowed
