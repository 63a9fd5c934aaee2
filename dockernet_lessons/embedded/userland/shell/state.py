"""What a running shell knows: variables, parameters, functions, streams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dockernet_lessons.embedded.loop import Task
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.process import Sink
from dockernet_lessons.embedded.userland.shell.syntax import Command

MAX_STEPS = 20_000
"""Commands that a script may run; one that runs more would most likely never end."""


@dataclass(frozen=True)
class Streams:
    """Where a command reads and writes."""

    stdin: Pipe
    stdout: Sink
    stderr: Sink


@dataclass
class Budget:
    """How many more commands may be run; shared with subshells."""

    left: int = MAX_STEPS


@dataclass
class State:
    """One shell, or one subshell.

    Attributes
    ----------
    name
        ``$0``: ``sh``, ``bash`` or a script's name; before error messages.
    bash
        Whether it is bash.
    exported
        Names of the variables that programs get.
    status
        ``$?``.
    jobs
        Commands in the background.
    at_exit
        What ``trap … EXIT`` asked for.
    options
        Letters of ``set``: ``e``, ``u``, ``x``.
    depth
        Functions and subshells entered.
    """

    name: str
    bash: bool
    variables: dict[str, str]
    exported: set[str]
    workdir: str
    arguments: list[str] = field(default_factory=list)
    functions: dict[str, Command] = field(default_factory=dict)
    status: int = 0
    last_job: int = 0
    pid: int = 1
    jobs: list[Task[int]] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    budget: Budget = field(default_factory=Budget)
    at_exit: str = ""
    depth: int = 0
    line: int = 1

    def environment(self) -> dict[str, str]:
        """Give the environment of a program."""
        return {name: self.variables[name] for name in self.exported if name in self.variables}

    def subshell(self) -> State:
        """Give a copy whose changes stay in it."""
        return replace(
            self,
            variables=dict(self.variables),
            exported=set(self.exported),
            functions=dict(self.functions),
            arguments=list(self.arguments),
            options=set(self.options),
            jobs=[],
            at_exit="",
            depth=self.depth + 1,
        )

    def value(self, name: str) -> str | None:
        """Give a variable or parameter; None if it is unset."""
        if name in _SPECIAL:
            return _SPECIAL[name](self)
        if name.isdecimal():
            number = int(name)
            if number == 0:
                return self.name
            return self.arguments[number - 1] if number <= len(self.arguments) else None
        return self.variables.get(name)


_SPECIAL: dict[str, Callable[[State], str | None]] = {
    "?": lambda state: str(state.status),
    "#": lambda state: str(len(state.arguments)),
    "$": lambda state: str(state.pid),
    "!": lambda state: str(state.last_job) if state.last_job else None,
    "-": lambda state: "".join(sorted(state.options)),
    "@": lambda state: " ".join(state.arguments) if state.arguments else None,
    "*": lambda state: " ".join(state.arguments) if state.arguments else None,
}
