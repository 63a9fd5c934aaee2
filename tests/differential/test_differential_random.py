"""Random steps on a real engine and on the embedded one: both do the same.

``DOCKERNET_DIFF_STEPS`` is how many steps (300), ``DOCKERNET_DIFF_SEED`` where they begin (0).
"""

from __future__ import annotations

from diff_play import Play
from diff_profiles import seed, steps
from diff_random import RANGE
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

LENGTH = 25
NUMBER = st.integers(min_value=0, max_value=RANGE - 1)
CHOICES = st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=LENGTH, max_size=LENGTH)


def test_random_steps(play: Play, pair, count):
    # Shrinking would take a real engine half an hour; the message names the few steps anyway.
    @settings(
        max_examples=-(-steps() // LENGTH), phases=[Phase.generate], derandomize=False,
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.normal,
    )  # fmt: skip
    @seeded(seed())
    @given(CHOICES)
    def sequence(choices):
        play.clear()
        play.at_random(choices)

    try:
        sequence()
    finally:
        count(f"random steps on Engine {pair[0].version()['Version']}", play.agreed)
