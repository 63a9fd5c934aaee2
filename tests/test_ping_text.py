"""Reading what ping printed: as recorded on real engines, and other pings' wordings."""

import math

import pytest
from golden_data import recordings

from dockernet_lessons.observe.ping import parse_ping, ping_command, sentence

RECORDED = [
    pytest.param(case, id=f"{version}: {case['case']}")
    for version, cases in recordings("pings").items()
    for case in cases
]
UNREACHABLE = """PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.
From 10.0.0.1 icmp_seq=1 Destination Net Unreachable

--- 10.0.0.9 ping statistics ---
1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms
"""
FILTERED = UNREACHABLE.replace("Destination Net Unreachable", "Packet filtered")
BLOCKED = """PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.
ping: sendmsg: Operation not permitted

--- 10.0.0.9 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms
"""
BUSYBOX = """PING ubuntu2 (172.17.0.3): 56 data bytes
64 bytes from 172.17.0.3: seq=0 ttl=64 time=0.091 ms
64 bytes from 172.17.0.3: seq=1 ttl=64 time=0.073 ms

--- ubuntu2 ping statistics ---
3 packets transmitted, 2 packets received, 33% packet loss
round-trip min/avg/max = 0.073/0.082/0.091 ms
"""


@pytest.mark.parametrize("case", RECORDED)
def test_the_reason_of_recorded_pings(case):
    output = parse_ping(case["text"], case["exit_code"])
    assert output.reason == case["reason"]
    assert (output.received > 0) == (case["reason"] is None)
    assert len(output.rtt_ms) == output.received


@pytest.mark.parametrize(
    ("text", "exit_code", "reason"),
    [
        ("ping: x: Name or service not known\n", 2, "unknown name"),
        ("ping: x: Temporary failure in name resolution\n", 2, "unknown name"),
        ("ping: x: No address associated with hostname\n", 2, "unknown name"),
        ("ping: bad address 'x'\n", 1, "unknown name"),
        ("ping: connect: Network is unreachable\n", 2, "unreachable"),
        (UNREACHABLE, 1, "unreachable"),
        (FILTERED, 1, "unreachable"),
        (BLOCKED, 1, "not permitted"),
        ("ping: socket: Operation not permitted\n", 2, "not permitted"),
        ("ping: permission denied (are you root?)\n", 1, "not permitted"),
        ('OCI runtime exec failed: exec: "ping": not found: unknown', 126, "no ping command"),
        ('OCI runtime exec failed: exec: "ping": not found', 127, "no ping command"),
        ("", 137, "failed"),
    ],
)
def test_the_reason_of_other_wordings(text, exit_code, reason):
    output = parse_ping(text, exit_code)
    assert output.reason == reason
    assert output.loss_percent == 100.0
    assert output.error.startswith(reason)


def test_a_partial_loss_is_still_an_answer():
    output = parse_ping(BUSYBOX, 0)
    assert (output.transmitted, output.received) == (3, 2)
    assert output.loss_percent == pytest.approx(100 / 3)
    assert output.rtt_ms == (0.091, 0.073)
    assert output.address == "172.17.0.3"
    assert output.reason is None
    assert output.error is None


def test_a_reply_faster_than_ping_can_tell():
    text = "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time<1 ms\n1 packets transmitted, 1 received"
    assert parse_ping(text, 0).rtt_ms == (1.0,)


def test_where_nothing_was_sent_everything_is_lost():
    output = parse_ping("", 2)
    assert output.transmitted == 0
    assert output.loss_percent == 100.0
    assert not math.isnan(output.loss_percent)


def test_the_command_is_what_one_would_type():
    words = ping_command("10.0.0.2", count=3, interval_s=0.2, patience_s=4)
    assert " ".join(words) == "ping -c 3 -i 0.2 -W 4 10.0.0.2"


def test_an_unknown_reason_is_its_own_sentence():
    assert sentence("something new") == "something new"
