"""Which networks are listed, removed and pruned (moby daemon/network.go, network/filter.go)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon.endpoint_rules import PREDEFINED
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.network import Network
    from dockernet_lessons.embedded.daemon.daemon import Daemon
    from dockernet_lessons.embedded.daemon.filters import Filters

ACCEPTED = ("dangling", "driver", "type", "name", "id", "label", "scope")
_TYPES = ("custom", "builtin")


def listed(daemon: Daemon, filters: Filters) -> list[Network]:
    """List networks.

    Raises
    ------
    DockerError
        400 or 500: a filter or its value means nothing.
    """
    filters.check(ACCEPTED)
    for value in filters.get("type"):
        if value not in _TYPES:
            raise DockerError(500, f"invalid filter: 'type'='{value}'")
    dangling = filters.flag("dangling")
    return [
        network
        for network in daemon.controller.networks.values()
        if _matches(network, filters) and (dangling is None or _dangles(network) == dangling)
    ]


def _matches(network: Network, filters: Filters) -> bool:
    kind = "builtin" if network.name in PREDEFINED else "custom"
    return (
        filters.exactly("driver", network.driver)
        and filters.matches("name", network.name)
        and filters.matches("id", network.id)
        and filters.labels(network.labels)
        and filters.exactly("scope", network.scope)
        and filters.exactly("type", kind)
    )


def _dangles(network: Network) -> bool:
    return not network.endpoints and network.name not in PREDEFINED


def check_config_from(daemon: Daemon, name: str) -> None:
    """Refuse to take a configuration over from another network: there are no such networks here.

    Raises
    ------
    DockerError
        404: it is not there; 501: it is.
    """
    found = [n for n in daemon.controller.networks_named(name) if n.config_only]
    if not found:
        raise DockerError(404, f'configuration network "{name}" does not exist')
    raise DockerError(501, "networks configured from other networks are not emulated")


def remove(daemon: Daemon, network: Network) -> None:
    """Remove a network.

    Raises
    ------
    DockerError
        403: it is predefined, or in use.
    """
    daemon.controller.remove_network(network)
    daemon.log_network(network, "destroy")


def prune(daemon: Daemon, wanted: Callable[[Network], bool]) -> list[str]:
    """Remove the networks that no container is in; give their names."""
    gone = []
    for network in list(daemon.controller.networks.values()):
        if _dangles(network) and wanted(network):
            remove(daemon, network)
            gone.append(network.name)
    return gone
