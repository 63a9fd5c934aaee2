"""What a running shell knows: variables, parameters, functions, jobs, traps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.shell.problems import Exhausted, ReadOnly

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.process import Process
    from dockernet_lessons.embedded.userland.shell.syntax import Command

MAX_STEPS = 50_000
"""Commands that a script may run at a stretch; a program counts as ten."""

STEPS_PER_SECOND = 5_000
"""What comes back of that for every second of virtual time that passed."""

PROGRAM_COST = 10
_BYTES_PER_STEP = 1024


class Budget:
    """How many more commands may be run; shared with subshells.

    Parameters
    ----------
    now
        Gives the virtual time.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._left = float(MAX_STEPS)
        self._at = now()
        self.reported = False

    def renew(self) -> None:
        """Begin anew: somebody sent the next line."""
        self._left, self._at, self.reported = float(MAX_STEPS), self._now(), False

    def spend(self, steps: int = 1, size: int = 0) -> None:
        """Count commands, or characters that a command moves.

        Raises
        ------
        Exhausted
            It were too many.
        """
        self._left -= steps + size // _BYTES_PER_STEP
        if self._left < 0:
            now = self._now()
            earned = (now - self._at) * STEPS_PER_SECOND
            self._left, self._at = min(self._left + earned, float(MAX_STEPS)), now
        if self._left < 0:
            raise Exhausted


@dataclass(eq=False)
class Job:
    """Commands in the background.

    Attributes
    ----------
    number
        As in ``[1]``.
    text
        The commands as typed.
    processes
        One for each command of the pipeline; the last one's end is the job's.
    """

    number: int
    text: str
    processes: list[Process]

    @property
    def last(self) -> Process:
        """The process that ``$!`` tells."""
        return self.processes[-1]

    @property
    def running(self) -> bool:
        """Whether any of it still runs."""
        return any(process.running for process in self.processes)


@dataclass
class State:
    """One shell, or one subshell.

    Attributes
    ----------
    name
        ``$0``: ``sh``, ``bash`` or a script's name; before error messages.
    bash
        Whether it is bash.
    interactive
        It has a terminal, and prompts.
    numbered
        Messages tell the line: bash leaves that out for what it reads from standard input.
    exported, readonly
        Names of variables.
    scopes
        What ``local`` hid, for each function entered: name -> value before.
    status
        ``$?``.
    options
        Letters of ``set``: ``e``, ``u``, ``x``; and ``pipefail``.
    unchecked
        Conditions entered, in which ``set -e`` does nothing.
    traps
        Signal (0: the shell's end) -> what to do.
    pending
        Signals with a trap that have come.
    depth
        Functions, compounds and substitutions entered.
    loops, sourced
        Loops, and files of ``.``, that are being run.
    option_at
        Where ``getopts`` is within a word of several options.
    line, first_line
        Number of the line that runs; what to add to the parser's count of lines.
    """

    name: str
    bash: bool
    variables: dict[str, str]
    exported: set[str]
    workdir: str
    budget: Budget
    interactive: bool = False
    numbered: bool = True
    readonly: set[str] = field(default_factory=set)
    arguments: list[str] = field(default_factory=list)
    functions: dict[str, Command] = field(default_factory=dict)
    scopes: list[dict[str, str | None]] = field(default_factory=list)
    status: int = 0
    last_job: int = 0
    pid: int = 1
    jobs: list[Job] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    flags: str = ""
    unchecked: int = 0
    traps: dict[int, str] = field(default_factory=dict)
    pending: list[int] = field(default_factory=list)
    depth: int = 0
    line: int = 1
    first_line: int = 0
    loops: int = 0
    sourced: int = 0
    option_at: int = 0
    random: Callable[[], int] = lambda: 0

    def assign(self, name: str, value: str) -> None:
        """Set a variable.

        Raises
        ------
        ReadOnly
            It may not be changed.
        """
        if name in self.readonly:
            raise ReadOnly(name)
        self.variables[name] = value
        if "a" in self.options:
            self.exported.add(name)

    def unset(self, name: str) -> None:
        """Forget a variable.

        Raises
        ------
        ReadOnly
            It may not be changed.
        """
        if name in self.readonly:
            raise ReadOnly(name)
        self.variables.pop(name, None)
        self.exported.discard(name)

    def leave_scope(self) -> None:
        """Give the variables that a function had for itself their values again."""
        for name, value in self.scopes.pop().items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value

    def environment(self) -> dict[str, str]:
        """Give the environment of a program, in the order in which the shell keeps it."""
        names = [name for name in self.variables if name in self.exported]
        ordered = sorted(names, key=bash_bucket if self.bash else _dash_bucket)
        return {name: self.variables[name] for name in ordered}

    def subshell(self, pid: int | None = None) -> State:
        """Give a copy whose changes stay in it."""
        return replace(
            self,
            interactive=False,
            variables=dict(self.variables),
            exported=set(self.exported),
            readonly=set(self.readonly),
            functions=dict(self.functions),
            arguments=list(self.arguments),
            scopes=[dict(scope) for scope in self.scopes],
            options=set(self.options),
            traps={number: action for number, action in self.traps.items() if not action},
            pending=[],
            jobs=[],
            depth=self.depth + 1,
        )

    def value(self, name: str) -> str | None:
        """Give a variable or parameter; None if it is unset."""
        if name in _SPECIAL:
            return _SPECIAL[name](self)
        if name.isdecimal():
            number = int(name[:6])
            if number == 0:
                return self.name
            return self.arguments[number - 1] if number <= len(self.arguments) else None
        if name == "RANDOM" and self.bash:
            return str(self.random())
        if name == "LINENO":
            return str(self.line)
        return self.variables.get(name)


def _dash_bucket(name: str) -> int:
    """Where dash keeps a variable in its table: programs see them in this order."""
    return ((ord(name[0]) << 4) + sum(name.encode())) % 39


def bash_bucket(name: str) -> tuple[bool, int]:
    """Tell where bash keeps a variable: FNV-1, 1024 buckets; ``_`` is added last."""
    value = 2166136261
    for byte in name.encode():
        value = (value * 16777619 & 0xFFFFFFFF) ^ byte
    return name == "_", value & 1023


_SPECIAL: dict[str, Callable[[State], str | None]] = {
    "?": lambda state: str(state.status),
    "#": lambda state: str(len(state.arguments)),
    "$": lambda state: str(state.pid),
    "!": lambda state: str(state.last_job) if state.last_job else None,
    "-": lambda state: "".join(sorted(o for o in state.options if len(o) == 1)) + state.flags,
    "@": lambda state: " ".join(state.arguments) if state.arguments else None,
    "*": lambda state: _joined(state) if state.arguments else None,
}


def _joined(state: State) -> str:
    """Join the parameters with the first character of IFS (POSIX, 2.5.2)."""
    return state.variables.get("IFS", " ")[:1].join(state.arguments)
