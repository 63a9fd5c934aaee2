"""Image references: ``repository[:tag][@digest]`` (moby's vendored distribution/reference)."""

from __future__ import annotations

import re
from typing import NamedTuple

from dockernet_lessons.embedded.errors import DockerError

_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_DOMAIN = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9-]+)*(?::[0-9]+)?"
_NAME = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_TAG = r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}"
_MAX_NAME = 255


class Reference(NamedTuple):
    """A parsed reference, in the short form that users see.

    Attributes
    ----------
    name
        Repository, without the domain and ``library/`` of official images.
    """

    name: str
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}" + (f"@{self.digest}" if self.digest else "")

    def tagged(self) -> Reference:
        """Add ``latest`` if neither tag nor digest is there."""
        return self if self.tag or self.digest else Reference(self.name, "latest")


def parse(text: str, *, modern: bool) -> Reference:
    """Parse what a user typed.

    Parameters
    ----------
    text
        Such as ``xmtubuntu`` or ``other:v1``.
    modern
        Word errors as Engine 28 does.

    Raises
    ------
    DockerError
        400: not a reference.
    """
    rest, _, digest = text.partition("@")
    name, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        name, tag = rest, ""
    domain, path = _split_domain(name)
    if path.lower() != path and re.fullmatch(_NAME, path.lower()):
        shown = f" ({path if domain or '/' in path else f'library/{path}'})" if modern else ""
        raise DockerError(
            400, f"invalid reference format: repository name{shown} must be lowercase"
        )
    if not _is_valid(domain, path, tag, digest, rest != text, rest.endswith(":")):
        raise DockerError(400, "invalid reference format")
    official = path.startswith("library/") and domain
    shown_name = (
        path.removeprefix("library/") if official else "/".join(filter(None, (domain, path)))
    )
    return Reference(shown_name, tag, digest)


def _is_valid(
    domain: str, path: str, tag: str, digest: str, has_digest: bool, empty_tag: bool
) -> bool:
    return (
        re.fullmatch(_NAME, path) is not None
        and len(path) <= _MAX_NAME
        and (not domain or re.fullmatch(_DOMAIN, domain) is not None)
        and (not tag or re.fullmatch(_TAG, tag) is not None)
        and (not has_digest or re.fullmatch(_DIGEST, digest) is not None)
        and not empty_tag
    )


def _split_domain(name: str) -> tuple[str, str]:
    """Tell a registry's name from the path: it has a dot or a port, or is localhost."""
    first, slash, rest = name.partition("/")
    if slash and (any(mark in first for mark in ".:") or first == "localhost"):
        return first, rest
    return "", name


def checked_tag(tag: str) -> str:
    """Check a tag that is given on its own.

    Raises
    ------
    DockerError
        400: not a tag.
    """
    if not re.fullmatch(_TAG, tag):
        raise DockerError(400, "invalid tag format")
    return tag
