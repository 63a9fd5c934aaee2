"""Options of a container that the emulation takes but does not act upon, and those it refuses."""

from __future__ import annotations

from typing import Any

from dockernet_lessons.embedded.daemon import users
from dockernet_lessons.embedded.errors import DockerError

_ROOT = ("", "0", "root", "0:0", "root:root", "0:root", "root:0")
_LIMITS = ("Memory", "NanoCpus", "CpuShares", "CpuQuota", "PidsLimit")
_VOLUMES = ("Binds", "VolumesFrom", "Mounts", "Tmpfs")
_BIND_MODES = frozenset(
    ("rw", "ro", "z", "Z", "nocopy", "copy", "cached", "delegated", "consistent", "shared",
     "rshared", "slave", "rslave", "private", "rprivate")
)  # fmt: skip
Options = dict[str, Any]


def check(config: Options, host: Options) -> None:
    """Refuse what a container would miss: files from elsewhere.

    Raises
    ------
    DockerError
        501; 500: a bind is none (moby volume/mounts/linux_parser.go).
    """
    for bind in host["Binds"] or ():
        _check_bind(bind)
    if config["Volumes"] or any(host[name] for name in _VOLUMES):
        raise DockerError(501, "the embedded engine does not emulate volumes")
    if host["Devices"] or host["DeviceRequests"]:
        raise DockerError(501, "the embedded engine does not emulate devices")


def _check_bind(bind: str) -> None:
    """Check ``[source:]target[:mode]``."""
    parts = bind.split(":")
    wrong = f"invalid volume specification: '{bind}'"
    if len(parts) > 3 or not all(parts):
        raise DockerError(500, wrong)
    if len(parts) == 3 and not set(parts[2].split(",")) <= _BIND_MODES:
        raise DockerError(500, f"invalid mode: {parts[2]}")
    target = parts[min(1, len(parts) - 1)]
    if not target.startswith("/"):
        kind = "bind" if len(parts) > 1 and parts[0].startswith("/") else "volume"
        raise DockerError(
            500,
            f'{wrong}: invalid mount config for type "{kind}": '
            f"invalid mount path: '{target}' mount path must be absolute",
        )


def warnings(config: Options, host: Options) -> list[str]:
    """Say what will be without effect, in one line; a real engine would act upon it."""
    test = (config["Healthcheck"] or {}).get("Test") or ["NONE"]
    without = {
        "health checks": test[0] != "NONE",
        "users other than root": config["User"] not in _ROOT and users.exist(config["User"]),
        "read-only file systems": host["ReadonlyRootfs"],
        "limits of memory, CPU and processes": any(host[name] for name in _LIMITS),
    }
    names = ", ".join(name for name, wanted in without.items() if wanted)
    return [f"The embedded engine does not emulate {names}"] if names else []
