"""Containers: list, create, inspect, start, stop and the like."""

from __future__ import annotations

from dockernet_lessons.embedded.api import container_shape, parameters, requests, structs
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon import creation, ending, lifecycle, listing, processes
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response, json_response
from dockernet_lessons.embedded.loop import Steps, Wait

CREATE_S = 0.03
"""Seconds that it takes to create a container (measured: 0.02 to 0.05)."""

_CONFIG = frozenset(field.name for field in structs.CONFIG)
_NO_OBJECT = 7
"""Bytes of the longest body that moby does not take for an object."""

routes = Routes()
DONE = 204
NOT_MODIFIED = 304


@routes.route("GET", "/containers/json")
def list_all(daemon: Daemon, request: Request) -> Response:
    """List containers."""
    filters = parameters.filters(request, modern=daemon.modern)
    limit = parameters.integer(request.text("limit") or "0")
    everything = request.flag("all")
    found = listing.listed(daemon, filters, everything=everything, limit=limit)
    size = request.flag("size")
    return json_response([container_shape.summary(daemon, c, size=size) for c in found])


@routes.route("POST", "/containers/create")
def create(daemon: Daemon, request: Request) -> Steps[Response]:
    """Create a container."""
    decoded = requests.read_container(request, modern=daemon.modern)
    config = {name: decoded[name] for name in _CONFIG}
    host = decoded["HostConfig"]
    endpoints = (decoded["NetworkingConfig"] or {}).get("EndpointsConfig") or {}
    container, warnings = creation.create(
        daemon, request.text("name"), config, host, endpoints, request.version
    )
    yield Wait(until=daemon.loop.now + CREATE_S)
    return json_response({"Id": container.id, "Warnings": warnings}, 201)


@routes.route("GET", "/containers/{name}/json")
def inspect(daemon: Daemon, request: Request, name: str) -> Response:
    """Show everything of a container."""
    container = daemon.containers.find(name)
    shape = container_shape.inspect(daemon, container, size=request.flag("size"))
    return json_response(shape)


@routes.route("POST", "/containers/{name}/start")
def start(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Start a container."""
    if len(request.body) > _NO_OBJECT:
        raise DockerError(
            400,
            "starting container with non-empty request body was deprecated since API v1.22 "
            "and removed in v1.24",
        )
    started = yield from lifecycle.start(daemon, daemon.containers.find(name))
    return Response(DONE if started else NOT_MODIFIED)


def _timeout(request: Request) -> int | None:
    text = request.text("t")
    return parameters.integer(text) if text else None


@routes.route("POST", "/containers/{name}/stop")
def stop(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Stop a container."""
    timeout = _timeout(request)
    container = daemon.containers.find(name)
    stopped = yield from ending.stop(daemon, container, timeout, request.text("signal"))
    return Response(DONE if stopped else NOT_MODIFIED)


@routes.route("POST", "/containers/{name}/restart")
def restart(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Stop a container and start it again."""
    timeout = _timeout(request)
    container = daemon.containers.find(name)
    yield from ending.restart(daemon, container, name, timeout, request.text("signal"))
    return Response(DONE)


@routes.route("POST", "/containers/{name}/kill")
def kill(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Send a signal to a container."""
    yield from ending.kill(daemon, name, request.text("signal"))
    return Response(DONE)


@routes.route("POST", "/containers/{name}/pause")
def pause(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Freeze a container."""
    yield from ending.pause(daemon, daemon.containers.find(name))
    return Response(DONE)


@routes.route("POST", "/containers/{name}/unpause")
def unpause(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Let a paused container go on."""
    yield from ending.unpause(daemon, daemon.containers.find(name))
    return Response(DONE)


@routes.route("POST", "/containers/{name}/rename")
def rename(daemon: Daemon, request: Request, name: str) -> Response:
    """Give a container another name."""
    ending.rename(daemon, daemon.containers.find(name), request.text("name"))
    return Response(DONE)


@routes.route("DELETE", "/containers/{name:path}")
def remove(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Remove a container, or one of its links."""
    if request.flag("link"):
        ending.remove_link(daemon, name)
    else:
        container = daemon.containers.find(name)
        yield from ending.remove(daemon, container, force=request.flag("force"))
    return Response(DONE)


@routes.route("POST", "/containers/prune")
def prune(daemon: Daemon, request: Request) -> Steps[Response]:
    """Remove the containers that do not run."""
    filters = parameters.filters(request, modern=daemon.modern)
    filters.check(parameters.PRUNE)
    gone = []
    for container in list(daemon.containers):
        if container.state.running or not parameters.may_go(
            filters, container.labels, container.created, daemon.loop.now
        ):
            continue
        yield from ending.remove(daemon, container, force=False)
        gone.append(container.id)
    daemon.events.log("container", "prune", "", {"reclaimed": "0"})
    return json_response({"ContainersDeleted": gone or None, "SpaceReclaimed": 0})


@routes.route("GET", "/containers/{name}/top")
def top(daemon: Daemon, request: Request, name: str) -> Response:
    """List the processes of a container."""
    container = daemon.containers.find(name)
    ending.require_running(daemon, container)
    titles, rows = processes.table(daemon, container, request.text("ps_args"))
    daemon.log(container, "top")
    return json_response({"Processes": rows, "Titles": titles})


@routes.route("GET", "/containers/{name}/changes")
def changes(daemon: Daemon, request: Request, name: str) -> Response:
    """List changed files: the emulation does not keep account of them."""
    daemon.containers.find(name)
    raise DockerError(501, "changes of a container's files are not emulated")


@routes.route("POST", "/containers/{name}/resize")
def resize(daemon: Daemon, request: Request, name: str) -> Response:
    """Tell a container's terminal its size."""
    height, width = parameters.size(request, modern=daemon.modern)
    container = daemon.containers.find(name)
    ending.require_running(daemon, container)
    terminal = lifecycle.console(daemon, container).terminal
    if terminal is not None:
        terminal.size = (height, width)
    daemon.log(container, "resize", height=str(height), width=str(width))
    return Response()
