"""What the kernel answers when it refuses something: errno texts as exceptions.

``KernelError`` is the root; ``str()`` of each is the text of errno(3), as commands print it.
"""

from __future__ import annotations


class KernelError(Exception):
    """A system call that failed.

    Parameters
    ----------
    text
        Replaces the errno text, where the kernel explains more (netlink's extended ack).

    Attributes
    ----------
    explained
        Whether it does: ``ip`` then prints ``Error: TEXT``, else ``RTNETLINK answers: TEXT``.
    """

    text = "Invalid argument"

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text or self.text)
        self.explained = text is not None


class NetworkUnreachable(KernelError):
    """ENETUNREACH: no route leads there."""

    text = "Network is unreachable"


class NotPermitted(KernelError):
    """EPERM: the own firewall dropped what was to be sent."""

    text = "Operation not permitted"


class Denied(KernelError):
    """EACCES: sending to a broadcast address was not asked for."""

    text = "Permission denied"


class MessageTooLong(KernelError):
    """EMSGSIZE: longer than the MTU and not to be fragmented.

    Parameters
    ----------
    mtu
        Of the device it would have left by, bytes.
    """

    text = "Message too long"

    def __init__(self, mtu: int) -> None:
        super().__init__()
        self.mtu = mtu


class Exists(KernelError):
    """EEXIST: the name, address or route is there already."""

    text = "File exists"


class NoSuchDevice(KernelError):
    """ENODEV: no device of that name."""

    text = "No such device"


class NoSuchRoute(KernelError):
    """ESRCH: no such route."""

    text = "No such process"


class NotAvailable(KernelError):
    """EADDRNOTAVAIL: not an address of this namespace."""

    text = "Cannot assign requested address"


class InUse(KernelError):
    """EADDRINUSE: another socket is bound there."""

    text = "Address already in use"


class NotSupported(KernelError):
    """EOPNOTSUPP: the loopback device cannot be deleted."""

    text = "Operation not supported"


class NetworkDown(KernelError):
    """ENETDOWN: a route's device is down."""

    text = "Network is down"
