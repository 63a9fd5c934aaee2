"""Say in a widget what went wrong, where a traceback would reach nobody."""

from __future__ import annotations

from dockernet_lessons.errors import DockernetError


def told(error: Exception) -> str:
    """Give an error as a sentence what happened and one what to do."""
    if isinstance(error, DockernetError):
        return str(error)
    return f"That failed: {type(error).__name__}: {error}. Press Refresh to try again."
