"""A container's ports as ``docker ps`` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Port = Mapping[str, Any]


def ports(published: Iterable[Port], *, brackets: bool) -> str:
    """Write ports: ``50-52/tcp, 0.0.0.0:7000->7000/tcp, 127.0.0.1:7100->80/tcp``.

    Ports that follow one another are joined where the host's number is the container's.

    Parameters
    ----------
    published
        As the engine lists them.
    brackets
        Whether IPv6 addresses are written in brackets, as newer docker commands do.
    """
    order = sorted(published, key=_order)
    mapped = [port for port in order if port.get("IP") and not _same_number(port)]
    alike = [port for port in order if not port.get("IP") or _same_number(port)]
    texts = [_mapping(port, brackets) for port in mapped]
    return ", ".join([*_joined(alike, brackets), *texts])


def address(host: str, *, brackets: bool) -> str:
    """Write a host's address before a colon."""
    return f"[{host}]" if brackets and ":" in host else host


def _order(port: Port) -> tuple[int, str, int, str]:
    return port["PrivatePort"], port.get("IP", ""), port.get("PublicPort", 0), port["Type"]


def _same_number(port: Port) -> bool:
    return bool(port.get("PublicPort") == port["PrivatePort"])


def _mapping(port: Port, brackets: bool) -> str:
    host = address(port["IP"], brackets=brackets)
    return f"{host}:{port['PublicPort']}->{port['PrivatePort']}/{port['Type']}"


def _joined(alike: Iterable[Port], brackets: bool) -> list[str]:
    """Write runs of ports; a run is written when it is broken, the others at the end."""
    broken: list[str] = []
    runs: dict[tuple[str, str], tuple[int, int]] = {}
    for port in alike:
        key, number = (port.get("IP", ""), port["Type"]), port["PrivatePort"]
        first, last = runs.get(key, (number, number - 1))
        if number != last + 1:
            broken.append(_run(key, first, last, brackets))
            first = number
        runs[key] = (first, number)
    return [*broken, *(_run(key, *run, brackets) for key, run in runs.items())]


def _run(key: tuple[str, str], first: int, last: int, brackets: bool) -> str:
    host, kind = key
    numbers = str(first) if first == last else f"{first}-{last}"
    if not host:
        return f"{numbers}/{kind}"
    return f"{address(host, brackets=brackets)}:{numbers}->{numbers}/{kind}"
