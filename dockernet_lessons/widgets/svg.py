"""Write SVG: elements, escaped, measured in inches like the layout and printed in pixels."""

from __future__ import annotations

from html import escape

from dockernet_lessons.plots.layout import Rect

PIXELS = 96
"""CSS pixels per inch (CSS Values and Units, section 6.2)."""

Point = tuple[float, float]


def pixels(inches: float) -> str:
    """Give a length in CSS pixels, to a tenth."""
    return f"{inches * PIXELS:.1f}".removesuffix(".0")


def element(name: str, *content: str, **attributes: object) -> str:
    """Write one element.

    Parameters
    ----------
    name
        Of the element.
    content
        What is in it: elements, or text that has been escaped.
    attributes
        Escaped here. ``class_`` and ``data_end`` are written ``class`` and ``data-end``; None and
        the empty text leave an attribute out.
    """
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{name}{written}>{''.join(content)}</{name}>"


def words(x: float, y: float, *content: str, class_: str = "") -> str:
    """Write a text, its middle at the height `y`; `content` has been escaped."""
    return element("text", *content, x=pixels(x), y=pixels(y), class_=class_)


def box(rect: Rect, radius: float = 0.05, class_: str = "") -> str:
    """Draw a rounded box."""
    return element(
        "rect",
        x=pixels(rect.left),
        y=pixels(rect.top),
        width=pixels(rect.right - rect.left),
        height=pixels(rect.bottom - rect.top),
        rx=pixels(radius),
        class_=class_,
    )


def wire(start: Point, end: Point, class_: str) -> str:
    """Draw a line that leaves and arrives horizontally."""
    bend = (start[0] + end[0]) / 2
    points = [start, (bend, start[1]), (bend, end[1]), end]
    first, *rest = (f"{pixels(x)} {pixels(y)}" for x, y in points)
    return element("path", d=f"M{first}C{', '.join(rest)}", class_=class_)
