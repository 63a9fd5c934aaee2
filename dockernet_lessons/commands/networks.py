"""``docker network ls``, ``connect``, ``disconnect``, ``rm`` and ``prune``."""

from __future__ import annotations

import json
import re
from typing import Any

import docker.errors

from dockernet_lessons.commands.call import FAILED, Call, CommandError, each, empty_name
from dockernet_lessons.commands.filters import filters
from dockernet_lessons.commands.format.listing import Listing, label_reader, label_text
from dockernet_lessons.commands.format.units import go_time
from dockernet_lessons.commands.own import require_containers, require_networks
from dockernet_lessons.commands.requests_of import Parameters, ask, path, post
from dockernet_lessons.commands.template import TemplateError
from dockernet_lessons.labels import LAB

NETWORKS = Listing(
    kind="*network.networkContext",
    titles={
        "ID": "NETWORK ID", "Name": "NAME", "Driver": "DRIVER", "Scope": "SCOPE", "IPv4": "IPV4",
        "IPv6": "IPV6", "Internal": "INTERNAL", "Labels": "LABELS", "CreatedAt": "CREATED AT",
    },
    table=("ID", "Name", "Driver", "Scope"),
    raw="network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n",
    raw_quiet="network_id: {{.ID}}",
)  # fmt: skip


def ls(call: Call) -> int:
    """List networks."""
    given = call.parsed
    found = call.api.networks(filters=filters(given.all("filter")))
    template = NETWORKS.template(call.edition, given.one("format"), given.on("quiet"))
    rows = [
        NETWORKS.row(_fields(network, given.on("no-trunc"), call.edition.classic))
        for network in sorted(found, key=lambda network: _natural(network["Name"]))
    ]
    try:
        call.write(NETWORKS.text(template, rows))
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}\n", FAILED) from error
    return 0


def _natural(name: str) -> list[tuple[bool, int | str]]:
    """Sort numbers inside of names as numbers."""
    parts = re.split(r"(\d+)", name)
    return [(not part.isdigit(), int(part) if part.isdigit() else part) for part in parts if part]


def _fields(network: dict[str, Any], whole: bool, classic: bool) -> dict[str, Any]:
    fields = {
        "ID": network["Id"] if whole else network["Id"][:12],
        "Name": network["Name"],
        "Driver": network["Driver"],
        "Scope": network["Scope"],
        "IPv6": str(network.get("EnableIPv6", False)).lower(),
        "Internal": str(network.get("Internal", False)).lower(),
        "Labels": label_text(network.get("Labels")),
        "Label": label_reader(network.get("Labels")),
        "CreatedAt": go_time(network.get("Created") or ""),
    }
    return fields if classic else fields | {"IPv4": str(network.get("EnableIPv4", True)).lower()}


def connect(call: Call) -> int:
    """Give a container an endpoint in one more network."""
    network, container = call.arguments
    require_networks(call.context, [network])
    require_containers(call.context, [container])
    endpoint = _endpoint(call)
    post(call.api, path("networks", network, "connect"),
         body={"Container": container, "EndpointConfig": endpoint})  # fmt: skip
    return 0


def _endpoint(call: Call) -> dict[str, Any]:
    given = call.parsed
    addresses: dict[str, Any] = {
        "IPv4Address": given.one("ip"),
        "IPv6Address": given.one("ip6"),
        "LinkLocalIPs": given.all("link-local-ip"),
    }
    endpoint: dict[str, Any] = {
        "IPAMConfig": {name: value for name, value in addresses.items() if value},
        "Links": given.all("link") or None,
        "Aliases": given.all("alias"),
        "DriverOpts": given.pairs("driver-opt"),
    }
    return (
        endpoint
        if call.edition.classic
        else endpoint | {"GwPriority": given.number("gw-priority", 0)}
    )


def disconnect(call: Call) -> int:
    """Take a container out of a network."""
    network, container = call.arguments
    require_networks(call.context, [network])
    require_containers(call.context, [container])
    post(call.api, path("networks", network, "disconnect"),
         body={"Container": container, "Force": call.parsed.on("force")})  # fmt: skip
    return 0


def rm(call: Call) -> int:
    """Remove networks."""
    require_networks(call.context, call.arguments)
    if "" in call.arguments:
        call.line(empty_name(call, "network"))
        return _removed(call, [""])
    failed = each(
        call, call.arguments, lambda name: _remove(call, name), kind="network", echo=False
    )
    return _removed(call, failed)


def _remove(call: Call, name: str) -> None:
    try:
        ask(call.api, "DELETE", path("networks", name))
    except docker.errors.NotFound:
        if not call.parsed.on("force"):
            raise
    else:
        call.line(name)


def _removed(call: Call, failed: list[str]) -> int:
    if not failed:
        return 0
    if not call.edition.classic:
        call.line("exit status 1")  # docker 28's own
    return FAILED


def prune(call: Call) -> int:
    """Remove the lab's networks that no container uses."""
    wanted = filters(call.parsed.all("filter"))
    wanted["label"] = [*wanted.get("label", []), f"{LAB}={call.context.name}"]
    query: Parameters = {"filters": json.dumps(wanted)}
    answer = post(call.api, path("networks", "prune"), query)
    removed = answer.get("NetworksDeleted") or []
    if removed:
        call.write("".join(f"{line}\n" for line in ("Deleted Networks:", *removed, "")))
    call.note("Only networks of this lab are pruned.")
    return 0
