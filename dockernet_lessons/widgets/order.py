"""Sort names as people count."""

from __future__ import annotations

import re


def natural(name: str) -> list[tuple[bool, int, str]]:
    """Give a key that sorts ubuntu2 before ubuntu10."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", name)
    return [(bool(digits), int(digits or 0), letters) for digits, letters in parts]
