"""Start containers and see them end (moby daemon/start.go, monitor.go)."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon import environment, links, networking, runtime, users
from dockernet_lessons.embedded.daemon.console import Console
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.loop import Steps, Wait
from dockernet_lessons.embedded.userland.process import (
    CommandNotFound,
    NotExecutable,
    Process,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox
    from dockernet_lessons.embedded.daemon.daemon import Daemon
    from dockernet_lessons.embedded.userland.machine import PidNamespace

NETWORK_S = 0.12
"""Seconds that a start takes until the networks are there, and after that (measured)."""

PROCESS_S = 0.16
EXIT_S = 0.09
"""Seconds between the end of the first process and that of the container (measured)."""

DIE_LATER_S = 0.0015
_FAILED = 128
_FIRST_BACKOFF_S = 0.1
_LONGEST_BACKOFF_S = 60.0


def console(daemon: Daemon, container: Container) -> Console:
    """Give a container's console, made when it is first needed."""
    if container.console is None:
        config = container.config
        container.console = Console(
            daemon.loop,
            tty=container.tty,
            reads=config["OpenStdin"],
            interrupt=lambda number: interrupt(container, number),
            log=container.log if container.host["LogConfig"]["Type"] != "none" else None,
            once=config["StdinOnce"],
        )
    return container.console


def interrupt(container: Container, number: int) -> None:
    """Send a signal that was typed to the processes at the container's terminal."""
    if container.context is None or container.console is None:
        return
    at_terminal = container.console.stdout
    for process in list(container.context.processes.values()):
        if process.stdout is at_terminal:
            process.signal(number)


def start(daemon: Daemon, container: Container) -> Steps[bool]:
    """Start a container.

    Returns
    -------
    bool
        False if it runs already.

    Raises
    ------
    DockerError
        It cannot be started; the container then shows why, and stays as it was.
    """
    yield from container.lock.acquire()
    with container.lock.holding():
        if container.state.paused:
            raise DockerError(409, "cannot start a paused container, try unpause instead")
        if container.state.running:
            return False
        if container.removed or container.state.removing:
            raise DockerError(409, "container is marked for removal and cannot be started")
        yield from _start(daemon, container)
    return True


def _start(daemon: Daemon, container: Container) -> Steps[None]:
    state = container.state
    try:
        yield Wait(until=daemon.loop.now + NETWORK_S)
        _begin(daemon, container)
    except DockerError as error:
        networking.detach(daemon, container)
        state.error = error.message
        state.exit_code = state.exit_code or _FAILED
        container.changed.fire()
        if container.host["AutoRemove"]:
            forget(daemon, container)
        raise
    yield Wait(until=daemon.loop.now + PROCESS_S)
    daemon.log(container, "start")


def _begin(daemon: Daemon, container: Container) -> None:
    """Connect the networks and start the first process.

    Engine 20.10 connects first and then looks at users and links; later ones the other way round.
    """
    pids = _pid_namespace(daemon, container)
    if daemon.modern:
        container.files_made |= {"resolv.conf", "hosts", "hostname"}
        linked = linked_environment(daemon, container)
        container.files_made.add("log")
        sandbox = _attach(daemon, container)
    else:
        sandbox = _attach(daemon, container)
        linked = linked_environment(daemon, container)
        container.files_made.add("log")
    container.active_sandbox = sandbox
    container.context = runtime.new_context(container, sandbox, pids, daemon.profile)
    process = _spawn(daemon, container, linked)
    _note_running(daemon, container, process)


def _attach(daemon: Daemon, container: Container) -> Sandbox:
    try:
        return networking.attach(daemon, container)
    except DockerError as error:
        shared = container.network_mode.startswith("container:")
        prefix = networking.FAILED if daemon.modern and not shared else ""
        raise DockerError(error.status, prefix + error.message) from error


def _spawn(daemon: Daemon, container: Container, linked: list[str]) -> Process:
    """Start the first process.

    Raises
    ------
    DockerError
        400: it cannot be run.
    """
    command = [container.path, *container.arguments]
    init = bool(container.host["Init"])
    try:
        try:
            return _run(daemon, container, linked, command, init=init)
        except CommandNotFound:
            if not init:
                raise
            return _run(daemon, container, linked, _complaint(container.path), init=True)
    except (CommandNotFound, NotExecutable) as error:
        failure = runtime.why(error)
        container.state.exit_code = failure.exit_code
        if daemon.modern:
            for wanted in container.networks.values():
                wanted.network_id = ""
        raise DockerError(400, runtime.start_message(failure, modern=daemon.modern)) from error


def _complaint(name: str) -> list[str]:
    """Give a command that does what docker-init does when it finds nothing to run."""
    text = f"[FATAL tini (7)] exec {name} failed: No such file or directory"
    return ["sh", "-c", f"echo {shlex.quote(text)} >&2; exit {runtime.NOT_FOUND}"]


def _run(
    daemon: Daemon, container: Container, linked: list[str], command: list[str], *, init: bool
) -> Process:
    assert container.context is not None
    context, streams = container.context, console(daemon, container)
    workdir = container.config["WorkingDir"] or "/"
    runtime.make_directory(context.files, workdir)
    if init:
        runtime.add_init(context.files)
    return daemon.machine.scheduler.spawn(
        context,
        command,
        environment.of_container(container, context.hostname, linked),
        stdin=streams.stdin,
        stdout=streams.stdout,
        stderr=streams.stderr,
        workdir=workdir,
        tty=container.tty,
        init=init,
    )


def _note_running(daemon: Daemon, container: Container, process: Process) -> None:
    state = container.state
    container.process = process
    container.stopped_by_user = False
    state.running, state.restarting, state.pid = True, False, process.pid
    state.error, state.exit_code = "", 0
    state.started = daemon.loop.now
    if daemon.modern:
        for wanted in container.networks.values():
            if wanted.endpoint is not None:
                daemon.log_network(wanted.endpoint.network, "connect", container.id)
    container.changed.fire()
    daemon.loop.spawn(_watch(daemon, container, process))


def _pid_namespace(daemon: Daemon, container: Container) -> PidNamespace | None:
    """Give the PID namespace to join; None for one of its own.

    Raises
    ------
    DockerError
        409: the container whose it is does not run.
    """
    mode = container.host["PidMode"]
    if mode == "host":
        return daemon.machine.pids
    if not mode.startswith("container:"):
        return None
    target = daemon.containers.find(mode.partition(":")[2])
    if not target.alive or target.context is None:
        raise DockerError(409, f"cannot join PID namespace of a non running container: {target.id}")
    return target.context.pids


def linked_environment(daemon: Daemon, container: Container) -> list[str]:
    """Check the user, and give the variables of a container's links.

    Raises
    ------
    DockerError
        500: no such user; a link's target does not run, or is not on the default bridge.
    """
    users.check(container)
    lines: list[str] = []
    if container.network_mode not in ("default", "bridge"):
        return lines
    for link in daemon.links.of(container):
        if not link.target.alive:
            raise DockerError(
                500,
                f"Cannot link to a non running container: /{link.target.name} "
                f"AS /{container.name}/{link.alias}",
            )
        address = _link_address(link)
        lines += links.environment(container, link, address, modern=daemon.modern)
    return lines


def _link_address(link: links.Link) -> str:
    wanted = link.target.networks.get("bridge")
    endpoint = wanted.endpoint if wanted is not None else None
    if endpoint is None or endpoint.address is None:
        text = f"container {link.target.id} not attached to default bridge network"
        raise DockerError(500, text)
    return str(endpoint.address.ip)


def _watch(daemon: Daemon, container: Container, process: Process) -> Steps[None]:
    """Wait for the end of a container's first process, and clean up after it."""
    while process.exit_code is None:
        yield Wait(signals=(process.ended,))
    yield Wait(until=daemon.loop.now + EXIT_S)
    _end_others(daemon, container)
    console(daemon, container).end()
    container.process = None
    _forget_unstarted(daemon, container)
    if daemon.modern:
        networking.detach(daemon, container)
        _note_end(daemon, container, process.exit_code)
        yield Wait(until=daemon.loop.now + DIE_LATER_S)
        _log_die(daemon, container, process)
    else:
        _log_die(daemon, container, process)
        networking.detach(daemon, container)
        _note_end(daemon, container, process.exit_code)
    _after_end(daemon, container)


def _end_others(daemon: Daemon, container: Container) -> None:
    """End what else runs in the container: execs in the host's PID namespace, for instance."""
    if container.context is not None:
        daemon.machine.thaw(container.context)
        for process in list(container.context.processes.values()):
            process.signal(9)


def _forget_unstarted(daemon: Daemon, container: Container) -> None:
    for exec_id, made in list(container.execs.items()):
        if not made.started:
            del container.execs[exec_id]
            del daemon.execs[exec_id]


def _log_die(daemon: Daemon, container: Container, process: Process) -> None:
    about = {"exitCode": str(process.exit_code)}
    if daemon.modern:
        about["execDuration"] = str(int(daemon.loop.now - process.started))
    daemon.log(container, "die", **about)


def _note_end(daemon: Daemon, container: Container, exit_code: int) -> None:
    state = container.state
    state.exit_code, state.pid, state.finished = exit_code, 0, daemon.loop.now
    state.paused = False
    state.restarting = _shall_restart(container, exit_code)
    state.running = state.restarting
    container.changed.fire()


def _shall_restart(container: Container, exit_code: int) -> bool:
    policy = container.host["RestartPolicy"]
    if container.stopped_by_user or container.removed or container.state.removing:
        return False
    if policy["Name"] in ("always", "unless-stopped"):
        return True
    count = policy["MaximumRetryCount"]
    again = count == 0 or container.restart_count < count
    return policy["Name"] == "on-failure" and exit_code != 0 and again


def _after_end(daemon: Daemon, container: Container) -> None:
    if container.state.restarting:
        daemon.loop.spawn(_restart_later(daemon, container))
    elif container.host["AutoRemove"] and not container.state.removing and not container.removed:
        container.state.removing = True
        forget(daemon, container)


def _restart_later(daemon: Daemon, container: Container) -> Steps[None]:
    """Start a container again as its restart policy says, later each time."""
    backoff = min(_FIRST_BACKOFF_S * 2.0**container.restart_count, _LONGEST_BACKOFF_S)
    yield Wait(until=daemon.loop.now + backoff)
    if container.stopped_by_user or container.removed:
        return
    container.restart_count += 1
    yield from container.lock.acquire()
    with container.lock.holding():
        try:
            yield from _start(daemon, container)
        except DockerError:
            container.state.running = container.state.restarting = False
            container.changed.fire()


def forget(daemon: Daemon, container: Container) -> None:
    """Remove an ended container for good."""
    container.removed = True
    container.state.removing = False
    container.state.dead = True
    daemon.forget_execs(container)
    daemon.links.forget(container)
    daemon.containers.remove(container)
    daemon.log(container, "destroy")
    container.changed.fire()
