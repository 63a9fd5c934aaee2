"""What every part of the map is made of: its names for scripts, style sheet and screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.plots import theme
from dockernet_lessons.plots.layout import LINE, Rect
from dockernet_lessons.widgets.svg import box, element, words

_PILL_HEIGHT = 0.15
_PILL_LETTER = 0.075


def network_class(position: int | None) -> str:
    """Give the class that sets a network's colour; from the seventh on colours come again."""
    if position is None:
        return "dn-net-other"
    return f"dn-net-{position % len(theme.NETWORK_COLOURS)}"


def classes(*names: str, lit: bool) -> str:
    """Join class names; what is not lit fades."""
    return " ".join(name for name in (*names, "" if lit else "dn-faded") if name)


def mark_of(*, new: bool, gone: bool) -> str:
    """Name what a part's mark says, or nothing."""
    return "new" if new else "gone" if gone else ""


def reachable(label: str, state: str = "") -> dict[str, object]:
    """Let a part of the map be reached with the keyboard and be named by a screen reader."""
    spoken = f"{label}, {state}" if state else label
    return {"tabindex": "-1", "role": "button", "aria_label": spoken}


def end_of(namespace: str, interface: Interface) -> dict[str, object]:
    """Let scripts find an interface, as ``NAMESPACE:NAME`` and by its numbers."""
    return {
        "data_end": f"{namespace}:{interface.name}",
        "data_ifindex": interface.ifindex,
        "data_peer_ifindex": interface.peer_ifindex,
    }


def outside_end(inside: Interface, outside: Interface | None) -> str:
    """Name the end on the host; where it is hidden, by its number."""
    return f"{HOST}:{outside.name if outside else inside.peer_ifindex}"


def numbers(interface: Interface) -> str:
    """Say an interface's numbers in words."""
    if interface.peer_ifindex is None:
        return f"number {interface.ifindex}"
    return f"number {interface.ifindex}, its peer is number {interface.peer_ifindex}"


def heading(interface: Interface, *, own: str, peer: str) -> str:
    """Give an interface as ``ip addr`` heads it, with its numbers in parts of their own.

    The two ends name each other: the number of one is the peer's number of the other, and both
    bear the same class.
    """
    text = f"{number(interface.ifindex, own)}: {escape(interface.name)}"
    if interface.peer_ifindex is None:
        return text
    return f"{text}@if{number(interface.peer_ifindex, peer)}"


def number(number: object, kind: str) -> str:
    """Write a number that lights up on its own."""
    return element("tspan", str(number), class_=f"dn-number {kind}")


def line_ys(rect: Rect, count: int) -> Iterator[float]:
    """Spread some lines of text about the middle of a box."""
    top = rect.middle - (count - 1) / 2 * LINE
    return (top + number * LINE for number in range(count))


def pill(x: float, y: float, text: str, *, at: str = "center") -> str:
    """Write a small word on a line or at the corner of a box."""
    if not text:
        return ""
    width = len(text) * _PILL_LETTER + 0.12
    left = x if at == "left" else x - width / 2
    rect = Rect(left, y - _PILL_HEIGHT / 2, left + width, y + _PILL_HEIGHT / 2)
    shown = box(rect, _PILL_HEIGHT / 2), words(rect.centre, y, text, class_="dn-center")
    return element("g", *shown, class_=f"dn-pill dn-pill-{text}")
