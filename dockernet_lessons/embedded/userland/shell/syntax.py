"""The tree of a shell script (POSIX.1-2017, Shell Command Language, section 2.9)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text; `quoted` text is neither split nor globbed."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name`` or ``${name op word}``.

    Attributes
    ----------
    operator
        Empty, ``length``, ``:-``, ``-``, ``:=``, ``=``, ``:?``, ``?``, ``:+``, ``+``, ``%``,
        ``%%``, ``#``, ``##``; or ``bad`` for what is no expansion at all.
    """

    name: str
    operator: str = ""
    word: Word | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """``$(commands)`` or backticks."""

    script: Script
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``$((expression))``."""

    word: Word
    quoted: bool = False


Part = Text | Variable | Substitution | Arithmetic
Word = tuple[Part, ...]


@dataclass(slots=True)
class Redirect:
    """``2>&1``, ``>file``, ``<<EOF``.

    Attributes
    ----------
    operator
        ``<``, ``>``, ``>>``, ``>|``, ``<>``, ``>&``, ``<&``, ``&>``, ``&>>`` or ``<<``.
    target
        A file, a descriptor, or the text of a here-document, which is read after its line.
    """

    descriptor: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, words and redirects."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """``{ …; }``, or ``( … )`` in a subshell."""

    body: Script
    subshell: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """``if … then … elif … else … fi``: pairs of condition and body."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script | None
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class While:
    """``while`` or ``until … do … done``; after each turn `step`, if there is one."""

    condition: Script
    body: Script
    until: bool
    redirects: tuple[Redirect, ...] = ()
    step: Command | None = None


@dataclass(frozen=True, slots=True)
class For:
    """``for name in words; do … done``; without ``in``, over the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """``case word in pattern) …;; esac``."""

    word: Word
    branches: tuple[tuple[tuple[Word, ...], Script], ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """``name() body``."""

    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Condition:
    """bash's ``[[ … ]]``: words, and the operators between them as plain text."""

    tokens: tuple[str | Word, ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculation:
    """bash's ``((expression))``."""

    word: Word
    redirects: tuple[Redirect, ...] = ()


Command = Simple | Group | If | While | For | Case | Function | Condition | Calculation


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by ``|``, perhaps after ``!``."""

    commands: tuple[Command, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AndOr:
    """Pipelines joined by ``&&`` and ``||``: the first has an empty operator.

    Attributes
    ----------
    text
        As typed.
    """

    items: tuple[tuple[str, Pipeline], ...]
    background: bool = False
    text: str = ""


@dataclass(slots=True)
class Script:
    """Lists of commands, one after another."""

    lists: list[AndOr] = field(default_factory=list)
