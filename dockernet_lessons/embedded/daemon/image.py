"""One image."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from dockernet_lessons.embedded.daemon.timestamps import rfc3339

REPOSITORY = "xmtubuntu"
"""The lesson image, the only one there is at first."""

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
AGE_S = 38.0
"""Seconds between the image and the engine's start, as in the article."""


@dataclass
class Image:
    """An image: what its containers start with.

    Attributes
    ----------
    config
        Its part of a container's configuration, in the API's words: Env, Cmd, Entrypoint, Labels.
    created
        Seconds since 1970.
    size
        Bytes.
    commands
        Names of the emulated commands it has; None for all of them.
    layer
        Digest of its only layer.
    tags
        ``repository:tag``, each.
    """

    config: dict[str, Any]
    created: float
    size: int
    layer: str
    commands: frozenset[str] | None = None
    comment: str = "Imported from -"
    docker_version: str = ""
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.document = json.dumps(self._document(), separators=(",", ":")).encode()
        self.id = f"sha256:{hashlib.sha256(self.document).hexdigest()}"
        self.directory = hashlib.sha256(self.layer.encode()).hexdigest()

    @property
    def short_id(self) -> str:
        """The first twelve digits."""
        return self.id.removeprefix("sha256:")[:12]

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return dict(self.config.get("Labels") or {})

    def _document(self) -> dict[str, Any]:
        """Write the image's configuration, whose digest is its id (OCI image-spec, config.md)."""
        created = rfc3339(self.created)
        return {
            "architecture": "amd64",
            "comment": self.comment,
            "config": self.config,
            "created": created,
            "docker_version": self.docker_version,
            "history": [{"created": created, "comment": self.comment}],
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [self.layer]},
        }


def lesson_image(now: float, size: int, version: str) -> Image:
    """Make the lesson image.

    Parameters
    ----------
    now
        When the engine starts, in seconds since 1970.
    size
        Bytes.
    version
        Of the engine.
    """
    config = {
        "Env": [PATH],
        "Cmd": ["bash"],
        "Labels": {"dockernet.image": "packed"},
    }
    layer = f"sha256:{hashlib.sha256(b'the lesson image').hexdigest()}"
    tags = [f"{REPOSITORY}:latest"]
    return Image(config, now - AGE_S, size, layer, docker_version=version, tags=tags)
