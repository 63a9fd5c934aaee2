"""Random steps: a choice of numbers becomes a step that mostly makes sense where one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import diff_steps as steps
from diff_requests import Step

CONTAINERS = ("c1~", "c2~", "c3~", "c4~")
NETWORKS = {"an~": 11, "dn~": 12, "zn~": 13}
"""Network -> third number of the subnet a step may choose. One sorts before ``bridge``."""

Choice = tuple[int, int, int, int]
"""What to do, to which container, with which network, and how."""

RANGE = 840
"""Choices are below it; it is divisible by every small number of alternatives."""


@dataclass(frozen=True)
class Scene:
    """What is there: name -> status of containers, and the names of networks; both with ``~``."""

    containers: Mapping[str, str]
    networks: tuple[str, ...]

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> Scene:
        """Read it from a look."""
        found = {
            f"{key.removesuffix(' state')}~": value.split()[0]
            for key, value in sorted(facts.items())
            if key.endswith(" state")
        }
        networks = [key.removeprefix("network ") for key in sorted(facts) if "network " in key]
        return cls(found, tuple(f"{name}~" for name in networks))

    def some(self, number: int, *statuses: str) -> str:
        """Choose a container in one of the statuses; one time in ten, or if none is, any name."""
        fitting = [name for name, status in self.containers.items() if status in statuses]
        names = fitting if fitting and number % 10 else list(CONTAINERS)
        return names[number % len(names)]

    def free(self, number: int) -> str:
        """Choose a name that no container has; now and then one that has been taken."""
        names = [name for name in CONTAINERS if name not in self.containers] or list(CONTAINERS)
        return names[number % len(names)] if number % 10 else CONTAINERS[number % 4]

    def network(self, number: int) -> str:
        """Choose a network that is there; now and then one that is not."""
        names = ["bridge", *self.networks, *self.networks]
        return names[number % len(names)] if number % 10 else tuple(NETWORKS)[number % 3]


def step_of(choice: Choice, scene: Scene) -> Step:
    """Make the step of a choice."""
    return MAKERS[choice[0] % len(MAKERS)](scene, *choice[1:])


def _run(scene: Scene, who: int, where: int, how: int) -> Step:
    name, net = scene.free(who), scene.network(where)
    options = {
        0: {"ip": _address(net, where) if net in NETWORKS else ""},
        1: {"alias": "al"},
        2: {"links": (f"{scene.some(where, 'running')}:al",)},
        3: {"started": False},
    }.get(how % 12, {})
    return steps.run(name, net, **options)


def _run_specially(scene: Scene, who: int, where: int, how: int) -> Step:
    shared = f"container:{scene.some(where, 'running')}"
    return steps.run(scene.free(who), ("host", "none", shared, "bridge")[how % 4])


def _make(scene: Scene, who: int, where: int, how: int) -> Step:
    missing = [name for name in NETWORKS if name not in scene.networks] or list(NETWORKS)
    name = missing[where % len(missing)] if where % 10 else tuple(NETWORKS)[where % 3]
    subnet = f"10.~.{NETWORKS[name] - how % 7 // 6}.0/24" if how % 3 else ""
    return steps.make(name, subnet, **({"Internal": True} if how % 5 == 4 else {}))


def _unmake(scene: Scene, who: int, where: int, how: int) -> Step:
    return steps.unmake(scene.network(where))


def _connect(scene: Scene, who: int, where: int, how: int) -> Step:
    net = scene.network(where)
    options = {0: {"ip": _address(net, who)}, 1: {"alias": "other"}}.get(how % 6, {})
    return steps.connect(net, scene.some(who, "running", "exited", "created"), **options)


def _disconnect(scene: Scene, who: int, where: int, how: int) -> Step:
    name = scene.some(who, "running", "exited", "created")
    return steps.disconnect(scene.network(where), name, force=how % 6 == 0)


def _rename(scene: Scene, who: int, where: int, how: int) -> Step:
    return steps.rename(scene.some(who, "running", "exited"), scene.free(where))


def _remove(scene: Scene, who: int, where: int, how: int) -> Step:
    force = how % 2 == 0
    statuses = ("running", "paused", "exited") if force else ("exited", "created")
    return steps.remove(scene.some(who, *statuses), force=force)


def _execute(scene: Scene, who: int, where: int, how: int) -> Step:
    words = (("sh", "-c", "exit 3"), ("zz",), ("hostname",), ("cat", "/zz"))[how % 4]
    return steps.execute(scene.some(who, "running"), *words)


def _on(step: Callable[[str], Step], *statuses: str) -> Callable[[Scene, int, int, int], Step]:
    return lambda scene, who, where, how: step(scene.some(who, *statuses))


def _address(net: str, number: int) -> str:
    return f"10.~.{NETWORKS.get(net, 14)}.{8 + number % 3}"


MAKERS: tuple[Callable[[Scene, int, int, int], Step], ...] = (
    *[_run] * 6,
    _run_specially,
    *[_make] * 4,
    _unmake,
    *[_connect] * 5,
    *[_disconnect] * 3,
    *[_on(steps.stop, "running")] * 2,
    *[_on(steps.start, "exited", "created")] * 3,
    *[_on(steps.restart, "running", "exited")] * 2,
    _on(steps.kill, "running"),
    _on(steps.pause, "running"),
    _on(steps.unpause, "paused"),
    *[_rename] * 2,
    *[_remove] * 2,
    _execute,
)
