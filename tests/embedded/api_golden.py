"""Answers with what differs from run to run taken out: ids, times, paths, process numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

GOLDEN = Path(__file__).parent / "golden" / "api"
_STEP = re.compile(r"\{([a-z_0-9]+)\}")
_REPLACED = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "<short id>"),
    (
        re.compile(
            r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|\+0000 UTC|\+00:00))?"
        ),
        "<time>",
    ),
    (re.compile(r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b"), "<mac>"),
    (re.compile(r"veth[0-9a-f]{7}"), "<veth>"),
    (re.compile(r"\b(About|Less than a|\d+) (a )?(second|minute)s?( ago)?\b"), "<while>"),
    (re.compile(r"\+dfsg\d"), ""),
    (re.compile(r"\b\d+\.\d+\.\d+-fc-\S+?(?=[\"\\, ]|$)"), "<kernel>"),
    (re.compile(r"\b(registry-1|index)\.docker\.io\b|\bdocker\.io\b"), "<registry>"),
    (re.compile(r"https://[\w.<>-]+/v2/"), "https://<registry>/v2/"),
    (re.compile(r"lookup [\w.<>-]+ on [\d.]+:53: .*"), "lookup <registry> on <dns>: <failure>"),
    (re.compile(r"/tmp/[\w/]+?/data\b"), "/var/lib/docker"),
    (re.compile(r"/tmp/[\w/]+?/exec\b"), "/var/run/docker"),
)  # fmt: skip
_ZERO_TIME = "0001-01-01T00:00:00Z"


def filled(text: str, known: dict[str, str]) -> str:
    """Put the ids that earlier steps gave into a path."""
    return _STEP.sub(lambda found: known.get(found[1], found[0]), text)


def quoted(path: str) -> str:
    return quote(path, safe="/?=&%:,")


def pieces(body: bytes) -> list[list[Any]]:
    """Take a multiplexed stream apart: what came on stdout, on stderr, in order."""
    found: list[list[Any]] = []
    while body:
        size = int.from_bytes(body[4:8], "big")
        found.append([body[0], body[8 : 8 + size].decode(errors="replace")])
        body = body[8 + size :]
    return found


def readable(body: bytes, content_type: str) -> Any:
    """Read a body: JSON, JSON lines, frames or text."""
    if body[:1] in (b"\1", b"\2") and body[1:4] == b"\0\0\0":
        return pieces(body)
    text = body.decode(errors="replace")
    if "json" in content_type or text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except ValueError:
            pass
        try:
            return [json.loads(line) for line in text.splitlines()]
        except ValueError:
            pass
    return text


def normal(value: Any) -> Any:
    """Replace whatever differs from run to run in texts (and in keys)."""
    if isinstance(value, dict):
        return _normal_keys(value)
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, str) and value != _ZERO_TIME:
        for pattern, word in _REPLACED:
            value = pattern.sub(word, value)
    return value


def _normal_keys(value: dict[str, Any]) -> dict[str, Any]:
    """Replace in keys too; several ids as keys are numbered."""
    made: dict[str, Any] = {}
    for key, item in value.items():
        word = normal(key)
        made[word if word not in made else f"{word} {len(made)}"] = normal(item)
    return made


def answer(status: int, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Condense an answer to what is stored."""
    kept = {name: value for name, value in headers.items() if name.lower() not in _LOST_HEADERS}
    content_type = headers.get("Content-Type", "")
    return {
        "status": status,
        "headers": normal(dict(sorted(kept.items()))),
        "body": normal(readable(body, content_type)),
    }


_LOST_HEADERS = {"date", "content-length", "connection", "transfer-encoding"}


def load(group: str, profile: str) -> dict[str, Any]:
    """Read what the real engine of a profile answered to a group of steps."""
    return json.loads((GOLDEN / profile / f"{group}.json").read_text())
