"""``GET /events``: what happens on the engine, as JSON lines."""

from __future__ import annotations

import json
from typing import Any

from dockernet_lessons.embedded.api import parameters
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.events import Event
from dockernet_lessons.embedded.daemon.filters import Filters
from dockernet_lessons.embedded.daemon.timestamps import nanoseconds
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import JSON, Request, Response, Stream

routes = Routes()


@routes.route("GET", "/events")
def events(daemon: Daemon, request: Request) -> Response:
    """Give past events since a time, and what happens from now on until a time."""
    since, until = (parameters.moment(request, name) for name in ("since", "until"))
    if since is not None and until is not None and since > until:
        raise DockerError(
            400,
            f"`since` time ({request.text('since')}) cannot be after "
            f"`until` time ({request.text('until')})",
        )
    filters = parameters.filters(request, modern=daemon.modern)
    stream = Stream(follows=True)
    if since is not None:
        for event in daemon.events.between(since, until):
            _pass_on(stream, filters, event)
    if until is not None and until <= daemon.loop.now:
        stream.outgoing.close()
    else:
        _follow(daemon, stream, filters, until)
    return Response(200, stream, {"Content-Type": JSON})


def _follow(daemon: Daemon, stream: Stream, filters: Filters, until: float | None) -> None:
    forget = daemon.events.subscribe(lambda event: _pass_on(stream, filters, event))
    stream.on_hang_up = forget
    if until is not None:

        def end() -> None:
            forget()
            stream.outgoing.close()

        daemon.loop.call_at(until, end)


def _pass_on(stream: Stream, filters: Filters, event: Event) -> None:
    if _matches(filters, event):
        line = json.dumps(shape(event), separators=(",", ":"), ensure_ascii=False)
        stream.outgoing.write(line.encode() + b"\n")


def _matches(filters: Filters, event: Event) -> bool:
    """Match as moby does (daemon/events/filter.go)."""
    return (
        filters.exactly("event", event.action, event.action.partition(":")[0])
        and filters.exactly("type", event.kind)
        and filters.exactly("scope", "local")
        and filters.labels(event.attributes)
        and all(_about(filters, event, kind) for kind in ("container", "network"))
        and _about_image(filters, event)
        and not any(name in filters for name in ("daemon", "volume", "plugin", "service", "node"))
    )


def _about(filters: Filters, event: Event, kind: str) -> bool:
    if kind not in filters:
        return True
    name = event.attributes.get("name", "")
    return event.kind == kind and any(
        wanted in (event.actor, name) or event.actor.startswith(wanted)
        for wanted in filters.get(kind)
    )


def _about_image(filters: Filters, event: Event) -> bool:
    names = (event.actor, event.attributes.get("name", ""), event.attributes.get("image", ""))
    known = [*names, *(name.partition(":")[0] for name in names)]
    return filters.exactly("image", *known)


def shape(event: Event) -> dict[str, Any]:
    """Show an event."""
    shown: dict[str, Any] = {}
    if event.kind in ("container", "image"):
        shown["status"] = event.action
        if event.actor:
            shown["id"] = event.actor
    if event.kind == "container" and "image" in event.attributes:
        shown["from"] = event.attributes["image"]
    nano = nanoseconds(event.time)
    return {
        **shown,
        "Type": event.kind,
        "Action": event.action,
        "Actor": {"ID": event.actor, "Attributes": event.attributes},
        "scope": "local",
        "time": nano // 10**9,
        "timeNano": nano,
    }
