"""What a line may change: the lab's own containers and networks."""

from __future__ import annotations

from collections.abc import Iterable

import docker.errors

from dockernet_lessons.actions.context import PREDEFINED, LabContext, stands_in_a_path
from dockernet_lessons.errors import NotThisLab, UnknownContainer, UnknownNetwork
from dockernet_lessons.labels import belongs_to


def require_containers(context: LabContext, names: Iterable[str]) -> None:
    """Refuse containers that are not the lab's; by name, ``/name`` or the beginning of an id.

    What does not exist, or is empty, is left to the command, which says so in its own words.

    Raises
    ------
    NotThisLab, UnknownContainer
        One of them is somebody else's, or leads the engine to something that is no container.
    """
    for name in names:
        if name.strip("/") and not stands_in_a_path(name.strip("/")):
            raise UnknownContainer(name)
        try:
            labels = context.client.api.inspect_container(name.strip("/"))["Config"]["Labels"]
        except (docker.errors.APIError, docker.errors.NullResource):
            continue
        if not belongs_to(labels, context.name):
            raise NotThisLab("container", name)


def require_networks(context: LabContext, names: Iterable[str]) -> None:
    """Refuse networks that are neither Docker's own nor the lab's.

    Raises
    ------
    NotThisLab, UnknownNetwork
        One of them is somebody else's, or leads the engine to something that is no network.
    """
    for name in names:
        if name and not stands_in_a_path(name):
            raise UnknownNetwork(name)
        try:
            attrs = context.client.api.inspect_network(name)
        except (docker.errors.APIError, docker.errors.NullResource):
            continue
        if attrs["Name"] not in PREDEFINED and not belongs_to(attrs["Labels"], context.name):
            raise NotThisLab("network", name)
