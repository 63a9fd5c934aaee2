"""A part of the API's routes."""

from __future__ import annotations

from collections.abc import Callable

from dockernet_lessons.embedded.http.router import Handler, Router


class Routes:
    """Handlers and what they answer, in the order in which they were written down."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str, Handler]] = []

    def route(self, method: str, pattern: str) -> Callable[[Handler], Handler]:
        """Write the decorated handler down; see `Router.route`."""

        def register(handler: Handler) -> Handler:
            self._entries.append((method, pattern, handler))
            return handler

        return register

    def add_to(self, router: Router) -> None:
        """Make a router know these routes."""
        for method, pattern, handler in self._entries:
            router.route(method, pattern)(handler)
