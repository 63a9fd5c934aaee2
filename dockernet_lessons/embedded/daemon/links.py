"""Legacy links: ``--link`` between containers on the default bridge (moby daemon/links)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.container import Container

_NOT_PASSED_ON = ("HOME", "PATH")
Port = tuple[int, str]


class Link(NamedTuple):
    """A container knows another one under a name.

    Attributes
    ----------
    target
        The other container.
    alias
        What it is called here.
    """

    target: Container
    alias: str


def parse(text: str) -> tuple[str, str]:
    """Read ``name`` or ``name:alias``.

    Returns
    -------
    (name, alias)
        Without an alias it is the name.

    Raises
    ------
    DockerError
        500: it is neither (opts/link.go).
    """
    if not text:
        raise DockerError(500, "empty string specified for links")
    name, *rest = text.split(":")
    if len(rest) > 1:
        raise DockerError(500, f"bad format for links: {text}")
    return name, (rest[0] if rest else name.removeprefix("/")).rpartition("/")[2]


class Links:
    """Who is linked to whom, by container id."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Link]] = {}
        self._names: dict[str, set[str]] = {}

    def add(self, container: Container, link: Link) -> None:
        """Link a container to another; a later link of the same name replaces the earlier."""
        own = self._of.setdefault(container.id, {})
        own[link.alias] = link
        self._names.setdefault(link.target.id, set()).add(container.id)

    def of(self, container: Container) -> list[Link]:
        """List a container's links."""
        return list(self._of.get(container.id, {}).values())

    def names(self, container: Container, name_of: dict[str, Container]) -> list[str]:
        """List the names that others have for a container: ``/other/alias``."""
        others = (name_of[i] for i in self._names.get(container.id, ()) if i in name_of)
        return [
            f"/{other.name}/{link.alias}"
            for other in others
            for link in self.of(other)
            if link.target is container
        ]

    def remove(self, container: Container, alias: str) -> bool:
        """Take one link away; False if there is none of that name."""
        return self._of.get(container.id, {}).pop(alias, None) is not None

    def forget(self, container: Container) -> None:
        """Take a removed container's own links away."""
        for link in self._of.pop(container.id, {}).values():
            self._names.get(link.target.id, set()).discard(container.id)


def environment(owner: Container, link: Link, address: str, *, modern: bool) -> Iterator[str]:
    """Give the variables that a link brings (moby daemon/links/links.go).

    Parameters
    ----------
    address
        The target's address on the default bridge.
    """
    name = link.alias.upper().replace("-", "_")
    ports = exposed_ports(link.target)
    ordered = sorted(ports, key=lambda p: (p[1], p[0]) if modern else p)
    if ordered:
        number, protocol = ordered[0]
        yield f"{name}_PORT={protocol}://{address}:{number}"
    for protocol in dict.fromkeys(p for _, p in ordered) if modern else [""]:
        group = [port for port in ordered if not modern or port[1] == protocol]
        yield from _port_lines(name, group, address)
        yield from _range_lines(name, group, address) if modern else ()
    yield f"{name}_NAME=/{owner.name}/{link.alias}"
    for variable in link.target.environment:
        key, equals, value = variable.partition("=")
        if equals and key not in _NOT_PASSED_ON:
            yield f"{name}_ENV_{key}={value}"


def exposed_ports(container: Container) -> list[Port]:
    """List the ports that a container exposes."""
    found = []
    for text in container.config["ExposedPorts"] or ():
        number, _, protocol = text.partition("/")
        if number.isdecimal() and len(number) < 6:
            found.append((int(number), protocol or "tcp"))
    return sorted(found)


def _port_lines(name: str, ports: Iterable[Port], address: str) -> Iterator[str]:
    for number, protocol in ports:
        prefix = f"{name}_PORT_{number}_{protocol.upper()}"
        yield f"{prefix}={protocol}://{address}:{number}"
        yield f"{prefix}_ADDR={address}"
        yield f"{prefix}_PORT={number}"
        yield f"{prefix}_PROTO={protocol}"


def _range_lines(name: str, ports: list[Port], address: str) -> Iterator[str]:
    """Sum up neighboring ports, as Engine 28 does."""
    for first, last in _ranges(ports):
        protocol = first[1]
        prefix = f"{name}_PORT_{first[0]}_{protocol.upper()}"
        yield f"{prefix}_START={protocol}://{address}:{first[0]}"
        yield f"{prefix}_PORT_START={first[0]}"
        yield f"{prefix}_END={protocol}://{address}:{last[0]}"
        yield f"{prefix}_PORT_END={last[0]}"


def _ranges(ports: list[Port]) -> Iterator[tuple[Port, Port]]:
    start = 0
    for end in range(1, len(ports) + 1):
        if end == len(ports) or ports[end][0] != ports[end - 1][0] + 1:
            if end - start > 1:
                yield ports[start], ports[end - 1]
            start = end
