"""All steps, in the article's order."""

from __future__ import annotations

from dockernet_lessons.article import bridge_steps, name_steps, network_steps
from dockernet_lessons.article.player import Step

STEPS: tuple[Step, ...] = (*bridge_steps.STEPS, *name_steps.STEPS, *network_steps.STEPS)
