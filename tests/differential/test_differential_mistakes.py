"""Mistakes: the embedded engine answers with the real engine's status and message."""

from __future__ import annotations

import pytest
from diff_ask import Asker
from diff_mistakes import GROUPS
from diff_play import at_once
from diff_profiles import FEW, new_tag, steps


@pytest.fixture
def askers(pair):
    """Both engines with what the mistakes are made with."""
    tag = new_tag()
    real, emulated = (Asker(client, tag) for client in pair)
    at_once(real.set_up, emulated.set_up)
    yield real, emulated
    at_once(real.tear_down, emulated.tear_down)


@pytest.mark.parametrize("group", GROUPS)
def test_mistakes(askers, group, count):
    real, emulated = askers
    tried = [m for m in GROUPS[group] if not m.slow or steps() > FEW]
    both = at_once(
        lambda: [real.try_out(mistake) for mistake in tried],
        lambda: [emulated.try_out(mistake) for mistake in tried],
    )
    answers = dict(zip((mistake.name for mistake in tried), zip(*both, strict=True), strict=True))
    count("mistakes", len(tried))
    different = {name: pair for name, pair in answers.items() if pair[0] != pair[1]}
    assert not different
