"""Volumes, plugins, swarm: there are none, and the answers say so as the engine does."""

from __future__ import annotations

from dockernet_lessons.embedded.api import parameters
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response, json_response

routes = Routes()
_NO_SWARM = (
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" '
    "to connect this node to swarm and try again."
)


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


@routes.route("GET", "/plugins/{name}/json")
def plugin(daemon: Daemon, request: Request, name: str) -> Response:
    """Find no plugin."""
    raise DockerError(404, f'plugin "{name}" not found')


def _no_swarm(daemon: Daemon, request: Request, **parts: str) -> Response:
    """Say that this engine is in no swarm."""
    raise DockerError(503, _NO_SWARM)


for _path in ("/swarm", "/nodes", "/services", "/tasks", "/secrets", "/configs"):
    routes.route("GET", _path)(_no_swarm)
for _path in ("/services", "/tasks", "/secrets", "/configs", "/nodes"):
    routes.route("GET", f"{_path}/{{name}}")(_no_swarm)
