"""Volumes and plugins: there are none, and the answers say so as the engine does."""

from __future__ import annotations

from dockernet_lessons.embedded.api import parameters
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response, json_response

routes = Routes()


@routes.route("GET", "/volumes")
def volumes(daemon: Daemon, request: Request) -> Response:
    """List no volumes."""
    parameters.filters(request, modern=daemon.modern).check(("dangling", "name", "driver", "label"))
    return json_response({"Volumes": [], "Warnings": None})


@routes.route("GET", "/volumes/{name}")
def volume(daemon: Daemon, request: Request, name: str) -> Response:
    """Find no volume."""
    raise DockerError(404, f"get {name}: no such volume")


@routes.route("DELETE", "/volumes/{name}")
def remove_volume(daemon: Daemon, request: Request, name: str) -> Response:
    """Find no volume to remove."""
    raise DockerError(404, f"get {name}: no such volume")


@routes.route("POST", "/volumes/prune")
def prune(daemon: Daemon, request: Request) -> Response:
    """Remove no volumes."""
    parameters.filters(request, modern=daemon.modern).check(("label", "label!", "all"))
    return json_response({"VolumesDeleted": [], "SpaceReclaimed": 0})


@routes.route("GET", "/plugins")
def plugins(daemon: Daemon, request: Request) -> Response:
    """List no plugins."""
    return json_response([])


@routes.route("GET", "/plugins/{name:path}/json")
def plugin(daemon: Daemon, request: Request, name: str) -> Response:
    """Find no plugin."""
    raise DockerError(404, f'plugin "{name}" not found')


for _method, _path in (
    ("DELETE", "/plugins/{name:path}"),
    ("POST", "/plugins/{name:path}/disable"),
    ("POST", "/plugins/{name:path}/push"),
    ("POST", "/plugins/{name:path}/set"),
):
    routes.route(_method, _path)(plugin)
