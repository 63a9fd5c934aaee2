"""Tables and chains of rules (iptables(8))."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.fabric.rules import ACCEPT, DROP, RETURN, TERMINAL, Rule, Seen

BUILT_IN: Final = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}
"""The chains that packets enter by themselves."""

MAX_DEPTH: Final = 16
"""Jumps within jumps (NFT_JUMP_STACK_SIZE)."""

_REMEMBERED: Final = 5000
"""Ways and flows that are remembered; a flood to ever new addresses must not fill memory."""


class NoSuchChain(KernelError):
    """No table or chain of that name."""

    text = "No chain/target/match by that name."


class NoSuchRule(KernelError):
    """No rule that says the same."""

    text = "Bad rule (does a matching rule exist in that chain?)."


class NoSuchPosition(KernelError):
    """An insertion behind the end."""

    text = "Index of insertion too big."


class ChainExists(KernelError):
    """A chain of that name is there."""

    text = "Chain already exists."


class ChainBusy(KernelError):
    """A chain that still has rules, or that rules jump to."""

    text = "Device or resource busy"


class Chain:
    """A chain of rules.

    Parameters
    ----------
    changed
        Called when the rules or the policy are others.

    Attributes
    ----------
    table, name
        Where it belongs, what it is called.
    rules
        In order.
    packets, bytes
        Counters of what the policy decided on.
    """

    __slots__ = ("_changed", "_on_way", "_policy", "bytes", "name", "packets", "rules", "table")

    def __init__(
        self, table: str, name: str, policy: str | None, changed: Callable[[], None] | None = None
    ) -> None:
        self.table = table
        self.name = name
        self.rules: list[Rule] = []
        self.packets = self.bytes = 0
        self._policy = policy
        self._changed = changed
        self._on_way: dict[tuple[str, str, int], list[Rule]] = {}

    @property
    def policy(self) -> str | None:
        """What becomes of packets that no rule decides on; None in a chain of one's own."""
        return self._policy

    @policy.setter
    def policy(self, policy: str) -> None:
        self._policy = policy
        self._tell()

    def append(self, rule: Rule) -> None:
        """Do ``iptables -A``."""
        self.rules.append(rule)
        self._tell()

    def insert(self, rule: Rule, position: int = 1) -> None:
        """Do ``iptables -I``; positions count from 1.

        Raises
        ------
        NoSuchPosition
            It is behind the end.
        """
        if not 1 <= position <= len(self.rules) + 1:
            raise NoSuchPosition
        self.rules.insert(position - 1, rule)
        self._tell()

    def delete(self, rule: Rule) -> None:
        """Do ``iptables -D``: delete the first rule that says the same.

        Raises
        ------
        NoSuchRule
            None does.
        """
        if rule not in self.rules:
            raise NoSuchRule
        self.remove(self.rules[self.rules.index(rule)])

    def remove(self, rule: Rule) -> None:
        """Delete this very rule, if it is still there."""
        self.rules = [other for other in self.rules if other is not rule]
        self._tell()

    def flush(self) -> None:
        """Do ``iptables -F``."""
        self.rules = []
        self._tell()

    def _tell(self) -> None:
        self._on_way.clear()
        if self._changed is not None:
            self._changed()

    def on_way(self, seen: Seen) -> list[Rule]:
        """Give the rules about a packet's devices and destination, in order.

        The kernel tries one rule after another. Here those that cannot match are sorted out once
        for each way: among a thousand containers nearly all rules are about others.
        """
        way = (seen.in_device, seen.out_device, seen.destination)
        found = self._on_way.get(way)
        if found is None:
            if len(self._on_way) > _REMEMBERED:
                self._on_way.clear()
            found = self._on_way[way] = [rule for rule in self.rules if rule.is_about_way(seen)]
        return found


class Verdict(NamedTuple):
    """What a table decided.

    Attributes
    ----------
    action
        A terminal target: ``ACCEPT``, ``DROP``, ``REJECT``, ``DNAT`` ...
    chain
        Where.
    rule
        By which rule; None by the policy.
    """

    action: str
    chain: Chain
    rule: Rule | None = None

    @property
    def text(self) -> str:
        """Table and rule as typed: ``filter: -A FORWARD -i docker0 -j DROP``."""
        if self.rule is None:
            return f"{self.chain.table}: -P {self.chain.name} {self.action}"
        return f"{self.chain.table}: -A {self.chain.name} {self.rule.specification}"


class Decision(NamedTuple):
    """What packets that are alike meet in a table: the same, until the rules change.

    Attributes
    ----------
    verdict
        How it ends.
    counters
        The rules that match on the way, and the chain if its policy decides: what counts.
    """

    verdict: Verdict
    counters: tuple[Rule | Chain, ...]


class Tables:
    """The tables raw, mangle, nat and filter of a namespace, each there from its first use on.

    Attributes
    ----------
    at_work
        The built-in chains, by table and name, that do anything: rules, or a policy that drops.
    """

    __slots__ = ("_asking", "_decisions", "_tables", "at_work")

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Chain]] = {}
        self._decisions: dict[tuple[Chain, Seen], Decision] = {}
        self._asking: dict[str, bool] = {}
        self.at_work: frozenset[tuple[str, str]] = frozenset()

    def chains(self, table: str) -> list[Chain]:
        """Give a table's chains as ``iptables -S`` lists them: built-in ones, others by name.

        Raises
        ------
        NoSuchChain
            No such table.
        """
        chains = self._table(table)
        own = sorted(name for name, chain in chains.items() if chain.policy is None)
        return [chains[name] for name in (*BUILT_IN[table], *own)]

    def chain(self, table: str, name: str) -> Chain:
        """Find a chain.

        Raises
        ------
        NoSuchChain
            There is none.
        """
        chain = self._table(table).get(name)
        if chain is None:
            raise NoSuchChain
        return chain

    def new_chain(self, table: str, name: str) -> Chain:
        """Do ``iptables -N``.

        Raises
        ------
        ChainExists
            It is there already.
        """
        chains = self._table(table)
        if name in chains:
            raise ChainExists
        chains[name] = Chain(table, name, None, self._changed)
        return chains[name]

    def delete_chain(self, table: str, name: str) -> None:
        """Do ``iptables -X``.

        Raises
        ------
        NoSuchChain
            There is none.
        ChainBusy
            It is built in, not empty, or jumped to.
        """
        chain, chains = self.chain(table, name), self._table(table)
        jumps = (rule for other in chains.values() for rule in other.rules if rule.target == name)
        if chain.policy is not None or chain.rules or any(jumps):
            raise ChainBusy
        del chains[name]
        self._changed()

    def save(self, table: str, name: str | None = None) -> list[str]:
        """Give the lines of ``iptables -t TABLE -S [CHAIN]``."""
        chains = self.chains(table) if name is None else [self.chain(table, name)]
        heads = [_head(chain) for chain in chains]
        return heads + [
            f"-A {chain.name} {rule.specification}".rstrip()
            for chain in chains
            for rule in chain.rules
        ]

    def asks_for_source(self, table: str) -> bool:
        """Tell whether any rule of a table matches the source address."""
        asks = self._asking.get(table)
        if asks is None:
            rules = (rule for chain in self._table(table).values() for rule in chain.rules)
            asks = self._asking[table] = any(rule.source is not None for rule in rules)
        return asks

    def decide(self, table: str, hook: str, seen: Seen, length: int) -> Verdict:
        """Take a packet through a built-in chain; the next one like it goes the first's way.

        Parameters
        ----------
        length
            The packet's bytes, for the counters.
        """
        flow = self._table(table)[hook], seen
        decision = self._decisions.get(flow)
        if decision is None:
            if len(self._decisions) > _REMEMBERED:
                self._decisions.clear()
            decision = self._decisions[flow] = self._decide(*flow)
        for counter in decision.counters:
            counter.packets += 1
            counter.bytes += length
        return decision.verdict

    def _decide(self, chain: Chain, seen: Seen) -> Decision:
        matched: list[Rule] = []
        verdict = self._walk(chain, seen, matched, 0)
        if verdict is not None:
            return Decision(verdict, tuple(matched))
        return Decision(Verdict(chain.policy or ACCEPT, chain), (*matched, chain))

    def _walk(self, chain: Chain, seen: Seen, matched: list[Rule], depth: int) -> Verdict | None:
        for rule in chain.on_way(seen):
            if not rule.matches(seen):
                continue
            matched.append(rule)
            target = rule.target
            if target in TERMINAL:
                return Verdict(target, chain, rule)
            if target == RETURN:
                return self._returned(chain, rule)
            verdict = self._jump(chain, rule, seen, matched, depth) if target else None
            if verdict is not None:
                return verdict
        return None

    def _jump(
        self, chain: Chain, rule: Rule, seen: Seen, matched: list[Rule], depth: int
    ) -> Verdict | None:
        if depth >= MAX_DEPTH:
            return Verdict(DROP, chain, rule)
        target = self._tables[chain.table].get(rule.target)
        return None if target is None else self._walk(target, seen, matched, depth + 1)

    def _changed(self) -> None:
        self._decisions.clear()
        self._asking.clear()
        self.at_work = frozenset(
            (table, name)
            for table, chains in self._tables.items()
            for name in BUILT_IN[table]
            if (chain := chains[name]).rules or chain.policy == DROP
        )

    def _returned(self, chain: Chain, rule: Rule) -> Verdict | None:
        """Go back to the chain that jumped here; in a built-in one the policy decides."""
        return None if chain.policy is None else Verdict(chain.policy, chain)

    def _table(self, table: str) -> dict[str, Chain]:
        chains = self._tables.get(table)
        if chains is None:
            if table not in BUILT_IN:
                raise NoSuchChain
            changed = self._changed
            built_in = {name: Chain(table, name, ACCEPT, changed) for name in BUILT_IN[table]}
            chains = self._tables[table] = built_in
        return chains


def _head(chain: Chain) -> str:
    return f"-N {chain.name}" if chain.policy is None else f"-P {chain.name} {chain.policy}"
