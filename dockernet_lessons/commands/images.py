"""``docker images``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dockernet_lessons.commands.call import FAILED, Call, CommandError
from dockernet_lessons.commands.clock import engine_now
from dockernet_lessons.commands.filters import filters
from dockernet_lessons.commands.format.listing import Listing
from dockernet_lessons.commands.format.units import age, local_time, size
from dockernet_lessons.commands.template import TemplateError
from dockernet_lessons.commands.template.values import Row

_NONE = "<none>"
IMAGES = Listing(
    kind="*formatter.imageContext",
    titles={
        "ID": "IMAGE ID", "Repository": "REPOSITORY", "Tag": "TAG", "Digest": "DIGEST",
        "CreatedSince": "CREATED", "CreatedAt": "CREATED AT", "Size": "SIZE",
        "Containers": "CONTAINERS", "VirtualSize": "SIZE", "SharedSize": "SHARED SIZE",
        "UniqueSize": "UNIQUE SIZE",
    },
    table=("Repository", "Tag", "ID", "CreatedSince", "Size"),
    raw="repository: {{.Repository}}\ntag: {{.Tag}}\nimage_id: {{.ID}}\n"
    "created_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n",
    raw_quiet="image_id: {{.ID}}",
)  # fmt: skip
_WITH_DIGESTS = Listing(
    kind=IMAGES.kind,
    titles=IMAGES.titles,
    table=("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size"),
    raw=IMAGES.raw.replace("image_id", "digest: {{.Digest}}\nimage_id", 1),
    raw_quiet=IMAGES.raw_quiet,
)


def images(call: Call) -> int:
    """List images."""
    given = call.parsed
    wanted = filters(given.all("filter"))
    if call.arguments:
        wanted["reference"] = [call.arguments[0]]
    found = call.api.images(all=given.on("all"), filters=wanted)
    digests = given.on("digests")
    listing = _WITH_DIGESTS if digests else IMAGES
    template = listing.template(call.edition, given.one("format"), given.on("quiet"))
    digests = digests or "{{.Digest}}" in template
    now = engine_now(call.api)
    rows = [row for image in found for row in _rows(image, digests, given.on("no-trunc"), now)]
    try:
        call.write(listing.text(template, rows))
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}\n", FAILED) from error
    return 0


def _rows(image: dict[str, Any], digests: bool, whole: bool, now: float) -> Iterator[Row]:
    """Give a line for every name of an image."""
    for repository, tag, digest in _names(image, digests):
        yield IMAGES.row(
            {"Repository": repository, "Tag": tag, "Digest": digest, **_facts(image, whole, now)}
        )


def _facts(image: dict[str, Any], whole: bool, now: float) -> dict[str, str]:
    shared, taken = image.get("SharedSize", -1), image["Size"]
    containers = image.get("Containers", -1)
    return {
        "ID": image["Id"] if whole else short_image_id(image["Id"]),
        "CreatedSince": f"{age(now - image['Created'])} ago" if image["Created"] > 0 else "N/A",
        "CreatedAt": local_time(image["Created"]),
        "Size": size(taken),
        "Containers": "N/A" if containers == -1 else str(containers),
        "VirtualSize": size(image.get("VirtualSize") or taken, 4),
        "SharedSize": "N/A" if shared == -1 else size(shared, 4),
        "UniqueSize": "N/A" if -1 in (shared, taken) else size(taken - shared, 4),
    }


def short_image_id(identifier: str) -> str:
    """Shorten an image's id as docker does."""
    return identifier.partition(":")[2][:12] if ":" in identifier else identifier[:12]


def _names(image: dict[str, Any], digests: bool) -> list[tuple[str, str, str]]:
    """List an image's names: repository, tag, digest."""
    tagged = [tag for tag in image.get("RepoTags") or [] if tag != f"{_NONE}:{_NONE}"]
    known = [
        name.partition("@")[::2] for name in image.get("RepoDigests") or [] if _NONE not in name
    ]
    if not tagged:
        untagged = [(repository, _NONE, digest) for repository, digest in known]
        return untagged or [(_NONE, _NONE, _NONE)]
    names = []
    for reference in tagged:
        repository, _, tag = reference.rpartition(":")
        own = [digest for name, digest in known if name == repository] if digests else []
        names += [(repository, tag, digest) for digest in own or [_NONE]]
    return names
