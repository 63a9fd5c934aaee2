"""``docker import`` and ``load``: images from archives (moby daemon/images).

`archives` is imported where it is used: few lessons handle archives, and tarfile with all that it
unpacks takes as long to import as the whole fabric.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.daemon import changes
from dockernet_lessons.embedded.daemon.image import Image

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon


def import_root(
    daemon: Daemon, data: bytes, tag: str, config_lines: Iterable[str], message: str
) -> Image:
    """Make an image of a root file system.

    Parameters
    ----------
    data
        A tar archive, packed or not.
    tag
        ``repository:tag``; empty for none.
    config_lines
        Dockerfile instructions, such as ``CMD ["bash"]``.
    message
        The image's comment.

    Raises
    ------
    BadArchive
        It is no archive.
    DockerError
        400: an instruction is none; 413: the archive is too large.
    """
    from dockernet_lessons.embedded.daemon import archives

    config = changes.applied(config_lines)
    root = archives.unpacked(data)
    commands, size = archives.commands_of(root)
    image = Image(
        config,
        daemon.loop.now,
        size,
        archives.layer_digest(root),
        commands,
        message or "Imported from -",
        daemon.profile.version,
        [tag] if tag else [],
    )
    image = daemon.images.add(image)
    daemon.images.log_added("import", image, image.id)
    return image


def load(daemon: Daemon, data: bytes) -> list[str]:
    """Take in the images of a saved archive; give what is to be said of each.

    Raises
    ------
    BadArchive
        It is no such archive.
    """
    from dockernet_lessons.embedded.daemon import archives

    said = []
    for image in archives.load(archives.unpacked(data)):
        tags = list(image.tags)
        image = daemon.images.add(image)
        image.tagged = daemon.loop.now if tags else image.tagged
        daemon.images.log_added("load", image, image.id)
        said += [f"Loaded image: {tag}\n" for tag in tags]
        if not tags:
            said.append(f"Loaded image ID: {image.id}\n")
    return said


def save(daemon: Daemon, names: Iterable[str]) -> bytes:
    """Write images to an archive, each with the tag it was named by.

    Raises
    ------
    DockerError
        404: no such image.
    """
    from dockernet_lessons.embedded.daemon import archives

    chosen: dict[str, tuple[Image, list[str]]] = {}
    for name in names:
        image = daemon.images.find(name)
        tags = chosen.setdefault(image.id, (image, []))[1]
        tag = daemon.images.tag_named(name)
        if tag and tag not in tags:
            tags.append(tag)
    for image, _ in chosen.values():
        daemon.images.log_added("save", image, image.id)
    return archives.save(chosen.values())


def json_lines(values: Iterable[dict[str, Any]]) -> bytes:
    r"""Write progress messages, each ended by ``\r\n`` as the engine's are."""
    return b"".join(json.dumps(v, separators=(",", ":")).encode() + b"\r\n" for v in values)
