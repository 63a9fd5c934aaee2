"""The Docker Engine HTTP API: routes and JSON shapes; the rules are the daemon's."""

from dockernet_lessons.embedded.api.routes import find

__all__ = ["find"]
