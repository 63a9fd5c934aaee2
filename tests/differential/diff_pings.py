"""Who reaches whom, by address and by name: every ping of a matrix at the same time."""

from __future__ import annotations

import re
from typing import Any

from diff_look import Viewer

NAMES = ("al", "other")
"""Aliases that the steps give to containers and links."""

QUICK = "RES_OPTIONS='timeout:1 attempts:1'"
_SCRIPT = """for target in {targets}; do
  (text=$({quick} ping -c 1 -W 1 $target 2>&1); echo "#$target $? $text") &
done; wait"""
_PART = re.compile(r"^#(\S+) (\d+) ((?:(?!#).*\n?)*)", re.MULTILINE)
_UNRESOLVED = re.compile(
    r"Temporary failure in name|Name or service not known|No address associated"
)
_REPLY = re.compile(r"^\d+ bytes from .*?ttl=\d+", re.MULTILINE)
_ERROR = re.compile(r"^(?:From |ping: ).*", re.MULTILINE)


def matrix(viewer: Viewer, *, by_name: bool = True) -> dict[str, str]:
    """Ping from every running container to every address and name there is.

    Returns
    -------
    dict
        ``c1 ping c2`` or ``c1 ping an+2`` -> what came back.
    """
    containers = viewer.containers()
    able = [n for n, c in containers.items() if c["State"]["Status"] == "running"]
    targets = {name: _targets(viewer, containers, name, by_name) for name in able}
    told = viewer.run_in({n: script_of(t) for n, t in targets.items() if t})
    return {
        f"{source} ping {viewer.clean(target)}": viewer.clean(answer)
        for source, text in told.items()
        for target, answer in sections(text).items()
    }


def script_of(targets: list[str]) -> str:
    """Write the shell line that pings all targets at once."""
    return _SCRIPT.format(targets=" ".join(targets), quick=QUICK)


def sections(text: str) -> dict[str, str]:
    """Split what the line printed: target -> exit code and what came back."""
    return {found[1]: f"{found[2]} {essence(found[3])}" for found in _PART.finditer(text)}


def essence(text: str) -> str:
    """Keep of a ping's output what is the same every time.

    Whether a name is unknown or its server is out of reach depends on the engine's host.
    """
    if _UNRESOLVED.search(text):
        return "no such name"
    head = text.partition("\n")[0] if text.startswith("PING") else ""
    came = _REPLY.search(text) or _ERROR.search(text)
    return f"{head} {came[0] if came else 'nothing came back'}".strip()


def _targets(viewer: Viewer, containers: Any, source: str, by_name: bool) -> list[str]:
    addresses = [
        endpoint["IPAddress"]
        for container in containers.values()
        for endpoint in (container["NetworkSettings"]["Networks"] or {}).values()
        if endpoint["IPAddress"]
    ]
    names = [viewer.asker.tag.write(f"{name}~") for name in containers] if by_name else []
    extra = [name for name in NAMES if by_name and _owners(name, containers) <= 1]
    return [*dict.fromkeys(addresses), *names, *extra]


def _owners(alias: str, containers: Any) -> int:
    """Count what has an alias; of several, engines answer any."""
    return sum(
        alias in (endpoint["Aliases"] or []) or f":{alias}" in "".join(endpoint["Links"] or [])
        for container in containers.values()
        for endpoint in (container["NetworkSettings"]["Networks"] or {}).values()
    )
