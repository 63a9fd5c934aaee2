"""Rules as ``iptables -L`` prints them: a table a chain (iptables(8))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from dockernet_lessons.embedded.fabric.netfilter import Chain
from dockernet_lessons.embedded.fabric.rules import DNAT, REJECT, SNAT, STATES, Rule

_PROTOCOLS: Final = {"": "0", "icmp": "1", "tcp": "6", "udp": "17"}
_SERVICES: Final = {53: "domain", 80: "http", 443: "https"}
_ICMP_TYPES: Final = {
    0: "echo-reply",
    3: "destination-unreachable",
    8: "echo-request",
    11: "time-exceeded",
}
_UNITS: Final = "KMGT"


@dataclass(frozen=True)
class Style:
    """How to print.

    Attributes
    ----------
    numeric
        ``-n``: no names.
    verbose
        ``-v``: counters and devices.
    exact
        ``-x``: counters in full.
    numbers
        ``--line-numbers``.
    """

    numeric: bool = False
    verbose: bool = False
    exact: bool = False
    numbers: bool = False


def chain_text(chain: Chain, references: int, style: Style) -> str:
    """Word a chain with all its rules."""
    if chain.policy is None:
        kind = f"{references} references"
    else:
        # nf_tables does not count what only the policy decided on
        counted = " 0 packets, 0 bytes" if style.verbose else ""
        kind = f"policy {chain.policy}{counted}"
    rows = (rule_text(rule, number, style) for number, rule in enumerate(chain.rules, 1))
    return f"Chain {chain.name} ({kind})\n{_head(style)}{''.join(rows)}"


def _head(style: Style) -> str:
    text = "num  " if style.numbers else ""
    if style.verbose:
        text += "    pkts      bytes " if style.exact else " pkts bytes "
    text += "target     prot opt "
    text += "in     out     " if style.verbose else ""
    return text + "source               destination         \n"


def rule_text(rule: Rule, number: int, style: Style) -> str:
    """Word a rule as one row."""
    text = f"{number:<4} " if style.numbers else ""
    if style.verbose:
        text += _counters(rule, style)
    protocol = _PROTOCOLS[rule.protocol] if style.numeric else rule.protocol or "all"
    text += f"{rule.target:<9} {_not(rule.not_protocol)}{protocol:<4} -- "
    if style.verbose:
        text += f" {_device(rule.in_device, rule.not_in_device, style):<6} "
        text += f"{_device(rule.out_device, rule.not_out_device, style):<6} "
    text += f"{_not(rule.not_source)}{_network(rule.source, style):<19} "
    text += f"{_not(rule.not_destination)}{_network(rule.destination, style):<19} "
    return text + "".join(f" {words}" for words in _matches(rule, style)) + "\n"


def _not(negated: bool) -> str:
    return "!" if negated else " "


def _counters(rule: Rule, style: Style) -> str:
    if style.exact:
        return f"{rule.packets:>8} {rule.bytes:>8} "
    return f"{_short(rule.packets)} {_short(rule.bytes)} "


def _short(number: int) -> str:
    """Give a number in five columns."""
    if number <= 99_999:
        return f"{number:>5}"
    for unit in _UNITS:
        number = (number + 500) // 1000
        if number <= 9999 or unit == _UNITS[-1]:
            break
    return f"{number:>4}{unit}"


def _device(name: str, negated: bool, style: Style) -> str:
    return ("!" if negated else "") + (name or ("*" if style.numeric else "any"))


def _network(network: IPv4Network | None, style: Style) -> str:
    if network is None:
        return "0.0.0.0/0" if style.numeric else "anywhere"
    return str(network.network_address if network.prefixlen == 32 else network)


def _matches(rule: Rule, style: Style) -> Iterator[str]:
    words = {
        "addrtype": f"ADDRTYPE match dst-type {rule.dst_type}" if rule.dst_type else "",
        "conntrack": _states(rule),
        "protocol": _ports(rule, style),
        "comment": f"/* {rule.comment} */" if rule.comment else "",
    }
    yield from (words[name] for name in rule.order if words[name])
    if rule.target in (DNAT, SNAT):
        yield f"to:{rule.to}"
    elif rule.target == REJECT:
        yield f"reject-with {rule.reject_with}"


def _states(rule: Rule) -> str:
    return "ctstate " + ",".join(s for s in STATES if s in rule.ctstate) if rule.ctstate else ""


def _ports(rule: Rule, style: Style) -> str:
    if rule.icmp_type is not None:
        name = _ICMP_TYPES.get(rule.icmp_type)
        named = name is not None and not style.numeric
        return f"icmp {name}" if named else f"icmptype {rule.icmp_type}"
    words = [
        f"{name}:{port if style.numeric else _SERVICES.get(port, port)}"
        for name, port in (("spt", rule.sport), ("dpt", rule.dport))
        if port is not None
    ]
    return " ".join([rule.protocol, *words]) if words else ""
