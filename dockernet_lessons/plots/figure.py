"""A figure that a notebook shows by itself, once."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

from dockernet_lessons.plots import theme

_SHARPNESS = 2  # image pixels per screen pixel, for screens of high density


class LessonFigure(Figure):
    """A matplotlib figure that needs no pyplot.

    A bare `Figure` is shown by Jupyter only after pyplot was imported, and one that pyplot made is
    shown a second time when it also is a cell's last value. This one renders itself.

    Parameters
    ----------
    width, height
        Inches; one inch is `theme.SCREEN_DPI` pixels in a notebook.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), dpi=theme.SCREEN_DPI, facecolor=theme.PAPER)

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Give IPython the picture and the size to show it at."""
        image = BytesIO()
        self.savefig(image, format="png", dpi=_SHARPNESS * theme.SCREEN_DPI, bbox_inches=None)
        width, height = self.get_size_inches() * theme.SCREEN_DPI
        return image.getvalue(), {"width": round(width), "height": round(height)}
