"""``dockernet engine``: serve the embedded engine to the ``docker`` command and other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from dockernet_lessons.connect import embedded_server
from dockernet_lessons.errors import DockernetError

_SOCKET_PATH_LIMIT = 100  # the kernel takes 107


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C.

    Raises
    ------
    DockernetError
        The socket or port cannot be used; says why.
    """
    path = Path(options.socket).absolute() if options.socket else None
    if path is not None:
        _check(path)
    try:
        server = embedded_server(
            options.profile, path=path, port=options.port or 0, seed=options.seed, pace=options.pace
        )
    except OSError as error:
        where = path or f"port {options.port}"
        raise DockernetError(
            f"The engine cannot listen at {where} ({error.strerror}).", "Choose another one."
        ) from error
    print(f"Embedded engine (emulated; {options.profile} profile). In another terminal:")
    print(f"  export DOCKER_HOST={server.address}")
    print("Ctrl-C ends it, and everything in it.")
    try:
        server.serve()
    finally:
        server.close()
    return 0


def _check(path: Path) -> None:
    """Refuse a path that is taken or that no socket can have."""
    if path.exists() or path.is_symlink():
        raise DockernetError(f"{path} exists already.", "Choose another path for the socket.")
    if len(str(path)) > _SOCKET_PATH_LIMIT:
        raise DockernetError(
            f"{path} is too long for a socket's path ({len(str(path))} characters).",
            f"Take one of at most {_SOCKET_PATH_LIMIT}.",
        )
