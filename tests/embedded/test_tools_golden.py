"""The emulated tools print what the real ones printed (`record_tools`), byte for byte.

Only what is random in reality is made alike: MACs, the addresses made of them, times, packet
numbers; and the order of neighbors, which in the kernel follows a hash.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from pathlib import Path

import pytest
import tool_commands as commands
from tool_lab import ToolLab

from dockernet_lessons.embedded.fabric.rules import Rule

GOLDEN = Path(__file__).parent / "golden" / "tools"
KNOWN_MACS = ("02:42:", "33:33:00:00:00", "01:00:5e", "00:00:00:00:00:00", "ff:ff:ff", "02:00:00")
UNLIKE = (
    (r"link-netns(id)? [\w]+", "link-netnsid N"),
    (r'"link_netnsid":\s?\d', '"link_netnsid":N'),
    (r"fe80::[0-9a-f:]*:[0-9a-f:]+(?=[/\" ]|$)", "fe80::X"),
    (r"(gc_timer|forward_delay_timer)\s+[\d.]+", r"\1 T"),
    (r'"(gc_timer|forward_delay_timer)":\s?[\d.]+', r'"\1":T'),
    (r"8000\.[0-9a-f:]{11,}", "8000.X"),
    (r"time=[\d.]+ ms", "time=T ms"),
    (r"= [\d./]+ ms", "= T ms"),
    (r"ipg/ewma [\d./]+ ms", "ipg/ewma T ms"),
    (r"time \d+ms", "time T"),
    (r"\[\d+\.\d{6}\]", "[T]"),
    (r"  \d+\.\d{3} ms", "  T ms"),
    (r"^\d\d:\d\d:\d\d\.\d{6}", "T"),
    (r"\bid \d+", "id N"),
    (r"\.\d{5} > (\S+)\.334", r".P > \1.334"),
)


def alike(text: str) -> str:
    def mac(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith(KNOWN_MACS) else "MAC"

    text = re.sub(r"\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b", mac, text)
    for pattern, replacement in UNLIKE:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


def recorded(name: str) -> dict[int, tuple[str, str, int, str]]:
    """Give number -> command, standard output, exit code, standard error."""
    parts = (GOLDEN / f"{name}.txt").read_text().split("### ")[1:]
    found = {}
    for number, part in enumerate(parts):
        command, _, rest = part.partition("\n")
        out, code, err = re.split(r"--- (\d+)\n", rest, maxsplit=1)
        found[number] = (command, out, int(code), err)
    return found


def differences(lab: ToolLab, name: str, *, out_only: bool = False) -> list[str]:
    wrong = []
    for command, out, code, err in recorded(name).values():
        where, _, line = command.partition(" ")
        lab.loop.advance(lab.loop.now + 2)  # routers send few ICMP errors a second
        result = lab.run(where, line)
        expected = (alike(out), code) if out_only else (alike(out), code, alike(err))
        got = (alike(result.out), result.code, alike(result.err))[: len(expected)]
        if got != expected:
            wrong.append(f"{command}\n  real {expected}\n  here {got}")
    return wrong


def counting(command: str) -> bool:
    return " -s" in command


@pytest.fixture
def lab():
    return ToolLab()


@pytest.mark.parametrize("name", ["errors", "changes"])
def test_errors_and_changes(lab, name):
    assert not differences(lab, name)


def test_what_is_shown(lab):
    # counters count IPv6 chatter in reality, which is not emulated
    wrong = differences(lab, "show")
    assert not [text for text in wrong if not counting(text.partition("\n")[0])]


def test_counters_have_the_same_form(lab):
    for command, out, _, _ in recorded("show").values():
        where, _, line = command.partition(" ")
        if counting(command):
            here, real = (
                re.sub(r"\d+", "0", re.sub(r" +", " ", alike(text)))
                for text in (lab.run(where, line).out, out)
            )
            assert here == real, command


def test_pings_and_traceroutes(lab):
    assert not differences(lab, "pings")


LOOPBACK = IPv4Network("127.0.0.0/8")
RULES = {
    ("filter", "FORWARD"): [
        Rule("DOCKER-USER"),
        Rule("ACCEPT", out_device="docker0", ctstate=frozenset({"RELATED", "ESTABLISHED"})),
        Rule("DOCKER", out_device="docker0"),
        Rule("ACCEPT", in_device="docker0", out_device="docker0", not_out_device=True),
    ],
    ("filter", "DOCKER"): [
        Rule(
            "ACCEPT", destination=IPv4Network("172.17.0.2/32"), in_device="docker0",
            not_in_device=True, out_device="docker0", protocol="tcp", dport=80,
        ),
    ],
    ("filter", "DOCKER-USER"): [
        Rule("REJECT", source=IPv4Network("172.18.0.0/16"), protocol="icmp", icmp_type=8),
        Rule("RETURN"),
    ],
    ("nat", "PREROUTING"): [Rule("DOCKER", dst_type="LOCAL")],
    ("nat", "OUTPUT"): [
        Rule("DOCKER", destination=LOOPBACK, not_destination=True, dst_type="LOCAL")
    ],
    ("nat", "POSTROUTING"): [
        Rule("MASQUERADE", source=IPv4Network("172.17.0.0/16"), out_device="docker0",
             not_out_device=True),
    ],
    ("nat", "DOCKER"): [
        Rule("RETURN", in_device="docker0"),
        Rule("DNAT", in_device="docker0", not_in_device=True, protocol="tcp", dport=8080,
             to="172.17.0.2:80"),
    ],
}  # fmt: skip


def test_firewall_rules(lab):
    firewall = lab.spaces["H"].firewall
    for table, name in (("filter", "DOCKER"), ("filter", "DOCKER-USER"), ("nat", "DOCKER")):
        firewall.new_chain(table, name)
    for (table, name), rules in RULES.items():
        for rule in rules:
            firewall.chain(table, name).append(rule)
    firewall.chain("filter", "FORWARD").policy = "DROP"
    assert not differences(lab, "firewall")


def test_captures(lab):
    running = {name: lab.start("H", command) for name, command in commands.CAPTURES.items()}
    for line in commands.CAPTURED:
        where, _, command = line.partition(" ")
        lab.run(where, command)
    for process in running.values():
        process.process.signal(2)
    lab.loop.settle()
    for (command, out, code, _), process in zip(
        recorded("captures").values(), running.values(), strict=True
    ):
        result = lab.finish(process)
        assert result.code == code, command
        assert sorted(lines_of(result.out)) == sorted(lines_of(out)), command


def lines_of(text: str) -> list[str]:
    """Cut at packets: with -v one takes several lines."""
    # the last probe reached only those real captures that do not buffer
    return [
        line
        for line in re.split(r"\n(?=T|IP|ARP|$)", alike(text))
        if ".334" not in line and "port 334" not in line
    ]
