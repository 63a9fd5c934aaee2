"""Which capabilities a container's processes have (capabilities(7))."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dockernet_lessons.embedded.errors import DockerError


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


DEFAULT = _names(
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP "
    "NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
)
"""What a container has unless told otherwise (moby oci/caps/defaults.go)."""

KNOWN = DEFAULT | _names(
    "DAC_READ_SEARCH LINUX_IMMUTABLE NET_BROADCAST NET_ADMIN IPC_LOCK IPC_OWNER SYS_MODULE "
    "SYS_RAWIO SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
    "SYS_TTY_CONFIG LEASE AUDIT_CONTROL MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND "
    "AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
)


def plain(name: str) -> str:
    """Give a capability's name in upper case without ``CAP_``."""
    return name.upper().removeprefix("CAP_")


def check(names: Iterable[str] | None, option: str) -> None:
    """Refuse unknown capabilities.

    Parameters
    ----------
    option
        ``CapAdd`` or ``CapDrop``.

    Raises
    ------
    DockerError
        400: names the first unknown one.
    """
    for name in names or ():
        if plain(name) not in KNOWN and plain(name) != "ALL":
            raise DockerError(400, f'invalid {option}: unknown capability: "CAP_{plain(name)}"')


def granted(host: dict[str, Any]) -> frozenset[str]:
    """Work out a container's capabilities from its ``HostConfig``."""
    if host["Privileged"]:
        return KNOWN
    added = {plain(name) for name in host["CapAdd"] or ()}
    dropped = {plain(name) for name in host["CapDrop"] or ()}
    base = KNOWN if "ALL" in added else DEFAULT
    kept = frozenset() if "ALL" in dropped else base - dropped
    return kept | (added - {"ALL"})
