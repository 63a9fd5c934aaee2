"""Draw boxes, lines and texts on a sheet measured in inches from its top left corner."""

from __future__ import annotations

from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from dockernet_lessons.plots import theme
from dockernet_lessons.plots.figure import LessonFigure
from dockernet_lessons.plots.layout import Rect

Point = tuple[float, float]
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

    def code(
        self,
        x: float,
        y: float,
        text: str,
        *,
        at: str = "left",
        bold: bool = False,
        lit: bool = True,
        colour: str = theme.INK,
    ) -> None:
        """Write a name, number or address."""
        weight = "bold" if bold else "normal"
        self._write(x, y, text, theme.shade(colour, lit=lit), at, theme.CODE, theme.TEXT_PT, weight)

    def prose(
        self,
        x: float,
        y: float,
        text: str,
        *,
        at: str = "left",
        title: bool = False,
        lit: bool = True,
    ) -> None:
        """Write words of ours: a heading or a remark."""
        colour = theme.shade(theme.INK if title else theme.PALE_INK, lit=lit)
        points = theme.TITLE_PT if title else theme.TEXT_PT
        self._write(x, y, text, colour, at, theme.PROSE, points, "bold" if title else "normal")

    def _write(
        self,
        x: float,
        y: float,
        text: str,
        colour: str,
        at: str,
        font: str,
        points: float,
        weight: str,
    ) -> None:
        self._axes.text(
            x,
            y,
            text,
            color=colour,
            family=font,
            fontsize=points,
            fontweight=weight,
            horizontalalignment=at,
            verticalalignment="center",
            parse_math=False,
            zorder=6,
        )
