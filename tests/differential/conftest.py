"""A real engine and the embedded engine of its generation, side by side."""

from __future__ import annotations

import pytest
from counting import counter
from diff_engines import profile_of, real_engines
from diff_play import Play, Side
from diff_profiles import embedded, new_tag

from dockernet_lessons import image


@pytest.fixture(scope="session", params=real_engines())
def pair(request):
    """Clients of a real engine with the lesson image, and of a fresh embedded one."""
    profile = profile_of(request.param)
    real, emulated = request.param.client(), embedded(profile)
    image.ensure(real)
    yield real, emulated
    real.close()
    emulated.close()


@pytest.fixture
def play(pair):
    """Both engines, ready to do the same steps; everything made is removed afterwards."""
    tag = new_tag()
    real, emulated = (Side(client, tag) for client in pair)
    try:
        yield Play(real, emulated)
    finally:
        real.close()
        emulated.close()


@pytest.fixture
def count(record_property):
    """Count what was compared; the sums are printed at the end of the run."""
    return counter(record_property)
