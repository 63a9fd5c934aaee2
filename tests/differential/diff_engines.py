"""Which emulated generation is held to which real engine."""

from __future__ import annotations

from typing import Any

import pytest
from diff_profiles import GENERATIONS, VERSIONS
from engines import real_engines as engines_here
from engines import required


def real_engines() -> list[Any]:
    """Give a pytest parameter for each real engine that the tests run on."""
    return [pytest.param(found, id=found.id) for found in engines_here()]


def profile_of(engine: Any) -> str:
    """Tell which profile an engine's version belongs to; skip if none does."""
    if engine.version is None:
        (pytest.fail if required() else pytest.skip)(engine.problem)
    profile = GENERATIONS.get(engine.generation)
    if profile is None:
        known = " and ".join(VERSIONS.values())
        pytest.skip(f"Engine {engine.version} is not emulated; {known} are")
    return profile
