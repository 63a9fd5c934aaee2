"""Recorded answers of real engines; each file's name ends in the engine's version."""

from __future__ import annotations

import json
from pathlib import Path

from dockernet_lessons.observe.interfaces import parse_interfaces

GOLDEN = Path(__file__).parent / "golden"


def recordings(kind):
    """Engine version -> what was recorded there."""
    files = sorted(GOLDEN.glob(f"{kind}-*.json"))
    return {file.stem.partition("-")[2]: json.loads(file.read_text()) for file in files}


def namespaces(recording):
    """The host's interfaces, and those of every container."""
    seen = {
        name: parse_interfaces(json.dumps(entries))
        for name, entries in recording["namespaces"].items()
    }
    return seen.pop("host"), seen
