"""Which rule dropped a packet: the one whose packet counter went up (iptables(8)).

Docker's rules are nf_tables' or, on older hosts, the kernel's older ("legacy") ones; each has a
command of its own. The legacy command would load the legacy tables where there are none, so it is
asked only where the kernel lists some.
"""

from __future__ import annotations

import re

TABLES = ("raw", "mangle", "filter")
_LEGACY = "if grep -q . /proc/net/ip_tables_names; then iptables-legacy -w -t $table -v -S; fi"
COMMAND = (
    f"{{ for table in {' '.join(TABLES)}; "
    f'do echo "*$table"; iptables -w -t $table -v -S; {_LEGACY}; done; }}'
)
DROPS = ("DROP", "REJECT")
_COUNTERS = re.compile(r" -c (\d+) \d+")


def parse_counters(text: str) -> dict[str, int]:
    """Read what `COMMAND` printed.

    Returns
    -------
    dict
        Rule, as ``filter: -A FORWARD -i docker0 -j DROP`` -> packets it dropped. Rules that drop
        nothing are left out, and the same rule twice counts together.
    """
    counted: dict[str, int] = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:]
        found = _COUNTERS.search(line)
        if found and _drops(line):
            rule = f"{table}: {_COUNTERS.sub('', line)}"
            counted[rule] = counted.get(rule, 0) + int(found[1])
    return counted


def dropping_rule(before: dict[str, int], after: dict[str, int]) -> str | None:
    """Give the rule that counted packets meanwhile; None if none did, or more than one."""
    grown = [rule for rule, packets in after.items() if packets > before.get(rule, 0)]
    return grown[0] if len(grown) == 1 else None


def _drops(line: str) -> bool:
    words = line.split()
    if words[0] == "-P":
        return words[2] in DROPS
    return "-j" in words and words[words.index("-j") + 1] in DROPS
