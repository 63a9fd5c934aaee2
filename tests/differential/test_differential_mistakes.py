"""Mistakes: the embedded engine answers with the real engine's status and message."""

from __future__ import annotations

import pytest
from diff_ask import Asker
from diff_known import MISTAKES
from diff_mistakes import GROUPS
from diff_profiles import FEW, new_tag, steps


@pytest.fixture
def askers(pair):
    """Both engines with what the mistakes are made with."""
    tag = new_tag()
    both = [Asker(client, tag) for client in pair]
    for asker in both:
        asker.set_up()
    yield both
    for asker in both:
        asker.tear_down()


@pytest.mark.parametrize("group", GROUPS)
def test_mistakes(askers, group, count):
    real, emulated = askers
    tried = [m for m in GROUPS[group] if m.name not in MISTAKES and (not m.slow or steps() > FEW)]
    answers = {m.name: (real.try_out(m), emulated.try_out(m)) for m in tried}
    count("mistakes", len(tried))
    different = {name: pair for name, pair in answers.items() if pair[0] != pair[1]}
    assert not different
