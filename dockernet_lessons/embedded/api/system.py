"""The engine itself: ping, version, info, disk usage."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dockernet_lessons.embedded.api import container_shape, image_shape
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.timestamps import rfc3339
from dockernet_lessons.embedded.http.messages import Request, Response, json_response

routes = Routes()
KERNEL = "6.1.0-emulated"
"""Release of the emulated kernel."""

BOARD = {"NCPU": 2, "MemTotal": 4 * 2**30}
_NOT_CACHED = {"Cache-Control": "no-cache, no-store, must-revalidate", "Pragma": "no-cache"}
_CONTAINERD = {True: "2.1.5", False: "1.6.20"}
_BUILT = {True: "2025-11-05T14:40:21", False: "2023-04-04T18:14:33"}
_GO = {True: "go1.24.9", False: "go1.19.8"}
_RUNC = "1.1.5"
_NO_KERNEL_MEMORY = (1, 42)
_NO_EXPECTED = (1, 49)
_NO_BRIDGE_FILTER = (1, 50)
_WITH_FIREWALL = (1, 49)
_WITH_CONTAINERD = (1, 46)
_WITH_STATUS = (1, 44)
_NO_ARTIFACTS = (1, 47)
Shape = dict[str, Any]


@routes.route("GET", "/_ping")
def ping(daemon: Daemon, request: Request) -> Response:
    """Say that the engine is there."""
    more = {"Builder-Version": "2", "Swarm": "inactive"} if daemon.modern else {}
    headers = {**_NOT_CACHED, **more, "Content-Type": "text/plain; charset=utf-8"}
    return Response(200, b"OK" if request.method == "GET" else b"", headers)


routes.route("HEAD", "/_ping")(ping)


@routes.route("GET", "/version")
def version(daemon: Daemon, request: Request) -> Response:
    """Tell what runs, and which API it speaks."""
    profile, modern = daemon.profile, daemon.modern
    newest, oldest = (f"{v[0]}.{v[1]}" for v in (profile.api, profile.oldest_api))
    built = f"{_BUILT[modern]}.000000000+00:00"
    facts: Shape = {"GitCommit": "emulated", "GoVersion": _GO[modern], "Os": "linux"}
    details = {
        "ApiVersion": newest,
        "Arch": "amd64",
        "BuildTime": built,
        "Experimental": "false",
        **facts,
        "KernelVersion": KERNEL,
        "MinAPIVersion": oldest,
    }
    components = [_component("Engine", profile.version, dict(sorted(details.items())))]
    parts = (("containerd", _CONTAINERD[modern]), ("runc", _RUNC), ("docker-init", "0.19.0"))
    components += [_component(name, number, {"GitCommit": ""}) for name, number in parts]
    return json_response(
        {
            "Platform": {"Name": ""},
            "Components": components,
            "Version": profile.version,
            "ApiVersion": newest,
            "MinAPIVersion": oldest,
            **facts,
            "Arch": "amd64",
            "KernelVersion": KERNEL,
            "BuildTime": built,
        }
    )


def _component(name: str, number: str, details: Shape) -> Shape:
    return {"Name": name, "Version": number, "Details": details}


@routes.route("GET", "/info")
def info(daemon: Daemon, request: Request) -> Response:
    """Tell about the engine and its machine."""
    return json_response(
        {
            "ID": _identifier(daemon),
            **_counts(daemon),
            **_storage(daemon),
            **_limits(daemon, request),
            **_machine(daemon, request),
            **_runtime(daemon, request),
        }
    )


def _identifier(daemon: Daemon) -> str:
    digits = daemon.identifier
    if daemon.modern:
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32])
        return "-".join(parts)
    return ":".join(digits[i : i + 4].upper() for i in range(0, 48, 4))


def _counts(daemon: Daemon) -> Shape:
    states = Counter(container.state.status for container in daemon.containers)
    running = states["running"] + states["restarting"]
    return {
        "Containers": len(daemon.containers),
        "ContainersRunning": running,
        "ContainersPaused": states["paused"],
        "ContainersStopped": len(daemon.containers) - running - states["paused"],
        "Images": len(daemon.images),
    }


def _storage(daemon: Daemon) -> Shape:
    metacopy = [["Using metacopy", "false"]] if daemon.modern else []
    old = [] if daemon.modern else ["gcplogs", "logentries"]
    logs = ["awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog"]
    return {
        "Driver": "overlay2",
        "DriverStatus": [
            ["Backing Filesystem", "extfs"],
            ["Supports d_type", "true"],
            *metacopy,
            ["Native Overlay Diff", "true"],
            ["userxattr", "false"],
        ],
        "Plugins": {
            "Volume": ["local"],
            "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
            "Authorization": None,
            "Log": sorted([*logs, *old]),
        },
    }


def _limits(daemon: Daemon, request: Request) -> Shape:
    shape: Shape = {"MemoryLimit": True, "SwapLimit": True}
    if not daemon.modern or request.version < _NO_KERNEL_MEMORY:
        shape["KernelMemory"] = True
    for name in (
        "KernelMemoryTCP", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet", "PidsLimit",
        "IPv4Forwarding",
    ):  # fmt: skip
        shape[name] = True
    if not daemon.modern or request.version < _NO_BRIDGE_FILTER:
        shape |= {"BridgeNfIptables": True, "BridgeNfIp6tables": True}
    return shape


def _machine(daemon: Daemon, request: Request) -> Shape:
    return {
        "Debug": False,
        "NFd": 28,
        "OomKillDisable": True,
        "NGoroutines": 40,
        "SystemTime": rfc3339(daemon.loop.now),
        "LoggingDriver": "json-file",
        "CgroupDriver": "cgroupfs",
        "CgroupVersion": "1",
        "NEventsListener": daemon.events.listeners,
        "KernelVersion": KERNEL,
        "OperatingSystem": "Emulated Linux (dockernet_lessons)",
        "OSVersion": "",
        "OSType": "linux",
        "Architecture": "x86_64",
        "IndexServerAddress": "",
        "RegistryConfig": _registries(daemon, request),
        **BOARD,
        "GenericResources": None,
        "DockerRootDir": container_shape.ROOT,
        "HttpProxy": "",
        "HttpsProxy": "",
        "NoProxy": "",
        "Name": daemon.machine.hostname,
        "Labels": [],
        "ExperimentalBuild": False,
        "ServerVersion": daemon.profile.version,
    }


def _registries(daemon: Daemon, request: Request) -> Shape:
    if not daemon.modern:
        return {
            "AllowNondistributableArtifactsCIDRs": [],
            "AllowNondistributableArtifactsHostnames": [],
            "InsecureRegistryCIDRs": ["127.0.0.0/8"],
            "IndexConfigs": {},
            "Mirrors": [],
        }
    shape: Shape = {
        "IndexConfigs": {},
        "InsecureRegistryCIDRs": ["::1/128", "127.0.0.0/8"],
        "Mirrors": None,
    }
    if request.version < _NO_ARTIFACTS:
        shape["AllowNondistributableArtifactsCIDRs"] = None
        shape["AllowNondistributableArtifactsHostnames"] = None
    return shape


def _runtime(daemon: Daemon, request: Request) -> Shape:
    names = ["io.containerd.runc.v2", "runc"]
    if not daemon.modern:
        names.insert(1, "io.containerd.runtime.v1.linux")
    features = '{"ociVersionMin":"1.0.0","ociVersionMax":"1.0.2-dev"}'
    status = {"org.opencontainers.runtime-spec.features": features}
    with_status = daemon.modern and request.version >= _WITH_STATUS
    runtime = {"path": "runc", "status": status} if with_status else {"path": "runc"}
    return {
        "Runtimes": dict.fromkeys(names, runtime),
        "DefaultRuntime": "runc",
        "Swarm": {
            "NodeID": "",
            "NodeAddr": "",
            "LocalNodeState": "inactive",
            "ControlAvailable": False,
            "Error": "",
            "RemoteManagers": None,
        },
        "LiveRestoreEnabled": False,
        "Isolation": "",
        "InitBinary": "docker-init",
        **_commits(daemon, request),
        "SecurityOptions": [f"name=seccomp,profile={'builtin' if daemon.modern else 'default'}"],
        **_newer(daemon, request),
        "Warnings": None,
    }


def _commits(daemon: Daemon, request: Request) -> Shape:
    expected = not daemon.modern or request.version < _NO_EXPECTED
    commits = {"ContainerdCommit": "", "RuncCommit": _RUNC, "InitCommit": ""}
    return {
        name: {"ID": text, "Expected": text} if expected else {"ID": text}
        for name, text in commits.items()
    }


def _newer(daemon: Daemon, request: Request) -> Shape:
    if not daemon.modern:
        return {}
    shape: Shape = {}
    if request.version >= _WITH_FIREWALL:
        shape["FirewallBackend"] = {"Driver": "iptables"}
    shape["CDISpecDirs"] = ["/etc/cdi", "/var/run/cdi"]
    if request.version >= _WITH_CONTAINERD:
        shape["Containerd"] = {
            "Address": "/run/containerd/containerd.sock",
            "Namespaces": {"Containers": "moby", "Plugins": "plugins.moby"},
        }
    return shape


@routes.route("GET", "/system/df")
def disk_usage(daemon: Daemon, request: Request) -> Response:
    """Tell how much room images and containers take."""
    used = Counter(container.image.id for container in daemon.containers)
    images = [
        image_shape.summary(daemon, image, (1, 42), used[image.id], shared=0)
        for image in daemon.images
    ]
    for row in images:
        if daemon.modern and request.version >= (1, 44):
            row.pop("VirtualSize", None)
    containers = [container_shape.summary(daemon, c, size=True) for c in daemon.containers]
    shape: Shape = {
        "LayersSize": sum(image.size for image in daemon.images),
        "Images": images,
        "Containers": containers,
        "Volumes": [],
        "BuildCache": [] if daemon.modern else None,
    }
    if not daemon.modern:
        shape["BuilderSize"] = 0
    return json_response(shape)
