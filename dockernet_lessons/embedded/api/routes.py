"""Every route of the API."""

from __future__ import annotations

from dockernet_lessons.embedded.api import (
    containers,
    events,
    execs,
    images,
    missing,
    networks,
    stats,
    streams,
    swarm,
    system,
    volumes,
)
from dockernet_lessons.embedded.http.router import Router

_PARTS = (
    system, containers, streams, execs, networks, images, events, volumes, swarm, stats,
    missing,
)  # fmt: skip


def router() -> Router:
    """Give a router of all routes.

    A handler is called with the daemon, the request and the named parts of the path, and gives a
    response, or steps that end with one.
    """
    whole = Router()
    for part in _PARTS:
        part.routes.add_to(whole)
    return whole
