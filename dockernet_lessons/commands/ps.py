"""``docker ps``."""

from __future__ import annotations

import json
from typing import Any

from dockernet_lessons.commands.call import FAILED, Call, CommandError
from dockernet_lessons.commands.clock import engine_now
from dockernet_lessons.commands.filters import filters
from dockernet_lessons.commands.format.listing import Listing, label_reader, label_text
from dockernet_lessons.commands.format.ports import ports
from dockernet_lessons.commands.format.units import age, local_time, size
from dockernet_lessons.commands.images import short_image_id
from dockernet_lessons.commands.template import TemplateError, parse, render
from dockernet_lessons.commands.template.values import Row

CONTAINERS = Listing(
    kind="*formatter.ContainerContext",
    titles={
        "ID": "CONTAINER ID", "Names": "NAMES", "Image": "IMAGE", "Command": "COMMAND",
        "CreatedAt": "CREATED AT", "RunningFor": "CREATED", "Ports": "PORTS", "State": "STATE",
        "Status": "STATUS", "Size": "SIZE", "Labels": "LABELS", "Mounts": "MOUNTS",
        "LocalVolumes": "LOCAL VOLUMES", "Networks": "NETWORKS", "Platform": "PLATFORM",
    },
    table=("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"),
    raw="container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\n"
    "created_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\n"
    "names: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n",
    raw_quiet="container_id: {{.ID}}",
)  # fmt: skip
_COMMAND_WIDTH = 20


def ps(call: Call) -> int:
    """List containers."""
    given = call.parsed
    asked = given.one("format")
    _check(asked, call)
    if given.on("quiet") and asked and not call.edition.classic:
        call.line("WARNING: Ignoring custom format, because both --format and --quiet are set.")
        asked = asked if asked == "raw" else ""
    sized = given.on("size")
    template = CONTAINERS.template(
        call.edition, asked, given.on("quiet"), ("Size",) if sized else ()
    )
    sized = sized or (("Size" in asked or asked == "{{json .}}") and not given.on("quiet"))
    now = engine_now(call.api)
    rows = [
        CONTAINERS.row(_fields(container, given.on("no-trunc"), now, call.edition.classic))
        for container in _containers(call, sized)
    ]
    call.write(_filled(template, rows))
    return 0


def _containers(call: Call, sized: bool) -> list[dict[str, Any]]:
    given = call.parsed
    last = int(given.one("last", "-1"), 0)
    limit = 1 if given.on("latest") and last == -1 else last
    found = call.api.containers(
        all=given.on("all") or limit != -1,
        limit=limit,
        size=sized,
        filters=filters(given.all("filter")),
    )
    return list(found)


def _check(asked: str, call: Call) -> None:
    """Refuse a template before anything is asked for, as ``docker ps`` does."""
    try:
        nodes = parse(asked)
    except TemplateError as error:
        raise CommandError(f"failed to parse template: {error}\n", FAILED) from error
    sample = CONTAINERS.row(dict.fromkeys(CONTAINERS.titles, "") | {"Label": label_reader({})})
    if call.edition.classic:
        del sample["Platform"]
    try:
        render(nodes, sample)
    except TemplateError as error:
        raise CommandError(f"failed to execute template: {error}\n", FAILED) from error


def _filled(template: str, rows: list[Row]) -> str:
    try:
        return CONTAINERS.text(template, rows)
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}\n", FAILED) from error


def _fields(container: dict[str, Any], whole: bool, now: float, classic: bool) -> dict[str, Any]:
    mounts = container.get("Mounts") or []
    networks = (container.get("NetworkSettings") or {}).get("Networks") or {}
    fields = {
        "ID": container["Id"] if whole else container["Id"][:12],
        "Names": _names(container, whole),
        "Image": _image(container, whole),
        "Command": _command(container["Command"], whole),
        "CreatedAt": local_time(container["Created"]),
        "RunningFor": f"{age(now - container['Created'])} ago",
        "Ports": ports(container.get("Ports") or [], brackets=not classic),
        "State": container["State"],
        "Status": container["Status"],
        "Size": _size(container),
        "Labels": label_text(container.get("Labels")),
        "Label": label_reader(container.get("Labels")),
        "Mounts": ",".join(_mount(mount, whole) for mount in mounts),
        "LocalVolumes": str(sum(mount.get("Driver") == "local" for mount in mounts)),
        "Networks": ",".join(sorted(networks)),
    }
    return fields if classic else fields | {"Platform": None}


def _names(container: dict[str, Any], whole: bool) -> str:
    """Join a container's names; those that links gave it only with ``--no-trunc``."""
    names = [name.removeprefix("/") for name in container.get("Names") or []]
    return ",".join(name for name in names if whole or "/" not in name)


def _image(container: dict[str, Any], whole: bool) -> str:
    image = str(container["Image"] or "<no image>")
    if whole:
        return image
    known = short_image_id(container.get("ImageID") or "")
    return known if known and short_image_id(image) == known else image.partition("@")[0]


def _command(command: str, whole: bool) -> str:
    short = command
    if not whole and len(command) > _COMMAND_WIDTH:
        short = f"{command[: _COMMAND_WIDTH - 1]}…"
    return json.dumps(short, ensure_ascii=False)


def _size(container: dict[str, Any]) -> str:
    shown = size(container.get("SizeRw") or 0)
    virtual = container.get("SizeRootFs") or 0
    return f"{shown} (virtual {size(virtual)})" if virtual > 0 else shown


def _mount(mount: dict[str, Any], whole: bool) -> str:
    name = str(mount.get("Name") or mount.get("Source") or "")
    return name if whole or len(name) <= 15 else f"{name[:14]}…"
