"""Read interfaces, pairs, routes, neighbors and FDBs of the host and of a lab's containers."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import ObserverRefused, ToolMissing, UnknownInterface
from dockernet_lessons.observe import forwarding, interfaces, pairing
from dockernet_lessons.observe.engine import Container, InspectedContainer
from dockernet_lessons.observe.interfaces import Interface, parse_interfaces
from dockernet_lessons.observe.observer import HOST, Request, exec_in
from dockernet_lessons.observe.wiring import Wiring


class NamespaceReader:
    """Run one command in several namespaces; through the observer, else inside the containers.

    Parameters
    ----------
    context
        The lab.
    """

    def __init__(self, context: LabContext) -> None:
        self._context = context

    def host(self, command: str) -> str:
        """Run a command in the host's namespace.

        Raises
        ------
        ObserverRefused
            The engine hides the host.
        """
        return self._context.observer.read({HOST: Request(command)}).get(HOST, "")

    def host_addresses_and_routes(
        self,
    ) -> tuple[tuple[Interface, ...], tuple[forwarding.Route, ...]]:
        """Read the host's interfaces and routes in one look."""
        printed = self._context.observer.read(
            {"addr": Request(interfaces.COMMAND), "route": Request(forwarding.ROUTES)}
        )
        return (
            parse_interfaces(printed.get("addr", "")),
            forwarding.parse_routes(printed.get("route", "")),
        )

    def one(self, where: str, command: str) -> str:
        """Run a command in one namespace: ``"host"`` or a running container's."""
        if where == HOST:
            return self.host(command)
        container = self._context.running(where)
        return self.containers(command, [container], host=False).get(where, "")

    def containers(
        self, command: str, containers: Iterable[InspectedContainer], *, host: bool
    ) -> dict[str, str]:
        """Run a command in the namespaces of containers, and of the host if `host` is true.

        Returns
        -------
        dict
            Container name (or ``"host"``) -> output. Where the observer is refused the host is
            missing, and so are containers whose image lacks the command.
        """
        wanted = list(containers)
        requests = {HOST: Request(command)} if host else {}
        requests |= {container.name: Request(command, container.pid) for container in wanted}
        try:
            return self._context.observer.read(requests)
        except ObserverRefused as error:
            self._context.notice(f"{error.what} {error.todo}")
            return self._inside(command, wanted)

    def _inside(self, command: str, containers: Sequence[Container]) -> dict[str, str]:
        """Run a command by one exec per container."""
        found = self._context.side_by_side(lambda c: self._exec(command, c), containers)
        printed = {c.name: text for c, text in zip(containers, found, strict=True) if text}
        if len(containers) == 1 and not printed:
            raise ToolMissing(containers[0].name, command.split()[0])
        return printed

    def _exec(self, command: str, container: Container) -> str:
        with translated():
            exit_code, text = exec_in(self._context.client, container.id, shlex.split(command))
        return text if exit_code == 0 else ""


def interfaces_of(context: LabContext, where: str) -> tuple[Interface, ...]:
    """Read the interfaces of one namespace."""
    return parse_interfaces(NamespaceReader(context).one(where, interfaces.COMMAND))


def routes_of(context: LabContext, where: str) -> tuple[forwarding.Route, ...]:
    """Read the routes of one namespace."""
    return forwarding.parse_routes(NamespaceReader(context).one(where, forwarding.ROUTES))


def neighbors_of(context: LabContext, where: str) -> tuple[forwarding.Neighbor, ...]:
    """Read the neighbor table of one namespace."""
    return forwarding.parse_neighbors(NamespaceReader(context).one(where, forwarding.NEIGHBORS))


def fdb_of(context: LabContext, bridge: str) -> tuple[forwarding.FdbEntry, ...]:
    """Read a bridge's forwarding database.

    Parameters
    ----------
    context
        The lab.
    bridge
        Name of the bridge (``docker0``) or of its Docker network (``bridge``, ``mynet``).

    Raises
    ------
    UnknownInterface
        The host has no such bridge.
    """
    reader = NamespaceReader(context)
    by_network = {network.name: network.bridge for network in context.lab_networks()}
    name = by_network.get(bridge) or bridge
    host = parse_interfaces(reader.host(interfaces.COMMAND))
    bridges = [interface.name for interface in host if interface.kind == "bridge"]
    if name not in bridges:
        raise UnknownInterface(bridge, HOST, bridges)
    return forwarding.parse_fdb(reader.host(forwarding.FDB.format(bridge=name)), name)


def has_own_namespace(container: Container) -> bool:
    """Tell whether a container runs in a network namespace of its own."""
    shared = container.network_mode == HOST or container.network_mode.startswith("container:")
    return container.running and not shared


def look(context: LabContext, *, networks: bool = True) -> Wiring:
    """Look at everything afresh: one listing of the engine, one exec in the observer.

    Parameters
    ----------
    context
        The lab.
    networks
        False saves asking for the networks.
    """
    containers = context.inspected_containers()
    known = tuple(context.lab_networks()) if networks else ()
    own = [container for container in containers if has_own_namespace(container)]
    printed = NamespaceReader(context).containers(interfaces.COMMAND, own, host=True)
    hidden = HOST not in printed
    seen = {name: parse_interfaces(text) for name, text in printed.items()}
    host = seen.pop(HOST, ())
    pairs = (
        pairing.half_pairs(seen, containers, known or context.lab_networks())
        if hidden
        else pairing.veth_pairs(host, seen, containers)
    )
    return Wiring(host, seen, tuple(containers), known, tuple(pairs))
