"""A widget leaves three outputs behind: a style sheet, the live view, a static form."""

import base64
import re

import ipywidgets
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from wirings import many

from dockernet_lessons.plots.topology import draw_wiring
from dockernet_lessons.widgets.display import STYLE, VIEW, Shown, StaticForm, picture, table


class Box(Shown, ipywidgets.VBox):
    """A widget of the test's own."""

    seen = 0

    def displayed(self):
        self.seen += 1

    def static_form(self):
        return table(pd.DataFrame({"container": ["<b>"]}))


@pytest.fixture
def shell():
    """A shell of the test's own, without a browser."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def outputs(shell):
    def shown(widget):
        with capture_output() as captured:
            display(widget)
        return [output.data for output in captured.outputs]

    return shown


def test_three_outputs_in_this_order(outputs):
    style, view, static = outputs(box := Box())
    assert list(style) == ["text/html"]
    assert re.fullmatch(r'<style class="dn-static">.*</style>', style["text/html"], re.DOTALL)
    assert view == {VIEW: {"version_major": 2, "version_minor": 0, "model_id": box.model_id}}
    assert set(static) == {"text/html", "text/plain"}


def test_equal_displays_differ_only_in_the_view(outputs):
    one, other = outputs(Box()), outputs(Box())
    assert (one[0], one[2]) == (other[0], other[2])


def test_it_is_told_of_every_display(outputs):
    box = Box()
    outputs(box), outputs(box)
    assert box.seen == 2


def test_a_table_is_escaped():
    assert "&lt;b&gt;" in table(pd.DataFrame({"container": ["<b>"]})).data["text/html"]


def test_a_picture_tells_its_size():
    form = picture(draw_wiring(many(2)), "Map of lab: 2 containers")
    assert base64.b64decode(form.data["image/png"]).startswith(b"\x89PNG")
    assert form.data["text/plain"] == "Map of lab: 2 containers"
    assert set(form.metadata["image/png"]) == {"width", "height"}


def test_a_static_form_needs_no_metadata():
    assert StaticForm({"text/plain": "a"}).metadata == {}


def test_browsers_understand_the_style():
    """One ``:has`` within another is none: browsers drop it, and the whole rule with it."""
    assert not re.search(r":has\([^()]*(?:\([^()]*)*:has", STYLE["text/html"])
