"""Read each endpoint's body with its structure."""

from __future__ import annotations

import functools
from typing import Any

from dockernet_lessons.embedded.api import body, structs
from dockernet_lessons.embedded.api.decode import Decoder, Field, Struct
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request

_CREATE = (
    *structs.CONFIG,
    Field("HostConfig", "HostConfig"),
    Field("NetworkingConfig", "NetworkingConfig"),
)
_ROOTS: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[Field, ...]]] = {
    "container": (
        ("ContainerConfigWrapper", "runconfig.ContainerConfigWrapper"),
        ("", "container.CreateRequest"),
        _CREATE,
    ),
    "network": (
        ("NetworkCreateRequest", "types.NetworkCreateRequest"),
        ("CreateRequest", "network.CreateRequest"),
        structs.NETWORK,
    ),
    "connect": (
        ("NetworkConnect", "types.NetworkConnect"),
        ("ConnectOptions", "network.ConnectOptions"),
        structs.CONNECT,
    ),
    "disconnect": (
        ("NetworkDisconnect", "types.NetworkDisconnect"),
        ("DisconnectOptions", "network.DisconnectOptions"),
        structs.DISCONNECT,
    ),
    "exec": (
        ("ExecConfig", "types.ExecConfig"),
        ("ExecOptions", "container.ExecOptions"),
        structs.EXEC,
    ),
    "exec start": (
        ("ExecStartCheck", "types.ExecStartCheck"),
        ("ExecStartOptions", "container.ExecStartOptions"),
        structs.EXEC_START,
    ),
}


@functools.cache
def _decoder(what: str, modern: bool, status: int) -> Decoder:
    classic_names, modern_names, fields = _ROOTS[what]
    name, go = modern_names if modern else classic_names
    return Decoder(structs.structs(modern=modern), Struct(name, go, fields), modern, status)


_CONFIG = frozenset(field.name.lower() for field in structs.CONFIG)


def read_container(request: Request, *, modern: bool) -> dict[str, Any]:
    """Read the body of ``POST /containers/create``; ``HostConfig`` is always there.

    Raises
    ------
    DockerError
        As `read`; 400: it says nothing of the container itself.
    """
    status = 400 if modern else 500
    value = body.read(request.body, modern=modern, status=status)
    decoder = _decoder("container", modern, status)
    decoded = decoder.decode(value)
    if not any(name.lower() in _CONFIG for name in value or ()):
        word = "config" if modern else "Config"
        raise DockerError(400, f"{word} cannot be empty in order to create a container")
    decoded["HostConfig"] = decoded["HostConfig"] or decoder.empty("HostConfig")
    return decoded


def read(
    what: str, request: Request, *, modern: bool, may_be_empty: bool = False
) -> dict[str, Any]:
    """Read a body.

    Parameters
    ----------
    what
        ``network``, ``connect``, ``disconnect``, ``exec`` or ``exec start``.
    may_be_empty
        No body is an empty one.

    Raises
    ------
    DockerError
        400: it is no JSON, or has values of wrong types.
    """
    value = body.read(request.body, modern=modern, may_be_empty=may_be_empty)
    return _decoder(what, modern, 400).decode(value)
