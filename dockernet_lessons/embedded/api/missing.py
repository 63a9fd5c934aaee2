"""What the API has and the emulation has not: answered by 501, which says what it is."""

from __future__ import annotations

from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response

routes = Routes()

_BUILD = "docker build"
_COPY = "copying files into and out of containers"
_MISSING = (
    ("POST", "/build", _BUILD),
    ("POST", "/build/prune", _BUILD),
    ("POST", "/build/cancel", _BUILD),
    ("POST", "/session", _BUILD),
    ("POST", "/grpc", _BUILD),
    ("POST", "/commit", "docker commit"),
    ("GET", "/containers/{name}/export", "exporting a container's files"),
    ("POST", "/containers/{name}/update", "changing a container's limits"),
    ("GET", "/containers/{name}/archive", _COPY),
    ("HEAD", "/containers/{name}/archive", _COPY),
    ("PUT", "/containers/{name}/archive", _COPY),
    ("GET", "/containers/{name}/attach/ws", "attaching through a web socket"),
    ("POST", "/containers/{name}/checkpoints", "checkpoints"),
    ("GET", "/containers/{name}/checkpoints", "checkpoints"),
    ("DELETE", "/containers/{name}/checkpoints/{checkpoint}", "checkpoints"),
    ("POST", "/images/{name:path}/push", "pushing images"),
    ("GET", "/images/search", "searching for images"),
    ("POST", "/auth", "logging in at a registry"),
    ("POST", "/volumes/create", "volumes"),
    ("POST", "/swarm/init", "swarms"),
    ("POST", "/swarm/join", "swarms"),
    ("POST", "/plugins/pull", "plugins"),
    ("GET", "/plugins/privileges", "plugins"),
    ("POST", "/plugins/create", "plugins"),
    ("POST", "/plugins/{name:path}/enable", "plugins"),
    ("POST", "/plugins/{name:path}/upgrade", "plugins"),
)


def _register(method: str, pattern: str, what: str) -> None:
    @routes.route(method, pattern)
    def refuse(daemon: Daemon, request: Request, **parts: str) -> Response:
        raise DockerError(501, f"the embedded engine does not emulate {what}")


for _route in _MISSING:
    _register(*_route)
