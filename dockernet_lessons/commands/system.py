"""``docker version`` and ``docker info``: about the engine; the client is these lessons."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

from dockernet_lessons.commands.call import Call, CommandError
from dockernet_lessons.commands.format.units import binary_size, build_time
from dockernet_lessons.commands.inspect import BAD_TEMPLATE
from dockernet_lessons.commands.template import TemplateError, parse, render
from dockernet_lessons.commands.template.values import typed

_CLIENT = "dockernet-lessons"
_WIDTH = 19


def one_line(call: Call) -> int:
    """Print what ``docker --version`` prints."""
    server = call.api.version()
    call.line(f"Docker version {server['Version']}, build {server.get('GitCommit', 'unknown')}")
    return 0


def version(call: Call) -> int:
    """Show the version of the engine and of what asked it."""
    server = call.api.version()
    client = {
        "Version": metadata.version(_CLIENT),
        "ApiVersion": call.api.api_version,
        "Os": platform.system().lower(),
        "Arch": _arch(platform.machine()),
        "Context": "default",
    }
    asked = call.parsed.one("format")
    if asked:
        call.write(_filled(call, {"Client": client, "Server": server}, asked))
        return 0
    call.line(f"Client: {_CLIENT}")
    for title, value in (
        ("Version", client["Version"]),
        ("API version", client["ApiVersion"]),
        ("OS/Arch", f"{client['Os']}/{client['Arch']}"),
        ("Context", client["Context"]),
    ):
        call.line(f" {title + ':':<{_WIDTH}}{value}")
    _server(call, server)
    return 0


def _arch(machine: str) -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def _server(call: Call, server: dict[str, Any]) -> None:
    name = (server.get("Platform") or {}).get("Name", "")
    call.line(f"\nServer: {name}".rstrip() if name else "\nServer:")
    for component in server.get("Components") or [{"Name": "Engine", "Details": server}]:
        call.line(f" {component['Name']}:")
        details = component.get("Details") or {}
        if component["Name"] != "Engine":
            call.line(f"  {'Version:':<{_WIDTH - 1}}{component.get('Version', '')}")
            call.line(f"  {'GitCommit:':<{_WIDTH - 1}}{details.get('GitCommit', '')}")
            continue
        for title, value in _engine(server, details):
            call.line(f"  {title + ':':<{_WIDTH - 1}}{value}")


def _engine(server: dict[str, Any], details: dict[str, Any]) -> list[tuple[str, str]]:
    facts = {**server, **details}
    oldest = facts.get("MinAPIVersion", "")
    return [
        ("Version", server["Version"]),
        ("API version", f"{facts['ApiVersion']} (minimum version {oldest})"),
        ("Go version", facts.get("GoVersion", "")),
        ("Git commit", facts.get("GitCommit", "")),
        ("Built", build_time(facts.get("BuildTime", ""))),
        ("OS/Arch", f"{facts.get('Os', '')}/{facts.get('Arch', '')}"),
        ("Experimental", str(facts.get("Experimental", False)).lower()),
    ]


def info(call: Call) -> int:
    """Show what matters of the engine's machine; ``--format`` reaches the rest."""
    facts = call.api.info()
    asked = call.parsed.one("format")
    if asked:
        call.write(_filled(call, facts, asked))
        return 0
    call.line(
        f"Client: {_CLIENT}\n Version:    {metadata.version(_CLIENT)}\n Context:    default\n"
    )
    call.line("Server:")
    for line in _info_lines(facts):
        call.line(f" {line}")
    return 0


def _info_lines(facts: dict[str, Any]) -> list[str]:
    plugins = facts.get("Plugins") or {}
    return [
        f"Containers: {facts['Containers']}",
        f" Running: {facts['ContainersRunning']}",
        f" Paused: {facts['ContainersPaused']}",
        f" Stopped: {facts['ContainersStopped']}",
        f"Images: {facts['Images']}",
        f"Server Version: {facts['ServerVersion']}",
        f"Storage Driver: {facts['Driver']}",
        *(f" {name}: {value}" for name, value in facts.get("DriverStatus") or []),
        f"Logging Driver: {facts.get('LoggingDriver', '')}",
        f"Cgroup Driver: {facts.get('CgroupDriver', '')}",
        f"Cgroup Version: {facts.get('CgroupVersion', '')}",
        "Plugins:",
        *(f" {name}: {' '.join(plugins.get(name) or [])}" for name in ("Volume", "Network", "Log")),
        f"Kernel Version: {facts.get('KernelVersion', '')}",
        f"Operating System: {facts.get('OperatingSystem', '')}",
        f"OSType: {facts.get('OSType', '')}",
        f"Architecture: {facts.get('Architecture', '')}",
        f"CPUs: {facts.get('NCPU', 0)}",
        f"Total Memory: {binary_size(facts.get('MemTotal', 0))}",
        f"Name: {facts.get('Name', '')}",
        f"ID: {facts.get('ID', '')}",
        f"Docker Root Dir: {facts.get('DockerRootDir', '')}",
    ]


def _filled(call: Call, facts: dict[str, Any], asked: str) -> str:
    template = "{{json .}}" if asked == "json" and not call.edition.classic else asked
    try:
        return f"{render(parse(template), typed(facts))}\n"
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}\n", BAD_TEMPLATE) from error
