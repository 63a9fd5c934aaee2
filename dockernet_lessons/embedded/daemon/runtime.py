"""Start processes in containers, and say what runc says when that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.daemon import capabilities
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.userland.files import FileError, Files, Node, directory
from dockernet_lessons.embedded.userland.image_root import image_root, mount_kernel_files
from dockernet_lessons.embedded.userland.machine import PidNamespace
from dockernet_lessons.embedded.userland.process import (
    CommandNotFound,
    Context,
    NotExecutable,
)

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox
    from dockernet_lessons.embedded.profile import Profile

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""Exit codes of commands that could not be run (as a shell's)."""

RELATIVE = "Cwd must be an absolute path"
"""What runc says of a relative folder to work in."""

_RUNC_FAILED = 128
_INIT_SIZE = 708_080
"""Bytes of docker-init on Debian 12."""

_START_27 = "failed to create task for container: "
_CREATE = "failed to create shim task: OCI runtime create failed: runc create failed: "
_EXEC = "OCI runtime exec failed: exec failed: "
_UNABLE = "unable to start container process: "


class CannotRun(Exception):
    """A command cannot be run.

    Parameters
    ----------
    reason
        In runc's words: ``exec: "x": executable file not found in $PATH``.
    exit_code
        127 if it is not there, 126 if it cannot be run.
    """

    def __init__(self, reason: str, exit_code: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.exit_code = exit_code


def start_message(failure: CannotRun, *, modern: bool) -> str:
    """Word a failed start of a container."""
    text = f"{_CREATE}{_UNABLE}{failure.reason}"
    return f"{_START_27}{text}" if modern else f"{text}: unknown"


def exec_message(failure: CannotRun, *, modern: bool) -> str:
    """Word a failed exec."""
    unable = "" if failure.reason == RELATIVE else _UNABLE
    text = f"{_EXEC}{unable}{failure.reason}"
    return text if modern else f"{text}: unknown"


def why(error: CommandNotFound | NotExecutable) -> CannotRun:
    """Translate the machine's refusal into runc's."""
    name = str(error)
    if isinstance(error, NotExecutable):
        return CannotRun(f'exec: "{name}": permission denied', NOT_EXECUTABLE)
    if "/" in name:
        return CannotRun(f'exec: "{name}": stat {name}: no such file or directory', NOT_FOUND)
    return CannotRun(f'exec: "{name}": executable file not found in $PATH', NOT_FOUND)


def check_directory(files: Files, workdir: str) -> None:
    """Refuse to run a command in a directory that is not there.

    Raises
    ------
    CannotRun
        As runc says it.
    """
    if not workdir.startswith("/"):
        raise CannotRun(RELATIVE, _RUNC_FAILED)
    try:
        kind = files.find(workdir).kind
    except FileError as error:
        raise CannotRun(_chdir(workdir, str(error).lower()), NOT_FOUND) from error
    if kind != "directory":
        raise CannotRun(_chdir(workdir, "not a directory"), NOT_FOUND)


def _chdir(workdir: str, reason: str) -> str:
    return f'chdir to cwd ("{workdir}") set in config.json failed: {reason}'


def make_directory(files: Files, path: str) -> None:
    """Make a container's working directory, as dockerd does before a start."""
    node = files.root
    for name in filter(None, path.split("/")):
        if node.kind != "directory":
            return
        node = node.entries.setdefault(name, directory())


def add_init(files: Files) -> None:
    """Mount the small init, as dockerd does for ``--init``."""
    folder = files.root.entries.setdefault("sbin", directory())
    folder.entries["docker-init"] = Node("file", 0o755, size=_INIT_SIZE, data=b"\x7fELF")


def container_files(container: Container) -> Files:
    """Make a container's own tree from its image's."""
    root = image_root()
    wanted = container.image.commands
    if wanted is not None:
        programs = root.entries["bin"].entries
        for name in [name for name in programs if name not in wanted]:
            del programs[name]
    files = Files(root)
    mount_kernel_files(files, lambda: _context(container))
    return files


def _context(container: Container) -> Context:
    if container.context is None:
        raise FileError("No such process")
    return container.context


def new_context(
    container: Container,
    sandbox: Sandbox,
    pids: PidNamespace | None,
    profile: Profile,
) -> Context:
    """Make what a container's processes share, for this run of it.

    Parameters
    ----------
    pids
        The PID namespace to join; None for a new one.
    """
    files = container.context.files if container.context else container_files(container)
    own = host_name(container, profile)
    files.mount("/etc/hosts", sandbox.hosts_file)
    files.mount("/etc/resolv.conf", sandbox.resolv_conf)
    files.mount("/etc/hostname", lambda: f"{own}\n")
    return Context(
        namespace=sandbox.namespace,
        files=files,
        hostname=own,
        pids=pids or PidNamespace(),
        capabilities=capabilities.granted(container.host),
        privileged=container.host["Privileged"],
    )


def host_name(container: Container, profile: Profile) -> str:
    """Give the name that a container has for itself; its domain is in /etc/hosts alone."""
    return str(container.config["Hostname"] or profile.host.hostname)
