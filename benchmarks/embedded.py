"""The embedded engine: how much time and memory its answers cost.

Its answers are computed, so what they cost is the least time that several runs took: others make a
shared machine slower, never quicker (timeit's documentation says the same of its figures). The
median is told beside it.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping

import docker

from benchmarks.article import play_once
from benchmarks.measure import seconds
from benchmarks.shell import Shell
from dockernet_lessons import Lab
from dockernet_lessons.labels import lab_labels

CONTAINERS = 1000
NETWORKS = 20
MATRIX = 100
PINGS = 3
"""Echo requests per ping, as `dockernet article` sends by default."""

PLAYS = 5
"""Plays on the embedded engine for one on the real engine, which takes fifty times as long."""

_IMPORT = """
import time
start = time.perf_counter()
import dockernet_lessons.embedded.engine
print(1000 * (time.perf_counter() - start))
"""
_MB = 1024  # ru_maxrss is in kilobytes on Linux (getrusage(2))


def measure_article(_: Shell, rounds: int) -> str:
    """Play the article on both engines in turns, as `dockernet article` does; ours warmed up.

    Also the processor time of ours.
    """
    ours: list[tuple[float, float]] = []
    theirs: list[float] = []
    for _ in range(rounds):
        play_once("embedded", PINGS)
        ours += [_wall_and_cpu() for _ in range(PLAYS)]
        theirs.append(seconds(lambda: play_once("docker", PINGS)))
    walls, cpus = zip(*ours, strict=True)
    ratio = statistics.median(walls) / statistics.median(theirs)
    return "\n".join(
        [
            f"{'the 31 steps, embedded engine / Docker Engine':<58}"
            f" {_verdict(min(walls) / min(theirs), ratio, 1 / 50, '')}"
            f" = {min(walls):.3f} s / {min(theirs):.3f} s",
            f"{'... processor time of ours':<58}"
            f" {_verdict(min(cpus), statistics.median(cpus), 0.5, ' s')}",
        ]
    )


def _wall_and_cpu() -> tuple[float, float]:
    start, cpu = time.perf_counter(), time.process_time()
    play_once("embedded", PINGS)
    return time.perf_counter() - start, time.process_time() - cpu


def measure_scale(_: Shell, rounds: int) -> str:
    """Start 1,000 containers on 20 networks in a fresh process; ping among 100 of them."""
    runs = [_in_fresh_process("-m", "benchmarks.embedded") for _ in range(rounds)]
    lines: list[tuple[str, Callable[[Iterable[float]], float], float, str]] = [
        ("create and start, of 1,000 containers on 20 networks", min, 3.0, " ms each"),
        ("the last hundred / the first hundred", statistics.median, 2.0, ""),
        ("one ping through docker-py", min, 3.0, " ms"),
        ("ping_matrix of 100 x 100 by address", min, 10.0, " s"),
        ("... its processor time", min, 10.0, " s"),
        ("memory of the process with 1,000 containers", max, 350.0, " MB"),
    ]
    return "\n".join(
        f"{title:<58} {_verdict(chosen(values), statistics.median(values), limit, unit)}"
        for (title, chosen, limit, unit), values in zip(lines, zip(*runs, strict=True), strict=True)
    )


def measure_import(_: Shell, rounds: int) -> str:
    """Import the embedded core alone in a fresh interpreter, compiled as after a first import."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        _, *runs = (
            _in_fresh_process("-c", _IMPORT, variables=compiled) for _ in range(1 + max(rounds, 7))
        )
    walls = [run[0] for run in runs]
    verdict = _verdict(min(walls), statistics.median(walls), 50.0, " ms")
    return f"{'import of the embedded core':<58} {verdict}"


def _verdict(value: float, median: float, limit: float, unit: str) -> str:
    verdict = "ok" if value <= limit else "MISSED"
    return f"{value:7.3f}{unit}  (median {median:.3f}; at most {limit:g}: {verdict})"


def _in_fresh_process(*arguments: str, variables: Mapping[str, str] | None = None) -> list[float]:
    environment = {**os.environ, **(variables or {})}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return [float(word) for word in done.stdout.split()]


def _scale() -> list[float]:
    """Give ms per container, growth, ms per ping, seconds per matrix, their processor time, MB."""
    with Lab("embedded", profile="modern") as lab:
        client = lab.client
        networks = [f"net{number}" for number in range(NETWORKS)]
        for number, network in enumerate(networks):
            lab.create_network(network, subnet=f"10.{number + 100}.0.0/16")
        times = [
            _timed(lambda n=number: _create_and_start(lab, n, networks[n % NETWORKS]))
            for number in range(CONTAINERS)
        ]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
        ping = _median_ping_ms(client)
        names = [f"node{number}" for number in range(MATRIX)]
        lab.run_many(names)
        cpu = time.process_time()
        matrix = _timed(lambda: lab.ping_matrix(names))
        cpu = time.process_time() - cpu
    first, last = (statistics.median(part) for part in (times[50:150], times[-100:]))
    return [1000 * statistics.mean(times), last / first, ping, matrix, cpu, memory]


def _create_and_start(lab: Lab, number: int, network: str) -> None:
    client = lab.client
    host_config = client.api.create_host_config(network_mode=network)
    made = client.api.create_container(
        "xmtubuntu",
        ["sleep", "infinity"],
        name=f"box{number}",
        host_config=host_config,
        labels=lab_labels(lab.name),
    )
    client.api.start(made["Id"])


def _median_ping_ms(client: docker.DockerClient) -> float:
    address = client.api.inspect_container(f"box{NETWORKS}")["NetworkSettings"]["Networks"]["net0"]

    def ping() -> None:
        made = client.api.exec_create("box0", ["ping", "-c", "1", address["IPAddress"]])
        assert b" 0% packet loss" in client.api.exec_start(made["Id"])

    return 1000 * statistics.median(_timed(ping) for _ in range(50))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(*_scale())
