"""Packet sockets: what tcpdump sees (packet(7))."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.fabric.mac import is_group
from dockernet_lessons.embedded.fabric.packets import BROADCAST_MAC, Frame

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.namespace import Namespace

Callback = Callable[[float, "Device", str, Frame], None]


class Capture:
    """A tap on one device of a namespace, or on all of them.

    Parameters
    ----------
    namespace
        Where to listen.
    device
        None listens on every device.
    callback
        Called with the virtual time, the device, the direction and the frame. The direction is
        ``In`` (to this host), ``Out``, ``B`` (a broadcast in), ``M`` (a multicast in) or ``P`` (to
        another host, in).
    """

    def __init__(self, namespace: Namespace, device: Device | None, callback: Callback) -> None:
        self.device = device
        self._namespace = namespace
        self._callback = callback
        namespace.captures.append(self)

    def close(self) -> None:
        """Stop listening."""
        if self in self._namespace.captures:
            self._namespace.captures.remove(self)

    def see(self, now: float, device: Device, direction: str, frame: Frame) -> None:
        """Pass a frame on, if it is on the device."""
        if self.device is None or self.device is device:
            self._callback(now, device, direction, frame)


def direction(device: Device, frame: Frame) -> str:
    """Say whom a frame that comes in is for.

    Parameters
    ----------
    device
        Where it comes in.
    frame
        The frame.

    Returns
    -------
    str
        ``B``, ``M``, ``In`` or ``P``; see `Capture`.
    """
    destination = frame.dst
    if destination == device.mac:
        return "In"
    if destination == BROADCAST_MAC:
        return "B"
    return "M" if is_group(destination) else "P"
