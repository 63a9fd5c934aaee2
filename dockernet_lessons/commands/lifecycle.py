"""``docker rm``, ``stop``, ``start``, ``restart``, ``kill``, ``pause``, ``unpause``, ``rename``."""

from __future__ import annotations

from collections.abc import Callable

import docker.errors

from dockernet_lessons.commands.call import FAILED, Call, CommandError, daemon_error, each
from dockernet_lessons.commands.own import require_containers
from dockernet_lessons.commands.requests_of import Parameters, ask, path, post

BACKGROUND = "Started in the background: a notebook has no terminal to attach."


def rm(call: Call) -> int:
    """Remove containers."""
    given = call.parsed
    require_containers(call.context, call.arguments)
    options = (("v", "volumes"), ("link", "link"), ("force", "force"))
    query: Parameters = {key: 1 for key, name in options if given.on(name)}
    missing: list[str] = []

    def remove(name: str) -> None:
        bare = name.strip("/")
        if not bare:
            first = "C" if call.edition.classic else "c"
            raise CommandError(f"{first}ontainer name cannot be empty\n")
        try:
            ask(call.api, "DELETE", path("containers", bare), query=query)
        except docker.errors.NotFound:
            missing.append(name)
            raise

    failed = each(call, call.arguments, remove, kind="container")
    fatal = set(failed) - set(missing) if given.on("force") else failed
    return FAILED if fatal else 0


def _change(verb: str, query: Callable[[Call], Parameters]) -> Callable[[Call], int]:
    """Make a command that does the same to each container it names."""

    def command(call: Call) -> int:
        require_containers(call.context, call.arguments)
        asked = query(call)
        failed = each(
            call, call.arguments, lambda name: post(call.api, _address(name, verb), asked)
        )
        return FAILED if failed else 0

    command.__doc__ = f"Do ``docker {verb}`` to containers."
    return command


def _address(name: str, verb: str) -> str:
    return path("containers", name.strip("/"), verb)


def _stop_options(call: Call) -> Parameters:
    given, query = call.parsed, Parameters()
    if "signal" in given.given:
        query["signal"] = given.one("signal")
    timeout = given.number("timeout", given.number("time"))
    return query if timeout is None else query | {"t": timeout}


def _kill_options(call: Call) -> Parameters:
    default = "KILL" if call.edition.classic else ""
    signal = call.parsed.one("signal", default)
    return {"signal": signal} if signal else {}


stop = _change("stop", _stop_options)
restart = _change("restart", _stop_options)
kill = _change("kill", _kill_options)
pause = _change("pause", lambda _: {})
unpause = _change("unpause", lambda _: {})


def start(call: Call) -> int:
    """Start containers; without attaching to them."""
    require_containers(call.context, call.arguments)
    failed = []
    for name in call.arguments:
        try:
            post(call.api, _address(name, "start"))
            call.line(name)
        except docker.errors.APIError as error:
            failed.append(name)
            call.line(daemon_error(error))
    if failed:
        call.line(f"Error: failed to start containers: {', '.join(failed)}")
    elif call.parsed.on("attach") or call.parsed.on("interactive"):
        call.note(BACKGROUND)
    return FAILED if failed else 0


def rename(call: Call) -> int:
    """Give a container another name."""
    old, new = (name.strip() for name in call.arguments)
    if not old or not new:
        raise CommandError("Error: Neither old nor new names may be empty\n")
    require_containers(call.context, [old])
    try:
        post(call.api, _address(old, "rename"), {"name": new})
    except docker.errors.APIError as error:
        call.line(daemon_error(error))
        call.line(f"Error: failed to rename container named {old}")
        return FAILED
    return 0
