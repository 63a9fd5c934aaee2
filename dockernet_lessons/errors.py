"""What can go wrong in a lesson, each as one sentence what happened and one what to do.

::

    DockernetError
    ├── EngineUnavailable      no engine to talk to
    │   ├── NoDocker           nothing listens where Docker should be
    │   ├── SocketDenied       Docker is there, but this user may not talk to it
    │   └── EngineTooOld       older than Docker Engine 20.10
    ├── EngineLost             the engine went away in the middle of a request
    ├── EngineRefused          the engine said no; its own words are kept
    ├── ImageUnavailable       no lesson image, and no way to make one
    ├── NameTaken              the name belongs to something that is not this lab's
    ├── NotThisLab             the lab was asked to touch something that is not its own
    ├── LabClosed              what an old widget shows is of a lab that was closed
    ├── UnknownContainer
    ├── UnknownNetwork
    ├── UnknownInterface
    ├── NotRunning             the container is there, but stopped
    ├── ContainerExited        a container stopped right after its start
    ├── LinkTargetNotRunning   `--link` to a container that does not run
    ├── ToolMissing            the container's image lacks a command
    ├── InvalidSubnet          not an IPv4 subnet, or a gateway outside of it
    ├── SubnetInUse            the subnet overlaps something that exists
    ├── AddressUnavailable     the address asked for cannot be given
    ├── PortTaken              a port to publish is in use on the host
    ├── AddressOutsideLab      an address that the lab must not ping
    ├── AlreadyConnected
    ├── NotConnected
    ├── NetworkInUse           a network with containers on it cannot be removed
    ├── ObserverRefused        the engine does not let the observer see the host
    ├── WalkUnavailable        a packet's walk cannot be captured without the observer
    ├── CaptureFailed          tcpdump could not listen, or missed packets
    └── BadArgument            an argument that no engine could accept
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class DockernetError(Exception):
    """Base of every error that the lessons raise on purpose.

    Parameters
    ----------
    what
        One sentence: what happened.
    todo
        One sentence: what the learner can do now.
    """

    def __init__(self, what: str, todo: str) -> None:
        self.what = what
        self.todo = todo
        super().__init__(f"{what} {todo}")

    def _render_traceback_(self) -> list[str]:
        """Show the two sentences in a notebook, not the library's stack (an IPython hook)."""
        return [f"{type(self).__name__}: {self.what}", f"  → {self.todo}"]


def _hint(name: str, known: Iterable[str], otherwise: str) -> str:
    """Name the nearest known name, else what there is, else `otherwise`."""
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    if near:
        return f"Did you mean '{near[0]}'?"
    if names:
        return f"There is: {', '.join(names[:8])}{', …' if len(names) > 8 else ''}."
    return otherwise


class EngineUnavailable(DockernetError):
    """There is no engine to run the lesson on."""


class NoDocker(EngineUnavailable):
    """Nothing answers where the Docker Engine should be."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason
        super().__init__(
            f"No Docker Engine answers at {address} ({reason}).",
            "Start Docker (Linux: `sudo systemctl start docker`; elsewhere: Docker Desktop), "
            "then try again; `dockernet doctor` tells more.",
        )


class SocketDenied(EngineUnavailable):
    """The engine's socket is there, but this user may not use it."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(
            f"This user may not talk to the Docker Engine at {address}.",
            "Add the user to the `docker` group (`sudo usermod -aG docker $USER`, equal to root "
            "on this machine) and log in again, or run Docker in rootless mode.",
        )


class EngineTooOld(EngineUnavailable):
    """The engine is older than the oldest one that the lessons are tested with."""

    def __init__(self, version: str, api_version: str) -> None:
        super().__init__(
            f"Docker Engine {version} (API {api_version}) is older than these lessons need.",
            "Install Docker Engine 20.10 (API 1.41) or newer.",
        )


class EngineLost(DockernetError):
    """The engine stopped answering in the middle of a request."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The Docker Engine stopped answering ({reason}).",
            "Start it again and run this cell once more: the lab finds its containers again.",
        )


class EngineRefused(DockernetError):
    """The engine refused a request for a reason that has no class of its own.

    Parameters
    ----------
    status
        The HTTP status of the answer.
    message
        The engine's own words.
    """

    def __init__(self, status: int, message: str, todo: str = "") -> None:
        self.status = status
        self.message = message
        super().__init__(
            f"The Docker Engine refused: {message.rstrip('.')}.",
            todo or "Change what it objects to, then run this again.",
        )


class ImageUnavailable(DockernetError):
    """The lesson image is not here and cannot be made here."""


class NameTaken(DockernetError):
    """A container or network of that name exists and is not what was asked for."""

    def __init__(self, kind: str, name: str, holder: str, todo: str = "") -> None:
        self.name = name
        super().__init__(
            f"The {kind} name '{name}' is taken by {holder}.",
            todo or f"Choose another name, or remove or rename that {kind} yourself.",
        )


class NotThisLab(DockernetError):
    """The lab was asked to change something that it did not make."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(
            f"The {kind} '{name}' was not made by this lab, so the lab leaves it alone.",
            f"Use the `docker` command in a terminal if you do want to change that {kind}.",
        )


class LabClosed(DockernetError):
    """A widget was asked for something new after its lab had been closed."""

    def __init__(self, lab: str) -> None:
        super().__init__(
            f"The lab '{lab}' is closed, so there is nothing to look at any more.",
            "Run the lesson again from its first cell.",
        )


class UnknownContainer(DockernetError):
    """No container of that name."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        super().__init__(
            f"There is no container '{name}' in this lab.",
            _hint(name, known, f'Start it first: lab.run("{name}").'),
        )


class UnknownNetwork(DockernetError):
    """No network of that name."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        super().__init__(
            f"There is no network '{name}'.",
            _hint(name, known, f'Create it first: lab.create_network("{name}").'),
        )


class UnknownInterface(DockernetError):
    """No interface of that name where it was looked for."""

    def __init__(self, name: str, where: str, known: Iterable[str] = ()) -> None:
        self.name = name
        super().__init__(
            f"There is no interface '{name}' in {where}.",
            _hint(name, known, f'Look at them all: lab.interfaces("{where}").'),
        )


class NotRunning(DockernetError):
    """The container exists, but it is stopped."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Container '{name}' is not running.", f'Start it: lab.start("{name}").')


class ContainerExited(DockernetError):
    """A container ended right after it was started."""

    def __init__(self, name: str, exit_code: int, last_words: str) -> None:
        said = f", saying: {last_words}" if last_words else ""
        super().__init__(
            f"Container '{name}' ended right after its start with exit code {exit_code}{said}.",
            "Give it a command that keeps running, for example command='sleep infinity'.",
        )


class LinkTargetNotRunning(DockernetError):
    """A link needs its target to run."""

    def __init__(self, message: str) -> None:
        super().__init__(
            f"A link needs a running container ({message}).",
            "Start the target first, or make the container again without the link.",
        )


class ToolMissing(DockernetError):
    """A container's image lacks a command that the lesson needs."""

    def __init__(self, name: str, tool: str) -> None:
        super().__init__(
            f"Container '{name}' has no `{tool}` command in its image.",
            "Use the lesson image, or an image that contains it.",
        )


class InvalidSubnet(DockernetError):
    """The text is not a usable IPv4 subnet, or the gateway does not lie in it."""


class SubnetInUse(DockernetError):
    """The subnet overlaps one that this machine already uses.

    Parameters
    ----------
    subnet
        What was asked for.
    culprit
        What it overlaps, in words, for example ``"the network 'shop' (10.0.0.0/16)"``.
    """

    def __init__(self, subnet: str, culprit: str) -> None:
        self.subnet = subnet
        self.culprit = culprit
        super().__init__(
            f"The subnet {subnet} overlaps {culprit}.",
            "Take another one: lab.free_subnet() finds a free /24.",
        )


class AddressUnavailable(DockernetError):
    """The address that was asked for cannot be given to the container."""


class PortTaken(DockernetError):
    """The host's port that a container shall be published on is in use."""

    def __init__(self, port: str) -> None:
        super().__init__(
            f"The host's port {port} is in use.", "Publish another one, for example 0 for any."
        )


class AddressOutsideLab(DockernetError):
    """The address is not a container's or a bridge's of this lab."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The address {address} is not in this lab, so the lab does not ping it.",
            "Ping a container of the lab, or 'host'.",
        )


class AlreadyConnected(DockernetError):
    """The container has an endpoint in that network already."""

    def __init__(self, name: str, network: str) -> None:
        super().__init__(
            f"Container '{name}' is already connected to the network '{network}'.",
            "There is nothing to do; look at it with lab.veth_pairs().",
        )


class NotConnected(DockernetError):
    """The container has no endpoint in that network."""

    def __init__(self, name: str, network: str) -> None:
        super().__init__(
            f"Container '{name}' is not connected to the network '{network}'.",
            "Look where it is connected: lab.containers().",
        )


class NetworkInUse(DockernetError):
    """A network that containers are connected to cannot be removed."""

    def __init__(self, network: str, users: Iterable[str] = ()) -> None:
        who = ", ".join(sorted(users)) or "containers"
        super().__init__(
            f"The network '{network}' is in use by {who}.",
            "Disconnect or remove them first.",
        )


class ObserverRefused(DockernetError):
    """The engine does not let the observer look into the host's namespace."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"This Docker Engine does not allow the observer container ({reason.rstrip('.')}).",
            "What the containers see still works; the host's own interfaces stay hidden.",
        )


class WalkUnavailable(DockernetError):
    """Packets cannot be watched without the observer."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "A walk needs the observer container, which this Docker Engine does not allow"
            f" ({reason.rstrip('.')}).",
            "Use lab.ping here, or take the walk on the embedded engine: Lab('embedded').",
        )


class CaptureFailed(DockernetError):
    """The packets of a walk could not be captured."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The packets could not be captured ({reason.rstrip('.') or 'tcpdump says nothing'}).",
            "Walk once more; if it stays so, look whether 'dockernet doctor' has an advice.",
        )


class BadArgument(DockernetError):
    """An argument that cannot mean anything."""
