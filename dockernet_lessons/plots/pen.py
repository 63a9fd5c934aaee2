"""Draw boxes, lines and texts on a sheet measured in inches from its top left corner."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path

from dockernet_lessons.plots import theme
from dockernet_lessons.plots.figure import LessonFigure
from dockernet_lessons.plots.layout import Rect

Point = tuple[float, float]
Side = Literal["left", "center", "right"]
Colour = str | tuple[float, float, float]
_HATCHING = "#DADADA"
_DASHES = (0, (3, 2))


class Pen:
    """A figure with one sheet to draw on. What is not `lit` is drawn faded.

    Parameters
    ----------
    width, height
        Inches.
    """

    def __init__(self, width: float, height: float) -> None:
        self.figure = LessonFigure(width, height)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, width), ylim=(height, 0))
        self._axes.set_axis_off()

    def box(
        self,
        rect: Rect,
        *,
        fill: str,
        edge: str,
        line: float = 1.0,
        lit: bool = True,
        layer: int = 1,
        dashed: bool = False,
    ) -> None:
        """Draw a rounded box."""
        shape = FancyBboxPatch(
            (rect.left, rect.top),
            rect.right - rect.left,
            rect.bottom - rect.top,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=fill,
            edgecolor=theme.shade(edge, lit=lit),
            linewidth=line,
            linestyle=_DASHES if dashed else "solid",
            zorder=layer,
        )
        self._axes.add_patch(shape)

    def wire(
        self,
        start: Point,
        end: Point,
        colour: str,
        *,
        line: float,
        dashed: bool = False,
        lit: bool = True,
    ) -> None:
        """Draw a line that leaves and arrives horizontally."""
        bend = (start[0] + end[0]) / 2
        curve = Path(
            [start, (bend, start[1]), (bend, end[1]), end],
            [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
        )
        shape = PathPatch(
            curve,
            fill=False,
            edgecolor=theme.shade(colour, lit=lit),
            linewidth=line,
            linestyle=_DASHES if dashed else "solid",
            zorder=3 if lit else 2,
        )
        self._axes.add_patch(shape)

    def arrow(self, start: Point, end: Point, colour: str) -> None:
        """Draw a straight line with a head at its end."""
        shape = FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=11,
            shrinkA=0,
            shrinkB=0,
            color=colour,
            linewidth=1.8,
            zorder=4,
        )
        self._axes.add_patch(shape)

    def line(self, start: Point, end: Point, colour: str, *, dashed: bool = False) -> None:
        """Draw a thin straight line."""
        style = _DASHES if dashed else "solid"
        ends = zip(start, end, strict=True)
        self._axes.plot(*ends, color=colour, linewidth=1.0, linestyle=style, zorder=2)

    def mark(self, x: float, y: float, shape: str, colour: str, *, size: float = 5.0) -> None:
        """Draw a small mark: ``o`` a dot, ``s`` a square, ``x`` a cross."""
        self._axes.plot(
            [x], [y], marker=shape, color=colour, markersize=size, markeredgewidth=2.2, zorder=5
        )

    def tile(self, rect: Rect, fill: Colour, *, hatched: bool = False) -> None:
        """Draw a cell of a table; neighbours share their borders."""
        shape = Rectangle(
            (rect.left, rect.top),
            rect.right - rect.left,
            rect.bottom - rect.top,
            facecolor=fill,
            edgecolor=_HATCHING if hatched else theme.PAPER,
            hatch="////" if hatched else None,
            linewidth=0.8,
        )
        self._axes.add_patch(shape)

    def sheet(self, rect: Rect) -> Axes:
        """Cut axes of their own out of the sheet."""
        width, height = self.figure.get_size_inches()
        bottom = 1 - rect.bottom / height
        size = (rect.right - rect.left) / width, (rect.bottom - rect.top) / height
        return self.figure.add_axes((rect.left / width, bottom, *size))

    def code(
        self,
        x: float,
        y: float,
        text: str,
        *,
        at: Side = "left",
        bold: bool = False,
        lit: bool = True,
        colour: str = theme.INK,
        size: float = theme.TEXT_PT,
    ) -> None:
        """Write a name, number or address, with its `at` side at `x`."""
        ink = theme.shade(colour, lit=lit)
        weight = "bold" if bold else "normal"
        self._write(x, y, text, color=ink, ha=at, family=theme.CODE, weight=weight, size=size)

    def upright_code(self, x: float, y: float, text: str) -> None:
        """Write a name turned by a quarter, ending at `y`."""
        self._write(
            x, y, text, color=theme.INK, family=theme.CODE, rotation=90, ha="center", va="bottom"
        )

    def prose(self, x: float, y: float, text: str, *, at: Side = "left", lit: bool = True) -> None:
        """Write a remark of ours, with its `at` side at `x`."""
        ink = theme.shade(theme.PALE_INK, lit=lit)
        self._write(x, y, text, color=ink, ha=at, family=theme.PROSE)

    def title(self, x: float, y: float, text: str) -> None:
        """Write a title, with its left side at `x`."""
        self._write(
            x, y, text, color=theme.INK, family=theme.PROSE, size=theme.TITLE_PT, weight="bold"
        )

    def _write(self, x: float, y: float, text: str, **style: Any) -> None:  # noqa: ANN401
        chosen: dict[str, Any] = {"size": theme.TEXT_PT, "va": "center"} | style
        # A network's name may contain "$", which otherwise begins a formula.
        self._axes.text(x, y, text, parse_math=False, zorder=6, **chosen)
