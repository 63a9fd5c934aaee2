"""Translate what docker-py raises into the lessons' own errors, in one place.

The engine's wording differs between versions; the rules below hold the wordings of Docker
Engine 20.10.24, 26.1.5 and 28.5.2, each seen on the running engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import docker.errors
import requests.exceptions
import urllib3.exceptions

from dockernet_lessons import errors

# Between requests; in the middle of a long answer; in the raw stream of an exec.
_LOST = (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, ConnectionError)

_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], errors.DockernetError]]


def _rule(pattern: str, make: Callable[[re.Match[str]], errors.DockernetError]) -> _Rule:
    return re.compile(pattern), make


_RULES: tuple[_Rule, ...] = (
    _rule(
        r'container name "/?([^"]+)" is already in use',
        lambda m: errors.NameTaken("container", m[1], "another container"),
    ),
    _rule(
        r"network with name (\S+) already exists",
        lambda m: errors.NameTaken("network", m[1], "another network"),
    ),
    _rule(
        r"Cannot link to a non running container: .*",
        lambda m: errors.LinkTargetNotRunning(m[0]),
    ),
    _rule(r"could not get container for ([^:]+):", lambda m: errors.UnknownContainer(m[1])),
    _rule(r"No such container: (\S+)", lambda m: errors.UnknownContainer(m[1])),
    _rule(r"network (\S+) not found", lambda m: errors.UnknownNetwork(m[1])),
    _rule(
        r"endpoint with name (\S+) already exists in network (\S+)",
        lambda m: errors.AlreadyConnected(m[1], m[2]),
    ),
    _rule(
        r"[Cc]ontainer (\S+) is not connected to (?:the )?network (\S+)",
        lambda m: errors.NotConnected(m[1], m[2]),
    ),
    _rule(
        r"network (\S+)(?: id \S+)? has active endpoints(?: \((.*)\))?",
        lambda m: errors.NetworkInUse(m[1], re.findall(r'name:"([^"]+)"', m[2] or "")),
    ),
    _rule(r"[Cc]ontainer (\S+) is not running", lambda m: errors.NotRunning(m[1])),
    _rule(
        r"cannot join network (?:namespace )?of a non running container: (?:container )?(\S+)",
        lambda m: errors.NotRunning(m[1]),
    ),
    _rule(r"Bind for (\S+) failed: port is already allocated", lambda m: errors.PortTaken(m[1])),
    _rule(r"listen tcp4? (\S+): bind: address already in use", lambda m: errors.PortTaken(m[1])),
    _rule(
        r"No such image: (\S+)",
        lambda m: errors.ImageUnavailable(
            f"There is no image {m[1]} on this engine.",
            "Leave `image` out to use the lesson image, or pull that image first.",
        ),
    ),
    _rule(
        r"(?:Pool overlaps|invalid pool request: Pool overlaps)(.*)",
        lambda m: errors.SubnetInUse("asked for", "a network of this Docker Engine"),
    ),
    _rule(
        r"(?i)invalid subnet|invalid CIDR|invalid network config|invalid gateway address"
        r"|failed to allocate gateway|no matching subnet for gateway",
        lambda m: errors.InvalidSubnet(
            f"The engine refuses that subnet or gateway: {m.string}.",
            "Give a subnet like 10.20.30.0/24 with a gateway inside it.",
        ),
    ),
    _rule(
        r"(?i)address already in use|user specified IP address|requested address is out of range"
        r"|no configured subnet (?:or ip-range )?contain|does not belong to any of this network",
        lambda m: errors.AddressUnavailable(
            f"That address cannot be given: {m.string}.",
            "Leave `ip` out, or take a free address of a network created with a subnet.",
        ),
    ),
)


def error_for(status: int, message: str) -> errors.DockernetError:
    """Find the lessons' error for an engine's answer.

    Parameters
    ----------
    status
        HTTP status.
    message
        The engine's wording, as in the field ``message`` of its JSON answer.
    """
    line = " ".join(message.split())
    for pattern, make in _RULES:
        match = pattern.search(line)
        if match:
            return make(match)
    return errors.EngineRefused(status, line)


@contextmanager
def translated() -> Iterator[None]:
    """Turn docker-py's exceptions inside the block into the lessons' errors."""
    try:
        yield
    except docker.errors.ImageNotFound as error:
        raise error_for(404, f"No such image: {_image_name(error)}") from error
    except docker.errors.APIError as error:
        raise error_for(error.status_code or 500, str(error.explanation or error)) from error
    except _LOST as error:
        raise errors.EngineLost(_short(error)) from error


def _image_name(error: docker.errors.APIError) -> str:
    text = str(error.explanation or error)
    match = re.search(r"No such image: (\S+)", text)
    return match[1] if match else text


def _short(error: BaseException) -> str:
    """Find the operating system's word in a chain of wrapped connection errors."""
    text = str(error)
    for word in ("Connection refused", "No such file or directory", "timed out", "Broken pipe"):
        if word in text:
            return word.lower()
    return "connection lost"
