"""Tell those who show a lab that one of its actions is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from dockernet_lessons.actions.context import LabContext

Method = TypeVar("Method", bound=Callable[..., Any])


class HasContext(Protocol):
    """What acts on a lab."""

    _context: LabContext


def changing(method: Method) -> Method:
    """Let those who show the lab look again after a method that may change it.

    Also when it fails: an action that raised may have got half way.
    """

    @wraps(method)
    def acted(self: HasContext, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        try:
            return method(self, *args, **options)
        finally:
            self._context.changed()

    return cast(Method, acted)
