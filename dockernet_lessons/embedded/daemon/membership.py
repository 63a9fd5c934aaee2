"""``docker network connect`` and ``disconnect`` (moby daemon/container_operations.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon import endpoint_rules, networking
from dockernet_lessons.embedded.daemon.container import Container, EndpointConfig
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.network import Network
    from dockernet_lessons.embedded.daemon.daemon import Daemon

_NONE = (
    "container cannot be connected to multiple networks "
    "with one of the networks in private (none) mode"
)
_HOST = "container cannot be disconnected from host network or connected to host network"
_NOT_TO_HOST = (
    "cannot connect container to host network - container must be created in host network mode"
)
_NOT_FROM_HOST = (
    "cannot disconnect container from host network - container was created in host network mode"
)


def find_container(daemon: Daemon, name: str) -> Container:
    """Find the container that a request names.

    Raises
    ------
    DockerError
        400: it names none; 404: there is none.
    """
    if not name:
        raise DockerError(400, 'invalid name or ID supplied: ""')
    return daemon.containers.find(name)


def connect(daemon: Daemon, reference: str, container: Container, wanted: EndpointConfig) -> None:
    """Connect a container to a network; one that does not run will be at its start.

    Raises
    ------
    DockerError
        400: the two do not go together; 403, 404, 500: the network refuses.
    """
    if container.alive and container.network_mode.startswith("container:"):
        raise DockerError(400, endpoint_rules.SHARED)
    try:
        network = daemon.controller.find_network(reference)
    except DockerError:
        if container.alive:
            raise
        container.networks[reference] = wanted  # its start will tell
        return
    if container.alive:
        networking.check_mode(daemon, container)
    _check_settings(daemon, network, wanted)
    _check_modes(daemon, network, container)
    if not container.alive:
        note = networking.name_modern if daemon.modern else networking.name_classic
        note(container, network, wanted)
        _note(daemon, network, container, wanted)
        return
    if _endpoint(container, network) is not None:
        raise DockerError(
            403, f"endpoint with name {container.name} already exists in network {network.name}"
        )
    if not daemon.modern:
        container.networks[network.name] = wanted  # and so it stays if the network refuses
    networking.connect_one(daemon, container, network, wanted)
    container.networks[network.name] = wanted
    daemon.log_network(network, "connect", container.id)


def _note(daemon: Daemon, network: Network, container: Container, wanted: EndpointConfig) -> None:
    """Note a network for the next start, unless it is noted already.

    Engine 28 tells a network from another one that had its name before.
    """
    known = container.networks.get(network.name)
    if known is None or (daemon.modern and known.network_id not in ("", network.id)):
        container.networks[network.name] = wanted


def _check_settings(daemon: Daemon, network: Network, wanted: EndpointConfig) -> None:
    if daemon.modern:
        endpoint_rules.check_modern(network.name, network, wanted)
    else:
        endpoint_rules.check_classic(network, wanted)


def _check_modes(daemon: Daemon, network: Network, container: Container) -> None:
    of_host = container.network_mode == "host"
    if not of_host and network.driver == "host":
        raise DockerError(400, _NOT_TO_HOST if daemon.modern else _HOST)
    if of_host and network.driver != "host":
        raise DockerError(400, endpoint_rules.SHARED)
    others = [name for name in container.networks if name != network.name]
    if ("none" in others) or (network.driver == "null" and others):
        raise DockerError(400, _NONE)


def _endpoint(container: Container, network: Network) -> EndpointConfig | None:
    wanted = container.networks.get(network.name)
    return wanted if wanted is not None and wanted.endpoint is not None else None


def disconnect(daemon: Daemon, reference: str, container: Container, *, force: bool) -> None:
    """Take a container off a network.

    Parameters
    ----------
    force
        Also off one that is not there any more.

    Raises
    ------
    DockerError
        400: never from the host's network; 404: no such network; 500: it is not in there.
    """
    network: Network | None = None
    try:
        network = daemon.controller.find_network(reference)
    except DockerError:
        if container.alive and not force:
            raise
    if network is None or not container.alive:
        _forget(container, network.name if network is not None else reference)
    else:
        _disconnect_running(daemon, network, container)
    if network is not None:
        daemon.log_network(network, "disconnect", container.id)


def _forget(container: Container, name: str) -> None:
    """Take a network out of a container's settings; it need not be there any more."""
    if container.networks.pop(name, None) is None:
        raise DockerError(500, f"container {container.id} is not connected to the network {name}")


def _disconnect_running(daemon: Daemon, network: Network, container: Container) -> None:
    if container.network_mode == "host" and network.driver == "host":
        raise DockerError(400, _NOT_FROM_HOST if daemon.modern else _HOST)
    wanted = _endpoint(container, network)
    if wanted is None or container.sandbox is None:
        raise DockerError(
            500, f"container {container.id} is not connected to network {network.name}"
        )
    daemon.controller.disconnect(container.sandbox, network)
    del container.networks[network.name]
    if not daemon.modern:
        daemon.log_network(network, "disconnect", container.id)


def disconnect_unknown(daemon: Daemon, reference: str, name: str) -> None:
    """Take an endpoint off a network whose container is not known: there never is one.

    Raises
    ------
    DockerError
        404.
    """
    daemon.controller.find_network(reference)
    raise DockerError(404, f"endpoint {name} not found")
