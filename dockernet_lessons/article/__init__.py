"""The article's 31 steps, played in a terminal.

- `player`: shows a command before its result, and checks what the article says of it
- `bridge_steps` (1 to 13), `name_steps` (14 to 17), `network_steps` (18 to 31)
"""

from dockernet_lessons.article.player import Player, Step, play
from dockernet_lessons.article.steps import STEPS

__all__ = ["STEPS", "Player", "Step", "play"]
