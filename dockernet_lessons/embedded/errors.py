"""What a Docker Engine answers to a mistake: an HTTP status and a message."""

from __future__ import annotations


class DockerError(Exception):
    """A mistake of the client, as the engine words it.

    Parameters
    ----------
    status
        HTTP status code, for example 404.
    message
        What the engine says under ``message``.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class BadArchive(Exception):
    """It is no archive, or not one of the expected form; the message is the engine's."""
