"""Run commands in running containers (moby daemon/exec.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.daemon import ending, environment, lifecycle, runtime, users
from dockernet_lessons.embedded.daemon.capabilities import KNOWN
from dockernet_lessons.embedded.daemon.console import Console
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.daemon.exec import Exec
from dockernet_lessons.embedded.daemon.runtime import CannotRun
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.loop import Steps, Wait
from dockernet_lessons.embedded.userland.process import (
    CommandNotFound,
    Context,
    NotExecutable,
    TooManyProcesses,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.daemon.daemon import Daemon

START_S = 0.03
"""Seconds that runc takes to get into a container (measured: 0.03 to 0.05)."""

MAX_EXECS = 1000
"""Execs that a container remembers; the oldest that have ended are forgotten."""


def create(daemon: Daemon, container: Container, name: str, config: dict[str, Any]) -> Exec:
    """Make an exec.

    Parameters
    ----------
    name
        How the container was named in the request.

    Raises
    ------
    DockerError
        400: no such user; 409: the container does not run, or is paused; 500: one that it is
        linked to does not run.
    """
    ending.require_running(daemon, container)
    if container.state.paused:
        raise DockerError(409, f"Container {name} is paused, unpause the container before exec")
    if container.state.restarting:
        raise DockerError(
            409, f"Container {name} is restarting, wait until the container is running"
        )
    if daemon.modern:
        users.check_user(config["User"], 400)
    lifecycle.linked_environment(daemon, container)
    made = Exec(daemon.ids.new(), container, config)
    _forget_oldest(daemon, container)
    container.execs[made.id] = daemon.execs[made.id] = made
    daemon.log(container, f"exec_create: {made.line}", execID=made.id)
    return made


def _forget_oldest(daemon: Daemon, container: Container) -> None:
    if len(container.execs) < MAX_EXECS:
        return
    for exec_id, old in list(container.execs.items()):
        if old.exit_code is not None:
            del container.execs[exec_id], daemon.execs[exec_id]
            return


def find(daemon: Daemon, exec_id: str) -> Exec:
    """Find an exec to start or to resize: its container must run (moby, getExecConfig).

    Raises
    ------
    DockerError
        404: no such exec, or its container is gone; 409: that does not run (500 on classic
        engines) or is paused.
    """
    made = daemon.exec(exec_id)
    container = made.container
    if container.removed:
        raise DockerError(404, f"No such container: {exec_id}")
    if not container.state.running:
        if daemon.modern:
            raise ending.not_running(container, modern=True)
        why = container.state.summary(daemon.loop.now)
        raise DockerError(500, f"Container {container.id} is not running: {why}")
    if container.state.paused:
        raise DockerError(
            409, f"Container {container.id} is paused, unpause the container before exec"
        )
    return made


def check_start(daemon: Daemon, made: Exec) -> None:
    """Refuse to start an exec again.

    Raises
    ------
    DockerError
        409.
    """
    if made.started:
        state = "is already running" if made.running else "has already run"
        words = f"exec command {made.id} {state}"
        raise DockerError(409, words if daemon.modern else f"Error: E{words[1:]}")


def console(daemon: Daemon, made: Exec, *, framed: bool = True) -> Console:
    """Give an exec its console.

    Parameters
    ----------
    framed
        Whether the client gets frames: it says so itself when it starts the exec.
    """
    made.console = Console(
        daemon.loop,
        tty=made.tty,
        reads=made.config["AttachStdin"],
        interrupt=lambda number: _interrupt(made, number),
        framed=framed,
    )
    return made.console


def _interrupt(made: Exec, number: int) -> None:
    if made.container.context is None or made.console is None:
        return
    at_terminal = made.console.stdout
    for process in list(made.container.context.processes.values()):
        if process.stdout is at_terminal:
            process.signal(number)


def run(daemon: Daemon, made: Exec) -> Steps[None]:
    """Start an exec's command; it goes on by itself.

    Raises
    ------
    DockerError
        400 or 500: it cannot be run.
    """
    made.started = True
    daemon.log(made.container, f"exec_start: {made.line}", execID=made.id)
    yield Wait(until=daemon.loop.now + START_S)
    try:
        _spawn(daemon, made)
    except CannotRun as failure:
        made.exit_code = failure.exit_code if daemon.modern else runtime.NOT_EXECUTABLE
        status = 500 if failure.reason == runtime.RELATIVE else 400
        message = runtime.exec_message(failure, modern=daemon.modern)
        raise DockerError(status, message) from failure
    except DockerError:
        made.exit_code = runtime.NOT_EXECUTABLE
        raise


def _spawn(daemon: Daemon, made: Exec) -> None:
    container = made.container
    context = _context(made)
    if context is None or not container.alive:
        raise ending.not_running(container, modern=daemon.modern)
    if not daemon.modern:
        users.check_user(made.config["User"], 500)
    workdir = made.config["WorkingDir"] or container.config["WorkingDir"] or "/"
    runtime.check_directory(context.files, workdir)
    streams = made.console or console(daemon, made)
    try:
        made.process = daemon.machine.scheduler.spawn(
            context,
            list(made.config["Cmd"]),
            _environment(daemon, made, context),
            stdin=streams.stdin,
            stdout=streams.stdout,
            stderr=streams.stderr,
            workdir=workdir,
            tty=made.tty,
        )
    except (CommandNotFound, NotExecutable) as error:
        raise runtime.why(error) from error
    except TooManyProcesses as error:
        raise CannotRun("resource temporarily unavailable", runtime.NOT_EXECUTABLE) from error
    made.pid = made.process.pid
    daemon.loop.spawn(_watch(daemon, made))


def _context(made: Exec) -> Context | None:
    """Give the container's context; a privileged exec has every capability."""
    context = made.container.context
    if context is None or not made.config["Privileged"]:
        return context
    more = context.entering(context, ())
    more.capabilities, more.privileged = KNOWN, True
    return more


def _environment(daemon: Daemon, made: Exec, context: Context) -> dict[str, str]:
    """Give the container's environment with the exec's own variables.

    Raises
    ------
    DockerError
        500: a variable has no name.
    """
    for variable in made.config["Env"] or ():
        if not variable or variable.startswith("="):
            failure = CannotRun(f'environment variable name can\'t be empty: "{variable}"', 126)
            raise DockerError(500, runtime.exec_message(failure, modern=daemon.modern))
    first = made.container.process
    inherited = dict(first.environment) if first is not None else {}
    inherited.pop("HOME", None)
    if made.tty:
        inherited.setdefault("TERM", "xterm")
    own = environment.merged(inherited, made.config["Env"] or ())
    return environment.with_home(own)


def _watch(daemon: Daemon, made: Exec) -> Steps[None]:
    """Wait for the end of the command."""
    process = made.process
    assert process is not None
    while process.exit_code is None:
        yield Wait(signals=(process.ended,))
    made.exit_code = process.exit_code
    if made.console is not None:
        made.console.end()
    daemon.log(made.container, "exec_die", execID=made.id, exitCode=str(process.exit_code))
