"""Run ``ping`` arguments and read what it printed: iputils' ping(8), busybox' as well.

A failed ping is a result. Its reason is one of

- ``unknown name``: the source could not turn the name into an address
- ``no reply``: requests left, nothing came back (dropped on the way)
- ``unreachable``: somebody, or the source's own kernel, said so (ICMP type 3, RFC 792)
- ``not permitted``: the source may not send echo requests, or a firewall rule forbids it
"""

from __future__ import annotations

import re
from dataclasses import dataclass

INTERVAL_S = 0.2
PATIENCE_S = 4
"""The kernel gives up on ARP after three seconds; a shorter wait would hide "unreachable"."""

_REPLY = re.compile(r"bytes from .*?time[=<]([\d.]+) ?ms")
_COUNTS = re.compile(r"(\d+) packets transmitted, (\d+) (?:packets )?received")
_HEADER = re.compile(r"^PING \S+ \(([\d.]+)\)", re.MULTILINE)
_REASONS = (
    (
        "unknown name",
        re.compile(
            r"Name or service not known|Temporary failure in name resolution|bad address"
            r"|No address associated with hostname|unknown host"
        ),
    ),
    (
        "not permitted",
        re.compile(r"(?i)operation not permitted|permission denied|missing cap_net_raw"),
    ),
    ("unreachable", re.compile(r"(?i)unreachable|prohibited|filtered")),
)
_SENTENCES = {
    "unknown name": "unknown name: the source cannot turn it into an address",
    "not permitted": "not permitted: the source may not send echo requests",
    "unreachable": "unreachable: there is no way to that address",
    "no reply": "no reply: every request was sent, nothing came back",
    "failed": "failed: ping ended without sending anything",
    "no ping command": "no ping command: the container's image has none",
}


@dataclass(frozen=True)
class PingOutput:
    """What ping's text says.

    Attributes
    ----------
    address
        The address in ping's first line; None when there was none.
    rtt_ms
        One round-trip time per reply, in ms.
    reason
        None when at least one reply came, else why not (see the module).
    """

    address: str | None
    transmitted: int
    received: int
    rtt_ms: tuple[float, ...]
    reason: str | None

    @property
    def loss_percent(self) -> float:
        """Share of the requests without a reply, 0 to 100."""
        if not self.transmitted:
            return 100.0
        return 100.0 * (self.transmitted - self.received) / self.transmitted

    @property
    def error(self) -> str | None:
        """A sentence for `reason`, or None."""
        return sentence(self.reason) if self.reason else None


def ping_command(
    target: str, *, count: int, interval_s: float = INTERVAL_S, patience_s: int = PATIENCE_S
) -> list[str]:
    """Give the ping command line.

    Parameters
    ----------
    target
        Address or name.
    count
        Echo requests to send.
    interval_s
        Seconds between them.
    patience_s
        Seconds to wait for a first reply.
    """
    return ["ping", "-c", str(count), "-i", f"{interval_s:g}", "-W", str(patience_s), target]


def sentence(reason: str) -> str:
    """Say a reason in a sentence."""
    return _SENTENCES.get(reason, reason)


def parse_ping(text: str, exit_code: int) -> PingOutput:
    """Read ping's text.

    Parameters
    ----------
    text
        Standard output and error of ping.
    exit_code
        iputils: 0 a reply came, 1 none came, 2 anything else; 126 or 127: it was not started.
    """
    header, counts = _HEADER.search(text), _COUNTS.search(text)
    transmitted, received = (int(counts[1]), int(counts[2])) if counts else (0, 0)
    return PingOutput(
        address=header[1] if header else None,
        transmitted=transmitted,
        received=received,
        rtt_ms=tuple(float(reply) for reply in _REPLY.findall(text)),
        reason=None if received else _reason(text, exit_code, transmitted),
    )


def _reason(text: str, exit_code: int, transmitted: int) -> str:
    if exit_code in (126, 127) and not transmitted:
        return "no ping command"
    for reason, pattern in _REASONS:
        if pattern.search(text):
            return reason
    return "no reply" if transmitted else "failed"
