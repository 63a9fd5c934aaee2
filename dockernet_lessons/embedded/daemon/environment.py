"""Environment variables of a container's processes."""

from __future__ import annotations

from collections.abc import Iterable

from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.daemon.image import PATH


def of_container(container: Container, hostname: str, linked: Iterable[str]) -> dict[str, str]:
    """Put a container's environment together (moby daemon/oci_linux.go, container/env.go).

    Parameters
    ----------
    hostname
        What the container believes to be called.
    linked
        Variables that its links bring, as ``NAME=value``.
    """
    base = [PATH, f"HOSTNAME={hostname}"]
    if container.tty:
        base.append("TERM=xterm")
    return with_home(merged(as_dict([*base, *linked]), container.environment))


def merged(variables: dict[str, str], changes: Iterable[str]) -> dict[str, str]:
    """Set variables: ``NAME=value``; a name alone takes the variable away."""
    result = dict(variables)
    for change in changes:
        name, equals, value = change.partition("=")
        if equals:
            result[name] = value
        else:
            result.pop(name, None)
    return result


def as_dict(lines: Iterable[str]) -> dict[str, str]:
    """Read lines of ``NAME=value``."""
    return merged({}, lines)


def with_home(variables: dict[str, str]) -> dict[str, str]:
    """Add root's home directory, as runc does, last."""
    return {**variables, "HOME": variables.get("HOME") or "/root"}
