"""Learn how Docker connects containers: every step of the lesson runs.

Start with `Lab`:

>>> from dockernet_lessons import Lab
>>> lab = Lab()  # doctest: +SKIP

Names are imported when they are first used, so that the parts that need no Docker client, such as
the embedded engine's core, can be imported without one.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dockernet_lessons import errors
    from dockernet_lessons.errors import DockernetError
    from dockernet_lessons.lab import Lab
    from dockernet_lessons.results import CommandResult, PingResult

__all__ = ["CommandResult", "DockernetError", "Lab", "PingResult", "errors"]

_HOMES = {
    "CommandResult": "dockernet_lessons.results",
    "DockernetError": "dockernet_lessons.errors",
    "Lab": "dockernet_lessons.lab",
    "PingResult": "dockernet_lessons.results",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a public name when it is first used (PEP 562)."""
    if name == "errors":
        return importlib.import_module("dockernet_lessons.errors")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Do what ``%load_ext dockernet_lessons`` does: add ``%docker`` and ``%host``."""
    from dockernet_lessons import ipython

    ipython.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Do what ``%unload_ext dockernet_lessons`` does: take them away."""
    from dockernet_lessons import ipython

    ipython.unload(shell)
