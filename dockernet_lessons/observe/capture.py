"""Capture packets in several namespaces at once, with tcpdump run by the observer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType

from dockernet_lessons.errors import CaptureFailed
from dockernet_lessons.observe.observer import HOST, Observer, Request
from dockernet_lessons.observe.sightings import (
    COMMAND,
    FILTER,
    Sighting,
    parse_capture,
    parse_host_capture,
    with_destinations,
)

LIMIT_S = 120
"""A capture ends by itself after so many seconds, should nobody end it."""

_FILE = "/tmp/dockernet-walk-$$-{number}"
_START = "{enter}timeout {limit} {tcpdump} >{file} 2>{file}.err & echo $!"
_READY = (
    "tries=0; until grep -q 'listening on' {file}.err || ! kill -0 {process} 2>/dev/null "
    "|| [ $tries -gt 500 ]; do tries=$((tries+1)); sleep 0.03; done; cat {file}.err"
)
_READ = "cat {file}; : >{file}"
_LAST_S = 0.2
"""Time for tcpdump to print what it has seen."""


@dataclass(frozen=True)
class Spot:
    """Where to listen.

    Attributes
    ----------
    namespace
        ``"host"``, or a container's name.
    pid
        A process in it; 0 for the host.
    interface
        Its name; ``any`` on the host.
    mac
        The interface's own; empty on the host.
    """

    namespace: str
    pid: int
    interface: str
    mac: str


class Capture:
    """Packets are captured while it is on: a context manager.

    Parameters
    ----------
    observer
        Runs tcpdump.
    spots
        Where to listen.

    Raises
    ------
    CaptureFailed
        tcpdump is missing, or may not listen.
    ObserverRefused
        The engine does not allow the observer.
    """

    def __init__(self, observer: Observer, spots: Iterable[Spot]) -> None:
        self._observer = observer
        self._spots = list(spots)
        self._processes: list[str] = []
        self.sightings: list[Sighting] = []

    def __enter__(self) -> Capture:
        started = self._read([_start(number, spot) for number, spot in enumerate(self._spots)])
        self._processes = [text.strip() for text in started]
        said = self._read(
            [_READY.format(file=_file(n), process=p) for n, p in enumerate(self._processes)]
        )
        silent = [text for text in said if "listening on" not in text]
        if silent:
            self._end()
            raise CaptureFailed(silent[0].strip().splitlines()[-1] if silent[0].strip() else "")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()
        printed = self._read([_READ.format(file=_file(n)) for n, _ in enumerate(self._spots)])
        found = [
            sighting
            for spot, text in zip(self._spots, printed, strict=True)
            for sighting in _parsed(spot, text)
        ]
        self.sightings = with_destinations(found)

    def _end(self) -> None:
        processes = " ".join(self._processes)
        self._read([f"sleep {_LAST_S}; kill {processes}; wait {processes}"])

    def _read(self, commands: Sequence[str]) -> list[str]:
        """Run commands, one after another, in the observer's own shell."""
        requests = {str(number): Request(command) for number, command in enumerate(commands)}
        printed = self._observer.read(requests)
        return [printed.get(key, "") for key in requests]


def _file(number: int) -> str:
    return _FILE.format(number=number)


def _start(number: int, spot: Spot) -> str:
    return _START.format(
        enter=f"nsenter -t {spot.pid} -n " if spot.pid else "",
        limit=LIMIT_S,
        tcpdump=COMMAND.format(interface=spot.interface, filter=FILTER),
        file=_file(number),
    )


def _parsed(spot: Spot, text: str) -> list[Sighting]:
    if spot.namespace == HOST:
        return parse_host_capture(text, HOST)
    return parse_capture(text, spot.namespace, spot.interface, spot.mac)
