"""Which images ``docker images`` lists (moby daemon/images/images.go)."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon
    from dockernet_lessons.embedded.daemon.filters import Filters
    from dockernet_lessons.embedded.daemon.image import Image

ACCEPTED = ("dangling", "label", "before", "since", "reference", "until")


def listed(daemon: Daemon, filters: Filters) -> list[Image]:
    """List images, the newest first.

    Raises
    ------
    DockerError
        400 or 404: a filter or its value means nothing.
    """
    filters.check(ACCEPTED)
    if "until" in filters:
        raise DockerError(501, "the filter until is not emulated for images")
    dangling = filters.flag("dangling")
    before, since = (_created(daemon, filters, name) for name in ("before", "since"))
    found = [
        image
        for image in daemon.images
        if filters.labels(image.labels)
        and (dangling is None or dangling == (not image.tags))
        and (before is None or image.created < before)
        and (since is None or image.created > since)
        and _named(image, filters)
    ]
    return sorted(found, key=lambda image: -image.created)


def _created(daemon: Daemon, filters: Filters, name: str) -> float | None:
    for value in filters.get(name):
        return daemon.images.find(value).created
    return None


def _named(image: Image, filters: Filters) -> bool:
    """Match ``reference``, a pattern of file names, with or without the tag."""
    if "reference" not in filters:
        return True
    return any(
        fnmatch.fnmatchcase(name, pattern)
        for pattern in filters.get("reference")
        if len(pattern) < 200 and pattern.count("*") < 8
        for tag in image.tags
        for name in (tag, tag.rpartition(":")[0])
    )
