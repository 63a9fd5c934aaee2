"""One image."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dockernet_lessons.embedded.daemon.timestamps import parse_rfc3339, rfc3339

REPOSITORY = "xmtubuntu"
"""The lesson image, the only one there is at first."""

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_TEXTS = ("User", "WorkingDir", "StopSignal")
_LISTS = ("Env", "Cmd", "Entrypoint")
_MAPS = ("Labels", "ExposedPorts")
AGE_S = 38.0
"""Seconds between the image and the engine's start, as in the article."""


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
    layer
        Digest of its uppermost layer.
    commands
        Names of the emulated commands it has; None for all of them.
    tags
        ``repository:tag``, each.
    tagged
        When it was last given a name by ``docker tag`` or ``load``, seconds since 1970, or None.
    document
        The configuration file whose digest is its id; made if it is not given.
    """

    def __init__(
        self,
        config: dict[str, Any],
        created: float,
        size: int,
        layer: str,
        commands: frozenset[str] | None = None,
        comment: str = "Imported from -",
        docker_version: str = "",
        tags: Iterable[str] = (),
        document: bytes = b"",
    ) -> None:
        self.config = config
        self.created = created
        self.size = size
        self.layer = layer
        self.commands = commands
        self.comment = comment
        self.docker_version = docker_version
        self.tags = list(tags)
        self.tagged: float | None = None
        self.document = document or json.dumps(self._document(), separators=(",", ":")).encode()
        self.id = f"sha256:{sha256(self.document)}"
        self.directory = sha256(self.layer.encode())

    @classmethod
    def parse(cls, document: bytes, commands: frozenset[str], size: int, tags: list[str]) -> Image:
        """Read an image's configuration file.

        Raises
        ------
        ValueError, TypeError, KeyError, AttributeError
            It is none.
        """
        value = json.loads(document)
        config = checked_config(value["config"])
        layers = value["rootfs"]["diff_ids"]
        history = value.get("history") or [{}]
        return cls(
            config,
            parse_rfc3339(str(value["created"])),
            size,
            str(layers[-1]),
            commands,
            str(history[-1].get("comment", "")),
            str(value.get("docker_version", "")),
            tags,
            document,
        )

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


def sha256(data: bytes) -> str:
    """Give the SHA-256 digest, in hexadecimal digits."""
    import hashlib  # brings OpenSSL, and only an engine that is made has images

    return hashlib.sha256(data).hexdigest()


def checked_config(value: dict[str, Any]) -> dict[str, Any]:
    """Take over from an image's configuration what matters, if it is of the right form.

    Raises
    ------
    ValueError
        It is not.
    """
    config = {name: value.get(name) for name in (*_TEXTS, *_LISTS, *_MAPS) if value.get(name)}
    right = (
        all(isinstance(config.get(name, ""), str) for name in _TEXTS)
        and all(_is_list_of_texts(config.get(name, [])) for name in _LISTS)
        and all(isinstance(config.get(name, {}), dict) for name in _MAPS)
        and _is_list_of_texts([*(config.get("Labels") or {}).values()])
    )
    if not right:
        raise ValueError("malformed image configuration")
    return config


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


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
    layer = f"sha256:{sha256(b'the lesson image')}"
    tags = [f"{REPOSITORY}:latest"]
    return Image(config, now - AGE_S, size, layer, docker_version=version, tags=tags)
