"""An image as ``docker image inspect`` and ``docker images`` show it."""

from __future__ import annotations

from typing import Any

from dockernet_lessons.embedded.api import structs
from dockernet_lessons.embedded.api.container_shape import ROOT
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.image import Image
from dockernet_lessons.embedded.daemon.timestamps import rfc3339

Shape = dict[str, Any]
Version = tuple[int, int]

_NO_VIRTUAL_SIZE: Version = (1, 44)
_NO_CONTAINER: Version = (1, 45)
_IMAGE_CONFIG_ONLY: Version = (1, 50)
_EMPTY_LISTS: Version = (1, 43)
_IN_IMAGES = ("Cmd", "Entrypoint", "Env", "Labels", "OnBuild", "User", "Volumes", "WorkingDir")
_IN_OLD_IMAGES = (
    "Hostname", "Domainname", "User", "AttachStdin", "AttachStdout", "AttachStderr",
    "ExposedPorts", "Tty", "OpenStdin", "StdinOnce", "Env", "Cmd", "Image", "Volumes",
    "WorkingDir", "Entrypoint", "OnBuild", "Labels",
)  # fmt: skip


def inspect(daemon: Daemon, image: Image, version: Version) -> Shape:
    """Show everything of an image."""
    shape: Shape = {
        "Id": image.id,
        "RepoTags": list(image.tags),
        "RepoDigests": [],
        "Parent": "",
        "Comment": image.comment,
        "Created": rfc3339(image.created),
    }
    if not daemon.modern:
        shape |= {"Container": "", "ContainerConfig": _old_config({})}
    shape |= {"DockerVersion": image.docker_version, "Author": ""}
    if not daemon.modern:
        shape["Config"] = _old_config(image.config)
    shape |= {"Architecture": "amd64", "Os": "linux", "Size": image.size}
    if not daemon.modern:
        shape["VirtualSize"] = image.size
    shape |= {
        "GraphDriver": _graph_driver(image),
        "RootFS": {"Type": "layers", "Layers": [image.layer]},
        "Metadata": {"LastTagTime": rfc3339(image.tagged)},
    }
    if daemon.modern:
        shape |= _config_by_version(image, version)
    return shape


def _config_by_version(image: Image, version: Version) -> Shape:
    """Show what comes and goes with the API's version on an Engine 28 (measured)."""
    old = version < _IMAGE_CONFIG_ONLY
    shape: Shape = {"Config": _old_config(image.config) if old else _config(image.config)}
    if version < _NO_CONTAINER:
        shape["ContainerConfig"] = _old_config({})
    if version < _NO_VIRTUAL_SIZE:
        shape["VirtualSize"] = image.size
    return shape


def _config(config: Shape) -> Shape:
    shape = {name: config.get(name) for name in _IN_IMAGES}
    if config.get("ExposedPorts"):
        shape["ExposedPorts"] = config["ExposedPorts"]
    shape |= {name: config.get(name, "") for name in ("User", "WorkingDir")}
    return dict(sorted(shape.items()))


def _old_config(config: Shape) -> Shape:
    fields = {field.name: field for field in structs.CONFIG}
    shape = {}
    for name in _IN_OLD_IMAGES:
        value = config.get(name, fields[name].default)
        if value or not fields[name].omit:
            shape[name] = value
    return shape


def _graph_driver(image: Image) -> Shape:
    layer = f"{ROOT}/overlay2/{image.directory}"
    names = {"MergedDir": "merged", "UpperDir": "diff", "WorkDir": "work"}
    return {"Data": {key: f"{layer}/{name}" for key, name in names.items()}, "Name": "overlay2"}


def summary(
    daemon: Daemon, image: Image, version: Version, containers: int, *, shared: int = -1
) -> Shape:
    """Show an image as a row of ``docker images``.

    Parameters
    ----------
    containers
        How many containers were made from it; -1 if nobody counted.
    shared
        Bytes shared with other images; -1 if nobody counted.
    """
    modern = daemon.modern
    nameless = not image.tags and not modern
    digests: list[str] | None = [] if modern and version >= _EMPTY_LISTS else None
    shape: Shape = {
        "Containers": containers,
        "Created": int(image.created),
        "Id": image.id,
        "Labels": image.config.get("Labels"),
        "ParentId": "",
        "RepoDigests": ["<none>@<none>"] if nameless else digests,
        "RepoTags": ["<none>:<none>"] if nameless else list(image.tags),
        "SharedSize": shared,
        "Size": image.size,
    }
    if not modern or version < _NO_VIRTUAL_SIZE:
        shape["VirtualSize"] = image.size
    return shape


def history(image: Image) -> list[Shape]:
    """Show the one step that the image was made by."""
    return [
        {
            "Comment": image.comment,
            "Created": int(image.created),
            "CreatedBy": "",
            "Id": image.id,
            "Size": image.size,
            "Tags": list(image.tags) or None,
        }
    ]
