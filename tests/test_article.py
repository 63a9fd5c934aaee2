"""The article's 31 steps on every engine, and what happens when one cannot succeed."""

import pytest

from dockernet_lessons.article import STEPS, Step, play
from dockernet_lessons.article.player import StepFailed
from dockernet_lessons.cli import main
from dockernet_lessons.labels import OWNER, owner


@pytest.fixture
def somebody(monkeypatch, tag):
    """Be a user whose default lab is a test's."""
    monkeypatch.setenv("LOGNAME", f"test-{tag}")
    return owner()


def test_there_are_31_steps_in_the_articles_order():
    assert [step.number for step in STEPS] == list(range(1, 32))
    assert len({step.title for step in STEPS}) == 31


def test_every_step_passes(engine, somebody, client, capsys):
    assert main(["article", "--count", "2"]) == 0
    printed = capsys.readouterr().out
    assert "31 of 31 steps passed" in printed
    assert printed.count("── ") == 31
    assert "✗" not in printed
    assert client.containers.list(all=True, filters={"label": f"{OWNER}={somebody}"}) == []
    assert client.networks.list(filters={"label": f"{OWNER}={somebody}"}) == []


def test_a_step_that_cannot_succeed_is_named_and_the_others_are_played(
    engine, somebody, client, capsys
):
    """The user has a container by the name of one that step 12 starts."""
    foreign = client.containers.run("xmtubuntu", "sleep 1000", name="extra1", detach=True)
    try:
        assert main(["article", "--count", "1"]) == 1
        foreign.reload()
        assert foreign.status == "running"
    finally:
        foreign.remove(force=True)
    printed = capsys.readouterr().out
    assert "The container name 'extra1' is taken" in printed
    assert "Failed: 12 (Delete a container), 13 (If the address changes?)" in printed
    assert "29 of 31 steps passed" in printed


def failing(error):
    def action(_):
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (StepFailed("the sky is green"), "✗ not so: the sky is green"),
        (KeyError("gateway"), "✗ it needs what an earlier step should have made: 'gateway'"),
    ],
    ids=["claim", "fact"],
)
def test_a_failed_step_is_printed_and_the_next_one_played(error, shown):
    class NoLab:
        resets = 0

        def reset(self):
            self.resets += 1

    lab, printed = NoLab(), []
    steps = [Step(1, "wrong", failing(error)), Step(2, "right", lambda p: p.check("fine", 1))]
    failed, _ = play(lab, steps, write=printed.append)
    assert failed == steps[:1]
    assert f"  {shown}" in printed
    assert printed[-1] == "  ✓ fine"
    assert lab.resets == 2
