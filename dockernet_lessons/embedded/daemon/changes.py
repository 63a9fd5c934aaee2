"""Dockerfile instructions that change an image's configuration (``docker import --change``)."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import Any

from dockernet_lessons.embedded.errors import DockerError

_TEXTS = {"USER": "User", "WORKDIR": "WorkingDir", "STOPSIGNAL": "StopSignal"}
_COMMANDS = {"CMD": "Cmd", "ENTRYPOINT": "Entrypoint"}
_IGNORED = ("VOLUME", "ONBUILD", "HEALTHCHECK")


def applied(lines: Iterable[str]) -> dict[str, Any]:
    """Give the configuration that the instructions make.

    Raises
    ------
    DockerError
        400: an instruction that is none, or not allowed here.
    """
    config: dict[str, Any] = {}
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        _apply(config, word.upper(), rest.strip())
    return config


def _apply(config: dict[str, Any], word: str, rest: str) -> None:
    if word in _COMMANDS:
        config[_COMMANDS[word]] = _command(rest)
    elif word in _TEXTS:
        config[_TEXTS[word]] = rest
    elif word == "ENV":
        config.setdefault("Env", []).extend(f"{key}={value}" for key, value in _pairs(rest, word))
    elif word == "LABEL":
        config.setdefault("Labels", {}).update(_pairs(rest, word))
    elif word == "EXPOSE":
        ports = (port if "/" in port else f"{port}/tcp" for port in rest.split())
        config.setdefault("ExposedPorts", {}).update({port: {} for port in ports})
    elif word not in _IGNORED:
        raise DockerError(400, f"{word.lower()} is not a valid change command")


def _command(text: str) -> list[str]:
    """Read the JSON form, ``["bash"]``; anything else is for a shell."""
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        words = None
    if isinstance(words, list) and all(isinstance(item, str) for item in words):
        return words
    return ["/bin/sh", "-c", text]


def _pairs(text: str, word: str) -> list[tuple[str, str]]:
    """Read ``a=b "c=d e"``, or the old form ``a b``."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if words and all("=" in item[1:] for item in words):
        return [(key, value) for key, _, value in (item.partition("=") for item in words)]
    key, _, value = text.partition(" ")
    if not key or "=" in key or not value:
        raise DockerError(400, f"{word} must have two arguments")
    return [(key, value.strip())]
