"""Choose the engine. Nothing else in the package knows which one it talks to.

The address is found as the ``docker`` command finds it: the environment variable ``DOCKER_HOST``,
else the current docker context (Docker Desktop, Colima and others set one), else the system's
socket.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

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

ENGINES = ("auto", "docker", "embedded")
PROFILES = ("article", "classic", "modern")
OLDEST_API = (1, 41)
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
    """

    client: docker.DockerClient
    description: str
    address: str
    version: str


def connect(engine: str = "auto", profile: str = "article") -> Connection:
    """Connect to an engine.

    Parameters
    ----------
    engine
        ``auto``, ``docker`` or ``embedded``. The environment variable ``DOCKERNET_ENGINE``
        overrides ``auto``.
    profile
        Generation that an embedded engine emulates: ``article``, ``classic`` or ``modern``.

    Raises
    ------
    BadArgument
        `engine` or `profile` is none of these.
    EngineUnavailable
        Nothing answers, the socket is denied, or the engine is too old.
    """
    if engine == "auto":
        engine = os.environ.get(ENGINE_VARIABLE) or "auto"
    _check_choice("engine", engine, ENGINES)
    _check_choice("profile", profile, PROFILES)
    if engine == "embedded":
        raise EngineUnavailable(
            "The embedded engine is not part of this version.",
            "Use a real Docker Engine: Lab(engine='docker').",
        )
    return connect_docker()


def _check_choice(what: str, choice: str, choices: tuple[str, ...]) -> None:
    if choice not in choices:
        raise BadArgument(f"There is no {what} '{choice}'.", f"Choose one of {', '.join(choices)}.")


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
    return Connection(client, f"Docker Engine {version} at {address}", address, version)


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
