"""Which emulated generation is held to which real engine."""

from __future__ import annotations

import importlib
import os
import random
from typing import Any

import pytest
from diff_normal import Tag
from engines import engines, required

GENERATIONS = {20: "classic", 28: "modern"}
"""First number of an engine's version -> profile."""

VERSIONS = {"classic": "20.10.24", "modern": "28.5.2"}
FEW, STEPS = 300, "DOCKERNET_DIFF_STEPS"
SEED = "DOCKERNET_DIFF_SEED"


def embedded(profile: str) -> Any:
    """Give a docker-py client of a fresh embedded engine; skip where there is none yet."""
    adapter = importlib.import_module("dockernet_lessons.embedded.adapter")
    return adapter.client(profile=profile, seed=seed())


def real_engines() -> list[Any]:
    """Give a pytest parameter for each real engine that the tests run on."""
    return [pytest.param(found, id=found.id) for found in engines()]


def profile_of(engine: Any) -> str:
    """Tell which profile an engine's version belongs to; skip if none does."""
    if engine.version is None:
        (pytest.fail if required() else pytest.skip)(engine.problem)
    profile = GENERATIONS.get(engine.generation)
    if profile is None:
        known = " and ".join(VERSIONS.values())
        pytest.skip(f"Engine {engine.version} is not emulated; {known} are")
    return profile


def new_tag() -> Tag:
    """Make a tag that no other run on the same engine has."""
    return Tag(f"{random.randrange(16**4):04x}", random.randrange(160, 240))


def steps() -> int:
    """Tell how many random steps to play."""
    return int(os.environ.get(STEPS, FEW))


def seed() -> int:
    """Tell where the random steps begin."""
    return int(os.environ.get(SEED, "0"))
