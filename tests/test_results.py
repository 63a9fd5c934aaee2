"""What a notebook shows of a command and of a ping; labels; work side by side."""

import math
import re
import threading

import pytest
from IPython.lib.pretty import pretty

from dockernet_lessons import labels
from dockernet_lessons.parallel import WORKERS, side_by_side
from dockernet_lessons.results import CommandResult, PingResult


def test_a_command_result_is_its_text():
    result = CommandResult("ip addr", 0, "1: lo\n")
    assert str(result) == "1: lo\n"
    assert result.ok
    assert not CommandResult("false", 1, "").ok


def test_a_notebook_shows_a_command_as_a_terminal_would():
    assert pretty(CommandResult("ip addr", 0, "1: lo\n")) == "$ ip addr\n1: lo"

    assert pretty(CommandResult("x", 127, "no x\n", hint="There is …")) == "$ x\nno x\nThere is …"


def ping(**facts):
    return PingResult("ping 10.0.0.2", "10.0.0.2", 3, 2, 100 / 3, **facts)


def test_a_notebook_shows_a_ping_with_its_verdict():
    shown = pretty(ping(rtt_ms=[0.1, 0.3], ok=True, text="64 bytes …\n"))
    assert shown == "$ ping 10.0.0.2\n64 bytes …\n✓ 2 of 3 came back"


def test_a_ping_that_was_not_sent_shows_why():
    shown = pretty(PingResult("ping x", None, 0, 0, 100.0, error="outside the lab: …"))
    assert shown == "$ ping x\n✗ outside the lab: …"
    assert str(PingResult("ping x", None, 0, 0, 100.0, error="no way")) == "no way"


def test_the_median_of_no_replies_is_nan():
    assert ping(rtt_ms=[0.1, 0.5, 0.3]).median_rtt_ms == 0.3
    assert math.isnan(ping().median_rtt_ms)


def test_the_owner_is_stable_and_fit_for_a_containers_name(monkeypatch):
    monkeypatch.setenv("LOGNAME", "Zoë O'Hara")
    assert re.fullmatch(r"zo--o-hara-[0-9a-f]{6}", labels.owner())
    assert labels.owner() == labels.owner()


def test_two_users_and_two_machines_have_different_owners(monkeypatch):
    owners = set()
    for user, machine in (("ann", "hub-ann"), ("bob", "hub-bob"), ("ann", "hub-bob")):
        monkeypatch.setenv("LOGNAME", user)
        monkeypatch.setattr("platform.node", lambda machine=machine: machine)
        owners.add(labels.owner())
    assert len(owners) == 3


@pytest.mark.parametrize("error", [KeyError("uid not found: 4242"), OSError("No username set")])
def test_a_user_without_a_name_still_owns_a_lab(monkeypatch, error):
    """A hub may run a learner under a number that the system knows no name for."""

    def nameless():
        raise error

    monkeypatch.setattr("getpass.getuser", nameless)
    assert re.fullmatch(r"[a-z0-9]+-[0-9a-f]{6}", labels.owner())


def test_a_name_without_any_ascii_letter(monkeypatch):
    monkeypatch.setenv("LOGNAME", "学生")
    assert labels.owner().startswith("learner-")


def test_belonging_is_decided_by_the_labs_name():
    assert labels.belongs_to(labels.lab_labels("a"), "a")
    assert not labels.belongs_to(labels.lab_labels("a"), "b")
    assert not labels.belongs_to(None, "a")
    assert not labels.belongs_to({}, "a")


def test_equal_options_have_equal_digests():
    assert labels.spec_digest(("a", 1)) == labels.spec_digest(("a", 1))
    assert labels.spec_digest(("a", 1)) != labels.spec_digest(("a", 2))


def test_results_come_in_the_order_of_the_items():
    assert side_by_side(lambda n: n * n, range(20)) == [n * n for n in range(20)]
    assert side_by_side(str, []) == []


def test_things_happen_at_the_same_time():
    together = threading.Barrier(WORKERS, timeout=10)
    side_by_side(lambda _: together.wait(), range(WORKERS), label="Waiting")


def test_a_failure_is_raised_after_everything_was_tried():
    done = []

    def work(item):
        done.append(item)
        if item in (2, 4):
            raise ValueError(item)

    with pytest.raises(ValueError, match="2"):
        side_by_side(work, range(6))
    assert sorted(done) == list(range(6))
