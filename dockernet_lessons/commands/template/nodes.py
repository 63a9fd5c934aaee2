"""What a template consists of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Literal:
    """A string or a number."""

    value: str | int | float | bool | None


@dataclass(frozen=True)
class Access:
    """A dot or a variable, and the fields taken of it: ``.State.Running``, ``$v.IPAddress``.

    Attributes
    ----------
    start
        ``"."``, a variable's name, or a pipeline in parentheses.
    fields
        Names of the fields, in their order.
    at
        Where Go's messages say that it is.
    """

    start: str | Pipe
    fields: tuple[str, ...]
    at: int

    def __str__(self) -> str:
        start = "" if self.start == "." and self.fields else self.start
        return "".join([f"({start})" if isinstance(start, Pipe) else start,
                        *(f".{name}" for name in self.fields)])  # fmt: skip


@dataclass(frozen=True)
class Function:
    """The name of a function."""

    name: str


Operand = Literal | Access | Function


@dataclass(frozen=True)
class Pipe:
    """Commands, each fed with the result of the one before.

    Attributes
    ----------
    commands
        Each a list of operands.
    names
        Variables that take the result.
    """

    commands: tuple[tuple[Operand, ...], ...]
    names: tuple[str, ...] = ()


@dataclass
class Block:
    """``if``, ``range`` or ``with``, its body and what follows ``else``."""

    kind: str
    pipe: Pipe
    body: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)


Node = str | Pipe | Block
