"""``docker inspect`` and ``docker network inspect``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import docker.errors

from dockernet_lessons.commands.call import FAILED, Call, CommandError, empty_name, not_found
from dockernet_lessons.commands.requests_of import ask, path
from dockernet_lessons.commands.template import TemplateError, parse, render
from dockernet_lessons.commands.template.values import to_json, typed

BAD_TEMPLATE = 64
KINDS = ("container", "image", "network")
_OTHER_KINDS = ("config", "node", "plugin", "secret", "service", "task", "volume")
Find = Callable[[str], Any]


def inspect(call: Call) -> int:
    """Show all that the engine knows of containers, images and networks."""
    kind = call.parsed.one("type")
    if kind and kind not in KINDS:
        raise CommandError(_wrong_kind(call, kind), FAILED)
    return _inspect(call, call.arguments, kind)


def inspect_container(call: Call) -> int:
    """Show all that the engine knows of containers."""
    return _inspect(call, call.arguments, "container")


def inspect_image(call: Call) -> int:
    """Show all that the engine knows of images."""
    return _inspect(call, call.arguments, "image")


def inspect_network(call: Call) -> int:
    """Show all that the engine knows of networks."""
    return _inspect(call, call.arguments, "network")


def _wrong_kind(call: Call, kind: str) -> str:
    if kind in _OTHER_KINDS:
        return f"docker inspect --type {kind}: not possible in a lesson; possible are " + (
            f"{', '.join(KINDS)}.\n"
        )
    if call.edition.classic:
        return f'"{kind}" is not a valid value for --type\n'
    known = ", ".join(f'"{name}"' for name in sorted((*KINDS, *_OTHER_KINDS)))
    return f'unknown type: "{kind}": must be one of {known}\n'


def _inspect(call: Call, names: Iterable[str], kind: str) -> int:
    asked = call.parsed.one("format")
    as_json = asked == "json" and not call.edition.classic
    show = _raw if not asked else _json if as_json else _filled(asked)
    found: list[Any] = []
    errors: list[str] = []
    for name in names:
        try:
            found.append(_find(call, name, kind))
        except CommandError as error:
            errors.append(error.text)
    text, problems = show(found)
    call.write(text)
    for line in [*errors, *problems]:
        call.line(line)
    return FAILED if errors or problems else 0


def _find(call: Call, name: str, kind: str) -> Any:  # noqa: ANN401 - any JSON
    if not name and kind:
        raise CommandError(empty_name(call, kind))
    for tried in (kind,) if kind else KINDS:
        try:
            return _finder(call, tried)(name)
        except (docker.errors.NotFound, docker.errors.NullResource) as error:
            if kind and isinstance(error, docker.errors.APIError):
                raise CommandError(not_found(call, kind, name, error)) from error
        except docker.errors.APIError as error:
            raise CommandError(not_found(call, tried, name, error)) from error
    raise CommandError(f"Error: No such object: {name}")


def _finder(call: Call, kind: str) -> Find:
    if kind == "container" and call.parsed.on("size"):
        return lambda name: ask(
            call.api, "GET", path("containers", name, "json"), query={"size": 1}
        ).json()
    if kind == "container":
        return call.api.inspect_container
    return call.api.inspect_image if kind == "image" else call.api.inspect_network


def _raw(found: list[Any]) -> tuple[str, list[str]]:
    return f"{json.dumps(found, indent=4, ensure_ascii=False)}\n", []


def _json(found: list[Any]) -> tuple[str, list[str]]:
    return f"{to_json(found)}\n", []


def _filled(asked: str) -> Callable[[list[Any]], tuple[str, list[str]]]:
    """Prepare what fills a template with each of the things found."""
    try:
        nodes = parse(asked)
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}\n", BAD_TEMPLATE) from error

    def show(found: list[Any]) -> tuple[str, list[str]]:
        text, problems = "", []
        for thing in found:
            try:
                text += f"{render(nodes, typed(thing))}\n"
            except TemplateError as error:
                problems.append(f"template parsing error: {error}")
        return text or "\n", problems

    return show
