"""Show a widget where it can live, and its static form everywhere else.

A page on GitHub, a printed sheet, a notebook that is opened without its kernel, and a test of the
notebook know no widgets. So each display is three outputs: a style sheet, the live view, and a
static form. The style sheet hides the static form while the view is alive, and the message that
JupyterLab puts in the place of a view whose model is gone. Front ends that drop style sheets drop
the view as well, or show both; none shows nothing.

The class names are JupyterLab's (@jupyterlab/outputarea, 4.x), which Notebook 7 shares. Every
output but a widget's view has the attribute ``data-mime-type`` (@jupyterlab/rendermime); the class
``jupyter-widgets`` on an output without elements is what @jupyter-widgets/jupyterlab-manager 5
sets beside its error text.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from IPython.display import display

if TYPE_CHECKING:
    import pandas as pd

    from dockernet_lessons.plots.figure import LessonFigure

Bundle = dict[str, Any]
"""MIME type -> content, as Jupyter's messaging names it."""

LIVE_CLASS = "dn-live"
"""Set on a widget's element once it has been drawn; only then the static form goes."""

VIEW = "application/vnd.jupyter.widget-view+json"
_CHILD = ".jp-OutputArea-child"
_SHEET = f"{_CHILD}:has(style.dn-static)"
_VIEW = f"{_SHEET} + {_CHILD}:not(:has([data-mime-type]))"
_BROKEN = f"{_VIEW}:has(> .jupyter-widgets):not(:has(> .jupyter-widgets *))"
# A view takes a moment to load. The static form keeps out of the way for that long, so that the
# page does not show one after the other; if no view has come to life by then, it appears.
_STYLE = f"""\
{_SHEET}, {_BROKEN}, {_VIEW}:has(.{LIVE_CLASS}) + {_CHILD} {{ display: none; }}
{_VIEW} + {_CHILD} {{ animation: dn-wait 1.5s step-end backwards; }}
{_BROKEN} + {_CHILD} {{ animation: none; }}
@keyframes dn-wait {{ 0% {{ display: none; }} 100% {{ display: revert; }} }}"""
STYLE: Bundle = {"text/html": f'<style class="dn-static">\n{_STYLE}\n</style>'}


@dataclass(frozen=True)
class StaticForm:
    """What stands where no widget lives.

    Attributes
    ----------
    data
        MIME type -> content. ``text/plain`` must be among them, and equal runs must give equal
        texts: no ids, no memory addresses.
    metadata
        MIME type -> what the front end needs to know besides, such as a picture's size.
    """

    data: Bundle
    metadata: Bundle = field(default_factory=dict)


class Shown:
    """Mixin for a widget: three outputs instead of one. It goes before ipywidgets' own class."""

    model_id: str

    def static_form(self) -> StaticForm:
        """Give what to show where no widget lives; see `picture` and `table`."""
        raise NotImplementedError

    def displayed(self) -> None:
        """Take note of being displayed; most widgets have nothing to do."""

    def _ipython_display_(self) -> None:
        """Emit the style sheet, the live view and the static form (an IPython hook)."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display(STYLE, raw=True)  # type: ignore[no-untyped-call]
        display({VIEW: view}, raw=True)  # type: ignore[no-untyped-call]
        self.displayed()
        static = self.static_form()
        display(static.data, metadata=static.metadata, raw=True)  # type: ignore[no-untyped-call]


def picture(figure: LessonFigure, sentence: str) -> StaticForm:
    """Make a static form of a figure.

    Parameters
    ----------
    figure
        As `plots` draws them.
    sentence
        What stands there where no picture can be shown.
    """
    image, size = figure._repr_png_()
    data = {"image/png": b64encode(image).decode(), "text/plain": sentence}
    return StaticForm(data, {"image/png": size})


def table(frame: pd.DataFrame) -> StaticForm:
    """Make a static form of a table."""
    return StaticForm({"text/html": frame.to_html(), "text/plain": repr(frame)})
