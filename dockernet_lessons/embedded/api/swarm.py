"""Swarm: this engine is in none, and the answers say so as the engine does."""

from __future__ import annotations

from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response

routes = Routes()
_NO_MANAGER = (
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" '
    "to connect this node to swarm and try again."
)
_OF_MANAGERS = (
    ("GET", "/swarm"),
    ("GET", "/swarm/unlockkey"),
    ("POST", "/swarm/update"),
    ("POST", "/swarm/unlock"),
    ("GET", "/services/{name}/logs"),
    ("GET", "/tasks/{name}/logs"),
)
_MADE_BY_MANAGERS = ("services", "secrets", "configs")


@routes.route("POST", "/swarm/leave")
def leave(daemon: Daemon, request: Request) -> Response:
    """Leave no swarm."""
    raise DockerError(503, "This node is not part of a swarm")


def _no_manager(daemon: Daemon, request: Request, **parts: str) -> Response:
    raise DockerError(503, _NO_MANAGER)


for _method, _path in _OF_MANAGERS:
    routes.route(_method, _path)(_no_manager)
for _kind in (*_MADE_BY_MANAGERS, "nodes", "tasks"):
    routes.route("GET", f"/{_kind}")(_no_manager)
    routes.route("GET", f"/{_kind}/{{name}}")(_no_manager)
for _kind in (*_MADE_BY_MANAGERS, "nodes"):
    routes.route("DELETE", f"/{_kind}/{{name}}")(_no_manager)
    routes.route("POST", f"/{_kind}/{{name}}/update")(_no_manager)
for _kind in _MADE_BY_MANAGERS:
    routes.route("POST", f"/{_kind}/create")(_no_manager)
