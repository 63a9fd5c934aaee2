"""``docker logs``, ``port``, ``top``, ``diff``, ``wait``: what the engine says of a container."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import docker.errors
import requests.exceptions

from dockernet_lessons.commands.call import FAILED, Call, CommandError, daemon_error, not_found
from dockernet_lessons.commands.clock import engine_now
from dockernet_lessons.commands.exec import TIMED_OUT, TIMEOUT_S
from dockernet_lessons.commands.format.ports import address
from dockernet_lessons.commands.format.table import columns
from dockernet_lessons.commands.own import require_containers
from dockernet_lessons.commands.requests_of import ask, path

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")
_KINDS = {0: "C", 1: "A", 2: "D"}
_TOP_WIDTH = 20


def logs(call: Call) -> int:
    """Show what a container's process printed."""
    given, name = call.parsed, call.arguments[0]
    if given.on("follow"):
        raise CommandError(
            "docker logs: a notebook cannot follow a log; leave the option out.\n", FAILED
        )
    _require(call, name)
    tail = given.one("tail", "all")
    options: dict[str, Any] = {
        key: _moment(call, key) for key in ("since", "until") if given.one(key)
    }
    printed = call.api.logs(
        name,
        timestamps=given.on("timestamps"),
        tail=int(tail) if tail.isdigit() else "all",
        **options,
    )
    call.write(printed.decode(errors="replace").replace("\r\n", "\n"))
    return 0


def _moment(call: Call, option: str) -> float:
    """Read ``10m``, a Unix time or a date."""
    text = call.parsed.one(option)
    duration = _DURATION.fullmatch(text)
    if duration:
        hours, minutes, seconds = (float(part or 0) for part in duration.groups())
        return engine_now(call.api) - hours * 3600 - minutes * 60 - seconds
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        problem = f'invalid value for "{option}": failed to parse value as time or duration'
        raise CommandError(f'{problem}: "{text}"\n') from error


def _require(call: Call, name: str) -> dict[str, Any]:
    """Inspect a container; what is wrong is worded as ``logs`` and ``port`` word it."""
    try:
        return dict(call.api.inspect_container(name))
    except docker.errors.APIError as error:
        raise CommandError(f"{not_found(call, 'container', name, error)}\n") from error


def port(call: Call) -> int:
    """List the published ports of a container."""
    name, *wanted = call.arguments
    published = _require(call, name)["NetworkSettings"].get("Ports") or {}
    if wanted:
        return _one_port(call, name, wanted[0], published)
    for key, bindings in sorted(published.items(), key=lambda item: _port_order(item[0])):
        for binding in bindings or []:
            call.line(f"{key} -> {_binding(call, binding)}")
    return 0


def _one_port(call: Call, name: str, wanted: str, published: dict[str, Any]) -> int:
    number, _, kind = wanted.partition("/")
    if not number.isdigit():
        problem = f'strconv.ParseUint: parsing "{number}": invalid syntax'
        text = problem if call.edition.classic else f"Error: invalid port ({number}): {problem}"
        raise CommandError(f"{text}\n")
    key = f"{number}/{kind or 'tcp'}"
    if not published.get(key):
        shown = key if call.edition.classic else wanted
        raise CommandError(f"Error: No public port '{shown}' published for {name}\n")
    for binding in published[key]:
        call.line(_binding(call, binding))
    return 0


def _port_order(key: str) -> tuple[int, str]:
    number, _, kind = key.partition("/")
    return int(number), kind


def _binding(call: Call, binding: dict[str, str]) -> str:
    host = address(binding["HostIp"], brackets=not call.edition.classic)
    return f"{host}:{binding['HostPort']}"


def top(call: Call) -> int:
    """List the processes of a container."""
    name, *options = call.arguments
    query: dict[str, str | int] = {"ps_args": " ".join(options)} if options else {}
    answer = ask(call.api, "GET", path("containers", name.strip("/"), "top"), query=query).json()
    rows = [answer["Titles"], *(answer["Processes"] or [])]
    call.write(columns(["\t".join(row) for row in rows], _TOP_WIDTH))
    return 0


def diff(call: Call) -> int:
    """List what changed in a container's file system."""
    for change in call.api.diff(call.arguments[0]) or []:
        call.line(f"{_KINDS[change['Kind']]} {change['Path']}")
    return 0


def wait(call: Call) -> int:
    """Wait until containers stop; print their exit codes."""
    require_containers(call.context, call.arguments)
    problems: list[str] = []
    for name in call.arguments:
        try:
            call.line(str(_exit_code(call, name)))
        except docker.errors.APIError as error:
            problems.append(daemon_error(error))
    for problem in problems:
        call.line(problem)
    return FAILED if problems else 0


def _exit_code(call: Call, name: str) -> int:
    silent = (requests.exceptions.ReadTimeout, requests.exceptions.ConnectionError)
    where = path("containers", name.strip("/"), "wait")
    try:
        answer = ask(call.api, "POST", where, timeout_s=TIMEOUT_S)
    except silent as error:
        if not _timed_out(error):
            raise
        text = f"docker wait: '{name}' did not stop in {TIMEOUT_S} seconds; stopped waiting.\n"
        raise CommandError(text, TIMED_OUT) from error
    return int(answer.json()["StatusCode"])


def _timed_out(error: Exception) -> bool:
    return isinstance(error, requests.exceptions.ReadTimeout) or "timed out" in str(error).lower()
