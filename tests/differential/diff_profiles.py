"""The emulated generations, and what names a run."""

from __future__ import annotations

import os
import random
from typing import Any

from diff_normal import Tag

from dockernet_lessons.embedded import adapter

GENERATIONS = {20: "classic", 28: "modern"}
"""First number of an engine's version -> profile."""

VERSIONS = {"classic": "20.10.24", "modern": "28.5.2"}
FEW, STEPS = 300, "DOCKERNET_DIFF_STEPS"
SEED = "DOCKERNET_DIFF_SEED"


def embedded(profile: str) -> Any:
    """Give a docker-py client of a fresh embedded engine."""
    return adapter.client(profile=profile, seed=seed())


def new_tag() -> Tag:
    """Make a tag that no other run on the same engine has."""
    return Tag(f"{random.randrange(16**4):04x}", random.randrange(160, 240))


def steps() -> int:
    """Tell how many random steps to play."""
    return int(os.environ.get(STEPS, FEW))


def seed() -> int:
    """Tell where the random steps begin."""
    return int(os.environ.get(SEED, "0"))
