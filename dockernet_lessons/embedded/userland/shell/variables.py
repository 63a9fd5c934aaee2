"""Builtins about variables: export, local, read, set, shift, unset."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.flow import number
from dockernet_lessons.embedded.userland.shell.problems import ShellProblem

if TYPE_CHECKING:
    from dockernet_lessons.embedded.pipe import Pipe
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter

_NAME = re.compile(r"[A-Za-z_]\w*")
_OPTIONS = {
    "allexport": "a", "errexit": "e", "noglob": "f", "nounset": "u", "xtrace": "x", "verbose": "v",
    "noclobber": "C", "pipefail": "pipefail", "monitor": "m", "noexec": "n",
}  # fmt: skip
_KNOWN = {*_OPTIONS.values(), *"bhpBEHPTVI"}
_DASH_SHOWN = (
    "errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber "
    "allexport notify nounset privileged nolog debug"
)
_BASH_SHOWN = (
    "allexport braceexpand emacs errexit errtrace functrace hashall histexpand history ignoreeof "
    "interactive-comments keyword monitor noclobber noexec noglob nolog notify nounset onecmd "
    "physical pipefail posix privileged verbose vi xtrace"
)
_BASH_ON = ("braceexpand", "hashall", "interactive-comments")


def _bad_name(shell: Interpreter, words: list[str], word: str, streams: Descriptors) -> int:
    """Complain about what is no variable's name; in dash that ends the shell."""
    text = shell.dialect.bad_name(words[0], word)
    if not shell.state.bash:
        raise ShellProblem(text, 2)
    shell.complain(streams, text)
    return 1


def export(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``export`` or ``readonly``."""
    state = shell.state
    marked = state.exported if words[0] == "export" else state.readonly
    rest = words[1:]
    unexport = rest[:1] == ["-n"] and state.bash
    rest = rest[1:] if unexport or rest[:1] in (["-p"], ["--"]) else rest
    if not rest:
        _show(shell, words[0], marked, streams)
    status = 0
    for word in rest:
        name, equals, value = word.partition("=")
        if not _NAME.fullmatch(name):
            status = _bad_name(shell, words, word, streams)
            continue
        if equals:
            state.assign(name, value)
        if unexport:
            state.exported.discard(name)
        else:
            marked.add(name)
    return status


def _show(shell: Interpreter, builtin: str, names: Iterable[str], streams: Descriptors) -> None:
    state = shell.state
    lead = {"export": "declare -x", "readonly": "declare -r"}[builtin] if state.bash else builtin
    for name in sorted(names):
        value = state.variables.get(name)
        if name == "_":
            continue
        shown = "" if value is None else f"={quoted(value, bash=state.bash)}"
        streams.out(f"{lead} {name}{shown}\n")


def quoted(value: str, *, bash: bool) -> str:
    """Quote a value as ``export`` shows it."""
    if bash:
        return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'
    return "'" + value.replace("'", "'\"'\"'") + "'"


def local(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``local``: variables that a function has for itself."""
    state = shell.state
    if not state.scopes:
        if not state.bash:
            raise ShellProblem("local: not in a function", 2)
        shell.complain(streams, "local: can only be used in a function")
        return 1
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if not _NAME.fullmatch(name):
            return _bad_name(shell, words, word, streams)
        state.scopes[-1].setdefault(name, state.variables.get(name))
        if equals:
            state.assign(name, value)
        elif state.bash:
            state.unset(name)
    return 0


def unset(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``unset``."""
    rest, functions_only = words[1:], False
    while rest and rest[0] in ("-v", "-f", "--"):
        functions_only = rest[0] == "-f"
        rest = rest[1:]
    for name in rest:
        if not _NAME.fullmatch(name) and not shell.state.bash:
            return _bad_name(shell, words, name, streams)
        if functions_only or (shell.state.bash and name not in shell.state.variables):
            shell.state.functions.pop(name, None)
        else:
            shell.state.unset(name)
    return 0


def set_options(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``set``: options, and the positional parameters."""
    rest = words[1:]
    if not rest:
        _show_all(shell, streams)
    while rest and rest[0][:1] in ("-", "+") and len(rest[0]) > 1 and rest[0] != "--":
        word = rest.pop(0)
        letters = list(word[1:].replace("o", ""))
        if "o" in word[1:]:
            if not rest:
                _show_options(shell, streams)
                return 0
            letters.append(_option(shell, rest.pop(0)))
        unknown = next((letter for letter in letters if letter not in _KNOWN), None)
        if unknown is not None:
            return _unknown_option(shell, word[0] + unknown, streams)
        for letter in letters:
            (shell.state.options.add if word[0] == "-" else shell.state.options.discard)(letter)
    if rest:
        shell.state.arguments = rest[1:] if rest[0] in ("--", "-") else rest
    return 0


def _option(shell: Interpreter, name: str) -> str:
    if name not in _OPTIONS or (name == "pipefail" and not shell.state.bash):
        text = f"set: {name}: invalid option name" if shell.state.bash else (
            f"set: Illegal option -o {name}")  # fmt: skip
        raise ShellProblem(text, 2)
    return _OPTIONS[name]


def _unknown_option(shell: Interpreter, word: str, streams: Descriptors) -> int:
    if not shell.state.bash:
        raise ShellProblem(f"set: Illegal option {word}", 2)
    shell.complain(streams, f"set: {word}: invalid option")
    streams.err("set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n")
    return 2


def _show_options(shell: Interpreter, streams: Descriptors) -> None:
    bash, options = shell.state.bash, shell.state.options
    streams.out("" if bash else "Current option settings\n")
    for name in (_BASH_SHOWN if bash else _DASH_SHOWN).split():
        on = _OPTIONS.get(name, name) in options or (bash and name in _BASH_ON)
        state = "on" if on else "off"
        streams.out(f"{name:<15}\t{state}\n" if bash else f"{name:<16}{state}\n")


def _show_all(shell: Interpreter, streams: Descriptors) -> None:
    for name, value in sorted(shell.state.variables.items()):
        if not shell.state.bash:
            streams.out(f"{name}={quoted(value, bash=False)}\n")
        elif value.isprintable():
            plain = re.fullmatch(r"[\w@%+=:,./-]*", value)
            shown = value if plain else quoted(value, bash=False)
            streams.out(f"{name}={shown}\n")
        else:
            streams.out(f"{name}=${value!r}\n")


def shift(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``shift``."""
    count = number(shell, words, 1)
    if count > len(shell.state.arguments):
        if not shell.state.bash:
            raise ShellProblem("shift: can't shift that many", 2)
        return 1
    del shell.state.arguments[:count]
    return 0


def getopts(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``getopts``: one option of the parameters after another."""
    if len(words) < 3:
        if not shell.state.bash:
            raise ShellProblem("getopts: Usage: getopts optstring var [arg...]", 2)
        streams.err("getopts: usage: getopts optstring name [arg ...]\n")
        return 2
    arguments = words[3:] or shell.state.arguments
    index = int(shell.state.variables.get("OPTIND", "1")[:6])
    at = shell.state.option_at
    place = index - 2 if at and not shell.state.bash else index - 1
    word = arguments[place] if 0 <= place < len(arguments) else ""
    if not at and (len(word) < 2 or not word.startswith("-") or word == "--"):
        shell.state.assign(words[2], "?")
        shell.state.assign("OPTIND", str(index + (word == "--")))
        return 1
    first, at = not at, at or 1
    shell.state.option_at = at + 1 if at + 1 < len(word) else 0
    index += first if not shell.state.bash else shell.state.option_at == 0
    return _option_found(shell, words, (word, at, index), arguments, streams)


def _option_found(
    shell: Interpreter, words: list[str], place: tuple[str, int, int], arguments: list[str],
    streams: Descriptors,
) -> int:  # fmt: skip
    word, at, index = place
    letters, letter = words[1].lstrip(":"), word[at]
    shell.state.unset("OPTARG")
    position = letters.find(letter) if letter != ":" else -1
    if position < 0:
        bad = f"illegal option -- {letter}" if shell.state.bash else f"Illegal option -{letter}"
        _tell(shell, words, letter, bad, streams)
        letter = "?"
    elif letters[position + 1 : position + 2] == ":":
        attached = word[at + 1 :]
        value = attached or (arguments[index - 1] if index <= len(arguments) else None)
        index += value is not None and (not attached or shell.state.bash)
        shell.state.option_at = 0
        if value is None:
            bad = f"option requires an argument -- {letter}" if shell.state.bash else (
                f"No arg for -{letter} option")  # fmt: skip
            _tell(shell, words, letter, bad, streams)
            letter = "?"
        else:
            shell.state.assign("OPTARG", value)
    shell.state.assign(words[2], letter)
    shell.state.assign("OPTIND", str(index))
    return 0


def _tell(
    shell: Interpreter, words: list[str], letter: str, text: str, streams: Descriptors
) -> None:
    if words[1].startswith(":"):
        shell.state.assign("OPTARG", letter)
    elif shell.state.bash:
        streams.err(f"{shell.state.name}: {text}\n")
    else:
        streams.err(f"{text}\n")


def read(shell: Interpreter, words: list[str], streams: Descriptors) -> Steps[int]:
    """Run ``read``: a line of standard input into variables."""
    raw, prompt, names = _read_options(words[1:])
    if prompt and shell.system.process.terminal is not None:
        streams.err(prompt)
    for name in names:
        if not _NAME.fullmatch(name):
            return _bad_name(shell, words, name, streams)
    if not names and not shell.state.bash:
        shell.complain(streams, "read: arg count")
        return 2
    line, complete = yield from _line(shell, streams.stdin, raw)
    _assign_fields(shell, line, names or ["REPLY"], whole=not names)
    return 0 if complete else 1


def _read_options(rest: list[str]) -> tuple[bool, str, list[str]]:
    raw, prompt = False, ""
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        word, rest = rest[0], rest[1:]
        if word == "--":
            break
        raw = raw or "r" in word
        if "p" in word and rest:
            prompt, rest = rest[0], rest[1:]
    return raw, prompt, rest


def _line(shell: Interpreter, stdin: Pipe, raw: bool) -> Steps[tuple[list[tuple[str, bool]], bool]]:
    """Read a line: its characters, and which of them a backslash protects."""
    characters: list[tuple[str, bool]] = []
    while True:
        text = yield from _raw_line(shell, stdin)
        shell.state.budget.spend(0, len(text))
        body = text.removesuffix("\n")
        found, joined = _characters(body, raw)
        characters += found
        if not (joined and text.endswith("\n")):
            return characters, text.endswith("\n")


def _raw_line(shell: Interpreter, stdin: Pipe) -> Steps[str]:
    """Wait for a line, or for a signal that has a trap."""
    line = yield from shell.traps.interruptible(stdin.read_line())
    return line.decode("utf-8", "surrogateescape")


def _characters(text: str, raw: bool) -> tuple[list[tuple[str, bool]], bool]:
    if raw or "\\" not in text:
        return [(character, False) for character in text], False
    found: list[tuple[str, bool]] = []
    position = 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
            if position == len(text):
                return found, True
            found.append((text[position], True))
        else:
            found.append((text[position], False))
        position += 1
    return found, False


def _assign_fields(
    shell: Interpreter, line: list[tuple[str, bool]], names: list[str], *, whole: bool
) -> None:
    """Split a line into variables at IFS; the last variable gets the rest."""
    separators = "" if whole else shell.state.variables.get("IFS", " \t\n")
    white = [c for c in separators if c in " \t\n"]

    def is_blank(at: int) -> bool:
        return line[at][0] in white and not line[at][1]

    position, end = 0, len(line)
    while end > 0 and is_blank(end - 1):
        end -= 1
    for number_, name in enumerate(names):
        while position < end and is_blank(position):
            position += 1
        start = position
        last = number_ == len(names) - 1
        while position < end and (last or line[position][1] or line[position][0] not in separators):
            position += 1
        text = "".join(character for character, _ in line[start:position])
        while position < end and is_blank(position):
            position += 1
        if position < end and line[position][0] in separators and not line[position][1]:
            position += 1
        shell.state.assign(name, text)
