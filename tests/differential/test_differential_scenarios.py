"""Chosen steps on a real engine and on the embedded one: both do the same."""

from __future__ import annotations

import pytest
from diff_scenarios import SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(play, name, count):
    try:
        play.scenario(SCENARIOS[name])
    finally:
        count("chosen steps", play.agreed)
