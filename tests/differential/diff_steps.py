"""What a learner does, step by step; each step is what one command of docker would ask for."""

from __future__ import annotations

from typing import Any

from diff_requests import LOOK_EXEC, Step, command, create, delete, join, leave, network, pool, post
from diff_requests import start as start_of

PLAIN = {"Init": False}
"""The first process then ignores SIGTERM, so that how a container ends is no race."""


def run(
    name: str,
    net: str = "bridge",
    *,
    ip: str = "",
    alias: str = "",
    links: tuple[str, ...] = (),
    started: bool = True,
    **host: Any,
) -> Step:
    """``docker run -d``, or ``docker create``."""
    endpoint = _endpoint(ip, alias)
    options = {"NetworkingConfig": {"EndpointsConfig": {net: endpoint}}} if endpoint else {}
    mode = {**PLAIN, "NetworkMode": net, "Links": list(links), **host}
    asks = (create(name, mode, **options), *([start_of(name)] if started else []))
    words = ["run" if started else "create", name, "on", net, ip, alias, *links, *map(str, host)]
    return Step(" ".join(filter(None, words)), asks)


def stop(name: str) -> Step:
    return _on(name, "stop?t=0")


def start(name: str) -> Step:
    return _on(name, "start")


def restart(name: str) -> Step:
    return _on(name, "restart?t=0")


def kill(name: str) -> Step:
    return Step(
        f"kill {name}", (post(f"/containers/{name}/kill"), post(f"/containers/{name}/wait"))
    )


def pause(name: str) -> Step:
    return _on(name, "pause")


def unpause(name: str) -> Step:
    return _on(name, "unpause")


def rename(name: str, new: str) -> Step:
    return _on(name, f"rename?name={new}")


def remove(name: str, *, force: bool = False) -> Step:
    asked = delete(f"/containers/{name}?force={int(force)}&v=1")
    return Step(f"remove {name}{' by force' if force else ''}", (asked,))


def make(name: str, subnet: str = "", **options: Any) -> Step:
    """``docker network create``."""
    asked = network(name, **(pool(subnet) if subnet else {}), **options)
    words = ["make", name, subnet, *map(str, options)]
    return Step(" ".join(filter(None, words)), (asked,))


def unmake(name: str) -> Step:
    """``docker network rm``."""
    return Step(f"unmake {name}", (delete(f"/networks/{name}"),))


def connect(net: str, name: str, *, ip: str = "", alias: str = "") -> Step:
    words = ["connect", net, name, ip, alias]
    return Step(" ".join(filter(None, words)), (join(net, name, **_endpoint(ip, alias)),))


def disconnect(net: str, name: str, *, force: bool = False) -> Step:
    words = f"disconnect {net} {name}{' by force' if force else ''}"
    return Step(words, (leave(net, name, force=force),))


def execute(name: str, *words: str) -> Step:
    """``docker exec``, and how it ended."""
    started = post("/exec/{exec}/start", {"Detach": False})
    asks = (command(name, *words), started, LOOK_EXEC)
    return Step(f"exec {name} {' '.join(words)}", asks)


def _on(name: str, what: str) -> Step:
    words = f"{what.partition('?')[0]} {name} {what.partition('name=')[2]}".strip()
    return Step(words, (post(f"/containers/{name}/{what}"),))


def _endpoint(ip: str, alias: str) -> dict[str, Any]:
    address = {"IPAMConfig": {"IPv4Address": ip}} if ip else {}
    return {**address, **({"Aliases": [alias]} if alias else {})}
