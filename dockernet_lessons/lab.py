"""The lab: what a lesson's cells call. Every method is short; the work is done in `actions`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dockernet_lessons import labels, preflight, tables
from dockernet_lessons.actions import commands, containers, networks, pings, views
from dockernet_lessons.actions.changes import changing
from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.commands.docker_line import docker_line
from dockernet_lessons.connect import connect
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.lab_views import LabViews
from dockernet_lessons.observe.engine import inspect_networks
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.results import CommandResult, PingResult

if TYPE_CHECKING:
    import docker
    import pandas as pd
    from docker.models.containers import Container
    from docker.models.networks import Network


class Lab(LabViews):
    """A bench of containers and networks on one engine, labelled as yours.

    Parameters
    ----------
    engine
        ``auto`` (a real Docker Engine if one answers, else the embedded one), ``docker`` or
        ``embedded``. The environment variable ``DOCKERNET_ENGINE`` overrides ``auto``.
    name
        The lab's name; by default one per user, the same in every session, so that a new session
        finds what an earlier one left behind.
    profile
        Generation that an embedded engine emulates: ``article`` (Engine 20.10 with the article's
        own numbers), ``classic`` (20.10.24) or ``modern`` (28.5.2).
    seed
        Decides an embedded engine's ids, MACs and times: the same seed gives the same output.
    pace
        Real seconds per simulated second of an embedded engine: 0 does not wait, 1 is real time.

    Raises
    ------
    EngineUnavailable
        ``docker`` was asked for and cannot be used; says why and what to do.

    Examples
    --------
    >>> with Lab() as lab:  # doctest: +SKIP
    ...     lab.run("ubuntu1")
    ...     print(lab.ping("host", "ubuntu1"))
    """

    def __init__(
        self,
        engine: str = "auto",
        *,
        name: str | None = None,
        profile: str = "article",
        seed: int = 0,
        pace: float = 0.0,
    ) -> None:
        connection = connect(engine, profile, seed=seed, pace=pace)
        self._context = LabContext(connection, name or labels.owner(), say=_say)

    @property
    def engine(self) -> str:
        """The engine in use, for example "Docker Engine 28.5.2 at unix:///var/run/docker.sock"."""
        return self._context.connection.description

    @property
    def client(self) -> docker.DockerClient:
        """The docker-py client, for whatever the lab has no method for."""
        return self._context.client

    @property
    def name(self) -> str:
        """The lab's name, as in the label ``dockernet.lab``."""
        return self._context.name

    @property
    def workers(self) -> int:
        """How many things the engine is best asked for at a time."""
        return self._context.connection.workers

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Lab '{self.name}' on {self.engine}"

    def prepare_image(self) -> str:
        """Make sure, ahead of time, that the lesson image is here: found, else built, else packed.

        Raises
        ------
        ImageUnavailable
            It can be neither found nor made; says what to do.
        """
        return self._context.lesson_image()

    def images(self) -> pd.DataFrame:
        """List the engine's images: repository, tag, image_id, created (UTC), size_mb."""
        with translated():
            return tables.images_table(self.client.api.images())

    def containers(self) -> pd.DataFrame:
        """List the lab's containers.

        Returns
        -------
        DataFrame
            container, status, image, network_mode, networks, ipv4, container_id.
        """
        return tables.containers_table(self._context.containers())

    def networks(self) -> pd.DataFrame:
        """List networks: network_id, name, driver, scope, subnet, gateway, containers."""
        return tables.networks_table(inspect_networks(self.client))

    @changing
    def run(
        self,
        name: str,
        *,
        image: str | None = None,
        network: str | None = None,
        links: Iterable[str] = (),
        ip: str | None = None,
        ports: Mapping[str, Any] | str | None = None,
        command: str | Iterable[str] | None = None,
    ) -> Container:
        """Start a container in the background. Again with the same options: the same container.

        Parameters
        ----------
        name
            Its name; refused when something else has it.
        image
            The lesson image by default.
        network
            A network's name, ``host``, ``none`` or ``container:NAME``; by default ``bridge``.
        links
            Legacy links: names of running containers, or ``name:alias``.
        ip
            An address of a network that was created with a subnet.
        ports
            ``{"80/tcp": 8080}`` publishes port 80 as 8080; ``"all"`` is ``-P``.
        command
            By default ``sleep infinity`` in the lesson image, else the image's own.

        Returns
        -------
        docker.models.containers.Container
            Running, its address assigned.

        Raises
        ------
        NameTaken, UnknownNetwork, UnknownContainer, AddressUnavailable, ContainerExited
            Nothing is left behind.
        """
        options = containers.run_options(
            image=image, network=network, links=links, ip=ip, ports=ports, command=command
        )
        return containers.run(self._context, name, options)

    @changing
    def run_many(self, names: Iterable[str], **options: Any) -> list[Container]:  # noqa: ANN401
        """Start several containers side by side, with the options of `run`."""
        return containers.run_many(self._context, names, containers.run_options(**options))

    @changing
    def stop(self, name: str) -> Container:
        """Stop a container; at once, since it runs under a small init (``docker run --init``)."""
        return containers.stop(self._context, name)

    @changing
    def start(self, name: str) -> Container:
        """Start a stopped container; its address may be another one afterwards."""
        return containers.start(self._context, name)

    @changing
    def restart(self, name: str) -> Container:
        """Stop and start a container."""
        return containers.restart(self._context, name)

    @changing
    def remove(self, name: str) -> None:
        """Remove a container, running or not (``docker rm -f``)."""
        containers.remove(self._context, name)

    @changing
    def exec(self, name: str, command: str | list[str]) -> CommandResult:
        """Run a command in a running container, without a shell (``docker exec``)."""
        return commands.exec_command(self._context, name, command)

    @changing
    def host(self, command: str | list[str]) -> CommandResult:
        """Run a command in the host's network namespace, without a shell."""
        return commands.host_command(self._context, command)

    @changing
    def docker(self, line: str) -> CommandResult:
        """Run a typed line, such as ``"run -it --name ubuntu1 -P xmtubuntu"``.

        Returns
        -------
        CommandResult
            What the ``docker`` command printed, its errors included; it never raises for those.
        """
        return commands.with_hint(docker_line(self._context, line))

    def hosts_file(self, name: str) -> str:
        """Read a container's ``/etc/hosts``."""
        return commands.read_file(self._context, name, "/etc/hosts")

    def resolv_conf(self, name: str) -> str:
        """Read a container's ``/etc/resolv.conf``: which DNS server it asks."""
        return commands.read_file(self._context, name, "/etc/resolv.conf")

    def interfaces(self, where: str = HOST) -> pd.DataFrame:
        """List the interfaces of one namespace, ``"host"`` or a container's.

        Returns
        -------
        DataFrame
            ifindex, name, peer_ifindex, kind, master, mac, ipv4, state, prefix_length.
        """
        return tables.interfaces_table(views.interfaces_of(self._context, where))

    def veth_pairs(self) -> pd.DataFrame:
        """Match the lab's container interfaces with their other ends on the host.

        Returns
        -------
        DataFrame
            container, container_if, container_ifindex, host_if, host_ifindex, bridge, network,
            ipv4, mac.
        """
        return tables.veth_pairs_table(views.look(self._context, networks=False).pairs)

    def routes(self, where: str = HOST) -> pd.DataFrame:
        """List the routing table of one namespace: destination, gateway, interface, source."""
        return tables.routes_table(views.routes_of(self._context, where))

    def neighbors(self, where: str = HOST) -> pd.DataFrame:
        """List the neighbor (ARP) table of one namespace: ipv4, interface, mac, state."""
        return tables.neighbors_table(views.neighbors_of(self._context, where))

    def fdb(self, bridge: str = "docker0") -> pd.DataFrame:
        """List which MAC is behind which port of a bridge: mac, port, learned, container.

        Parameters
        ----------
        bridge
            A bridge (``docker0``) or the Docker network that it serves (``mynet``).
        """
        entries = views.fdb_of(self._context, bridge)
        owners = {e.mac: c.name for c in self._context.containers() for e in c.endpoints if e.mac}
        return tables.fdb_table(entries, owners)

    def ping(self, source: str, target: str, *, count: int = 3, by: str = "ip") -> PingResult:
        """Ping from one node of the lab to another.

        Parameters
        ----------
        source
            A running container, or ``"host"``.
        target
            A container, ``"host"`` (the gateway address of the source's network) or an address of
            the lab.
        count
            Echo requests to send, 0.2 s apart; up to 4 s are waited for a first reply.
        by
            ``"ip"``: ping the target's address on a network shared with the source, else its
            first. ``"name"``: ping `target` as typed; the source resolves it. A name that
            resolves to an address outside the lab is reported, not pinged.

        Returns
        -------
        PingResult
            Also when the ping fails.
        """
        pings.check_by(by)
        pings.check_count(count)
        return pings.Pinger(self._context).ping(source, target, by, pings.Pace(count))

    def ping_matrix(self, nodes: Iterable[str] | None = None, *, by: str = "ip") -> pd.DataFrame:
        """Ping from every node to every node, three quick requests each.

        Parameters
        ----------
        nodes
            Containers, and ``"host"`` if wished; by default every running container with an
            address.
        by
            As for `ping`.

        Returns
        -------
        DataFrame
            source x target of the median round-trip time in ms; NaN where nothing came back.
        """
        pings.check_by(by)
        pinger = pings.Pinger(self._context)
        chosen = pings.nodes_or_default(pinger, nodes)
        return tables.ping_matrix_table(chosen, pinger.matrix(chosen, by))

    @changing
    def create_network(
        self,
        name: str,
        *,
        subnet: str | None = None,
        gateway: str | None = None,
        internal: bool = False,
    ) -> Network:
        """Create a bridge network.

        Parameters
        ----------
        name
            Its name.
        subnet
            For example ``"192.168.0.0/16"``; by default Docker picks one. Compared first with
            Docker's networks and the host's addresses and routes.
        gateway
            The bridge's own address; by default the subnet's first.
        internal
            True: no way out of this machine.

        Raises
        ------
        InvalidSubnet, SubnetInUse, NameTaken
            Nothing was created.
        """
        return networks.create(
            self._context, name, subnet=subnet, gateway=gateway, internal=internal
        )

    def choose_subnet(self, wish: str) -> preflight.SubnetChoice:
        """Take the wished-for subnet if this machine does not use it, else a free /24, and why."""
        return preflight.choose_subnet(wish, networks.claims(self._context))

    def free_subnet(self) -> str:
        """Find a private /24 that nothing on this machine uses."""
        return str(preflight.find_free(networks.claims(self._context)))

    @changing
    def connect(self, network: str, name: str, *, ip: str | None = None) -> None:
        """Give a container an endpoint in one more network (``docker network connect``)."""
        networks.connect(self._context, network, name, ip)

    @changing
    def disconnect(self, network: str, name: str) -> None:
        """Take a container out of a network (``docker network disconnect``)."""
        networks.disconnect(self._context, network, name)

    def inspect_network(self, name: str) -> dict[str, Any]:
        """Say what the engine says of a network (``docker network inspect``)."""
        return self._context.network_attrs(name)

    @changing
    def remove_network(self, name: str) -> None:
        """Remove a network of the lab; it must have no containers on it."""
        networks.remove(self._context, name)

    @changing
    def reset(self) -> None:
        """Remove this lab's containers and networks, nothing else; the lab stays usable."""
        containers.remove_all(self._context)
        networks.remove_all(self._context)

    def close(self) -> None:
        """Do what `reset` does, and remove the observer container as well."""
        self._context.settle()
        containers.remove_all(self._context, observer=True)
        networks.remove_all(self._context)
        self._context.connection.release()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
