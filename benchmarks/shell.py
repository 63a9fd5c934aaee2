"""The other side of the comparison: a shell script that types docker commands."""

from __future__ import annotations

import os
import subprocess

from benchmarks.measure import seconds
from dockernet_lessons.connect import connect_docker


class Shell:
    """Run shell scripts against the engine at hand.

    Parameters
    ----------
    namespace
        Name of the network namespace in which the engine's host lives; None for this machine's.
    """

    def __init__(self, namespace: str | None) -> None:
        self._connection = connect_docker()
        enter = ["nsenter", f"--net=/run/netns/{namespace}"] if namespace else []
        self._command = [*enter, "sh", "-c"]
        self._environment = {**os.environ, "DOCKER_HOST": self._connection.address}

    def engine(self) -> str:
        """Say which engine it is."""
        return self._connection.description

    def run(self, script: str) -> str:
        """Run a script and give what it printed; its failing commands are not our business."""
        done = subprocess.run(
            [*self._command, script],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    def seconds(self, script: str) -> float:
        """Time a script."""
        return seconds(lambda: self.run(script))
