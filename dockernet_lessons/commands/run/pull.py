"""Pull an image that ``docker run`` did not find."""

from __future__ import annotations

import re

import docker.errors

from dockernet_lessons.commands.call import Call

_NAME = re.compile(
    r"(?:[\w.-]+:\d+/)?(?P<path>[a-zA-Z0-9]+(?:(?:[._/]|__|-+)[a-zA-Z0-9]+)*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?"
)


class BadImageName(Exception):
    """Not the name of an image; the text is docker's."""


def full_name(image: str, *, classic: bool) -> str:
    """Add the tag to an image's name.

    Raises
    ------
    BadImageName
        It is no image's name.
    """
    match = _NAME.fullmatch(image)
    if match is None:
        raise BadImageName("invalid reference format")
    path = match["path"]
    if path.lower() != path and "/" not in path:
        which = "" if classic else f" (library/{path})"
        colon = (
            ": repository name must be lowercase"
            if classic
            else (f": repository name{which} must be lowercase")
        )
        raise BadImageName(f"invalid reference format{colon}")
    return image if match["tag"] or "@" in image else f"{image}:latest"


def pull(call: Call, image: str) -> None:
    """Pull an image and print how it goes, as on a pipe: no bars.

    Raises
    ------
    docker.errors.APIError
        It cannot be pulled.
    """
    name, _, tag = image.rpartition(":") if "@" not in image else (image, "", None)
    for event in call.api.pull(name, tag=tag, stream=True, decode=True):
        if event.get("error"):
            raise docker.errors.APIError(event["error"], explanation=event["error"])
        if event.get("status") and not event.get("progressDetail"):
            prefix = f"{event['id']}: " if event.get("id") else ""
            if not call.parsed.on("quiet"):
                call.line(f"{prefix}{event['status']}")
