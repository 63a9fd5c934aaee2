"""What ``%load_ext dockernet_lessons`` brings: ``%docker``, ``%host``, and Tab in their lines."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

from dockernet_lessons.ipython.magics import TypedCommands
from dockernet_lessons.ipython.matcher import add_matcher, remove_matcher

MAGICS = ("docker", "host")


def load(shell: InteractiveShell) -> None:
    """Add the magics and their completion to an IPython shell."""
    typed = TypedCommands(shell)
    for name in MAGICS:
        shell.register_magic_function(getattr(typed, name), "line_cell", name)
    add_matcher(shell, typed)


def unload(shell: InteractiveShell) -> None:
    """Take them away again."""
    for kind in shell.magics_manager.magics.values():
        for name in MAGICS:
            kind.pop(name, None)
    remove_matcher(shell)
