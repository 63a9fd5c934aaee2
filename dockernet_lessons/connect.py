"""Choose the engine. Nothing else in the package knows which one it talks to.

The address is found as the ``docker`` command finds it: the environment variable ``DOCKER_HOST``,
else the current docker context (Docker Desktop, Colima and others set one), else the system's
socket.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker
import docker.errors
import requests.exceptions
from docker.context import ContextAPI
from docker.utils import kwargs_from_env

from dockernet_lessons.errors import (
    BadArgument,
    EngineTooOld,
    EngineUnavailable,
    NoDocker,
    SocketDenied,
)
from dockernet_lessons.parallel import WORKERS

if TYPE_CHECKING:
    from dockernet_lessons.embedded.server import Server
    from dockernet_lessons.tracing import Tracing

ENGINES = ("auto", "docker", "embedded")
PROFILES = ("article", "classic", "modern")
OLDEST_API = (1, 41)
LEAST_SERVED_PACE = 0.001
EMBEDDED_ADDRESS = "embedded"
ENGINE_VARIABLE = "DOCKERNET_ENGINE"
DEFAULT_SOCKET = "unix:///var/run/docker.sock"
_CONNECT_TIMEOUT_S = 10
_REQUEST_TIMEOUT_S = 120


@dataclass(frozen=True)
class Connection:
    """A client and what it talks to.

    Attributes
    ----------
    client
        The docker-py client.
    description
        For example ``"Docker Engine 28.5.2 at unix:///var/run/docker.sock"``.
    address
        The engine's address, as ``DOCKER_HOST`` would say it.
    version
        The engine's version.
    workers
        How many requests at a time are worth it: one where the engine is in this process.
    simulated
        Whether times on it are simulated.
    notice
        A sentence to tell the learner, or empty.
    release
        Called when a lab is closed.
    tracing
        Gives a context manager that traces packets; None where they can only be captured.
    """

    client: docker.DockerClient
    description: str
    address: str
    version: str
    workers: int = WORKERS
    simulated: bool = False
    notice: str = ""
    release: Callable[[], None] = lambda: None
    tracing: Callable[[], Tracing] | None = None


def connect(
    engine: str = "auto", profile: str = "article", *, seed: int = 0, pace: float = 0.0
) -> Connection:
    """Connect to an engine.

    Parameters
    ----------
    engine
        ``auto``, ``docker`` or ``embedded``. The environment variable ``DOCKERNET_ENGINE``
        overrides ``auto``.
    profile
        Generation that an embedded engine emulates: ``article``, ``classic`` or ``modern``.
    seed
        Decides an embedded engine's ids, MACs and times.
    pace
        Real seconds per simulated second of an embedded engine.

    Raises
    ------
    BadArgument
        `engine` or `profile` is none of these, or `pace` is negative.
    EngineUnavailable
        ``docker`` was asked for, and nothing answers, the socket is denied, or the engine is too
        old.
    """
    if engine == "auto":
        engine = os.environ.get(ENGINE_VARIABLE) or "auto"
    _check_choice("engine", engine, ENGINES)
    _check_choice("profile", profile, PROFILES)
    _check_pace(pace)
    if engine == "embedded":
        return connect_embedded(profile, seed, pace)
    try:
        return connect_docker()
    except EngineUnavailable as error:
        if engine == "docker":
            raise
        notice = f"{error.what} The embedded engine, an emulation, takes its place. {error.todo}"
        return replace(connect_embedded(profile, seed, pace), notice=notice)


def _check_choice(what: str, choice: str, choices: tuple[str, ...]) -> None:
    if choice not in choices:
        raise BadArgument(f"There is no {what} '{choice}'.", f"Choose one of {', '.join(choices)}.")


def _check_pace(pace: float) -> None:
    if not 0 <= pace < math.inf:
        raise BadArgument(f"pace={pace} is not possible.", "Take 0 (do not wait) to 1 (real time).")


@dataclass(frozen=True)
class _Embedded:
    """An embedded engine of this process and what it was made with."""

    client: docker.DockerClient
    tracing: Callable[[], Tracing]
    profile: str
    seed: int
    pace: float


_running: list[_Embedded] = []


def connect_embedded(profile: str = "article", seed: int = 0, pace: float = 0.0) -> Connection:
    """Connect to the embedded engine of this process; start it if there is none like this.

    As on a real engine, a second lab of the process finds what the first one made. When a closed
    lab leaves no container behind, the next one starts with a new engine, and with the same
    numbers.
    """
    for engine in _running:
        if (engine.profile, engine.seed, engine.pace) == (profile, seed, pace):
            break
    else:
        engine = _start_embedded(profile, seed, pace)
        _running.append(engine)
    return Connection(
        client=engine.client,
        description=f"Embedded engine (emulated; {profile} profile)",
        address=EMBEDDED_ADDRESS,
        version=str(engine.client.version()["Version"]),
        workers=1,
        simulated=True,
        release=lambda: _release(engine),
        tracing=engine.tracing,
    )


def _start_embedded(profile: str, seed: int, pace: float) -> _Embedded:
    from dockernet_lessons.embedded.adapter import client_of
    from dockernet_lessons.embedded.engine import Engine
    from dockernet_lessons.embedded.profile import PROFILES as GENERATIONS
    from dockernet_lessons.tracing import Tracing

    engine = Engine(GENERATIONS[profile], seed=seed)
    client = client_of(engine, pace)
    return _Embedded(client, lambda: Tracing(engine.fabric), profile, seed, pace)


def _release(engine: _Embedded) -> None:
    """Let go of an engine without containers."""
    if engine in _running and not engine.client.api.containers(all=True):
        _running.remove(engine)


def embedded_server(
    profile: str = "article",
    *,
    path: Path | None = None,
    port: int = 0,
    seed: int = 0,
    pace: float = 1.0,
) -> Server:
    """Put an embedded engine behind a unix socket, or a loopback port.

    Parameters
    ----------
    profile
        ``article``, ``classic`` or ``modern``.
    path
        Where to make the socket; None takes a port of 127.0.0.1.
    port
        The port, 0 for a free one.
    seed, pace
        See `connect`.

    Returns
    -------
    Server
        Bound, not yet serving.

    Raises
    ------
    BadArgument
        There is no such profile, or `pace` is not possible: several clients share a served
        engine's time, so it has to pass by itself.
    OSError
        The socket cannot be made.
    """
    from dockernet_lessons.embedded.engine import Engine
    from dockernet_lessons.embedded.loop import Loop
    from dockernet_lessons.embedded.profile import PROFILES as GENERATIONS
    from dockernet_lessons.embedded.server import Server

    _check_choice("profile", profile, PROFILES)
    _check_pace(pace)
    if pace < LEAST_SERVED_PACE:
        raise BadArgument(
            f"pace={pace} is not possible for a served engine.",
            f"Take {LEAST_SERVED_PACE} (a thousand times real time) to 1 (real time).",
        )
    engine = Engine(GENERATIONS[profile], Loop(time.time()), seed)
    return Server(engine, path, port=port, pace=pace)


def docker_address() -> str:
    """Say where the Docker Engine should be, as the ``docker`` command would decide it."""
    if os.environ.get("DOCKER_HOST"):
        return os.environ["DOCKER_HOST"]
    try:
        context = ContextAPI.get_current_context()
    except (docker.errors.DockerException, OSError, ValueError):
        return DEFAULT_SOCKET
    return (context.Host if context else None) or DEFAULT_SOCKET


def connect_docker() -> Connection:
    """Connect to the real Docker Engine.

    Raises
    ------
    NoDocker, SocketDenied, EngineTooOld
        Why it cannot be used.
    """
    address = docker_address()
    client, about = _open(address)
    if _api_version(about["ApiVersion"]) < OLDEST_API:
        raise EngineTooOld(about["Version"], about["ApiVersion"])
    version = about["Version"].split("+")[0]
    return Connection(
        client,
        f"Docker Engine {version} at {address}",
        address,
        version,
        release=client.close,  # its idle connections; it opens others if the lab is used again
    )


def _open(address: str) -> tuple[docker.DockerClient, dict[str, Any]]:
    """Give a client and what the engine says of its version."""
    try:
        options: dict[str, Any] = {**kwargs_from_env(), "base_url": address}
        client = docker.DockerClient(version="auto", timeout=_CONNECT_TIMEOUT_S, **options)
        about = client.version()
    except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
        raise _unavailable(address, error) from error
    except ImportError as error:  # docker-py's optional ssh support
        raise NoDocker(address, f"docker-py cannot open it: {error}") from error
    client.api.timeout = _REQUEST_TIMEOUT_S
    return client, about


def _unavailable(address: str, error: Exception) -> EngineUnavailable:
    text = str(error)
    if "Permission denied" in text or "PermissionError" in text:
        return SocketDenied(address)
    reasons = (
        "No such file or directory", "Connection refused", "timed out", "Invalid bind",
        "Name or service not known", "Temporary failure in name resolution",
        "nodename nor servname provided", "getaddrinfo failed",
    )  # fmt: skip
    reason = next((reason for reason in reasons if reason in text), text.split("\n")[0][:120])
    return NoDocker(address, reason)


def _api_version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
