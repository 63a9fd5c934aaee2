"""The lesson image: find it, else build it, else pack it; save it and load it.

What is in it, and under which name, says `contents`.
"""

from dockernet_lessons.image.contents import COMMANDS, REFERENCE
from dockernet_lessons.image.provide import build, ensure, load, present, save

__all__ = ["COMMANDS", "REFERENCE", "build", "ensure", "load", "present", "save"]
