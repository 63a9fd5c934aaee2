"""Which options of a container go together (moby runconfig/, daemon/container.go)."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any

from dockernet_lessons.embedded.daemon import capabilities, signals
from dockernet_lessons.embedded.errors import DockerError

LOG_DRIVERS = ("json-file", "none", "local", "journald", "syslog")
"""Log drivers that are accepted; all but ``none`` are kept as ``json-file`` is."""

_MIN_MEMORY = 6 * 2**20
_PORT_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_UNDEFINED = "This would result in undefined behavior"
_POLICIES = ("", "no", "always", "on-failure", "unless-stopped")
Options = dict[str, Any]


def check_network_mode(config: Options, host: Options, *, modern: bool) -> None:
    """Refuse what does not go with sharing a network namespace (moby runconfig, validateNetMode).

    Raises
    ------
    DockerError
        400.
    """
    mode = host["NetworkMode"]
    of_container = mode.startswith("container:")
    if mode == "container:":
        word = "invalid" if modern else "Invalid"
        raise DockerError(400, f"{word} network mode: invalid container format container:<name|id>")
    if of_container and config["Hostname"]:
        raise _conflict("hostname and the network mode")
    if mode == "host" and host["Links"]:
        raise _conflict(f"host type networking can't be used with links. {_UNDEFINED}")
    if of_container and host["Links"]:
        raise _conflict(f"container type network can't be used with links. {_UNDEFINED}")
    if of_container and host["Dns"]:
        raise _conflict("dns and the network mode")
    if of_container and host["ExtraHosts"]:
        raise _conflict("custom host-to-IP mapping and the network mode")
    if (of_container or mode == "host") and config["MacAddress"] and not modern:
        raise _conflict("mac-address and the network mode")
    if of_container and (host["PortBindings"] or host["PublishAllPorts"]):
        raise _conflict("port publishing and the container type network mode")
    if of_container and config["ExposedPorts"]:
        raise _conflict("port exposing and the container type network mode")


def _conflict(what: str) -> DockerError:
    return DockerError(400, f"conflicting options: {what}")


def check(config: Options, host: Options, *, modern: bool) -> None:
    """Check the rest (moby daemon, verifyContainerSettings).

    Raises
    ------
    DockerError
        400.
    """
    _check_config(config, modern=modern)
    policy = host["RestartPolicy"]
    if host["AutoRemove"] and policy["Name"] not in ("", "no"):
        raise DockerError(400, "can't create 'AutoRemove' container with restart policy")
    for entry in host["ExtraHosts"] or ():
        _check_extra_host(entry)
    _check_ports(host["PortBindings"] or {})
    _check_restart_policy(policy["Name"], policy["MaximumRetryCount"], modern=modern)
    capabilities.check(host["CapAdd"], "CapAdd")
    capabilities.check(host["CapDrop"], "CapDrop")
    if modern:
        _check_modes(host)
    _check_resources(host, modern=modern)


def _check_config(config: Options, *, modern: bool) -> None:
    workdir = config["WorkingDir"]
    if workdir and not workdir.startswith("/"):
        raise DockerError(
            400, f"the working directory '{workdir}' is invalid, it needs to be an absolute path"
        )
    if config["StopSignal"]:
        signals.number(config["StopSignal"], modern=modern)
    for variable in config["Env"] or ():
        if not variable or variable.startswith("="):
            raise DockerError(400, f"invalid environment variable: {variable}")


def _check_extra_host(entry: str) -> None:
    name, colon, address = entry.partition(":")
    if not colon or not name:
        raise DockerError(400, f'bad format for add-host: "{entry}"')
    if address != "host-gateway" and not is_address(address):
        raise DockerError(400, f'invalid IP address in add-host: "{address}"')


def is_address(text: str, version: int | None = None) -> bool:
    """Tell whether a text is an IP address (of that version)."""
    try:
        return ip_address(text).version == version or version is None
    except ValueError:
        return False


def _check_ports(bindings: dict[str, list[dict[str, str]] | None]) -> None:
    for port, places in bindings.items():
        _check_port(port.partition("/")[0])
        for place in places or ():
            _check_port(place["HostPort"] or "0")


def _check_port(text: str) -> None:
    if port_range(text) is None:
        raise DockerError(400, f'invalid port specification: "{text}"')


def port_range(text: str) -> tuple[int, int] | None:
    """Read ``80`` or ``8000-8010``; None if it is neither."""
    found = _PORT_RANGE.fullmatch(text)
    if found is None:
        return None
    first = int(found[1])
    last = int(found[2] or first)
    return (first, last) if first <= last <= 65535 else None


def _check_restart_policy(name: str, count: int, *, modern: bool) -> None:
    prefix = "invalid restart policy: " if modern else ""
    if name not in _POLICIES:
        raise DockerError(400, _unknown_policy(name, modern=modern))
    if count and name != "on-failure" and name in _POLICIES[1:]:
        what = (
            "maximum retry count can only be used with 'on-failure'"
            if modern
            else f"maximum retry count cannot be used with restart policy '{name}'"
        )
        raise DockerError(400, prefix + what)
    if count < 0:
        raise DockerError(400, f"{prefix}maximum retry count cannot be negative")


def _unknown_policy(name: str, *, modern: bool) -> str:
    if not modern:
        return f"invalid restart policy '{name}'"
    return (
        f"invalid restart policy: unknown policy '{name}'; "
        "use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
    )


def _check_modes(host: Options) -> None:
    """Refuse namespace modes that Engine 20.10 took without a word."""
    pid, uts, ipc = host["PidMode"], host["UTSMode"], host["IpcMode"]
    if pid not in ("", "host") and not pid.startswith("container:"):
        raise DockerError(400, f"invalid PID mode: {pid}")
    if uts not in ("", "host"):
        raise DockerError(400, f"invalid UTS mode: {uts}")
    if ipc not in ("", "none", "host", "private", "shareable") and not ipc.startswith("container:"):
        raise DockerError(400, f"invalid IPC mode: {ipc}")


def _check_resources(host: Options, *, modern: bool) -> None:
    if 0 < host["Memory"] < _MIN_MEMORY:
        raise DockerError(400, "Minimum memory limit allowed is 6MB")
    if host["ShmSize"] < 0:
        raise DockerError(400, "SHM size can not be less than 0")
    if host["CgroupnsMode"] not in ("", "host", "private"):
        raise DockerError(400, f"invalid cgroup namespace mode: {host['CgroupnsMode']}")
    runtime = host["Runtime"]
    if runtime not in ("", "runc", "io.containerd.runc.v2"):
        words = "unknown or invalid runtime name:" if modern else "Unknown runtime specified"
        raise DockerError(400, f"{words} {runtime}")


def check_log_driver(host: Options) -> None:
    """Refuse unknown log drivers.

    Raises
    ------
    DockerError
        400.
    """
    driver = host["LogConfig"]["Type"]
    if driver and driver not in LOG_DRIVERS:
        raise DockerError(
            400, f'error looking up logging plugin {driver}: plugin "{driver}" not found'
        )
