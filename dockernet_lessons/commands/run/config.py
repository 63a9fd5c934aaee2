"""The options of ``docker run`` as the engine's API wants them (``POST /containers/create``)."""

from __future__ import annotations

import os
import re
from typing import Any

from dockernet_lessons.actions.containers import STOP_TIMEOUT_S
from dockernet_lessons.commands.options import Parsed, size_in_bytes
from dockernet_lessons.commands.run.networking import read_networks
from dockernet_lessons.commands.run.ports import Ports, read_ports
from dockernet_lessons.commands.run.words import split_host

_MAC = re.compile(r"([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")
_PULLS = ("always", "missing", "never")
# Lists that the docker commands send though they are empty; `docker inspect` shows them so.
_EMPTY = ("BlkioWeightDevice", "Devices")
_EMPTY_SINCE_28 = (
    "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteIOps",
    "Ulimits",
)  # fmt: skip
_NO_RETRIES = "maximum retry count must be an integer"


class ConfigError(Exception):
    """Options that do not go together; the text is docker's."""


def config(given: Parsed, command: list[str], labels: dict[str, str], classic: bool) -> Any:  # noqa: ANN401
    """Turn options into the body of a request.

    Parameters
    ----------
    given
        The options; its first argument is the image.
    command
        The command to run in the container; empty for the image's own.
    labels
        The lab's labels.
    classic
        Whether the docker command of Engine 20.10 is imitated.

    Raises
    ------
    ConfigError, NetworkingError, PortError
        In docker's words.
    """
    _check(given, classic)
    ports = read_ports(given.all("publish"), given.all("expose"))
    mode, endpoints = read_networks(given, classic=classic)
    mac = given.one("mac-address")
    stop_timeout = given.number("stop-timeout", STOP_TIMEOUT_S)
    optional = {
        "StopSignal": given.one("stop-signal"),
        "MacAddress": mac if classic else "",
        "ExposedPorts": ports.exposed,
    }
    return {
        "Image": given.arguments[0],
        "Cmd": command or None,
        "Entrypoint": [given.one("entrypoint")] if "entrypoint" in given.given else None,
        "Hostname": given.one("hostname"),
        "Domainname": given.one("domainname"),
        "User": given.one("user"),
        "WorkingDir": given.one("workdir"),
        "Env": _environment(given) or None,
        "Labels": given.pairs("label") | labels,
        "Volumes": {text: {} for text in given.all("volume") if not _is_bind(text)},
        "Tty": given.on("tty"),
        "OpenStdin": given.on("interactive"),
        "StopTimeout": stop_timeout,
        **{key: value for key, value in optional.items() if value},
        "HostConfig": _host_config(given, mode, ports, classic),
        "NetworkingConfig": {"EndpointsConfig": endpoints},
    }


def _check(given: Parsed, classic: bool) -> None:
    mac, pull = given.one("mac-address"), given.one("pull", "missing")
    if mac and not _MAC.fullmatch(mac):
        raise ConfigError(f"{mac} is not a valid mac address")
    if given.on("rm") and given.one("restart", "no") not in ("", "no"):
        raise ConfigError(
            "Conflicting options: --restart and --rm"
            if classic
            else "conflicting options: cannot specify both --restart and --rm"
        )
    if pull not in _PULLS and not classic:
        raise ConfigError(
            f'invalid pull option: \'{pull}\': must be one of "always", "missing" or "never"'
        )
    _check_mode("pid", given.one("pid"), ("host",), "PID")
    _check_mode("uts", given.one("uts"), ("host",), "UTS")
    _check_mode("userns", given.one("userns"), ("host",), "USER")


def _check_mode(option: str, value: str, known: tuple[str, ...], what: str) -> None:
    shared = option == "pid" and value.startswith("container:")
    if value and value not in known and not shared:
        raise ConfigError(f"--{option}: invalid {what} mode")


def _environment(given: Parsed) -> list[str]:
    """List variables; one without a value takes this process's, as with the docker command."""
    return [
        f"{text}={os.environ[text]}" if "=" not in text and text in os.environ else text
        for text in given.all("env")
    ]


def _is_bind(volume: str) -> bool:
    """Tell a volume ``/here:/there`` from an anonymous one, ``/there``."""
    return ":" in volume


def _binds(given: Parsed, classic: bool) -> list[str]:
    found = [text for text in given.all("volume") if _is_bind(text)]
    if classic:
        return found
    return [os.path.abspath(text) if text.startswith(".") else text for text in found]


def _host_config(given: Parsed, mode: str, ports: Ports, classic: bool) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "NetworkMode": mode,
        "PortBindings": ports.bindings,
        "PublishAllPorts": given.on("publish-all"),
        "AutoRemove": given.on("rm"),
        "Privileged": given.on("privileged"),
        "ReadonlyRootfs": given.on("read-only"),
        "RestartPolicy": _restart(given.one("restart", "no"), classic),
        "PidMode": given.one("pid"),
        "UTSMode": given.one("uts"),
        "UsernsMode": given.one("userns"),
        "IpcMode": given.one("ipc"),
        "CgroupnsMode": given.one("cgroupns"),
        "Dns": given.all("dns"),
        "DnsOptions": given.all("dns-option"),
        "DnsSearch": given.all("dns-search"),
        "Tmpfs": {path: options for path, _, options in _tmpfs(given)},
        "Sysctls": given.pairs("sysctl"),
        "MemorySwappiness": -1,
        "OomKillDisable": False,
    }
    lists = {
        "Binds": _binds(given, classic),
        "CapAdd": _capabilities(given.all("cap-add"), classic),
        "CapDrop": _capabilities(given.all("cap-drop"), classic),
        "ExtraHosts": [":".join(split_host(text, classic)) for text in given.all("add-host")],
        "GroupAdd": given.all("group-add"),
        "Links": given.all("link"),
        "SecurityOpt": given.all("security-opt"),
    }
    empty: dict[str, Any] = {key: [] for key in (*_EMPTY, *(() if classic else _EMPTY_SINCE_28))}
    given_lists = {key: values or None for key, values in lists.items()}
    return settings | empty | given_lists | _limits(given)


def _tmpfs(given: Parsed) -> list[tuple[str, str, str]]:
    return [text.partition(":") for text in given.all("tmpfs") if text]


def _limits(given: Parsed) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if "init" in given.given:
        limits["Init"] = given.on("init")
    for option, key in (("memory", "Memory"), ("shm-size", "ShmSize")):
        if option in given.given:
            limits[key] = size_in_bytes(given.one(option))
    for option, key in (("cpu-shares", "CpuShares"), ("pids-limit", "PidsLimit")):
        if option in given.given:
            limits[key] = given.number(option)
    if "cpus" in given.given:
        limits["NanoCpus"] = int(float(given.one("cpus")) * 1_000_000_000)
    return limits


def _capabilities(names: list[str], classic: bool) -> list[str]:
    if classic:
        return names
    upper = {name.upper() for name in names}
    return sorted(
        name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}" for name in upper
    )


def _restart(policy: str, classic: bool) -> dict[str, Any]:
    name, colon, count = policy.partition(":")
    if classic and count.count(":"):
        raise ConfigError("invalid restart policy format")
    if colon and not count.isdigit():
        raise ConfigError(
            _NO_RETRIES if classic else f"invalid restart policy format: {_NO_RETRIES}"
        )
    return {"Name": name, "MaximumRetryCount": int(count or 0)}
