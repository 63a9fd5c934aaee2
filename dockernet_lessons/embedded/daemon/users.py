"""Who a container's processes run as: the emulation has root alone, but checks the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.userland.image_root import image_root

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.container import Container

_LARGEST = 2**31 - 1


def check(container: Container) -> None:
    """Check ``Config.User`` of a container that is to start.

    Raises
    ------
    DockerError
        500: no such user or group.
    """
    check_user(container.config["User"], 500)


def exist(text: str) -> bool:
    """Tell whether ``user[:group]`` can be found."""
    try:
        check_user(text, 500)
    except DockerError:
        return False
    return True


def check_user(text: str, status: int) -> None:
    """Check ``user[:group]`` against the image's /etc/passwd and /etc/group.

    Raises
    ------
    DockerError
        No such user or group, or a number out of range.
    """
    user, _, group = text.partition(":")
    _check(user, "user", "passwd", status)
    _check(group, "group", "group", status)


def _check(name: str, kind: str, file: str, status: int) -> None:
    if not name:
        return
    if name.lstrip("-").isdecimal():
        if not 0 <= int(name[:20]) <= _LARGEST:
            raise DockerError(status, f"uids and gids must be in range 0-{_LARGEST}")
        return
    entries = image_root().entries["etc"].entries[file].content().decode()
    if not any(line.startswith(f"{name}:") for line in entries.splitlines()):
        raise DockerError(
            status, f"unable to find {kind} {name}: no matching entries in {file} file"
        )
