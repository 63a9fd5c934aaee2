"""Every route of the API.

A part's module is imported when it is first asked for something: most need much of the daemon, and
a lesson never asks for some.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, Final

from dockernet_lessons.embedded.http.router import Handler, Router

_PARTS: Final = {
    "_ping": ("system",),
    "auth": ("missing",),
    "build": ("missing",),
    "commit": ("missing",),
    "configs": ("swarm",),
    "containers": ("containers", "streams", "execs", "stats", "missing"),
    "distribution": ("images",),
    "events": ("events",),
    "exec": ("execs",),
    "grpc": ("missing",),
    "images": ("images", "missing"),
    "info": ("system",),
    "networks": ("networks",),
    "nodes": ("swarm",),
    "plugins": ("volumes", "missing"),
    "secrets": ("swarm",),
    "services": ("swarm",),
    "session": ("missing",),
    "swarm": ("swarm", "missing"),
    "system": ("system",),
    "tasks": ("swarm",),
    "version": ("system",),
    "volumes": ("volumes", "missing"),
}
"""First word of a path -> the modules in this package that have its routes."""


def find(method: str, path: str) -> tuple[Handler, dict[str, Any]]:
    """Find the handler of a request and the named parts of its path.

    A handler is called with the daemon, the request and the named parts, and gives a response, or
    steps that end with one.

    Raises
    ------
    DockerError
        404: no engine has such a page.
    """
    word = path[1:].partition("/")[0]
    return _router(_PARTS.get(word, ())).find(method, path)


@cache
def _router(parts: tuple[str, ...]) -> Router:
    whole = Router()
    for part in parts:
        importlib.import_module(f"{__package__}.{part}").routes.add_to(whole)
    return whole
