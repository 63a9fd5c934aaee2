"""iptables(8) 1.8.9 (nf_tables): shows the firewall rules that are in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dockernet_lessons.embedded.fabric.netfilter import Chain, NoSuchChain, Tables
from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.iptables_list import Style, chain_text, rule_text
from dockernet_lessons.embedded.userland.options import UsageError, parse
from dockernet_lessons.embedded.userland.system import System

_NAME: Final = "iptables v1.8.9 (nf_tables)"
_HINT: Final = "Try `iptables -h' or 'iptables --help' for more information.\n"
_LETTERS: Final = "t:nvxwLShV0A:D:I:R:FZN:XE:P:C:"
_LONG: Final = {
    "table=": "t", "numeric": "n", "verbose": "v", "exact": "x", "line-numbers": "0",
    "wait": "w", "list": "L", "list-rules": "S", "help": "h", "version": "V", "append=": "A",
    "delete=": "D", "insert=": "I", "replace=": "R", "flush": "F", "zero": "Z",
    "new-chain=": "N", "delete-chain": "X", "rename-chain=": "E", "policy=": "P", "check=": "C",
}  # fmt: skip
_CHANGES: Final = "ADIRFZNXEPC"
_EMPTY_TABLES: Final = {"security": ("INPUT", "FORWARD", "OUTPUT")}
_HELP: Final = f"""{_NAME}

Usage: iptables [-t table] -L [chain [rulenum]] [-n] [-v] [-x] [--line-numbers]
       iptables [-t table] -S [chain [rulenum]] [-v]
       iptables -h (print this help information)

Tables: filter (without -t), nat, mangle, raw, security. Rules can be shown, not changed.
"""


class _Failure(Exception):
    """A complaint and an exit code."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.text = f"{_NAME}: {text}\n"
        self.exit_code = exit_code


class _Misused(_Failure):
    """A command line that cannot be understood."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text}\n{_HINT.rstrip()}", 2)


@dataclass
class _Command:
    """What to show.

    Attributes
    ----------
    letter
        ``L`` or ``S``.
    number
        Of a single rule; None for all.
    """

    letter: str
    table: str
    chain: str | None
    number: int | None
    style: Style


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``iptables``."""
    try:
        text = _run(system, argv[1:])
    except _Failure as failure:
        system.err(failure.text)
        return failure.exit_code
    system.out(text)
    return 0
    yield  # a program is a generator, even one that never waits


def _run(system: System, words: list[str]) -> str:
    command = _read(words)
    if isinstance(command, str):
        return command
    if "NET_ADMIN" not in system.capabilities:
        text = "Could not fetch rule set generation id: Permission denied (you must be root)"
        raise _Failure(text, 4)
    tables = system.namespace.firewall.tables
    chains = _chains(tables, command)
    if command.letter == "S":
        return "".join(f"{line}\n" for line in _rule_lines(chains, command))
    return _listing(tables, chains, command)


def _read(words: list[str]) -> _Command | str:
    """Read a command line; text is what is printed at once."""
    try:
        parsed = parse(words, _LETTERS, _LONG)
    except UsageError as error:
        raise _Misused(_complaint(str(error))) from None
    if "h" in parsed or "V" in parsed:
        return _HELP if "h" in parsed else f"{_NAME}\n"
    commands = [letter for letter, _ in parsed.order if letter in _CHANGES + "LS"]
    if not commands:
        raise _Misused("no command specified")
    if commands[0] in _CHANGES:
        raise _Failure("rules are read-only here; -L and -S show them", 4)
    if len(set(commands)) > 1:
        raise _Misused(f"Cannot use -{commands[1]} with -{commands[0]}")
    chain, number = [*parsed.words, None, None][:2]
    if number is not None and not number.isdecimal():
        raise _Misused(f"Invalid rule number `{number}'")
    style = Style("n" in parsed, "v" in parsed, "x" in parsed, "0" in parsed)
    table = parsed.value("t", "filter")
    return _Command(commands[0], table, chain, int(number) if number else None, style)


def _complaint(error: str) -> str:
    """Word getopt's error as iptables does."""
    option = error.split("'")[1]
    option = option if option.startswith("--") else f"-{option}"
    if "requires" in error:
        return f'option "{option}" requires an argument'
    return f'unknown option "{option}"'


def _chains(tables: Tables, command: _Command) -> list[Chain]:
    if command.table in _EMPTY_TABLES:
        chains = [Chain(command.table, name, "ACCEPT") for name in _EMPTY_TABLES[command.table]]
    else:
        try:
            chains = tables.chains(command.table)
        except NoSuchChain:
            text = f"table '{command.table}' does not exist\n"
            text += "Perhaps iptables or your kernel needs to be upgraded."
            raise _Failure(text, 3) from None
    if command.chain is None:
        return chains
    found = [chain for chain in chains if chain.name == command.chain]
    if not found:
        place = f"chain `{command.chain}' in table `{command.table}'"
        raise _Failure(f"{place} is incompatible, use 'nft' tool.", 1)
    return found


def _rule_lines(chains: list[Chain], command: _Command) -> list[str]:
    counted, only = command.style.verbose, command.number
    heads = [_head(chain, counted=counted) for chain in chains if only is None]
    return heads + [
        _counted(f"-A {chain.name} {rule.specification}".rstrip(), rule.packets, rule.bytes)
        if counted
        else f"-A {chain.name} {rule.specification}".rstrip()
        for chain in chains
        for number, rule in enumerate(chain.rules, 1)
        if only in (None, number)
    ]


def _head(chain: Chain, *, counted: bool) -> str:
    if chain.policy is None:
        return f"-N {chain.name}"
    return f"-P {chain.name} {chain.policy}{' -c 0 0' if counted else ''}"


def _counted(line: str, packets: int, size: int) -> str:
    """Put a rule's counters before its target."""
    before, jump, target = line.rpartition(" -j ")
    counters = f" -c {packets} {size}"
    return f"{before}{counters}{jump}{target}" if jump else f"{line}{counters}"


def _listing(tables: Tables, chains: list[Chain], command: _Command) -> str:
    if command.number is not None:
        rules = list(enumerate(chains[0].rules, 1)) if chains else []
        fitting = [(number, rule) for number, rule in rules if number == command.number]
        return "".join(rule_text(rule, number, command.style) for number, rule in fitting)
    texts = (chain_text(chain, _references(tables, chain), command.style) for chain in chains)
    return "\n".join(texts)


def _references(tables: Tables, chain: Chain) -> int:
    """Count the rules that jump to a chain."""
    if chain.policy is not None:
        return 0
    others = tables.chains(chain.table)
    return sum(rule.target == chain.name for other in others for rule in other.rules)
