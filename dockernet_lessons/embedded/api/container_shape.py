"""A container as ``docker inspect`` and ``docker ps`` show it."""

from __future__ import annotations

from typing import Any

from dockernet_lessons.embedded.api import endpoint_shape, structs
from dockernet_lessons.embedded.api.decode import Field, Struct
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.image import Image
from dockernet_lessons.embedded.daemon.timestamps import rfc3339

ROOT = "/var/lib/docker"
"""Where the emulated engine says to keep its data."""

Shape = dict[str, Any]


def inspect(daemon: Daemon, container: Container, *, size: bool = False) -> Shape:
    """Show everything of a container."""
    owner = _owner_of_files(daemon, container)
    shape: Shape = {
        "Id": container.id,
        "Created": rfc3339(container.created),
        "Path": container.path,
        "Args": container.arguments,
        "State": _state(container),
        "Image": container.image.id if container.config["Image"] else "",
        "ResolvConfPath": _path(owner, "resolv.conf"),
        "HostnamePath": _path(owner, "hostname"),
        "HostsPath": _path(owner, "hosts"),
        "LogPath": _log_path(container),
        "Name": f"/{container.name}",
        "RestartCount": container.restart_count,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "",
        "ExecIDs": [i for i, made in container.execs.items() if made.running] or None,
        "HostConfig": _host_config(daemon, container),
        "GraphDriver": _graph_driver(daemon, container),
    }
    if size:
        shape["SizeRw"], shape["SizeRootFs"] = 0, container.image.size
    shape["Mounts"] = []
    shape["Config"] = shown(structs.CONFIG, container.config, structs.structs(modern=False))
    shape["NetworkSettings"] = endpoint_shape.network_settings(daemon, container)
    return shape


def _state(container: Container) -> Shape:
    state = container.state
    shape: Shape = {
        "Status": state.status,
        "Running": state.running,
        "Paused": state.paused,
        "Restarting": state.restarting,
        "OOMKilled": False,
        "Dead": state.dead,
        "Pid": state.pid,
        "ExitCode": state.exit_code,
        "Error": state.error,
        "StartedAt": rfc3339(state.started),
        "FinishedAt": rfc3339(state.finished),
    }
    return shape


def _owner_of_files(daemon: Daemon, container: Container) -> Container:
    """Give the container whose hosts, hostname and resolv.conf are used."""
    kind, _, target = container.network_mode.partition(":")
    shared = kind == "container" and container.files_made
    return daemon.containers.by_id.get(target, container) if shared else container


def _path(container: Container, file: str) -> str:
    made = file in container.files_made
    return f"{ROOT}/containers/{container.id}/{file}" if made else ""


def _log_path(container: Container) -> str:
    if "log" not in container.files_made or container.host["LogConfig"]["Type"] == "none":
        return ""
    return f"{ROOT}/containers/{container.id}/{container.id}-json.log"


def _host_config(daemon: Daemon, container: Container) -> Shape:
    fields = structs.HOST_MODERN if daemon.modern else structs.HOST_CLASSIC
    shape = shown(fields, container.host, structs.structs(modern=daemon.modern))
    links = daemon.links.of(container)
    shape["Links"] = [
        f"/{link.target.name}:/{container.name}/{link.alias}" for link in links
    ] or None
    return shape


def shown(fields: tuple[Field, ...], value: Shape, known: dict[str, Struct]) -> Shape:
    """Show a structure as Go does: in order, and without the empty fields that are left out."""
    shape: Shape = {}
    for field in fields:
        item = value[field.name]
        if field.omit and (item is None or (item in ("", 0, [], {}) and item is not False)):
            continue
        if field.omit and item is False and field.kind == "bool" and field.default is False:
            continue
        struct = known.get(field.kind)
        shape[field.name] = shown(struct.fields, item, known) if struct and item else item
    return shape


def _graph_driver(daemon: Daemon, container: Container) -> Shape:
    layer = f"{ROOT}/overlay2/{container.id}"
    lower = f"{ROOT}/overlay2/{container.image.directory}/diff"
    data = {"ID": container.id} if daemon.modern else {}
    data |= {
        "LowerDir": f"{layer}-init/diff:{lower}",
        "MergedDir": f"{layer}/merged",
        "UpperDir": f"{layer}/diff",
        "WorkDir": f"{layer}/work",
    }
    return {"Data": data, "Name": "overlay2"}


def summary(daemon: Daemon, container: Container, *, size: bool = False) -> Shape:
    """Show a container as a row of ``docker ps``."""
    shape: Shape = {
        "Id": container.id,
        "Names": names(daemon, container),
        "Image": image_name(daemon, container),
        "ImageID": container.image.id if container.config["Image"] else "",
        "Command": _command(container),
        "Created": int(container.created),
        "Ports": endpoint_shape.port_list(container),
    }
    if size:
        shape["SizeRootFs"] = container.image.size
    shape |= {
        "Labels": container.labels,
        "State": container.state.status,
        "Status": container.state.summary(daemon.loop.now),
        "HostConfig": {"NetworkMode": container.network_mode},
        "NetworkSettings": {"Networks": endpoint_shape.networks(daemon, container, summary=True)},
        "Mounts": [],
    }
    return shape


def names(daemon: Daemon, container: Container) -> list[str]:
    """List a container's name and those that links give it."""
    return sorted(
        [f"/{container.name}", *daemon.links.names(container, daemon.containers.by_id)],
        key=lambda name: (name.count("/"), name),
    )


def image_name(daemon: Daemon, container: Container) -> str:
    """Name a container's image as it was named, unless that is another image now."""
    name: str = container.config["Image"]
    current: Image | None = daemon.images.get(name) if name else container.image
    return name if current is container.image else container.image.id


def _command(container: Container) -> str:
    quoted = (f"'{word}'" if " " in word else word for word in container.arguments)
    return " ".join([container.path, *quoted])
