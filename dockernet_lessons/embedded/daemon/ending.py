"""Stop, kill, restart, pause and remove containers (moby daemon/stop.go, kill.go, delete.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon import lifecycle, signals
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.loop import Steps, Wait

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon

STOP_TIMEOUT_S = 10
"""Seconds between the stop signal and SIGKILL unless told otherwise."""

PAUSE_S = 0.02
_LARGEST_SIGNAL = 64


def not_running(container: Container, *, modern: bool) -> DockerError:
    """Say that a container does not run."""
    return DockerError(
        409, f"{'container' if modern else 'Container'} {container.id} is not running"
    )


def require_running(daemon: Daemon, container: Container) -> None:
    """Refuse what needs a running container.

    Raises
    ------
    DockerError
        409.
    """
    if not container.state.running:
        raise not_running(container, modern=daemon.modern)


def _send(daemon: Daemon, container: Container, number: int) -> None:
    """Signal a container's first process, and tell of it."""
    if container.process is not None:
        container.process.signal(number)
    if number == signals.KILL and container.context is not None:
        daemon.machine.thaw(container.context)
    daemon.log(container, "kill", signal=str(number))


def _stopped(daemon: Daemon, container: Container, seconds: float | None) -> Steps[bool]:
    """Wait for the end of a container, at most so long; tell whether it came."""
    until = None if seconds is None else daemon.loop.now + seconds
    while container.state.running:
        in_time = yield Wait(until, (container.changed,))
        if not in_time and container.state.running:
            return False
    return True


def stop(
    daemon: Daemon, container: Container, timeout: int | None = None, signal: str = ""
) -> Steps[bool]:
    """Stop a container: a signal, and SIGKILL for one that does not listen.

    Parameters
    ----------
    timeout
        Seconds to give it; negative waits as long as it takes; None takes the container's own.
    signal
        Instead of the container's stop signal.

    Returns
    -------
    bool
        False if it does not run.

    Raises
    ------
    DockerError
        400: no such signal.
    """
    text = signal or container.config["StopSignal"] or "TERM"
    number = signals.number(text, modern=daemon.modern)
    if not container.state.running:
        return False
    container.stopped_by_user = True
    if container.state.restarting:
        _give_up_restarting(daemon, container)
    else:
        seconds = container.config["StopTimeout"] if timeout is None else timeout
        yield from _end(daemon, container, number, STOP_TIMEOUT_S if seconds is None else seconds)
    daemon.log(container, "stop")
    return True


def _give_up_restarting(daemon: Daemon, container: Container) -> None:
    container.state.running = container.state.restarting = False
    container.changed.fire()


def _end(daemon: Daemon, container: Container, number: int, seconds: float) -> Steps[None]:
    _send(daemon, container, number)
    if (yield from _stopped(daemon, container, None if seconds < 0 else seconds)):
        return
    _send(daemon, container, signals.KILL)
    yield from _stopped(daemon, container, None)


def restart(
    daemon: Daemon, container: Container, name: str, timeout: int | None = None, signal: str = ""
) -> Steps[None]:
    """Stop a container if it runs, and start it.

    Parameters
    ----------
    name
        How the container was named in the request.

    Raises
    ------
    DockerError
        400: no such signal; 500: it cannot be started.
    """
    yield from stop(daemon, container, timeout, signal)
    try:
        yield from lifecycle.start(daemon, container)
    except DockerError as error:
        raise DockerError(500, f"Cannot restart container {name}: {error.message}") from error
    daemon.log(container, "restart")


def kill(daemon: Daemon, name: str, signal: str) -> Steps[None]:
    """Send a signal to a container; after SIGKILL wait for its end.

    Parameters
    ----------
    signal
        Name or number; empty for SIGKILL.

    Raises
    ------
    DockerError
        400: no such signal; 404: no such container; 409: it does not run.
    """
    modern = daemon.modern
    prefix = f"{'cannot' if modern else 'Cannot'} kill container: {name}: "
    number = _signal(signal or "KILL", prefix, modern=modern)
    try:
        container = daemon.containers.find(name)
        _check_signal(number, modern=modern)
        require_running(daemon, container)
    except DockerError as error:
        raise DockerError(error.status, prefix + error.message) from error
    if number in (signals.KILL, signals.TERM):
        container.stopped_by_user = True
    if container.state.restarting:
        _give_up_restarting(daemon, container)
        return
    _send(daemon, container, number)
    if number == signals.KILL:
        yield from _stopped(daemon, container, None)


def _signal(text: str, prefix: str, *, modern: bool) -> int:
    """Read a signal; numbers that are none are refused later, in other words."""
    digits = text.removeprefix("-")
    if digits.isdecimal() and int(digits[:20]) > 0:
        return int(text[:20])
    try:
        return signals.number(text, modern=modern)
    except DockerError as error:
        raise DockerError(400, (prefix if modern else "") + error.message) from error


def _check_signal(number: int, *, modern: bool) -> None:
    if 0 < number <= _LARGEST_SIGNAL:
        return
    if modern:
        raise DockerError(400, f"the linux daemon does not support signal {number}")
    raise DockerError(500, f"The linux daemon does not support signal {number % 2**64}")


def pause(daemon: Daemon, container: Container) -> Steps[None]:
    """Freeze a container's processes.

    Raises
    ------
    DockerError
        409: it does not run, or is paused already.
    """
    require_running(daemon, container)
    if container.state.paused:
        raise DockerError(409, f"Container {container.id} is already paused")
    if container.state.restarting or container.context is None:
        raise DockerError(
            409, f"Container {container.id} is restarting, wait until the container is running"
        )
    daemon.machine.freeze(container.context)
    container.state.paused = True
    yield Wait(until=daemon.loop.now + PAUSE_S)
    daemon.log(container, "pause")


def unpause(daemon: Daemon, container: Container) -> Steps[None]:
    """Let a paused container go on.

    Raises
    ------
    DockerError
        500: it is not paused.
    """
    if not container.state.paused or container.context is None:
        raise DockerError(500, f"Container {container.id} is not paused")
    daemon.machine.thaw(container.context)
    container.state.paused = False
    yield Wait(until=daemon.loop.now + PAUSE_S)
    daemon.log(container, "unpause")


def rename(daemon: Daemon, container: Container, name: str) -> None:
    """Give a container another name; the embedded DNS knows it at once.

    Raises
    ------
    DockerError
        400: no name, or its own; 409: another container's.
    """
    if not name:
        raise DockerError(400, "Neither old nor new names may be empty")
    if name.removeprefix("/") == container.name:
        raise DockerError(400, "Renaming a container with the same name as its current name")
    try:
        shown = name if name.startswith("/") else f"/{name}"
        new = daemon.containers.names.reserve(shown, container.id)
    except DockerError as error:
        raise DockerError(
            error.status, f"Error when allocating new name: {error.message}"
        ) from error
    old, container.name = container.name, new
    daemon.containers.names.release(old)
    if container.sandbox is not None:
        if daemon.modern:
            _rename_in_dns(container)
        daemon.controller.rename(container.id, new)
    daemon.log(container, "rename", oldName=f"/{old}")


def _rename_in_dns(container: Container) -> None:
    """Note the new name; on the default bridge, too, where it is answered from then on."""
    own = [container.short_id, container.config["Hostname"]]
    for wanted in container.networks.values():
        names = [container.name, *(wanted.aliases or ()), *own]
        wanted.dns_names = list(dict.fromkeys(names))


def remove(daemon: Daemon, container: Container, *, force: bool) -> Steps[None]:
    """Remove a container; by force also one that runs.

    Raises
    ------
    DockerError
        409: it runs, is paused, or is being removed already.
    """
    if container.state.removing or container.removed:
        raise DockerError(409, f"removal of container {container.id} is already in progress")
    if container.state.running and not force:
        raise _still_running(container, modern=daemon.modern)
    container.state.removing = True
    container.stopped_by_user = True
    if container.state.restarting:
        _give_up_restarting(daemon, container)
    if container.state.running:
        _send(daemon, container, signals.KILL)
        yield from _stopped(daemon, container, None)
    yield from container.lock.acquire()
    with container.lock.holding():
        if container.state.running:
            _send(daemon, container, signals.KILL)
            yield from _stopped(daemon, container, None)
        yield Wait(until=daemon.loop.now + 2 * lifecycle.DIE_LATER_S)
        lifecycle.forget(daemon, container)


def _still_running(container: Container, *, modern: bool) -> DockerError:
    paused = container.state.paused
    if modern:
        what = (
            "container is paused and must be unpaused first"
            if paused
            else "container is running: stop the container before removing or force remove"
        )
        return DockerError(409, f'cannot remove container "{container.name}": {what}')
    state, before = ("paused", "Unpause and then stop") if paused else ("running", "Stop")
    return DockerError(
        409,
        f"You cannot remove a {state} container {container.id}. "
        f"{before} the container before attempting removal or force remove",
    )


def remove_link(daemon: Daemon, path: str) -> None:
    """Remove a legacy link, ``/owner/alias``.

    Raises
    ------
    DockerError
        404: no such link; 500: it is a container's own name.
    """
    owner, _, alias = path.removeprefix("/").rpartition("/")
    if not owner:
        daemon.containers.find(alias)
        raise DockerError(500, "Conflict, cannot remove the default link name of the container")
    if not daemon.links.remove(daemon.containers.find(owner), alias):
        raise DockerError(404, f"No such container: {path}")
