"""The values that templates work on, and how Go prints them.

The engine's answers are JSON, in which Go's structs and maps look alike; `typed` tells them apart
by the names of the fields, since a template may ask a map for a key that is not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dockernet_lessons.commands.template.lexer import TemplateError


class Struct(dict[str, Any]):
    """An object whose fields are fixed."""


class Map(dict[str, Any]):
    """An object with any keys."""


class NullMap(Map):
    """A map that Go has not made yet: it prints as an empty one, and is ``null`` in JSON."""


class NullList(list[Any]):
    """A list that Go has not made yet, likewise."""


class Row(dict[str, Any]):
    """One line of a list such as ``docker ps``; asking for another field is an error.

    Parameters
    ----------
    kind
        What Go calls its type.
    fields
        Its values.
    """

    def __init__(self, kind: str, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.kind = kind


class NoValue:
    """What a map gives for a key that it does not have."""

    def __str__(self) -> str:
        return "<no value>"

    def __bool__(self) -> bool:
        return False


NO_VALUE = NoValue()
_MAPS = {
    "Annotations", "AuxiliaryAddresses", "Containers", "Data", "DriverOpts", "ExposedPorts",
    "Labels", "Networks", "Options", "PortBindings", "Ports", "Runtimes", "Services", "StorageOpt",
    "Sysctls", "Tmpfs", "Volumes", "Config.Config",
}  # fmt: skip
_LISTS = {
    "Aliases", "Args", "Binds", "CapAdd", "CapDrop", "Cmd", "Config", "DNSNames",
    "DeviceCgroupRules", "DeviceRequests", "Devices", "Dns", "DnsOptions", "DnsSearch",
    "Entrypoint", "Env", "ExecIDs",
    "ExtraHosts", "GroupAdd", "Links", "MaskedPaths", "Mounts", "OnBuild", "ReadonlyPaths",
    "RepoDigests", "RepoTags", "SecondaryIPAddresses", "SecondaryIPv6Addresses", "SecurityOpt",
    "Ulimits", "VolumesFrom", "Warnings",
}  # fmt: skip
_STATE = (
    "Status", "Running", "Paused", "Restarting", "OOMKilled", "Dead", "Pid", "ExitCode", "Error",
    "StartedAt", "FinishedAt",
)  # fmt: skip
_ENDPOINT = (
    "NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway",
    "GlobalIPv6Address", "GlobalIPv6PrefixLen",
)  # fmt: skip
# The structs that can be printed: their fields in Go's order, with what Go prints for those that
# the JSON leaves out.
_STRUCTS: tuple[dict[str, str | None], ...] = (
    dict.fromkeys(("HostIp", "HostPort")),
    dict.fromkeys(("Name", "EndpointID", "MacAddress", "IPv4Address", "IPv6Address")),
    dict.fromkeys(("Driver", "Options", "Config")),
    {"Subnet": None, "IPRange": "", "Gateway": "", "AuxiliaryAddresses": "map[]"},
    {**dict.fromkeys(_STATE), "Health": "<nil>"},
    dict.fromkeys(("Name", "MaximumRetryCount")),
    dict.fromkeys(("IPAMConfig", "Links", "Aliases", *_ENDPOINT, "MacAddress", "DriverOpts")),
    dict.fromkeys(("IPAMConfig", "Links", "Aliases", "MacAddress", "DriverOpts", "GwPriority",
                   *_ENDPOINT, "DNSNames")),
)  # fmt: skip
_POINTERS = ("Health", "IPAMConfig")  # Go prints addresses of theirs
# Fields that Go's structs call otherwise than the JSON does.
_NAMES_IN_GO = {"ID": "Id", "APIVersion": "ApiVersion"}
_LEFT_OUT = {"IPRange": "", "Gateway": "", "Health": None}


def typed(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Tell structs from maps in an answer of the engine."""
    if isinstance(value, Mapping):
        made: dict[str, Any] = Map() if name in _MAPS else Struct()
        in_networks = name in ("Networks", "Containers")
        made.update((key, typed(inner, "" if in_networks else key)) for key, inner in value.items())
        return made
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    if value is None and name in _MAPS:
        return NullMap()
    return NullList() if value is None and name in _LISTS else value


def field_of(value: Struct, name: str) -> Any:  # noqa: ANN401
    """Give a field by its name in Go that the JSON leaves out or names otherwise.

    Raises
    ------
    LookupError
        There is no such field.
    """
    if name in _NAMES_IN_GO:
        return value[_NAMES_IN_GO[name]]
    if name not in _LEFT_OUT or name not in (_kind(value) or ()):
        raise KeyError(name)
    return _LEFT_OUT[name]


def show(value: Any) -> str:  # noqa: ANN401
    """Print a value as Go's ``%v`` does.

    Raises
    ------
    TemplateError
        A struct: Go prints fields that the engine's answer does not contain.
    """
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(show(inner) for inner in value)}]"
    if isinstance(value, Map):
        return f"map[{' '.join(f'{key}:{show(value[key])}' for key in sorted(value))}]"
    if isinstance(value, dict):
        return _show_struct(value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _show_struct(value: dict[str, Any]) -> str:
    fields = _kind(value)
    if not value:
        return "{}"
    if fields and not any(value.get(pointer) for pointer in _POINTERS):
        shown = (show(value[f]) if f in value else otherwise for f, otherwise in fields.items())
        return f"{{{' '.join(text or '' for text in shown)}}}"
    raise TemplateError(
        "this is a whole object; write {{json …}} around it, or ask for one of its fields: "
        f"{', '.join(list(value)[:8])}{', …' if len(value) > 8 else ''}."
    )


def _kind(value: dict[str, Any]) -> dict[str, str | None] | None:
    """Find out which struct it is."""
    for fields in _STRUCTS:
        needed = {name for name, otherwise in fields.items() if otherwise is None}
        if needed <= set(value) <= set(fields):
            return fields
    return None


def truth(value: Any) -> bool:  # noqa: ANN401
    """Tell what Go's ``if`` makes of a value."""
    return True if isinstance(value, Struct | Row) else bool(value)


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, NullMap | NullList | NoValue):
        return None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def to_json(value: Any, *, html: bool = False) -> str:  # noqa: ANN401
    """Write JSON on one line, as Go does; `html` hides ``<``, ``>`` and ``&``."""
    text = json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)
    if html:
        for sign in "<>&":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
