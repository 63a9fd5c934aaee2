"""Run, stop, start, restart and remove a lab's containers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import docker.errors
from docker.models.containers import Container as DockerContainer
from requests.exceptions import ConnectionError, Timeout

from dockernet_lessons.actions.context import PREDEFINED, LabContext, checked_name
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import BadArgument, ContainerExited, DockernetError, NameTaken
from dockernet_lessons.labels import SPEC, belongs_to, lab_labels, spec_digest
from dockernet_lessons.observe.engine import remove_container
from dockernet_lessons.observe.observer import HOST, words_of
from dockernet_lessons.preflight import parse_address

STOP_TIMEOUT_S = 1
"""Seconds that Docker waits after SIGTERM before SIGKILL; its own default is ten."""

SETTLE_S = 0.3
"""How long a learner's own command is watched for an early end."""

KEEP_RUNNING = ("sleep", "infinity")
Ports = Mapping[str, Any] | str | None


@dataclass(frozen=True)
class RunOptions:
    """The options of one `run`, all but the name; equal options make equal containers."""

    image: str | None = None
    network: str | None = None
    links: tuple[str, ...] = ()
    ip: str | None = None
    ports: str | tuple[tuple[str, Any], ...] | None = None
    command: tuple[str, ...] | None = None

    @property
    def mode(self) -> str:
        """The network mode to ask the engine for."""
        return self.network or "bridge"


def run_options(
    *,
    image: str | None = None,
    network: str | None = None,
    links: Iterable[str] = (),
    ip: str | None = None,
    ports: Ports = None,
    command: str | Iterable[str] | None = None,
) -> RunOptions:
    """Bring the arguments of `Lab.run` into one form.

    Raises
    ------
    AddressUnavailable
        `ip` is not an IPv4 address.
    BadArgument
        `ports` is neither a mapping nor ``"all"``.
    """
    if ports is not None and ports != "all" and not isinstance(ports, Mapping):
        raise BadArgument(
            f"ports={ports!r} means nothing.", 'Write {"80/tcp": 8080}, or "all" for -P.'
        )
    if ip is not None:
        parse_address(ip)
    return RunOptions(
        image=image,
        network=network,
        links=(links,) if isinstance(links, str) else tuple(links),
        ip=ip,
        ports=tuple(sorted(ports.items(), key=str)) if isinstance(ports, Mapping) else ports,
        command=_words(command),
    )


def _words(command: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if command is None:
        return None
    return tuple(words_of(command))


def run(context: LabContext, name: str, options: RunOptions) -> DockerContainer:
    """Start a container, or take the lab's own one that was started with the same options.

    Raises
    ------
    NameTaken
        The name belongs to something else, or to a container of the lab with other options.
    UnknownNetwork, UnknownContainer, NotThisLab
        `network` or a link names something that is not there or not the lab's.
    ContainerExited
        Its command ended at once.
    """
    if checked_name(name) in ("", HOST):
        meaning = "'host' means the host itself here." if name else "A container needs a name."
        raise BadArgument(meaning, "Choose another container name.")
    try:
        _check_neighbors(context, options)
        return _start_new(context, name, options)
    except DockernetError:
        # Looked for only now: a name is free far more often than it is taken.
        attrs = context.inspect_container(name)
        if attrs is None:
            raise
        return _adopt(context, name, options, attrs)


def run_many(
    context: LabContext, names: Iterable[str], options: RunOptions
) -> list[DockerContainer]:
    """Start several containers side by side; the order of their addresses is open."""
    wanted = list(names)
    context.lesson_image()
    return context.side_by_side(
        lambda name: run(context, name, options), wanted, label=f"Starting {len(wanted)} containers"
    )


def _adopt(
    context: LabContext, name: str, options: RunOptions, attrs: dict[str, Any]
) -> DockerContainer:
    labels = attrs["Config"].get("Labels") or {}
    if not belongs_to(labels, context.name):
        raise NameTaken("container", name, context.holder(labels))
    if labels.get(SPEC) != spec_digest(options):
        raise NameTaken(
            "container",
            name,
            "a container of this lab with other options",
            f'Remove it first: lab.remove("{name}").',
        )
    with translated():
        if not attrs["State"]["Running"]:
            context.client.api.start(attrs["Id"])
        return context.client.containers.get(attrs["Id"])


def _check_neighbors(context: LabContext, options: RunOptions) -> None:
    """Check what the container is to be joined to, before anything is made."""
    for link in options.links:
        context.container(link.partition(":")[0])
    kind, _, target = options.mode.partition(":")
    if kind == "container":
        context.running(target)
    elif options.mode not in PREDEFINED:
        context.usable_network(options.mode)


def _start_new(context: LabContext, name: str, options: RunOptions) -> DockerContainer:
    with translated():
        container_id = _create(context, name, options)
        try:
            context.client.api.start(container_id)
            container = context.client.containers.get(container_id)
            _require_running(context, container, name, options)
        except (docker.errors.APIError, DockernetError, KeyboardInterrupt):
            remove_container(context.client, container_id)
            raise
    return container


def _create(context: LabContext, name: str, options: RunOptions) -> str:
    arguments = _create_arguments(context, name, options)

    def create(image: str) -> str:
        return str(context.client.api.create_container(image, **arguments)["Id"])

    if options.image is not None:
        return create(options.image)
    return context.with_lesson_image(create)


def _create_arguments(context: LabContext, name: str, options: RunOptions) -> dict[str, Any]:
    api = context.client.api
    # The lesson image's own command is a shell, which ends without a terminal; any other image
    # gets its own command, and a terminal so that a shell stays.
    own = options.image is None
    command = options.command or (KEEP_RUNNING if own else None)
    publish: dict[str, Any] = {"publish_all_ports": options.ports == "all"}
    ports: dict[int | str, Any] = dict(options.ports) if isinstance(options.ports, tuple) else {}
    return {
        "command": list(command) if command else None,
        "name": name,
        "detach": True,
        "tty": not own,
        "stdin_open": not own,
        "labels": {**lab_labels(context.name), SPEC: spec_digest(options)},
        "ports": [tuple(port.split("/")) for port in map(str, ports)] or None,
        "stop_timeout": STOP_TIMEOUT_S,
        "host_config": api.create_host_config(
            network_mode=options.mode,
            links=_link_pairs(options.links) or None,
            port_bindings=ports,
            init=True,
            **publish,
        ),
        "networking_config": _networking(context, options),
    }


def _link_pairs(links: Iterable[str]) -> dict[str, str]:
    """Read ``name`` or ``name:alias``, as ``--link`` does."""
    return {link.partition(":")[0]: link.partition(":")[2] or link for link in links}


def _networking(context: LabContext, options: RunOptions) -> dict[str, Any] | None:
    if options.ip is None:
        return None
    api: Any = context.client.api  # its types take the wrong one for the configuration
    endpoint = api.create_endpoint_config(ipv4_address=options.ip)
    return dict(api.create_networking_config({options.mode: endpoint}))


def _require_running(
    context: LabContext, container: DockerContainer, name: str, options: RunOptions
) -> None:
    """Wait a moment whether a command that we do not know ends at once."""
    known = options.image is None and options.command is None
    if not known and container.status == "running":
        with contextlib.suppress(Timeout, ConnectionError):  # docker-py has both for a time-out
            timeout: Any = SETTLE_S  # requests takes fractions; docker-py's types do not
            context.client.api.wait(str(container.id), timeout=timeout)
        container.reload()
    if container.status == "exited":
        state = container.attrs["State"]
        last = container.logs(tail=1).decode(errors="replace").strip()
        raise ContainerExited(name, state["ExitCode"], last)


def stop(context: LabContext, name: str) -> DockerContainer:
    """Stop a container of the lab."""
    found = context.container(name)
    with translated():
        context.client.api.stop(found.id, timeout=STOP_TIMEOUT_S)
        return context.client.containers.get(found.id)


def start(context: LabContext, name: str) -> DockerContainer:
    """Start a stopped container of the lab."""
    found = context.container(name)
    with translated():
        context.client.api.start(found.id)
        return context.client.containers.get(found.id)


def restart(context: LabContext, name: str) -> DockerContainer:
    """Stop and start a container of the lab."""
    found = context.container(name)
    with translated():
        context.client.api.restart(found.id, timeout=STOP_TIMEOUT_S)
        return context.client.containers.get(found.id)


def remove(context: LabContext, name: str) -> None:
    """Remove a container of the lab, running or not, and its anonymous volumes."""
    _remove_by_id(context, context.container(name).id)


def remove_all(context: LabContext, *, observer: bool = False) -> None:
    """Remove every container of the lab side by side, the observer too if `observer` is true."""
    removals: list[Callable[[], None]] = [
        partial(_remove_by_id, context, c.id) for c in context.containers()
    ]
    if observer:
        removals.append(context.observer.remove)
    context.side_by_side(lambda remove: remove(), removals)


def _remove_by_id(context: LabContext, container_id: str) -> None:
    with translated():
        remove_container(context.client, container_id)
