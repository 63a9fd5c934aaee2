"""The way of one echo request and its reply, hop by hop.

A hop is one thing that happened to one packet at one interface. An interface is named by its
namespace and its own name, as in the picture of the wiring: ``host`` and ``docker0``, ``ubuntu1``
and ``eth0``.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

PACKETS = (
    "ARP request",
    "ARP reply",
    "echo request",
    "echo reply",
    "DNS query",
    "DNS answer",
    "ICMP error",
)
ACTIONS = (
    "sent",
    "in",
    "flooded",
    "switched",
    "routed",
    "out",
    "delivered",
    "learned",
    "dropped",
)


@dataclass(frozen=True)
class Hop:
    """One thing that happened to a packet at one interface.

    Attributes
    ----------
    number
        1, 2, 3, … in the order of time.
    packet
        One of `PACKETS`.
    namespace
        ``"host"``, or the name of the container whose namespace it is.
    interface
        Name of the interface; empty where a packet came to none.
    action
        One of `ACTIONS`. ``sent``: its namespace made the packet. ``in`` and ``out``: it came in or
        left by this interface, on its way. ``switched`` (to one port), ``flooded`` (to all):
        the interface is the bridge that did it. ``routed``: the host passed it on to another
        network. ``delivered``: it has arrived. ``learned``: a neighbor table or an FDB has a new
        line from it. ``dropped``: it ends here.
    detail
        A plain phrase: where to, what was learned, why it was dropped.
    source, destination
        Of the packet; of an ARP packet, who asks and who is asked for.
    source_mac, destination_mac
        Of the frame, lower case; empty where the packet is in none.
    ttl
        What is left of its time to live (RFC 791); None for ARP.
    """

    number: int
    packet: str
    namespace: str
    interface: str
    action: str
    detail: str
    source: IPv4Address
    destination: IPv4Address
    source_mac: str = ""
    destination_mac: str = ""
    ttl: int | None = None

    @property
    def anchor(self) -> str:
        """The interface as a map names it: ``NAMESPACE:INTERFACE``."""
        return f"{self.namespace}:{self.interface}"
