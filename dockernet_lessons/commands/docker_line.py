"""Run a typed ``docker …`` line with the machine's own ``docker`` command, kept to the lab.

The line is run as typed, but for what a notebook cannot do and what keeps the lab safe:

- ``run`` and ``create`` and ``network create`` get the lab's labels, so that `Lab.reset` finds
  what they make; ``run`` is detached (``-d``), since a notebook has no terminal to attach.
- ``exec`` loses ``-i`` and ``-t`` for the same reason, and an endless ``ping`` gets ``-c 3``.
- A command that changes a container or network is refused when it is not this lab's.
- ``prune`` prunes what carries the lab's label.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise

import docker.errors

from dockernet_lessons.actions.context import PREDEFINED, LabContext
from dockernet_lessons.actions.networks import claims
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import DockernetError, NotThisLab
from dockernet_lessons.labels import LAB, belongs_to, lab_labels
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.preflight import check_subnet
from dockernet_lessons.results import CommandResult

TIMEOUT_S = 120
_READS = ("images", "ps", "inspect", "logs", "version", "info", "port", "top", "diff")
_CHANGES = ("rm", "stop", "start", "restart", "kill", "pause", "unpause", "rename", "wait")
_NETWORK_READS = ("ls", "list", "inspect")
_NETWORK_CHANGES = ("rm", "remove", "connect", "disconnect")
SUPPORTED = (*_READS, *_CHANGES, "run", "create", "exec", "network")
_HELP = ("-h", "--help")
_ATTACHING = ("-a", "--attach", "-i", "--interactive", "-ai", "-ia")
# Options of the commands below that take their value in the next word.
_EXEC_VALUES = ("-e", "--env", "-u", "--user", "-w", "--workdir", "--env-file", "--detach-keys")
_STOP_VALUES = ("-t", "--time", "--timeout", "-s", "--signal")
_CONNECT_VALUES = ("--ip", "--ip6", "--alias", "--link", "--link-local-ip", "--driver-opt",
                   "--gw-priority")  # fmt: skip


class _Refused(Exception):
    """A line that is not run; the text is what the learner reads."""


def docker_line(context: LabContext, line: str) -> CommandResult:
    """Run a line such as ``run -it --name ubuntu1 -P xmtubuntu``.

    Parameters
    ----------
    context
        The lab.
    line
        The line, with or without the leading ``docker``.

    Returns
    -------
    CommandResult
        What the command printed, its errors included; 127 where there is no ``docker`` command.
    """
    typed = f"docker {re.sub(r'^docker( |$)', '', line.strip()).strip()}".strip()
    try:
        words = shlex.split(typed)[1:]
        with translated():
            arguments, note = _rewrite(context, words)
    except (_Refused, ValueError) as refused:
        return CommandResult(typed, 1, f"{refused}\n")
    except DockernetError as error:
        return CommandResult(typed, 1, f"{error}\n")
    exit_code, text = _call(context, arguments)
    return CommandResult(typed, exit_code, f"{text}{note}")


def _call(context: LabContext, arguments: list[str]) -> tuple[int, str]:
    program = shutil.which("docker")
    if program is None:
        return 127, "docker: the docker command is not installed on this machine.\n"
    environment = {**os.environ, "DOCKER_HOST": context.connection.address}
    try:
        done = subprocess.run(
            [program, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, f"docker: no end after {TIMEOUT_S} seconds; stopped waiting.\n"
    return done.returncode, done.stdout.decode(errors="replace")


def _rewrite(context: LabContext, words: list[str]) -> tuple[list[str], str]:
    """Give the arguments to run and a note to print after the output."""
    verb = words[0] if words else "--help"
    if verb in (*_HELP, "-v", "--version"):
        return words, ""
    rewriters: dict[str, Callable[[LabContext, list[str]], tuple[list[str], str]]] = {
        "run": _run, "create": _run, "exec": _exec, "network": _network,
    }  # fmt: skip
    if verb in rewriters:
        return rewriters[verb](context, words)
    if verb not in (*_READS, *_CHANGES):
        raise _Refused(
            f"docker {verb}: not possible in a lesson; possible are {', '.join(SUPPORTED)}."
        )
    if verb == "logs" and {"-f", "--follow"} & set(words):
        raise _Refused("docker logs: a notebook cannot follow a log; leave the option out.")
    if verb == "start":
        words = [word for word in words if word not in _ATTACHING]
    if verb in _CHANGES and not _asks_for_help(words):
        names = _positionals(words[1:], _STOP_VALUES)
        for name in names[:1] if verb == "rename" else names:
            _require_own_container(context, name)
    return words, ""


def _run(context: LabContext, words: list[str]) -> tuple[list[str], str]:
    verb, rest = words[0], words[1:]
    if rest == ["--help"]:
        return words, ""
    if f"--name={HOST}" in rest or ("--name", HOST) in pairwise(rest):
        raise _Refused(f"docker {verb}: 'host' means the host itself here; choose another name.")
    context.lesson_image()
    note = ""
    detach: list[str] = []
    if verb == "run" and not {"-d", "--detach", "-dit", "-itd", "-d=true"} & set(rest):
        detach = ["--detach"]
        note = "(Started in the background: a notebook has no terminal to attach.)\n"
    return [verb, *detach, *_label_options(context), "--stop-timeout=1", *rest], note


def _exec(context: LabContext, words: list[str]) -> tuple[list[str], str]:
    options, rest = _split_options(words[1:], _EXEC_VALUES)
    kept = [without for word in options if (without := _without_terminal(word))]
    if not rest or set(options) & set(_HELP):
        return ["exec", *kept, *rest], ""
    _require_own_container(context, rest[0])
    note = ""
    if rest[1:2] == ["ping"] and not any(word.startswith(("-c", "-w")) for word in rest[2:]):
        rest[2:2] = ["-c", "3"]
        note = "(Stopped after three requests, as Ctrl-C would.)\n"
    return ["exec", *kept, *rest], note


def _network(context: LabContext, words: list[str]) -> tuple[list[str], str]:
    verb, rest = (words[1] if len(words) > 1 else "--help"), words[2:]
    if verb.startswith("-") or _asks_for_help(rest) or verb in _NETWORK_READS:
        return words, ""
    if verb == "create":
        _check_subnet(context, rest)
        return ["network", "create", *_label_options(context), *rest], ""
    if verb == "prune":
        return ["network", "prune", "--force", f"--filter=label={LAB}={context.name}"], ""
    if verb not in _NETWORK_CHANGES:
        raise _Refused(
            f"docker network {verb}: not possible in a lesson; possible are "
            f"{', '.join((*_NETWORK_READS, *_NETWORK_CHANGES, 'create', 'prune'))}."
        )
    names = _positionals(rest, _CONNECT_VALUES)
    joining = verb in ("connect", "disconnect")
    for name in names[:1] if joining else names:
        _require_own_network(context, name)
    for name in names[1:2] if joining else []:
        _require_own_container(context, name)
    return words, ""


def _label_options(context: LabContext) -> list[str]:
    return [f"--label={key}={value}" for key, value in lab_labels(context.name).items()]


def _check_subnet(context: LabContext, words: list[str]) -> None:
    """Run the preflight on ``--subnet`` and ``--gateway``, given as one word or as two."""
    options = " ".join(words).replace("=", " ").split()
    values = dict(pairwise(options))
    if "--subnet" in values:
        check_subnet(values["--subnet"], values.get("--gateway"), claims(context))


def _require_own_container(context: LabContext, name: str) -> None:
    """Refuse a container that is not the lab's; by name, ``/name`` or the beginning of its id."""
    try:
        labels = context.client.api.inspect_container(name.strip("/"))["Config"]["Labels"]
    except docker.errors.APIError:
        return  # the docker command says what is wrong in its own words
    if not belongs_to(labels, context.name):
        raise NotThisLab("container", name)


def _require_own_network(context: LabContext, name: str) -> None:
    """Refuse a network that is neither Docker's own nor the lab's."""
    try:
        attrs = context.client.api.inspect_network(name)
    except docker.errors.APIError:
        return
    if attrs["Name"] not in PREDEFINED and not belongs_to(attrs["Labels"], context.name):
        raise NotThisLab("network", name)


def _split_options(words: list[str], with_value: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Split leading options, with their values, from the rest."""
    index = 0
    while index < len(words) and words[index].startswith("-"):
        index += 2 if _takes_next(words[index], with_value) else 1
    return words[:index], words[index:]


def _takes_next(word: str, with_value: tuple[str, ...]) -> bool:
    """Tell whether an option's value is the next word: ``--user root``, ``-itu root``."""
    if word.startswith("--"):
        return word in with_value
    values = [letter for letter in word[1:] if f"-{letter}" in with_value]
    return bool(values) and word.index(values[0]) == len(word) - 1


def _without_terminal(word: str) -> str:
    """Take ``-i`` and ``-t`` out of an option of ``exec``: a notebook has no terminal."""
    if word in ("--interactive", "--tty"):
        return ""
    short = re.fullmatch(r"-([itd]*)([a-z]*)", word)
    if short is None:
        return word
    kept = short[1].replace("i", "").replace("t", "") + short[2]
    return f"-{kept}" if kept else ""


def _asks_for_help(words: list[str]) -> bool:
    """Tell whether the command will only explain itself; after ``--`` every word is a name."""
    options = words[: words.index("--")] if "--" in words else words
    return bool(set(options) & set(_HELP))


def _positionals(words: list[str], with_value: tuple[str, ...]) -> list[str]:
    """List the words that are neither options nor their values."""
    found: list[str] = []
    rest = words
    while rest:
        _, rest = _split_options(rest, with_value)
        found += rest[:1]
        rest = rest[1:]
    return found
