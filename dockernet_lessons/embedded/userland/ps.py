"""``ps`` (procps 4.0): the processes of the own PID namespace."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland import ps_columns
from dockernet_lessons.embedded.userland.process import Process
from dockernet_lessons.embedded.userland.ps_columns import COLUMNS, Column
from dockernet_lessons.embedded.userland.system import System

_USAGE = (
    "\nUsage:\n ps [options]\n\n"
    " Try 'ps --help <simple|list|output|threads|misc|all>'\n"
    "  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\n"
    "For more details see ps(1).\n"
)
_FORMATS = {
    "f": ps_columns.FULL, "F": ps_columns.EXTRA_FULL, "l": ps_columns.LONG,
    "j": ps_columns.JOBS, "T": ps_columns.THREADS,
}  # fmt: skip
_BSD_FORMATS = {"u": ps_columns.BSD_USER, "l": ps_columns.BSD_LONG}
_SPECIFIER = re.compile(r"([A-Za-z%_]\w*)(?::(\d{1,3}))?(=.*)?")
Test = Callable[[Process, Process], bool]
"""Whether a process is chosen by the one that runs ps."""


class _Wrong(Exception):
    """The options cannot be understood; the text is ps's."""


@dataclass
class _Options:
    """What was asked for.

    Attributes
    ----------
    tests
        A process is shown that any of them chooses; None: the default choice.
    bsd
        Options without a dash were given.
    """

    columns: list[Column] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    everything: bool = False
    with_terminal: bool = False
    without_terminal: bool = False
    bsd: bool = False
    headers: bool = True
    wide: bool = False
    sort: str = ""


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``ps``."""
    if argv[1:] in (["--version"], ["-V"], ["V"]):
        system.out("ps from procps-ng 4.0.2\n")
        return 0
    if argv[1:2] == ["--help"]:
        system.out(_USAGE)
        return 0
    try:
        options = _read(argv[1:])
    except _Wrong as wrong:
        system.err(f"error: {wrong}\n{_USAGE}")
        return 1
    chosen = _chosen(system, options)
    columns = options.columns or (ps_columns.BSD if options.bsd else ps_columns.PLAIN)
    lines = [_line(columns, [column.header for column in columns])]
    lines = lines if options.headers and lines[0].strip() else []
    viewer = system.process
    lines += [_line(columns, [c.value(process, viewer) for c in columns]) for process in chosen]
    width = system.columns if system.stdout_is_terminal and not options.wide else None
    system.out("".join(f"{line[:width]}\n" for line in lines))
    return 0 if chosen else 1
    yield  # a program is a generator, also one that never waits


def _line(columns: list[Column], texts: list[str]) -> str:
    last = len(columns) - 1
    cells = (
        column.cell(text, last=number == last)
        for number, (column, text) in enumerate(zip(columns, texts, strict=True))
    )
    return " ".join(cells)


def _chosen(system: System, options: _Options) -> list[Process]:
    processes = list(system.context.pids.processes.values())
    if options.sort:
        key = COLUMNS.get(options.sort.lstrip("+-"), COLUMNS["pid"])
        numeric = key.width > 0
        processes.sort(
            key=lambda p: (_number(key.value(p, system.process)) if numeric else 0,
                           key.value(p, system.process)),
            reverse=options.sort.startswith("-"),
        )  # fmt: skip
    wanted = _default(system, options)
    return [p for p in processes if wanted(p, system.process)]


def _number(text: str) -> float:
    found = re.match(r"\d+(\.\d+)?", text)
    return float(found[0]) if found else 0.0


def _default(system: System, options: _Options) -> Test:
    """Give the test for a process: those asked for, else those of the own terminal."""
    if options.everything or (options.with_terminal and options.without_terminal):
        return lambda process, viewer: True
    if options.tests:
        return lambda process, viewer: any(test(process, viewer) for test in options.tests)
    if options.with_terminal:
        return lambda process, viewer: process.terminal is not None
    if options.without_terminal:
        return lambda process, viewer: True
    if options.bsd and system.process.terminal is None:
        return lambda process, viewer: False
    return lambda process, viewer: process.terminal is viewer.terminal


def _read(words: list[str]) -> _Options:
    options = _Options()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            _long(options, word, rest)
        elif word.startswith("-") and word != "-":
            _letters(options, word[1:], rest, bsd=False)
        elif word.isdecimal() or re.fullmatch(r"[\d,]+", word):
            options.bsd = True
            options.tests.append(_pids(word))
        else:
            options.bsd = True
            _letters(options, word, rest, bsd=True)
    return options


def _long(options: _Options, word: str, rest: list[str]) -> None:
    name, equals, value = word[2:].partition("=")
    if name in ("no-headers", "no-heading", "no-headings"):
        options.headers = False
    elif name in ("forest", "headers", "deselect"):
        pass
    elif name in ("sort", "format", "pid", "ppid", "cols", "columns", "width"):
        value = value if equals else (rest.pop(0) if rest else "")
        if name == "sort":
            options.sort = value
        elif name == "format":
            options.columns += _specified(value)
        elif name == "pid":
            options.tests.append(_pids(value))
        elif name == "ppid":
            numbers = value.split(",")
            options.tests.append(
                lambda process, viewer: ps_columns.parent(process, viewer) in numbers
            )
    else:
        raise _Wrong("unknown gnu long option\n".rstrip())


def _letters(options: _Options, letters: str, rest: list[str], *, bsd: bool) -> None:
    position = 0
    while position < len(letters):
        letter = letters[position]
        position += 1
        takes = "opkOUtN" if bsd else "opCuUGgtskOq"
        if letter in takes:
            value = letters[position:] or (rest.pop(0) if rest else "")
            _with_value(options, letter, value)
            return
        if bsd:
            _bsd_letter(options, letter)
        else:
            _unix_letter(options, letter)


def _with_value(options: _Options, letter: str, value: str) -> None:
    if letter in "oO":
        if not value:
            raise _Wrong(f"format specification must follow -{letter}")
        options.columns += _specified(value)
    elif letter in "pq":
        if not value:
            raise _Wrong("list of process IDs must follow -p")
        options.tests.append(_pids(value))
    elif letter == "C":
        names = value.split(",")
        options.tests.append(lambda process, viewer: process.command in names)
    elif letter in "uU":
        names = value.split(",")
        options.tests.append(lambda process, viewer: "root" in names or "0" in names)
    elif letter == "k":
        options.sort = value
    elif letter == "t":
        options.tests.append(lambda process, viewer: ps_columns.terminal_of(process) == value)


def _bsd_letter(options: _Options, letter: str) -> None:
    if letter == "a":
        options.with_terminal = True
    elif letter == "x":
        options.without_terminal = True
    elif letter in _BSD_FORMATS:
        options.columns = list(_BSD_FORMATS[letter])
    elif letter == "h":
        options.headers = False
    elif letter == "w":
        options.wide = True
    elif letter not in "ecfgTrS":
        raise _Wrong("unsupported option (BSD syntax)")


def _unix_letter(options: _Options, letter: str) -> None:
    if letter in "eA":
        options.everything = True
    elif letter in "ad":
        options.with_terminal = letter == "a" or options.with_terminal
    elif letter in _FORMATS:
        options.columns = list(_FORMATS[letter])
    elif letter == "w":
        options.wide = True
    elif letter == "x":
        options.without_terminal = True
    elif letter not in "yHLMcN":
        raise _Wrong("unsupported SysV option")


def _pids(value: str) -> Test:
    numbers = value.replace(" ", ",").split(",")
    return lambda process, viewer: ps_columns.pid(process, viewer) in numbers


def _specified(value: str) -> list[Column]:
    """Read ``pid=NUMBER,args:40``: the header after ``=`` goes to the next comma."""
    columns: list[Column] = []
    for part in value.split(","):
        names, equals, header = part.partition("=")
        columns += map(_column, names.split())
        if equals and columns:
            columns[-1] = replace(columns[-1], header=header)
    return columns


def _column(name: str) -> Column:
    found = _SPECIFIER.fullmatch(name)
    known = COLUMNS.get(found[1]) if found else None
    if found is None or known is None:
        raise _Wrong(f'unknown user-defined format specifier "{name}"')
    if not found[2]:
        return known
    width = max(int(found[2]), 1)
    return replace(known, width=width if known.width > 0 else -width)
