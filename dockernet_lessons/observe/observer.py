"""The observer: one helper container that looks into every namespace of the engine's host.

It shares the host's network and PID namespaces and may enter others (``nsenter``, nsenter(1)).
One line to the shell in it runs a command in any number of namespaces, far faster than an exec per
container; it sees containers whose image has no ``ip``; and it works where the host itself is out
of reach (Docker Desktop's virtual machine, an engine on another computer).
"""

from __future__ import annotations

import contextlib
import shlex
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import docker
import docker.errors
from docker.models.containers import Container as DockerContainer

from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import BadArgument, EngineLost, ObserverRefused
from dockernet_lessons.labels import LAB, ROLE, lab_labels
from dockernet_lessons.observe.engine import remove_container
from dockernet_lessons.observe.output import Output
from dockernet_lessons.observe.shell import Shell, ShellLost
from dockernet_lessons.results import CommandResult

Result = TypeVar("Result")
Heard = Callable[[str], None]

HOST = "host"
CAPABILITIES = ("SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN")
_MARK = "#dockernet "
_FAILED = "#dockernet-failed"
_BATCH = 200
_JOIN_S = 1.0
_JOIN_LOOKS = 10


@dataclass(frozen=True)
class Request:
    """A command to run in one network namespace.

    Attributes
    ----------
    command
        A command line that prints to standard output.
    pid
        A process whose network namespace to enter; 0 stays in the host's.
    """

    command: str
    pid: int = 0


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

    def __init__(self, client: docker.DockerClient, lab: str, image: Callable[[], str]) -> None:
        self._client = client
        self._lab = lab
        self._image = image
        self._container_id: str | None = None
        self._shell: Shell | None = None
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """Name of the container, made to be understood in ``docker ps``."""
        return f"dockernet-observer-{self._lab}"

    def run(self, command: str | list[str], heard: Heard | None = None) -> CommandResult:
        """Run one command in the host's network namespace.

        Parameters
        ----------
        command
            A command line, or its words.
        heard
            Called with every line that it prints, as soon as it does.

        Raises
        ------
        ObserverRefused
            The engine does not allow the observer.
        """
        words = words_of(command)
        typed = command if isinstance(command, str) else shlex.join(words)
        with translated():
            exit_code, text = self._retrying(lambda c: exec_in(self._client, c, words, heard=heard))
        return CommandResult(typed, exit_code, text)

    def read(self, requests: Mapping[str, Request]) -> dict[str, str]:
        """Run commands in network namespaces, all with one line to the observer's shell.

        Parameters
        ----------
        requests
            Key -> what to run where.

        Returns
        -------
        dict
            Key -> what the command printed. A namespace that vanished meanwhile is left out.

        Raises
        ------
        ObserverRefused
            The engine does not allow the observer.
        """
        keys = list(requests)
        printed: dict[str, str] = {}
        for start in range(0, len(keys), _BATCH):
            script = "; ".join(_line(key, requests[key]) for key in keys[start : start + _BATCH])
            printed.update(_sections(self._ask(script).splitlines()))
        return printed

    def remove(self) -> None:
        """Remove the observer container, if there is one."""
        self._forget()
        with translated():
            for found in self._find():
                remove_container(self._client, str(found.id))

    def _ask(self, script: str) -> str:
        """Send a script to the shell; to a new one if the old one is gone."""
        with translated(), self._lock:
            if self._shell is not None:
                with contextlib.suppress(ShellLost):
                    return self._talk(self._shell, script)
            self._shell = self._retrying(lambda container: Shell(self._client, container))
            try:
                return self._talk(self._shell, script)
            except ShellLost as error:
                raise EngineLost(str(error)) from error

    def _talk(self, shell: Shell, script: str) -> str:
        """Use a shell; let go of it unless it answered all, or its answers would come too late."""
        try:
            return shell.run(script)
        except BaseException:  # Ctrl-C as well
            self._forget()
            raise

    def _forget(self) -> None:
        """Let go of the container and of the shell in it."""
        if self._shell is not None:
            self._shell.close()
        self._container_id, self._shell = None, None

    def _retrying(self, work: Callable[[str], Result]) -> Result:
        """Work with the observer; once more with a new one if somebody deleted the old one."""
        try:
            return work(self._running_id())
        except docker.errors.APIError as error:
            if error.status_code not in (404, 409):
                raise
            self._forget()
            return work(self._running_id())

    def _running_id(self) -> str:
        with self._lock:  # of several threads, one starts the observer
            if self._container_id is None:
                self._container_id = self._adopt() or self._start_or_join()
            return self._container_id

    def _start_or_join(self) -> str:
        """Start the observer, or take the one that another session of this lab starts just now."""
        try:
            return self._start()
        except docker.errors.APIError as error:
            other = self._wait_for_other() if error.status_code == 409 else None
            if other is None:
                raise
            return other

    def _wait_for_other(self) -> str | None:
        """Look again: an engine knows a name as taken a moment before it lists the container."""
        for _ in range(_JOIN_LOOKS):
            time.sleep(_JOIN_S / _JOIN_LOOKS)
            other = self._adopt()
            if other is not None:
                return other
        return None

    def _find(self) -> list[DockerContainer]:
        labels = [f"{LAB}={self._lab}", f"{ROLE}=observer"]
        return self._client.containers.list(
            all=True, ignore_removed=True, filters={"label": labels}
        )

    def _adopt(self) -> str | None:
        """Take over the observer of an earlier session, or of one that starts it right now."""
        for found in self._find():
            try:
                found.start()
                return str(found.id)
            except docker.errors.APIError:
                remove_container(self._client, str(found.id))
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
            if error.status_code == 409:
                raise
            self._discard()
            if error.status_code in (400, 403, 500):
                raise ObserverRefused(str(error.explanation)) from error
            raise
        return str(container.id)

    def _discard(self) -> None:
        for found in self._find():
            if found.status != "running":
                remove_container(self._client, str(found.id))


def words_of(command: str | Iterable[str]) -> list[str]:
    """Split a command line as a shell would, or take the words as they are.

    Raises
    ------
    BadArgument
        A quote is left open, or it is neither text nor words.
    """
    if not isinstance(command, str):
        return _texts(command)
    try:
        return shlex.split(command)
    except ValueError as error:
        raise BadArgument(
            f"This is no command line: {error}.", "Close every quote that you open."
        ) from error


def _texts(command: Iterable[object]) -> list[str]:
    words = list(command) if isinstance(command, Iterable) else [command]
    if not words or not all(isinstance(word, str) for word in words):
        raise BadArgument(
            f"A command is a text or a list of texts, not {command!r}.", 'Try: "ip addr".'
        )
    return [str(word) for word in words]


def exec_in(
    client: docker.DockerClient,
    container: str,
    command: list[str],
    environment: Mapping[str, str] | None = None,
    heard: Heard | None = None,
) -> tuple[int, str]:
    """Run a command in a container and wait for it.

    Parameters
    ----------
    client
        The docker-py client.
    container
        Name or id.
    command
        Its words.
    environment
        Variables to add to the container's.
    heard
        Called with every line that the command prints, as soon as it does.

    Returns
    -------
    (exit_code, text)
        Standard output and error of the command in the order they came.
    """
    exec_id = client.api.exec_create(container, command, environment=dict(environment or {}))["Id"]
    source = Output(client.api.exec_start(exec_id, socket=True))
    output = _listen(source, heard) if heard else source.collect()
    # None: it runs on, though the engine waits no longer. The docker command takes that for 0, too.
    exit_code = client.api.exec_inspect(exec_id)["ExitCode"] or 0
    return int(exit_code), output.decode(errors="replace")


def _listen(source: Output, heard: Heard) -> bytes:
    """Tell every line of an output once it is whole, and give the output."""
    output, told = b"", 0
    with contextlib.closing(source):
        for chunk in source.chunks():
            output += chunk
            whole = output.rfind(b"\n") + 1
            for line in output[told:whole].decode(errors="replace").splitlines():
                heard(line)
            told = max(told, whole)
    if told < len(output):
        heard(output[told:].decode(errors="replace"))
    return output


def _line(key: str, request: Request) -> str:
    """Write the shell line for one request: a marker, then the command in its namespace."""
    enter = f"nsenter -t {request.pid} -n " if request.pid else ""
    return f"echo '{_MARK}{key}'; {enter}{request.command} 2>/dev/null || echo '{_FAILED}'"


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
