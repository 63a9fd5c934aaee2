"""Changes: who may make them, and how the kernel's refusals are worded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dockernet_lessons.embedded.fabric.errors import KernelError
from dockernet_lessons.embedded.userland.ip.words import REFUSED, Failure
from dockernet_lessons.embedded.userland.system import System


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
        raise Failure(before + _sentence(error), REFUSED) from None


def _sentence(error: KernelError) -> str:
    """Word an error; what the kernel explains ends with a full stop."""
    text = str(error)
    return text if not error.explained or text.endswith(".") else f"{text}."
