"""What ping counts, and the lines it prints about it (iputils' ping_common.c computes the same)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

_WINDOW = 0x7FFF


@dataclass
class Statistics:
    """Counts and times.

    Attributes
    ----------
    transmitted, received, repeated, errors
        Packets: requests, answers, second answers to the same request, ICMP errors.
    pipe
        How many requests were under way at most when an answer came.
    shortest, longest, total, squares
        Of the round-trip times, whole microseconds.
    average
        Eight times the exponentially weighted average, microseconds.
    """

    transmitted: int = 0
    received: int = 0
    repeated: int = 0
    errors: int = 0
    pipe: int = 0
    shortest: int = 2**62
    longest: int = 0
    total: int = 0
    squares: int = 0
    average: int = 0
    acknowledged: int = 0
    _seen: set[int] = field(default_factory=set)

    def acknowledge(self, sequence: int) -> None:
        """Note that something came back about a request."""
        behind = (self.transmitted - sequence) & 0xFFFF
        if behind <= _WINDOW:
            self.pipe = max(self.pipe, behind + 1)
            self.acknowledged = max(self.acknowledged, self.transmitted - behind)

    def count(self, sequence: int, microseconds: int | None) -> bool:
        """Count an answer.

        Parameters
        ----------
        microseconds
            Its round-trip time; None if the request had no room for a time stamp.

        Returns
        -------
        bool
            Whether there was one to that request before.
        """
        self.received += 1
        if microseconds is not None:
            self._add_time(microseconds)
        number = self.transmitted - ((self.transmitted - sequence) & 0xFFFF)
        if number in self._seen:
            self.repeated += 1
            self.received -= 1
            return True
        self._seen.add(number)
        self.acknowledge(sequence)
        return False

    def _add_time(self, microseconds: int) -> None:
        self.total += microseconds
        self.squares += microseconds * microseconds
        self.shortest = min(self.shortest, microseconds)
        self.longest = max(self.longest, microseconds)
        self.average += microseconds - self.average // 8 if self.average else microseconds * 8

    def summary(self, name: str, duration: float, *, timing: bool, pauses: bool) -> str:
        """Word the last lines.

        Parameters
        ----------
        name
            The target's.
        duration
            Seconds from the first request to the last.
        timing
            Whether requests carried time stamps.
        pauses
            Whether there was a fixed interval between them.
        """
        text = f"\n--- {name} ping statistics ---\n{self.transmitted} packets transmitted, "
        text += f"{self.received} received"
        text += f", +{self.repeated} duplicates" if self.repeated else ""
        text += f", +{self.errors} errors" if self.errors else ""
        if self.transmitted:
            loss = (self.transmitted - self.received) * 100 / self.transmitted
            text += f", {loss:g}% packet loss, time {int(duration * 1000)}ms"
        return f"{text}\n{self._times(duration, timing=timing, pauses=pauses)}\n"

    def _times(self, duration: float, *, timing: bool, pauses: bool) -> str:
        parts = []
        answered = self.received + self.repeated
        if self.received and timing:
            mean = self.total // answered
            deviation = math.isqrt(max(0, self.squares // answered - mean * mean))
            times = (self.shortest, mean, self.longest, deviation)
            parts.append("rtt min/avg/max/mdev = " + "/".join(map(_ms, times)) + " ms")
        if self.pipe > 1:
            parts.append(f"pipe {self.pipe}")
        if self.received and not pauses and self.transmitted > 1:
            gap = int(duration * 1_000_000) // (self.transmitted - 1)
            parts.append(f"ipg/ewma {_ms(gap)}/{_ms(self.average // 8)} ms")
        return ", ".join(parts)


def _ms(microseconds: int) -> str:
    return f"{microseconds // 1000}.{microseconds % 1000:03d}"


def round_trip(microseconds: int) -> str:
    """Word a round-trip time: three digits that count."""
    if microseconds >= 100_000 - 50:
        return f"{(microseconds + 500) // 1000} ms"
    if microseconds >= 10_000 - 5:
        tenths = (microseconds + 50) // 100
        return f"{tenths // 10}.{tenths % 10} ms"
    if microseconds >= 1000:
        hundredths = (microseconds + 5) // 10
        return f"{hundredths // 100}.{hundredths % 100:02d} ms"
    return f"0.{microseconds:03d} ms"
