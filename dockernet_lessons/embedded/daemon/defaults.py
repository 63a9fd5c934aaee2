"""What a container gets that nobody asked for (moby daemon, adaptContainerSettings, commit.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon

_SHM_SIZE = 64 * 2**20
_MASKED_FIRST = ("/proc/asound", "/proc/acpi")
_MASKED_LAST = (
    "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
    "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
)  # fmt: skip
_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")
Options = dict[str, Any]


def adapt(daemon: Daemon, host: Options) -> None:
    """Fill in ``HostConfig``.

    Raises
    ------
    DockerError
        400: the container whose PIDs are to be shared is not there.
    """
    _adapt_modes(daemon, host)
    host["ShmSize"] = host["ShmSize"] or _SHM_SIZE
    host["IpcMode"] = host["IpcMode"] or "private"
    host["CgroupnsMode"] = host["CgroupnsMode"] or "host"
    host["Runtime"] = host["Runtime"] or "runc"
    host["LogConfig"]["Type"] = host["LogConfig"]["Type"] or "json-file"
    if host["OomKillDisable"] is None:
        host["OomKillDisable"] = False
    if daemon.modern:
        host["RestartPolicy"]["Name"] = host["RestartPolicy"]["Name"] or "no"
    _adapt_paths(host, modern=daemon.modern)


def _adapt_modes(daemon: Daemon, host: Options) -> None:
    mode = host["NetworkMode"] or "default"
    if daemon.modern and mode == "default":
        mode = "bridge"
    host["NetworkMode"] = _by_id(daemon, mode, required=False)
    try:
        host["PidMode"] = _by_id(daemon, host["PidMode"], required=True)
    except DockerError as error:
        raise DockerError(400, error.message) from error
    if host["SecurityOpt"] is None and (host["PidMode"] == "host" or host["Privileged"]):
        host["SecurityOpt"] = ["label=disable"]


def _by_id(daemon: Daemon, mode: str, *, required: bool) -> str:
    """Replace the name in ``container:name`` by the id."""
    kind, colon, name = mode.partition(":")
    if kind != "container" or not colon:
        return mode
    try:
        return f"container:{daemon.containers.find(name).id}"
    except DockerError:
        if required:
            raise
        return mode


def _adapt_paths(host: Options, *, modern: bool) -> None:
    if host["Privileged"]:
        return
    if host["MaskedPaths"] is None:
        more = ("/proc/interrupts",) if modern else ()
        last = ("/sys/devices/virtual/powercap",) if modern else ()
        host["MaskedPaths"] = [*_MASKED_FIRST, *more, *_MASKED_LAST, *last]
    if host["ReadonlyPaths"] is None:
        host["ReadonlyPaths"] = list(_READ_ONLY)


def merge_image(config: Options, image: Options) -> None:
    """Fill a container's configuration in from its image's (moby daemon/commit.go, merge)."""
    for name in ("User", "WorkingDir", "StopSignal"):
        config[name] = config[name] or image.get(name) or ""
    ports = {**(image.get("ExposedPorts") or {}), **(config["ExposedPorts"] or {})}
    config["ExposedPorts"] = dict(sorted(ports.items())) or None
    labels = {**(image.get("Labels") or {}), **(config["Labels"] or {})}
    config["Labels"] = dict(sorted(labels.items()))
    config["Env"] = _merged_environment(config["Env"] or [], image.get("Env") or [])
    if not config["Entrypoint"]:
        if not config["Cmd"]:
            config["Cmd"] = image.get("Cmd")
        if config["Entrypoint"] is None:
            config["Entrypoint"] = image.get("Entrypoint")


def _merged_environment(own: list[str], image: list[str]) -> list[str]:
    known = {variable.partition("=")[0] for variable in own}
    return [*own, *(v for v in image if v.partition("=")[0] not in known)]
