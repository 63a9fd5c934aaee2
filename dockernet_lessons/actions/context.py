"""One lab on one engine: its client, name, image and observer, and what belongs to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Protocol, TypeVar

import docker
import docker.errors

from dockernet_lessons import image
from dockernet_lessons.connect import Connection
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import (
    BadArgument,
    LabClosed,
    NotRunning,
    NotThisLab,
    UnknownContainer,
    UnknownNetwork,
)
from dockernet_lessons.labels import LAB, belongs_to
from dockernet_lessons.observe.engine import (
    Container,
    InspectedContainer,
    InspectedNetwork,
    Network,
    inspect_containers,
    list_containers,
    list_networks,
    read_container,
    read_network,
)
from dockernet_lessons.observe.observer import Observer
from dockernet_lessons.parallel import side_by_side

Item = TypeVar("Item")
Result = TypeVar("Result")

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")  # the observer's name contains it
PREDEFINED = ("bridge", "host", "none")


class Follower(Protocol):
    """What shows the lab and follows its changes, such as a map in a notebook."""

    def refresh(self) -> None:
        """Look again; it must not raise into the action that it comes after."""

    def freeze(self) -> None:
        """Keep what is shown: another one follows the lab from now on, or the lab is closed."""


class LabContext:
    """What every action of a lab needs.

    Parameters
    ----------
    connection
        The engine.
    name
        The lab's name.
    say
        Called with a sentence before anything that takes long.
    """

    def __init__(self, connection: Connection, name: str, say: Callable[[str], None]) -> None:
        self.connection = connection
        if not _NAME.fullmatch(name):
            raise BadArgument(
                f"A lab cannot be called '{name}'.",
                "Take letters, digits, '.', '_' and '-', beginning with a letter or digit.",
            )
        self.client: docker.DockerClient = connection.client
        self.name = name
        self.notices: list[str] = []
        self._followers: dict[str, Follower] = {}
        self._closed = False
        self._say = say
        self._image_ready = False
        self.observer = Observer(self.client, name, self.lesson_image)
        if connection.notice:
            self.notice(connection.notice)

    def lesson_image(self) -> str:
        """Give the lesson image's reference, after making sure that it is (still) there."""
        if not (self._image_ready and image.present(self.client)):
            image.ensure(self.client, say=self._say)
            self._image_ready = True
        return image.REFERENCE

    def with_lesson_image(self, work: Callable[[str], Result]) -> Result:
        """Do something with the lesson image's reference; twice if the image was removed since.

        So a start need not ask first whether the image is still there.

        Parameters
        ----------
        work
            Is given the reference; lets docker-py's ``ImageNotFound`` through.
        """
        try:
            return work(image.REFERENCE if self._image_ready else self.lesson_image())
        except docker.errors.ImageNotFound:
            return work(self.lesson_image())

    @cached_property
    def desktop(self) -> bool:
        """Whether the engine runs in Docker Desktop's virtual machine."""
        with translated():
            return bool(self.client.info().get("OperatingSystem") == "Docker Desktop")

    def notice(self, sentence: str) -> None:
        """Tell the learner something once."""
        if sentence not in self.notices:
            self.notices.append(sentence)
            self._say(sentence)

    def on_change(self, kind: str, follower: Follower | None) -> None:
        """Let one thing of a kind follow the lab, and freeze the one that did so before.

        A notebook shows the same kind of thing many times. Were all of them asked to look again
        after each action, a lesson would grow slower with every cell, and what an earlier cell
        shows would no longer fit its text.

        Parameters
        ----------
        kind
            For example ``"map"``.
        follower
            None freezes the one that follows and puts nothing in its place.
        """
        before = self._followers.pop(kind, None)
        if follower is not None:
            self._followers[kind] = follower
        if before is not None and before is not follower:
            before.freeze()

    def changed(self) -> None:
        """Let those who follow the lab look again; whoever acts on a closed lab opens it again."""
        self._closed = False
        for follower in list(self._followers.values()):
            follower.refresh()

    def settle(self) -> None:
        """Freeze all who follow the lab, since it is being closed."""
        self._closed = True
        for kind in list(self._followers):
            self.on_change(kind, None)

    def check_open(self) -> None:
        """Keep a click in an old widget from starting the observer once more.

        Raises
        ------
        LabClosed
            The lab was closed, and has not been used since.
        """
        if self._closed:
            raise LabClosed(self.name)

    def inspect_container(self, name: str) -> dict[str, Any] | None:
        """Inspect a container by its exact name; None if there is none."""
        if not stands_in_a_path(name):
            return None
        with translated():
            try:
                attrs = dict(self.client.api.inspect_container(name))
            except docker.errors.NotFound:
                return None
        # The engine also takes the beginning of an id for a name; a lesson never does.
        return attrs if attrs["Name"] == f"/{name}" else None

    def container(self, name: str) -> InspectedContainer:
        """Give the facts of one of this lab's containers.

        Raises
        ------
        UnknownContainer, NotThisLab
            It does not exist, or somebody else made it.
        """
        attrs = self.inspect_container(name)
        if attrs is None:
            raise UnknownContainer(name, (c.name for c in self.containers()))
        found = read_container(attrs)
        if not belongs_to(found.labels, self.name):
            raise NotThisLab("container", name)
        return found

    def running(self, name: str) -> InspectedContainer:
        """Give the facts of one of this lab's containers, which must run.

        Raises
        ------
        NotRunning
            It is stopped.
        """
        found = self.container(name)
        if not found.running:
            raise NotRunning(name)
        return found

    def containers(self) -> list[Container]:
        """List this lab's containers, the observer left out."""
        return list_containers(self.client, self.name)

    def inspected_containers(self) -> list[InspectedContainer]:
        """Inspect this lab's containers, the observer left out."""
        return inspect_containers(self.client, self.name, workers=self.connection.workers)

    def side_by_side(
        self,
        work: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        label: str | None = None,
        told: Callable[[Item, Result], None] | None = None,
    ) -> list[Result]:
        """Do something to several items, as many at a time as suits the engine."""
        return side_by_side(work, items, label=label, workers=self.connection.workers, told=told)

    def holder(self, labels: dict[str, str]) -> str:
        """Say in words who made an object with these labels."""
        if LAB not in labels:
            return "something that these lessons did not make"
        return f"the lab '{labels[LAB]}'" if labels[LAB] != self.name else "this lab"

    def inspect_network(self, name: str) -> dict[str, Any] | None:
        """Inspect a network by its exact name; None if there is none."""
        if not stands_in_a_path(name):
            return None
        with translated():
            try:
                attrs = dict(self.client.api.inspect_network(name))
            except docker.errors.NotFound:
                return None
        return attrs if attrs["Name"] == name else None

    def network_attrs(self, name: str) -> dict[str, Any]:
        """Give all that the engine says of a network, the user's own included.

        Raises
        ------
        UnknownNetwork
            It does not exist.
        """
        attrs = self.inspect_network(name)
        if attrs is None:
            raise UnknownNetwork(name, (n.name for n in list_networks(self.client)))
        return attrs

    def network(self, name: str) -> InspectedNetwork:
        """Give the facts of any network of the engine.

        Raises
        ------
        UnknownNetwork
            It does not exist.
        """
        return read_network(self.network_attrs(name))

    def usable_network(self, name: str) -> Network:
        """Give the facts of a network that the lab may put a container on.

        Raises
        ------
        NotThisLab
            It is neither Docker's own (bridge, host, none) nor this lab's.
        """
        found = self.network(name)
        if name not in PREDEFINED and not belongs_to(found.labels, self.name):
            raise NotThisLab("network", name)
        return found

    def lab_networks(self) -> list[Network]:
        """List the default bridge network and the networks that this lab made."""
        networks = list_networks(self.client)
        default = [network for network in networks if network.name == "bridge"]
        return default + [n for n in networks if belongs_to(n.labels, self.name)]


def stands_in_a_path(name: object) -> bool:
    """Tell whether an engine can be asked for a name: ``..`` in a path leads to another page.

    Raises
    ------
    BadArgument
        It is no text.
    """
    return not {"", ".", ".."} & set(checked_name(name).split("/"))


def checked_name(name: object) -> str:
    """Give a name back, unless it is no text.

    Raises
    ------
    BadArgument
        It is no text.
    """
    if not isinstance(name, str):
        raise BadArgument(f"A name is a text, not {name!r}.", 'Write it in quotes: "ubuntu1".')
    return name
