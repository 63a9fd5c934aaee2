"""Learn how Docker connects containers: every step of the lesson runs.

>>> from dockernet_lessons import Lab
>>> lab = Lab()  # doctest: +SKIP
"""

from dockernet_lessons import errors
from dockernet_lessons.errors import DockernetError
from dockernet_lessons.lab import Lab
from dockernet_lessons.results import CommandResult, PingResult

__all__ = ["CommandResult", "DockernetError", "Lab", "PingResult", "errors"]
