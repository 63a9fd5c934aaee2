"""Find the handler of a request by method and path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Response
from dockernet_lessons.embedded.loop import Steps

Handler = Callable[..., "Response | Steps[Response]"]


class Router:
    """Routes such as ``GET /containers/{name}/json``; ``{name:path}`` also takes slashes."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, int], list[tuple[tuple[str, ...], Handler]]] = {}
        self._greedy: list[tuple[str, str, str, str, Handler]] = []

    def route(self, method: str, pattern: str) -> Callable[[Handler], Handler]:
        """Register the decorated function.

        Parameters
        ----------
        method
            ``GET``, ``POST``, ``PUT``, ``HEAD`` or ``DELETE``.
        pattern
            Path with names in braces; they become keyword arguments of the handler.
        """

        def register(handler: Handler) -> Handler:
            if ":path}" in pattern:
                before, _, rest = pattern.partition("{")
                name, _, after = rest.partition(":path}")
                self._greedy.append((method, before, name, after, handler))
            else:
                parts = tuple(pattern.split("/"))
                self._routes.setdefault((method, len(parts)), []).append((parts, handler))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, Any]]:
        """Find the handler and the named parts of the path.

        Raises
        ------
        DockerError
            404: no engine has such a page.
        """
        words = path.split("/")
        for parts, handler in self._routes.get((method, len(words)), []):
            named = _match(parts, words)
            if named is not None:
                return handler, named
        for verb, before, name, after, handler in self._greedy:
            inner = path.removeprefix(before).removesuffix(after)
            if verb == method and path == f"{before}{inner}{after}" and inner:
                return handler, {name: inner}
        raise DockerError(404, "page not found")


def _match(parts: tuple[str, ...], words: list[str]) -> dict[str, str] | None:
    named: dict[str, str] = {}
    for part, word in zip(parts, words, strict=True):
        if part.startswith("{") and word:
            named[part[1:-1]] = word
        elif part != word:
            return None
    return named
