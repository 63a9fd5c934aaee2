"""Draw a ping matrix as a heat map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from dockernet_lessons.plots import theme
from dockernet_lessons.plots.figure import LessonFigure
from dockernet_lessons.plots.layout import Rect
from dockernet_lessons.plots.pen import Pen

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Ping: median round-trip time"
UNIT = "ms, median"
NO_REPLY = "×"
NO_REPLY_KEY = f"{NO_REPLY} no reply"
NOTHING = "no containers to ping"
SOURCE = "source ↓"
TARGET = "target →"

# Inches
_MARGIN = 0.15
_GAP = 0.1
_TITLE_Y = 0.28
_HEADINGS_Y = 0.62
_CELL_HEIGHT = 0.32
_LEAST_CELL = 0.4
_LEAST_WIDTH = 3.4
_MOST_FOR_LEVEL_LABELS = 7.0
_BAR_WIDTH = 0.16
_BAR_ROOM = 1.02
_LEAST_BAR = 0.95
_LONGEST_NAME = 18
_MARK_PT = 13.0


def draw_ping_matrix(matrix: pd.DataFrame) -> LessonFigure:
    """Draw a ping matrix as a heat map.

    Parameters
    ----------
    matrix
        Source (rows) x target (columns) in milliseconds; NaN where nothing came back.

    Returns
    -------
    LessonFigure
        It shows itself in a notebook.
    """
    heat_map = _HeatMap.of(matrix)
    pen = Pen(heat_map.width, heat_map.height)
    simulated = " (simulated)" if matrix.attrs.get("simulated") else ""
    pen.title(_MARGIN, _TITLE_Y, TITLE + simulated)
    if matrix.empty:
        pen.prose(_MARGIN, _HEADINGS_Y, NOTHING)
        return pen.figure
    _draw_names(pen, heat_map)
    scale = _scale(heat_map.values)
    colours = scale.to_rgba(heat_map.values)
    for position, value in np.ndenumerate(heat_map.values):
        _draw_cell(pen, heat_map.cell(*position), value, colours[position])
    if np.isnan(heat_map.values).any():
        pen.prose(heat_map.left, heat_map.bottom + 0.2, NO_REPLY_KEY)
    if not np.isnan(heat_map.values).all():
        _draw_bar(pen, heat_map, scale)
    return pen.figure


@dataclass(frozen=True)
class _HeatMap:
    """What is in the heat map, and its measures in inches.

    Attributes
    ----------
    level
        Whether the names above the columns fit side by side; else they are turned.
    left, top
        Corner of the first cell.
    """

    values: NDArray[np.float64]
    sources: list[str]
    targets: list[str]
    level: bool
    left: float
    top: float
    cell_width: float

    @classmethod
    def of(cls, matrix: pd.DataFrame) -> _HeatMap:
        values = matrix.to_numpy(dtype=float)
        sources, targets = _shortened(matrix.index), _shortened(matrix.columns)
        name, value = _width(targets), _width(_text(v) for v in values.flat)
        level = len(targets) * (name + 2 * _GAP) <= _MOST_FOR_LEVEL_LABELS
        return cls(
            values=values,
            sources=sources,
            targets=targets,
            level=level,
            left=_MARGIN + _width([SOURCE, *sources]) + _GAP,
            top=_HEADINGS_Y + (0.4 if level else name + 2 * _GAP),
            cell_width=max(_LEAST_CELL, value + _GAP, name + 2 * _GAP if level else 0),
        )

    @property
    def right(self) -> float:
        return self.left + len(self.targets) * self.cell_width

    @property
    def bottom(self) -> float:
        return self.top + len(self.sources) * _CELL_HEIGHT

    @property
    def width(self) -> float:
        return max(self.right + _BAR_ROOM, _LEAST_WIDTH)

    @property
    def height(self) -> float:
        below = 0.38 if np.isnan(self.values).any() else _MARGIN
        return max(self.bottom + below, self.bar.bottom + _MARGIN)

    @property
    def bar(self) -> Rect:
        left, bottom = self.right + 2 * _GAP, max(self.bottom, self.top + _LEAST_BAR)
        return Rect(left, self.top, left + _BAR_WIDTH, bottom)

    def cell(self, row: int, column: int) -> Rect:
        left = self.left + column * self.cell_width
        top = self.top + row * _CELL_HEIGHT
        return Rect(left, top, left + self.cell_width, top + _CELL_HEIGHT)


def _shortened(names: pd.Index[str]) -> list[str]:
    return [theme.shorten(str(name), _LONGEST_NAME) for name in names]


def _width(texts: Iterable[str]) -> float:
    return theme.code_width(max(map(len, texts), default=0))


def _text(value: float) -> str:
    return NO_REPLY if np.isnan(value) else f"{value:.2f}"


def _scale(values: NDArray[np.float64]) -> ScalarMappable:
    """Scale from zero, so that noise between equally near containers does not look like much."""
    highest = np.nanmax(values, initial=0) or 1
    return ScalarMappable(Normalize(0, highest), matplotlib.colormaps[theme.HEAT_MAP])


def _draw_names(pen: Pen, heat_map: _HeatMap) -> None:
    pen.prose(heat_map.left, _HEADINGS_Y, TARGET)
    pen.prose(heat_map.left - _GAP, heat_map.top - 0.12, SOURCE, at="right")
    for row, name in enumerate(heat_map.sources):
        pen.code(heat_map.left - _GAP, heat_map.cell(row, 0).middle, name, at="right")
    for column, name in enumerate(heat_map.targets):
        x = heat_map.cell(0, column).centre
        if heat_map.level:
            pen.code(x, heat_map.top - 0.12, name, at="center")
        else:
            pen.upright_code(x, heat_map.top - 0.06, name)


def _draw_cell(pen: Pen, rect: Rect, value: float, colour: NDArray[np.float64]) -> None:
    if np.isnan(value):
        pen.tile(rect, theme.PAPER, hatched=True)
        pen.code(rect.centre, rect.middle, NO_REPLY, at="center", size=_MARK_PT)
    else:
        red, green, blue, _ = colour
        ink = theme.ink_on(red, green, blue)
        pen.tile(rect, (red, green, blue))
        pen.code(rect.centre, rect.middle, _text(value), at="center", colour=ink)


def _draw_bar(pen: Pen, heat_map: _HeatMap, scale: ScalarMappable) -> None:
    bar = pen.figure.colorbar(scale, cax=pen.sheet(heat_map.bar))
    bar.outline.set_visible(False)
    bar.locator = MaxNLocator(nbins=4, steps=[1, 2, 3, 4, 5, 10])
    bar.set_label(UNIT, family=theme.PROSE, fontsize=theme.TEXT_PT, color=theme.PALE_INK)
    for tick in bar.ax.get_yticklabels():
        tick.set(family=theme.CODE, fontsize=theme.SMALL_PT, color=theme.INK)
