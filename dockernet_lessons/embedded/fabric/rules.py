"""Firewall rules: what they match, and their text (iptables(8), iptables-extensions(8))."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from dockernet_lessons.embedded.fabric.packets import IcmpEcho, IcmpError, UdpDatagram

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.local import LocalAddresses

ACCEPT: Final = "ACCEPT"
DROP: Final = "DROP"
REJECT: Final = "REJECT"
RETURN: Final = "RETURN"
MASQUERADE: Final = "MASQUERADE"
DNAT: Final = "DNAT"
SNAT: Final = "SNAT"
TERMINAL: Final = frozenset((ACCEPT, DROP, REJECT, MASQUERADE, DNAT, SNAT))
STATES: Final = ("INVALID", "NEW", "RELATED", "ESTABLISHED")
"""In the order iptables prints them."""

_ECHO_REQUEST: Final = 8
_ECHO_REPLY: Final = 0
ORDER: Final = ("addrtype", "conntrack", "protocol", "comment")


class Seen(NamedTuple):
    """All that the rules of a table can match of a packet at one hook.

    They treat packets alike for which this is equal.

    Attributes
    ----------
    in_device, out_device
        Names; empty where there is none.
    source, destination
        Addresses, as numbers; the source is 0 if no rule of the table asks for it.
    state
        Of its connection: one of `STATES`.
    protocol
        ``icmp`` or ``udp``.
    kind
        ICMP type, or source and destination port.
    local, version
        The namespace's own addresses, and which of their versions.
    """

    in_device: str
    out_device: str
    source: int
    destination: int
    state: str
    protocol: str
    kind: int | tuple[int, int]
    local: LocalAddresses
    version: int


def kind_of(payload: IcmpEcho | IcmpError | UdpDatagram) -> int | tuple[int, int]:
    """Give what rules can match of a packet's payload; see `Seen.kind`."""
    if isinstance(payload, IcmpEcho):
        return _ECHO_REQUEST if payload.request else _ECHO_REPLY
    if isinstance(payload, UdpDatagram):
        return payload.source_port, payload.destination_port
    return payload.type


Test = Callable[[Seen], bool]
_SAID: Final = (
    "target", "source", "destination", "in_device", "out_device", "protocol", "sport", "dport",
    "icmp_type", "ctstate", "dst_type", "comment", "to", "reject_with",
    "not_source", "not_destination", "not_in_device", "not_out_device", "not_protocol",
)  # fmt: skip
_said: Final = attrgetter(*_SAID)


class Rule:
    """A rule; what is None, empty or zero matches everything.

    Rules are equal if they say the same; the counters do not matter.

    Attributes
    ----------
    target
        ``ACCEPT``, ``DROP``, ``REJECT``, ``RETURN``, ``MASQUERADE``, ``DNAT``, ``SNAT`` or the
        name of a chain; empty: the rule only counts.
    source, destination
        Networks.
    in_device, out_device
        Names; a final ``+`` stands for anything.
    not_source, not_destination, not_in_device, not_out_device, not_protocol
        Whether that is to be avoided instead (``!``).
    protocol
        ``icmp``, ``tcp``, ``udp`` or empty.
    sport, dport
        Ports, with ``tcp`` or ``udp``.
    icmp_type
        With ``icmp``: 8 for echo requests, 0 for replies.
    ctstate
        Connection states (``-m conntrack``): any of `STATES`.
    dst_type
        ``LOCAL`` or ``BROADCAST`` (``-m addrtype``): kind of the destination address.
    comment
        For people.
    to
        What DNAT or SNAT translates to: ``172.17.0.2:80``, ``172.17.0.2`` or ``:53``.
    reject_with
        REJECT's answer.
    order
        Of the ``-m`` matches in the text, as they were typed.
    packets, bytes
        Counters of what matched.
    """

    __slots__ = (*_SAID, "_tests", "_way_tests", "bytes", "order", "packets")

    def __init__(
        self,
        target: str = "",
        *,
        source: IPv4Network | None = None,
        destination: IPv4Network | None = None,
        in_device: str = "",
        out_device: str = "",
        protocol: str = "",
        sport: int | None = None,
        dport: int | None = None,
        icmp_type: int | None = None,
        ctstate: Iterable[str] = (),
        dst_type: str = "",
        comment: str = "",
        to: str = "",
        reject_with: str = "icmp-port-unreachable",
        not_source: bool = False,
        not_destination: bool = False,
        not_in_device: bool = False,
        not_out_device: bool = False,
        not_protocol: bool = False,
        order: tuple[str, ...] = ORDER,
    ) -> None:
        self.target = target
        self.source, self.not_source = source, not_source
        self.destination, self.not_destination = destination, not_destination
        self.in_device, self.not_in_device = in_device, not_in_device
        self.out_device, self.not_out_device = out_device, not_out_device
        self.protocol, self.not_protocol = protocol, not_protocol
        self.sport = sport
        self.dport = dport
        self.icmp_type = icmp_type
        self.ctstate = frozenset(ctstate)
        self.dst_type = dst_type
        self.comment = comment
        self.to = to
        self.reject_with = reject_with
        self.order = order
        self.packets = self.bytes = 0
        # Made when a packet asks: most rules of a thousand containers never see one.
        self._way_tests: tuple[Test, ...] | None = None
        self._tests: tuple[Test, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and _said(self) == _said(other)

    def is_about_way(self, seen: Seen) -> bool:
        """Tell whether a packet's devices and its destination match."""
        if self._way_tests is None:
            self._way_tests = tuple(_way_tests(self))
        return all(test(seen) for test in self._way_tests)

    def matches(self, seen: Seen) -> bool:
        """Tell whether the rest of it matches a packet on that way."""
        if self._tests is None:
            self._tests = tuple(_tests(self))
        for test in self._tests:  # noqa: SIM110 (faster than all() of a generator)
            if not test(seen):
                return False
        return True

    @property
    def specification(self) -> str:
        """The rule as ``iptables -S`` writes it, without ``-A CHAIN``."""
        return " ".join((*_header_words(self), *_match_words(self), *_target_words(self)))


def _way_tests(rule: Rule) -> Iterator[Test]:
    if rule.in_device:
        yield _device_test("in_device", rule.in_device, rule.not_in_device)
    if rule.out_device:
        yield _device_test("out_device", rule.out_device, rule.not_out_device)
    if rule.destination is not None:
        yield _address_test("destination", rule.destination, rule.not_destination)


def _tests(rule: Rule) -> Iterator[Test]:
    if rule.source is not None:
        yield _address_test("source", rule.source, rule.not_source)
    if rule.protocol:
        yield _protocol_test(rule)
    if rule.ctstate:
        states = rule.ctstate
        yield lambda seen: seen.state in states
    if rule.dst_type:
        yield _type_test(rule.dst_type)


def _device_test(field_name: str, device: str, negated: bool) -> Test:
    if device.endswith("+"):
        prefix = device[:-1]
        return lambda seen: getattr(seen, field_name).startswith(prefix) is not negated
    if field_name == "in_device":
        return lambda seen: (seen.in_device == device) is not negated
    return lambda seen: (seen.out_device == device) is not negated


def _address_test(field_name: str, network: IPv4Network, negated: bool) -> Test:
    shift = 32 - network.prefixlen
    key = int(network.network_address) >> shift
    if field_name == "source":
        return lambda seen: (seen.source >> shift == key) is not negated
    return lambda seen: (seen.destination >> shift == key) is not negated


def _protocol_test(rule: Rule) -> Test:
    protocol, sport, dport, icmp_type = rule.protocol, rule.sport, rule.dport, rule.icmp_type
    if sport is None and dport is None and icmp_type is None:
        negated = rule.not_protocol
        return lambda seen: (seen.protocol == protocol) is not negated

    def test(seen: Seen) -> bool:
        if seen.protocol != protocol:
            return False
        if isinstance(seen.kind, tuple):
            return sport in (None, seen.kind[0]) and dport in (None, seen.kind[1])
        return icmp_type == seen.kind

    return test


def _type_test(kind: str) -> Test:
    if kind == "BROADCAST":
        return lambda seen: seen.local.is_broadcast(IPv4Address(seen.destination))
    return lambda seen: seen.local.has(seen.destination)


def _header_words(rule: Rule) -> Iterator[str]:
    named = (
        ("-s", rule.source, rule.not_source),
        ("-d", rule.destination, rule.not_destination),
        ("-i", rule.in_device, rule.not_in_device),
        ("-o", rule.out_device, rule.not_out_device),
        ("-p", rule.protocol, rule.not_protocol),
    )
    for option, value, negated in named:
        if value:
            yield f"{'! ' if negated else ''}{option} {value}"


def _match_words(rule: Rule) -> Iterator[str]:
    words = {
        "addrtype": f"-m addrtype --dst-type {rule.dst_type}" if rule.dst_type else "",
        "conntrack": _state_words(rule),
        "protocol": _port_words(rule),
        "comment": f"-m comment --comment {_quoted(rule.comment)}" if rule.comment else "",
    }
    yield from (words[name] for name in rule.order if words[name])


def _state_words(rule: Rule) -> str:
    states = ",".join(state for state in STATES if state in rule.ctstate)
    return f"-m conntrack --ctstate {states}" if states else ""


def _port_words(rule: Rule) -> str:
    values = (("sport", rule.sport), ("dport", rule.dport), ("icmp-type", rule.icmp_type))
    words = [f"--{option} {value}" for option, value in values if value is not None]
    return " ".join([f"-m {rule.protocol}", *words]) if words else ""


def _quoted(comment: str) -> str:
    """Quote as iptables does: only if anything in it is not a letter, digit or one of ``-_``."""
    if all(character.isalnum() or character in "-_" for character in comment):
        return comment
    escaped = "".join(f"\\{char}" if char in "\\\"'" else char for char in comment)
    return f'"{escaped}"'


def _target_words(rule: Rule) -> Iterator[str]:
    if rule.target:
        yield f"-j {rule.target}"
    if rule.target == DNAT:
        yield f"--to-destination {rule.to}"
    elif rule.target == SNAT:
        yield f"--to-source {rule.to}"
    elif rule.target == REJECT:
        yield f"--reject-with {rule.reject_with}"
