"""The embedded engine does what was recorded on real engines; no Docker is needed."""

from __future__ import annotations

import functools

import pytest
from diff_ask import Asker
from diff_mistakes import GROUPS
from diff_play import Side, differences, pings_after
from diff_profiles import VERSIONS, embedded, new_tag
from diff_random import Scene, step_of
from diff_record import applied, random_plays, recording
from diff_requests import Step
from diff_scenarios import SCENARIOS

PLAYS = {**SCENARIOS, **random_plays()}
recorded = functools.cache(recording)


@pytest.fixture(params=VERSIONS)
def profile(request):
    return request.param


@pytest.fixture
def side(profile):
    """A fresh embedded engine."""
    made = Side(embedded(profile), new_tag())
    yield made
    made.close()


@pytest.mark.parametrize("name", PLAYS)
def test_recorded_play(side, profile, name, count):
    told, facts = recorded(profile).plays[name], {}
    steps = PLAYS[name]
    done = []
    for number, (planned, entry) in enumerate(zip(steps, told, strict=True), 1):
        step = planned if isinstance(planned, Step) else step_of(planned, Scene.of(facts))
        done.append(step.name)
        assert step.name == entry["step"], "the steps are others now: record anew"
        answers = side.do(step)
        assert (done, answers) == (done, entry["answers"])
        facts = applied(facts, entry["changed"])
        seen = side.look(pings=pings_after(number, len(steps)))
        assert (done, differences(facts, seen)) == (done, [])
    count(f"recorded steps ({profile})", len(done))


@pytest.mark.parametrize("group", GROUPS)
def test_recorded_mistakes(profile, group, count):
    asker = Asker(embedded(profile), new_tag())
    asker.set_up()
    told = recorded(profile).mistakes[group]
    answers = {mistake.name: asker.try_out(mistake) for mistake in GROUPS[group]}
    different = {n: (told[n], said) for n, said in answers.items() if told[n] != said}
    count(f"recorded mistakes ({profile})", len(answers))
    assert not different


def test_what_is_recorded(profile):
    """A new mistake or scenario has to be recorded on both engines."""
    found = recorded(profile)
    assert found.version.startswith(VERSIONS[profile])
    assert list(found.plays) == sorted(PLAYS)
    assert {g: set(names) for g, names in found.mistakes.items()} == {
        group: {mistake.name for mistake in mistakes} for group, mistakes in GROUPS.items()
    }
