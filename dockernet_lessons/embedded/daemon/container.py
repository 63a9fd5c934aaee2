"""One container: its configuration, its state and what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.cnm.hosts_file import HostsFile
from dockernet_lessons.embedded.daemon.image import Image
from dockernet_lessons.embedded.daemon.log import Log
from dockernet_lessons.embedded.daemon.mutex import Mutex
from dockernet_lessons.embedded.daemon.timestamps import human_duration
from dockernet_lessons.embedded.loop import Signal

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.endpoint import Endpoint
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox
    from dockernet_lessons.embedded.daemon.console import Console
    from dockernet_lessons.embedded.daemon.exec import Exec
    from dockernet_lessons.embedded.userland.process import Context, Process


class State:
    """What ``docker inspect`` shows under ``State``; times in seconds since 1970, or None."""

    def __init__(self) -> None:
        self.running = self.paused = self.restarting = False
        self.removing = self.dead = False
        self.pid = 0
        self.exit_code = 0
        self.error = ""
        self.started: float | None = None
        self.finished: float | None = None

    @property
    def status(self) -> str:
        """One word for it (moby container/state.go, StateString)."""
        if self.running:
            if self.paused:
                return "paused"
            return "restarting" if self.restarting else "running"
        if self.removing:
            return "removing"
        if self.dead:
            return "dead"
        return "created" if self.started is None else "exited"

    def summary(self, now: float) -> str:
        """Sum it up as ``docker ps`` does (moby container/state.go, String)."""
        if self.running and self.started is not None:
            if self.restarting and self.finished is not None:
                return f"Restarting ({self.exit_code}) {human_duration(now - self.finished)} ago"
            return f"Up {human_duration(now - self.started)}{' (Paused)' if self.paused else ''}"
        if self.removing:
            return "Removal In Progress"
        if self.dead:
            return "Dead"
        if self.started is None or self.finished is None:
            return "Created"
        return f"Exited ({self.exit_code}) {human_duration(now - self.finished)} ago"


class EndpointConfig:
    """How a container is, or is to be, in one network; in the API's words.

    Attributes
    ----------
    ipam
        What the user asked for: ``IPv4Address``; None if nothing.
    mac
        The MAC that was asked for.
    network_id
        Empty until the container was in the network once.
    dns_names
        Names that the embedded DNS knows it by, as Engine 25 and later show them.
    endpoint
        The endpoint while there is one.
    remains
        An endpoint that was taken back, and that Engine 20.10 still shows.
    """

    def __init__(
        self,
        ipam: dict[str, Any] | None = None,
        links: list[str] | None = None,
        aliases: list[str] | None = None,
        mac: str = "",
        driver_opts: dict[str, str] | None = None,
        gw_priority: int = 0,
    ) -> None:
        self.ipam = ipam
        self.links = links
        self.aliases = aliases
        self.mac = mac
        self.driver_opts = driver_opts
        self.gw_priority = gw_priority
        self.network_id = ""
        self.dns_names: list[str] | None = None
        self.endpoint: Endpoint | None = None
        self.remains: Endpoint | None = None

    @property
    def ipv4(self) -> str:
        """The IPv4 address that was asked for; empty if none."""
        return str((self.ipam or {}).get("IPv4Address") or "")


class Container:
    """A container.

    Attributes
    ----------
    config, host
        ``Config`` and ``HostConfig`` as the API shows them.
    path, arguments
        What its first process runs.
    networks
        Network name -> settings, in the order they came.
    sandbox
        Its own sandbox while it runs; `active_sandbox` may be another container's.
    hosts_file
        Its ``/etc/hosts``, which it keeps from start to start.
    sandbox_id, sandbox_key
        As shown: Engine 20.10 shows the last ones after the end, too.
    files_made
        Which of its files on the host a start has made: resolv.conf, hosts, hostname, log.
    stopped_by_user
        It ended because somebody wanted it to: no restart.
    changed
        Fired when it starts, ends, or is removed.
    """

    def __init__(
        self,
        identifier: str,
        name: str,
        created: float,
        image: Image,
        config: dict[str, Any],
        host: dict[str, Any],
        path: str,
        arguments: list[str],
    ) -> None:
        self.id = identifier
        self.name = name
        self.created = created
        self.image = image
        self.config = config
        self.host = host
        self.path = path
        self.arguments = arguments
        self.state = State()
        self.networks: dict[str, EndpointConfig] = {}
        self.sandbox: Sandbox | None = None
        self.active_sandbox: Sandbox | None = None
        self.hosts_file = HostsFile()
        self.sandbox_id = ""
        self.sandbox_key = ""
        self.context: Context | None = None
        self.process: Process | None = None
        self.console: Console | None = None
        self.log = Log()
        self.execs: dict[str, Exec] = {}
        self.files_made: set[str] = set()
        self.restart_count = 0
        self.stopped_by_user = False
        self.removed = False
        self.lock = Mutex()
        self.changed = Signal()

    @property
    def short_id(self) -> str:
        """The first twelve digits."""
        return self.id[:12]

    @property
    def labels(self) -> dict[str, str]:
        """Its labels, the image's among them."""
        return self.config["Labels"] or {}

    @property
    def tty(self) -> bool:
        """Whether its first process has a terminal."""
        return bool(self.config["Tty"])

    @property
    def network_mode(self) -> str:
        """``HostConfig.NetworkMode``."""
        return str(self.host["NetworkMode"])

    @property
    def shares_network(self) -> bool:
        """Whether it uses another container's network namespace, or the host's."""
        return self.network_mode == "host" or self.network_mode.startswith("container:")

    @property
    def alive(self) -> bool:
        """Whether it has a process (true while paused, not while waiting to be restarted)."""
        return self.state.running and not self.state.restarting

    @property
    def environment(self) -> list[str]:
        """``Config.Env``."""
        return list(self.config["Env"] or [])
