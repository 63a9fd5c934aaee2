"""Which containers ``docker ps`` lists (moby daemon/list.go)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon import links
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.daemon.filters import Filters
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon

ACCEPTED = (
    "ancestor", "before", "exited", "id", "isolation", "label", "name", "status", "health",
    "since", "volume", "network", "is-task", "publish", "expose",
)  # fmt: skip
_STATES = ("created", "running", "paused", "restarting", "removing", "exited", "dead")


def listed(daemon: Daemon, filters: Filters, *, everything: bool, limit: int) -> list[Container]:
    """List containers, the newest first.

    Parameters
    ----------
    everything
        Also those that do not run.
    limit
        The newest so many, running or not; 0 or less for no limit.

    Raises
    ------
    DockerError
        400, 404 or 500: a filter or its value means nothing.
    """
    filters.check(ACCEPTED)
    exited = _exit_codes(daemon, filters)
    _check_states(daemon, filters)
    everything = everything or limit > 0 or "status" in filters
    ancestors = _ancestors(daemon, filters)
    found = (
        container
        for container in _between(daemon, filters)
        if (everything or container.state.running)
        and (exited is None or _exited_with(container, exited))
        and (ancestors is None or container.image.id in ancestors)
        and _matches(container, filters)
    )
    return list(itertools.islice(found, limit if limit > 0 else None))


def _exit_codes(daemon: Daemon, filters: Filters) -> set[int] | None:
    if "exited" not in filters:
        return None
    codes = set()
    for value in filters.get("exited"):
        if not value.lstrip("-").isdecimal() or len(value) > 18:
            words = f'strconv.Atoi: parsing "{value}": invalid syntax'
            if daemon.modern:
                raise filters.invalid(f"'exited={value}': {words}")
            raise DockerError(500, words)
        codes.add(int(value))
    return codes


def _exited_with(container: Container, codes: set[int]) -> bool:
    return container.state.exit_code in codes and container.state.finished is not None


def _check_states(daemon: Daemon, filters: Filters) -> None:
    for value in filters.get("status"):
        if value not in _STATES:
            more = f": invalid value for state ({value}): must be one of {', '.join(_STATES)}"
            raise filters.invalid(f"'status={value}'{more if daemon.modern else ''}")


def _ancestors(daemon: Daemon, filters: Filters) -> set[str] | None:
    """Give the ids of the wanted images; unknown ones match nothing."""
    if "ancestor" not in filters:
        return None
    images = (daemon.images.get(value) for value in filters.get("ancestor"))
    return {image.id for image in images if image is not None}


def _between(daemon: Daemon, filters: Filters) -> Iterator[Container]:
    """Give the containers made before and since others, the newest first."""
    before, since = (_named(daemon, filters, name) for name in ("before", "since"))
    seen_before = before is None
    for container in reversed(list(daemon.containers)):
        if container is since:
            return
        if seen_before:
            yield container
        seen_before = seen_before or container is before


def _named(daemon: Daemon, filters: Filters, name: str) -> Container | None:
    for value in filters.get(name):
        try:
            return daemon.containers.find(value)
        except DockerError as error:
            if daemon.modern:
                raise
            raise DockerError(500, f"no such container {value}") from error
    return None


def _matches(container: Container, filters: Filters) -> bool:
    return (
        filters.labels(container.labels)
        and filters.exactly("status", container.state.status)
        and filters.matches("id", container.id)
        and filters.exactly("health", "none")
        and filters.exactly("is-task", "false", "0")
        and "volume" not in filters
        and filters.matches("name", f"/{container.name}", container.name)
        and _in_network(container, filters)
        and _has_port(container, filters)
    )


def _in_network(container: Container, filters: Filters) -> bool:
    ids = (wanted.network_id for wanted in container.networks.values())
    return filters.exactly("network", *container.networks, *filter(None, ids))


def _has_port(container: Container, filters: Filters) -> bool:
    """Match ``expose`` and ``publish``: ``80`` or ``80/tcp``."""
    exposed = {f"{number}/{protocol}" for number, protocol in links.exposed_ports(container)}
    endpoints = (wanted.endpoint for wanted in container.networks.values())
    published = {
        f"{port.port}/{port.protocol}" for e in endpoints if e is not None for port in e.ports
    }
    return all(
        name not in filters or any(_full(value) in ports for value in filters.get(name))
        for name, ports in (("expose", exposed), ("publish", published))
    )


def _full(port: str) -> str:
    return port if "/" in port else f"{port}/tcp"
