"""Draw a ping matrix as a heat map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dockernet_lessons.plots import theme
from dockernet_lessons.plots.figure import LessonFigure

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Round-trip time from each source (row) to each target (column)"
_NO_REPLY = "×"
_LEAST_CELL = 0.42  # inches
_CELL_HEIGHT = 0.34
_MARGIN = 0.15
_ABOVE = 0.75  # title, and the heading of the columns
_BELOW = 0.45
_BAR = 0.16
_LONGEST_NAME = 20


def draw_ping_matrix(matrix: pd.DataFrame) -> Figure:
    ...
