"""The daemon: everything that one engine has."""

from __future__ import annotations

import random
from collections import deque
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon.events import Events
from dockernet_lessons.embedded.daemon.image import Image, lesson_image
from dockernet_lessons.embedded.daemon.images import Images, User
from dockernet_lessons.embedded.daemon.links import Links
from dockernet_lessons.embedded.daemon.store import Containers
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.controller import Controller
    from dockernet_lessons.embedded.cnm.network import Network
    from dockernet_lessons.embedded.daemon.container import Container
    from dockernet_lessons.embedded.daemon.exec import Exec
    from dockernet_lessons.embedded.ids import Ids
    from dockernet_lessons.embedded.profile import Profile
    from dockernet_lessons.embedded.userland.machine import Machine

MAX_CONTAINERS = 10_000
"""Containers that may be here at once."""

EXECS_KEPT_S = 300
"""Seconds that the execs of a removed container are still known (moby daemon/exec.go)."""


class Daemon:
    """The state of an engine; what is done with it is in the modules beside this one.

    Parameters
    ----------
    machine
        The emulated host.
    controller
        Its container networks.
    profile
        The generation that is emulated.
    ids
        Where ids come from.
    """

    def __init__(
        self, machine: Machine, controller: Controller, profile: Profile, ids: Ids
    ) -> None:
        self.machine = machine
        self.controller = controller
        self.profile = profile
        self.ids = ids
        self.loop = machine.loop
        self.modern = profile.modern
        self.identifier = ids.new()
        self.events = Events(self.loop)
        self.images = Images(self.events, modern=self.modern)
        self.images.add(lesson_image(self.loop.now, profile.image_size, profile.version))
        self.containers = Containers(random.Random(int(ids.hex(16), 16)))
        self.links = Links()
        self.execs: dict[str, Exec] = {}
        self._forgotten: deque[tuple[float, list[str]]] = deque()

    def exec(self, exec_id: str) -> Exec:
        """Find an exec.

        Raises
        ------
        DockerError
            404: no such exec instance.
        """
        if exec_id not in self.execs:
            raise DockerError(404, f"No such exec instance: {exec_id}")
        return self.execs[exec_id]

    def forget_execs(self, container: Container) -> None:
        """Forget a removed container's execs, some minutes later (moby daemon/exec.go)."""
        now = self.loop.now
        self._forgotten.append((now, list(container.execs)))
        while self._forgotten[0][0] < now - EXECS_KEPT_S:
            for exec_id in self._forgotten.popleft()[1]:
                self.execs.pop(exec_id, None)

    def user_of(self, image: Image) -> User | None:
        """Find a container that was made from an image; one that runs, if there is one."""
        users = [c for c in self.containers if c.image.id == image.id]
        running = [c for c in users if c.state.running]
        for container in [*running, *users]:
            return User(container.id, container.state.running)
        return None

    def log(self, container: Container, action: str, **attributes: str) -> None:
        """Tell of an event of a container (moby daemon/events.go)."""
        about = {**container.labels, "name": container.name, **attributes}
        if container.config["Image"]:
            about["image"] = container.config["Image"]
        self.events.log("container", action, container.id, about)

    def log_network(self, network: Network, action: str, container_id: str = "") -> None:
        """Tell of an event of a network, or of a container in it."""
        about = {"name": network.name, "type": network.driver}
        if container_id:
            about["container"] = container_id
        self.events.log("network", action, network.id, about)
