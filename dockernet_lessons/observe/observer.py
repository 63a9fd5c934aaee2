"""The observer: one helper container that looks into every namespace of the engine's host.

It shares the host's network and PID namespaces and may enter others (``nsenter``, nsenter(1)).
One exec runs one command in any number of namespaces, ten times faster than an exec per container;
it sees containers whose image has no ``ip``; and it works where the host itself is out of reach
(Docker Desktop's virtual machine, an engine on another computer).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping

import docker
import docker.errors
from docker.models.containers import Container as DockerContainer

from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import ObserverRefused
from dockernet_lessons.labels import LAB, ROLE, lab_labels
from dockernet_lessons.results import CommandResult

HOST = "host"
CAPABILITIES = ("SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN")
_MARK = "#dockernet "
_FAILED = "#dockernet-failed"
_BATCH = 200


class Observer:
    """The observer container of one lab; started when first needed, and again when it is gone.

    Parameters
    ----------
    client
        The docker-py client.
    lab
        Name of the lab.
    image
        Called when the container is started: gives an image with the lesson's commands.
    """

    def __init__(
        self, client: docker.DockerClient, lab: str, image: Callable[[], str]
    ) -> None:
        self._client = client
        self._lab = lab
        self._image = image
        self._container_id: str | None = None

    @property
    def name(self) -> str:
        """Name of the container, made to be understood in ``docker ps``."""
        return f"dockernet-observer-{self._lab}"

    def run(self, command: str | list[str]) -> CommandResult:
        """Run one command in the host's network namespace.

        Raises
        ------
        ObserverRefused
            The engine does not allow the observer.
        """
        typed = command if isinstance(command, str) else shlex.join(command)
        exit_code, text = self._exec(shlex.split(typed))
        return CommandResult(typed, exit_code, text)

    def read(self, command: str, pids: Mapping[str, int]) -> dict[str, str]:
        """Run one command in several network namespaces with a single exec.

        Parameters
        ----------
        command
            A command line that prints to standard output.
        pids
            Key -> process id whose network namespace to enter; 0 stays in the host's.

        Returns
        -------
        dict
            Key -> what the command printed. A namespace that vanished meanwhile is left out.
        """
        keys = list(pids)
        printed: dict[str, str] = {}
        for start in range(0, len(keys), _BATCH):
            batch = {key: pids[key] for key in keys[start : start + _BATCH]}
            _, text = self._exec(["sh", "-c", _script(command, batch)])
            printed.update(_sections(text.splitlines()))
        return printed

    def remove(self) -> None:
        """Remove the observer container, if there is one."""
        with translated():
            for found in self._find():
                found.remove(force=True, v=True)
        self._container_id = None

    def _exec(self, command: list[str]) -> tuple[int, str]:
        """Run a command in the observer; once more in a new one if the old one was deleted."""
        with translated():
            try:
                return exec_in(self._client, self._running_id(), command)
            except docker.errors.APIError as error:
                if error.status_code not in (404, 409):
                    raise
                self._container_id = None
            return exec_in(self._client, self._running_id(), command)

    def _running_id(self) -> str:
        if self._container_id is None:
            self._container_id = self._adopt() or self._start()
        return self._container_id

    def _find(self) -> list[DockerContainer]:
        labels = [f"{LAB}={self._lab}", f"{ROLE}=observer"]
        return self._client.containers.list(all=True, filters={"label": labels})

    def _adopt(self) -> str | None:
        """Take over the observer that an earlier session of this lab left running."""
        for found in self._find():
            if found.status == "running":
                return str(found.id)
            found.remove(force=True, v=True)
        return None

    def _start(self) -> str:
        try:
            container = self._client.containers.run(
                self._image(),
                ["sleep", "infinity"],
                name=self.name,
                labels=lab_labels(self._lab, role="observer"),
                network_mode="host",
                pid_mode="host",
                userns_mode="host",
                cap_add=list(CAPABILITIES),
                detach=True,
            )
        except docker.errors.APIError as error:
            self._discard()
            if error.status_code in (400, 403, 500):
                raise ObserverRefused(str(error.explanation)) from error
            raise
        return str(container.id)

    def _discard(self) -> None:
        for found in self._find():
            if found.status != "running":
                found.remove(force=True)


def exec_in(
    client: docker.DockerClient,
    container: str,
    command: list[str],
    environment: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run a command in a container and wait for it.

    Returns
    -------
    (exit_code, text)
        Standard output and error of the command in the order they came.
    """
    exec_id = client.api.exec_create(container, command, environment=dict(environment or {}))["Id"]
    output = client.api.exec_start(exec_id)
    exit_code = client.api.exec_inspect(exec_id)["ExitCode"]
    return int(exit_code), bytes(output).decode(errors="replace")


def _script(command: str, pids: Mapping[str, int]) -> str:
    """Write the shell line that runs `command` in each namespace, a marker before each."""
    return "; ".join(
        f"echo '{_MARK}{key}'; {_entered(command, pid)} || echo '{_FAILED}'"
        for key, pid in pids.items()
    )


def _entered(command: str, pid: int) -> str:
    return f"nsenter -t {pid} -n {command} 2>/dev/null" if pid else command


def _sections(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Split the script's output at its markers; drop what failed."""
    key: str | None = None
    collected: list[str] = []
    for line in [*lines, _MARK]:
        if line.startswith(_MARK):
            if key is not None and _FAILED not in collected:
                yield key, "\n".join(collected)
            key, collected = line.removeprefix(_MARK), []
        else:
            collected.append(line)
