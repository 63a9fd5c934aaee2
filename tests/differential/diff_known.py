"""What the embedded engine is known to do otherwise; ``docs/known-differences.md`` says why."""

from __future__ import annotations

MISTAKES = frozenset({"link to another network"})
"""Names of the mistakes that are answered otherwise."""
