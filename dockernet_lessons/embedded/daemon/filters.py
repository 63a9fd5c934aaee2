"""Filters of listings: name -> values, as ``--filter name=value`` gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dockernet_lessons.embedded.errors import DockerError

_LONGEST_PATTERN = 200
_UNBOUNDED = re.compile(r"(?<!\\)[*+{]")
_REPEATED_GROUP = re.compile(r"(?<!\\)\)[*+{?]")


class Filters:
    """The filters of one request.

    Parameters
    ----------
    values
        Name -> values; a thing has to match one value of each name.
    modern
        Word errors as Engine 28 does.
    """

    def __init__(self, values: Mapping[str, list[str]], *, modern: bool) -> None:
        self._values = values
        self._modern = modern

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str) -> list[str]:
        """Give the values of a filter."""
        return self._values.get(name, [])

    def check(self, accepted: Iterable[str]) -> None:
        """Refuse filters that mean nothing here.

        Raises
        ------
        DockerError
            400.
        """
        unknown = set(self._values).difference(accepted)
        if unknown:
            raise self.invalid(f"'{min(unknown)}'")

    def invalid(self, what: str) -> DockerError:
        """Word a refusal."""
        return DockerError(400, f"{'i' if self._modern else 'I'}nvalid filter {what}")

    def exactly(self, name: str, *sources: str) -> bool:
        """Tell whether one of the sources is wanted, or the filter is not there."""
        return name not in self._values or any(s in self._values[name] for s in sources)

    def matches(self, name: str, *sources: str) -> bool:
        """Tell whether a value, as a regular expression, is found in one of the sources."""
        if name not in self._values:
            return True
        values = self._values[name]
        return any(value in sources for value in values) or any(
            _found(value, source) for value in values for source in sources
        )

    def labels(self, labels: Mapping[str, str], name: str = "label") -> bool:
        """Tell whether all wanted labels are there: ``key`` or ``key=value``."""
        return all(_has_label(labels, wanted) for wanted in self.get(name))

    def flag(self, name: str) -> bool | None:
        """Read a filter that is true or false; None if it is not there.

        Raises
        ------
        DockerError
            400: it is neither.
        """
        if name not in self._values:
            return None
        words = {word.lower() for word in self._values[name]}
        if words <= {"1", "true"}:
            return True
        if words <= {"0", "false"}:
            return False
        if not self._modern or name == "dangling":
            raise DockerError(
                400,
                f"invalid value for filter '{name}', "
                'must be "true" (or "1"), or "false" (or "0")',
            )
        raise self.invalid(f"'{name}={min(words)}'")


def _has_label(labels: Mapping[str, str], wanted: str) -> bool:
    key, equals, value = wanted.partition("=")
    return key in labels and (not equals or labels[key] == value)


def _found(pattern: str, source: str) -> bool:
    """Search for a regular expression, unless it could take for ever.

    Raises
    ------
    DockerError
        501: it is too elaborate; Go's own engine would need linear time.
    """
    elaborate = len(_UNBOUNDED.findall(pattern)) > 2 or _REPEATED_GROUP.search(pattern)
    if elaborate or len(pattern) > _LONGEST_PATTERN:
        raise DockerError(
            501, f"the embedded engine does not emulate a filter as elaborate as {pattern[:50]}"
        )
    try:
        return re.search(pattern, source) is not None
    except (re.error, OverflowError):
        return False
