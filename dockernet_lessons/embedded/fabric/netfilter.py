"""Tables, chains and rules, and the hooks that packets pass (iptables(8); netfilter.org)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from dockernet_lessons.embedded.fabric.conntrack import Tracked
from dockernet_lessons.embedded.fabric.packets import ICMP, TCP, UDP, Ipv4Packet, UdpDatagram

ACCEPT, DROP, RETURN, REJECT = "ACCEPT", "DROP", "RETURN", "REJECT"
MASQUERADE, DNAT, SNAT = "MASQUERADE", "DNAT", "SNAT"
TERMINAL = frozenset((ACCEPT, DROP, REJECT, MASQUERADE, DNAT, SNAT))
PROTOCOLS = {"icmp": ICMP, "tcp": TCP, "udp": UDP}
BUILT_IN = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}
MAX_DEPTH = 16


@dataclass(eq=False)
class Rule:
    """One rule; a field that is empty or None matches everything.

    Attributes
    ----------
    target
        ``ACCEPT``, ``DROP``, ``RETURN``, ``REJECT``, ``MASQUERADE``, ``DNAT``, ``SNAT`` or a
        chain; empty: the rule only counts.
    in_device, out_device, source, destination
        Matched, or with ``not_…`` avoided.
    protocol
        ``icmp``, ``tcp``, ``udp`` or empty.
    source_port, destination_port
        One port.
    states
        Connection states, for example ``("RELATED", "ESTABLISHED")``.
    to_local
        Only packets to an address of this host (``-m addrtype --dst-type LOCAL``).
    to
        What DNAT or SNAT translates to: ``172.17.0.2:80``.
    reject_with
        REJECT's answer, for example ``icmp-port-unreachable``.
    """

    target: str = ""
    in_device: str = ""
    not_in: bool = False
    out_device: str = ""
    not_out: bool = False
    source: IPv4Network | None = None
    not_source: bool = False
    destination: IPv4Network | None = None
    not_destination: bool = False
    protocol: str = ""
    source_port: int | None = None
    destination_port: int | None = None
    states: tuple[str, ...] = ()
    to_local: bool = False
    to: str = ""
    reject_with: str = "icmp-port-unreachable"
    comment: str = ""
    packets: int = field(default=0, compare=False)
    bytes: int = field(default=0, compare=False)

    def matches(self, seen: Seen) -> bool:
        """Tell whether a packet matches."""
        if self.in_device and (self.in_device == seen.in_device) is self.not_in:
            return False
        if self.out_device and (self.out_device == seen.out_device) is self.not_out:
            return False
        if self.states and seen.tracked.state not in self.states:
            return False
        packet = seen.packet
        if self.source is not None and (packet.source in self.source) is self.not_source:
            return False
        if self.destination is not None and (
            (packet.destination in self.destination) is self.not_destination
        ):
            return False
        if self.to_local and not seen.to_local:
            return False
        return not self.protocol or self._matches_protocol(packet)

    def _matches_protocol(self, packet: Ipv4Packet) -> bool:
        if PROTOCOLS[self.protocol] != packet.protocol:
            return False
        if self.source_port is None and self.destination_port is None:
            return True
        datagram = packet.payload
        return (
            isinstance(datagram, UdpDatagram)
            and self.source_port in (None, datagram.source_port)
            and self.destination_port in (None, datagram.destination_port)
        )

    def specification(self) -> str:
        """Write the rule as ``iptables -S`` does, without ``-A CHAIN``."""
        return " ".join((*self._matched_words(), *self._module_words(), *self._target_words()))

    def _matched_words(self) -> Iterator[str]:
        if self.source is not None:
            yield f"{'! ' * self.not_source}-s {self.source}"
        if self.destination is not None:
            yield f"{'! ' * self.not_destination}-d {self.destination}"
        if self.in_device:
            yield f"{'! ' * self.not_in}-i {self.in_device}"
        if self.out_device:
            yield f"{'! ' * self.not_out}-o {self.out_device}"
        if self.protocol:
            yield f"-p {self.protocol}"

    def _module_words(self) -> Iterator[str]:
        if self.to_local:
            yield "-m addrtype --dst-type LOCAL"
        if self.states:
            yield f"-m conntrack --ctstate {','.join(self.states)}"
        if self.source_port is not None:
            yield f"-m {self.protocol} --sport {self.source_port}"
        if self.destination_port is not None:
            yield f"-m {self.protocol} --dport {self.destination_port}"
        if self.comment:
            quoted = f'"{self.comment}"' if " " in self.comment else self.comment
            yield f"-m comment --comment {quoted}"

    def _target_words(self) -> Iterator[str]:
        if self.target:
            yield f"-j {self.target}"
        if self.target == DNAT:
            yield f"--to-destination {self.to}"
        if self.target == SNAT:
            yield f"--to-source {self.to}"
        if self.target == REJECT:
            yield f"--reject-with {self.reject_with}"


@dataclass
class Chain:
    """A chain of rules; only a built-in one has a policy."""

    name: str
    policy: str | None = None
    rules: list[Rule] = field(default_factory=list)
    packets: int = 0
    bytes: int = 0

    def append(self, rule: Rule) -> Rule:
        """Add a rule at the end."""
        self.rules.append(rule)
        return rule

    def insert(self, rule: Rule, position: int = 1) -> Rule:
        """Add a rule at a position, counted from 1."""
        self.rules.insert(position - 1, rule)
        return rule

    def delete(self, rule: Rule) -> None:
        """Delete a rule, or the first one that says the same."""
        wanted = rule.specification()
        for number, other in enumerate(self.rules):
            if other is rule or other.specification() == wanted:
                del self.rules[number]
                return

    def flush(self) -> None:
        """Delete all rules."""
        self.rules.clear()


@dataclass(slots=True)
class Seen:
    """A packet at a hook."""

    packet: Ipv4Packet
    in_device: str
    out_device: str
    tracked: Tracked
    to_local: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a table decided, and the rule that did; None: the chain's policy, or no rule."""

    action: str
    rule: Rule | None = None
    chain: str = ""

    def text(self) -> str:
        """Name the rule as ``iptables -S`` writes it."""
        if self.rule is None:
            return f"-P {self.chain} {self.action}"
        return f"-A {self.chain} {self.rule.specification()}"


_PASSED = Verdict(ACCEPT)


class Tables:
    """All chains of a namespace."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Chain]] = {
            table: {name: Chain(name, ACCEPT) for name in chains}
            for table, chains in BUILT_IN.items()
        }

    def chain(self, table: str, name: str) -> Chain:
        """Find a chain.

        Raises
        ------
        KeyError
            There is none.
        """
        return self._tables[table][name]

    def has_chain(self, table: str, name: str) -> bool:
        """Tell whether there is a chain."""
        return name in self._tables[table]

    def chains(self, table: str) -> list[Chain]:
        """List the chains of a table: the built-in ones first."""
        return list(self._tables[table].values())

    def new_chain(self, table: str, name: str) -> Chain:
        """Make a chain, or find it."""
        return self._tables[table].setdefault(name, Chain(name))

    def delete_chain(self, table: str, name: str) -> None:
        """Delete a chain of one's own; gone already is fine."""
        if name not in BUILT_IN[table]:
            self._tables[table].pop(name, None)

    def save(self, table: str) -> list[str]:
        """List a table as ``iptables -t TABLE -S`` does: policies, own chains sorted, rules."""
        chains = self.chains(table)
        built_in = [c for c in chains if c.policy is not None]
        own = sorted((c for c in chains if c.policy is None), key=lambda c: c.name)
        lines = [f"-P {c.name} {c.policy}" for c in built_in]
        lines += [f"-N {c.name}" for c in own]
        for chain in (*built_in, *own):
            lines += [f"-A {chain.name} {rule.specification()}" for rule in chain.rules]
        return lines

    @property
    def active(self) -> bool:
        """Whether any rule or policy could change what happens to a packet."""
        return any(
            chain.rules or chain.policy == DROP
            for chains in self._tables.values()
            for chain in chains.values()
        )

    def run(self, table: str, hook: str, seen: Seen) -> Verdict:
        """Take a packet through a built-in chain."""
        chain = self._tables[table][hook]
        if chain.rules:
            verdict = self._walk(table, chain, seen, 0)
            if verdict is not None:
                return verdict
        if chain.policy == DROP:
            _count(chain, seen.packet)
            return Verdict(DROP, None, chain.name)
        return _PASSED

    def _walk(self, table: str, chain: Chain, seen: Seen, depth: int) -> Verdict | None:
        for rule in chain.rules:
            if not rule.matches(seen):
                continue
            _count(rule, seen.packet)
            if rule.target in TERMINAL:
                return Verdict(rule.target, rule, chain.name)
            if rule.target == RETURN:
                return None
            if rule.target and depth < MAX_DEPTH:
                jumped = self._tables[table].get(rule.target)
                verdict = self._walk(table, jumped, seen, depth + 1) if jumped else None
                if verdict is not None:
                    return verdict
        return None


def _count(counted: Rule | Chain, packet: Ipv4Packet) -> None:
    counted.packets += 1
    counted.bytes += packet.size


def target_of(rule: Rule) -> tuple[IPv4Address, int | None]:
    """Read what DNAT or SNAT translates to: an address and perhaps a port."""
    address, _, port = rule.to.partition(":")
    return IPv4Address(address), int(port) if port else None
