"""Create containers (moby daemon/create.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.daemon import (
    defaults,
    links,
    not_emulated,
    options,
    wanted_networks,
)
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.daemon.daemon import MAX_CONTAINERS
from dockernet_lessons.embedded.daemon.image import Image
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon

NO_IMAGE = Image({}, 0.0, 0, "", frozenset())
"""What a container without an image has: no file at all."""

_DISCARDED = "Published ports are discarded when using host network mode"
_OLD_MAC = (
    "The container-wide MacAddress field is now deprecated. "
    "It should be specified in EndpointsConfig instead."
)
_MAC_PER_ENDPOINT = (1, 44)
Options = dict[str, Any]


def create(
    daemon: Daemon,
    name: str,
    config: Options,
    host: Options,
    endpoints: dict[str, Options | None],
    version: tuple[int, int],
) -> tuple[Container, list[str]]:
    """Create a container.

    Parameters
    ----------
    name
        Empty for a made-up one.
    config, host, endpoints
        ``Config``, ``HostConfig`` and ``EndpointsConfig`` in the API's words, complete.
    version
        API version of the request.

    Returns
    -------
    (container, warnings)

    Raises
    ------
    DockerError
        As the engine refuses it.
    """
    _check(daemon, config, host, endpoints)
    warnings = _warnings(daemon, config, host, version)
    defaults.adapt(daemon, host)
    image = daemon.images.find(config["Image"]) if config["Image"] else NO_IMAGE
    networks = wanted_networks.settle(daemon, config, host, endpoints)
    defaults.merge_image(config, image.config)
    path, arguments = _command(config, modern=daemon.modern)
    options.check_log_driver(host)
    identifier = daemon.ids.new()
    taken = daemon.containers.names.reserve(name, identifier)
    container = Container(identifier, taken, daemon.loop.now, image, config, host, path, arguments)
    container.networks = networks
    try:
        _complete(daemon, container)
    except DockerError:
        daemon.links.forget(container)
        daemon.containers.names.release(taken)
        raise
    daemon.containers.add(container)
    daemon.log(container, "create")
    return container, warnings


def _check(
    daemon: Daemon, config: Options, host: Options, endpoints: dict[str, Options | None]
) -> None:
    options.check_network_mode(config, host, modern=daemon.modern)
    options.check(config, host, modern=daemon.modern)
    if not daemon.modern:
        wanted_networks.check_classic(endpoints)
    if len(daemon.containers) >= MAX_CONTAINERS:
        raise DockerError(
            507, f"the embedded engine keeps no more than {MAX_CONTAINERS} containers"
        )


def _complete(daemon: Daemon, container: Container) -> None:
    config = container.config
    if not config["Hostname"]:
        of_host = container.network_mode == "host"
        config["Hostname"] = daemon.machine.hostname if of_host else container.short_id
    not_emulated.check(config, container.host)
    register_links(daemon, container)


def _warnings(
    daemon: Daemon, config: Options, host: Options, version: tuple[int, int]
) -> list[str]:
    found = []
    if daemon.modern and config["MacAddress"] and version >= _MAC_PER_ENDPOINT:
        found.append(_OLD_MAC)
    if host["NetworkMode"] == "host" and host["PortBindings"]:
        found.append(_DISCARDED)
    return found + not_emulated.warnings(config, host)


def _command(config: Options, *, modern: bool) -> tuple[str, list[str]]:
    """Work out what the first process runs: the entrypoint and the command, one after another."""
    words = [*(config["Entrypoint"] or ()), *(config["Cmd"] or ())]
    if not words or config["Entrypoint"] == [""]:
        raise DockerError(400, f"{'no' if modern else 'No'} command specified")
    return words[0], words[1:]


def register_links(daemon: Daemon, container: Container) -> None:
    """Note a container's legacy links; on a user's network ``HostConfig.Links`` means nothing.

    Raises
    ------
    DockerError
        400 or 500: a link is no link, or its target is not there or uses the host's network.
    """
    if container.network_mode not in ("", "default", "bridge", "host", "none"):
        return
    for text in container.host["Links"] or ():
        name, alias = links.parse(text)
        try:
            target = daemon.containers.find(name)
        except DockerError as error:
            raise DockerError(
                400, f"could not get container for {name}: {error.message}"
            ) from error
        while target.network_mode.startswith("container:"):
            target = daemon.containers.find(target.network_mode.partition(":")[2])
        if target.network_mode == "host":
            raise DockerError(
                400,
                "conflicting options: host type networking can't be used with links. "
                "This would result in undefined behavior",
            )
        daemon.links.add(container, links.Link(target, alias))
