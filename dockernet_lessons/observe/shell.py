"""One shell kept open in a container, so that a look costs milliseconds and not an exec.

Starting a process in a container takes an engine some 50 ms; a command line sent to a shell that
is already there takes two or three. The shell is an exec with its standard input attached, and
ends by itself when this process goes away.
"""

from __future__ import annotations

import itertools
import threading
from typing import Any

import docker
import docker.errors
from docker.utils.socket import SocketError

from dockernet_lessons.observe.output import Output

_END = "#dockernet-end"


class ShellLost(Exception):
    """The shell, or the container it ran in, is gone."""


class Shell:
    """A shell in a running container.

    Parameters
    ----------
    client
        The docker-py client.
    container
        Id of the container.
    """

    def __init__(self, client: docker.DockerClient, container: str) -> None:
        exec_id = client.api.exec_create(container, ["sh"], stdin=True)["Id"]
        self._stream = client.api.exec_start(exec_id, socket=True)
        self._output = Output(self._stream).chunks()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def run(self, script: str) -> str:
        """Run a line of shell script and give what it printed.

        Raises
        ------
        ShellLost
            The shell ended meanwhile.
        """
        with self._lock:
            end = f"{_END} {next(self._numbers)}"
            try:
                self._send(f"{script}; echo '{end}'\n".encode())
                return self._read_until(f"{end}\n")
            except (OSError, SocketError, ValueError) as error:
                raise ShellLost(str(error)) from error

    def close(self) -> None:
        """End the shell."""
        self._stream.close()

    def _send(self, data: bytes) -> None:
        # docker-py hands out a reading file over a socket, or the socket itself (TLS, ssh, pipes).
        target: Any = getattr(self._stream, "_sock", self._stream)
        target.sendall(data)

    def _read_until(self, end: str) -> str:
        text = b""
        for chunk in self._output:
            text += chunk
            if text.endswith(end.encode()):
                return text.decode(errors="replace").removesuffix(end)
        raise ShellLost("its output ended")
