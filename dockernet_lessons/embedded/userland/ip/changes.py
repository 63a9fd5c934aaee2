"""Changes: who may make them, and how the kernel's refusals are worded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.userland.ip.words import FAILED, REFUSED, Failure
from dockernet_lessons.embedded.userland.system import System


class NoSuchEntry(KernelError):
    """ENOENT: what is to be changed or deleted is not there."""

    text = "No such file or directory"


@contextmanager
def change(system: System) -> Iterator[None]:
    """Wrap a request that changes something (capabilities(7), ``CAP_NET_ADMIN``).

    Raises
    ------
    Failure
        The process may not, or the kernel refuses.
    """
    if "NET_ADMIN" not in system.capabilities:
        raise Failure("RTNETLINK answers: Operation not permitted", REFUSED)
    try:
        yield
    except KernelError as error:
        before = "Error: " if error.explained else "RTNETLINK answers: "
        raise Failure(f"{before}{error}", REFUSED) from None


def may_flush(system: System) -> None:
    """Check for ``CAP_NET_ADMIN`` before something is flushed; only then ip(8) notices.

    Raises
    ------
    Failure
        The process does not have it.
    """
    if "NET_ADMIN" not in system.capabilities:
        raise Failure("Failed to send flush request: Operation not permitted", FAILED)
