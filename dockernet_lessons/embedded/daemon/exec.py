"""One exec: a command that is run in a container besides its first process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.console import Console
    from dockernet_lessons.embedded.daemon.container import Container
    from dockernet_lessons.embedded.userland.process import Process


class Exec:
    """An exec.

    Attributes
    ----------
    config
        What was asked for, in the API's words: Cmd, Tty, AttachStdin, Env, User, WorkingDir.
    console
        Its streams; None until it is started.
    exit_code
        None until it has ended.
    pid
        Its number on the host; 0 before, and if it could not be run.
    """

    def __init__(self, identifier: str, container: Container, config: dict[str, Any]) -> None:
        self.id = identifier
        self.container = container
        self.config = config
        self.console: Console | None = None
        self.process: Process | None = None
        self.started = False
        self.exit_code: int | None = None
        self.pid = 0
        self.environment: list[str] = []

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.started and self.exit_code is None

    @property
    def tty(self) -> bool:
        """Whether it has a terminal."""
        return bool(self.config["Tty"])

    @property
    def line(self) -> str:
        """The command line, as events show it."""
        entrypoint, *arguments = self.config["Cmd"]
        return f"{entrypoint} {' '.join(arguments)}"
