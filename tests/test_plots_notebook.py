"""A picture appears in a notebook, exactly once, whoever imported pyplot or not."""

import subprocess
import sys
from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

TESTS = Path(__file__).parent
DRAW = "draw_wiring(many(3))"


def pictures(*sources: str) -> list[int]:
    """Run cells in a fresh kernel and count each one's pictures."""
    setup = (
        f"import sys; sys.path.insert(0, {str(TESTS)!r})\n"
        "from wirings import many\n"
        "from dockernet_lessons.plots.topology import draw_wiring"
    )
    cells = [nbformat.v4.new_code_cell(source) for source in (setup, *sources)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [
        sum("image/png" in output.get("data", {}) for output in cell.outputs)
        for cell in notebook.cells[1:]
    ]


@pytest.mark.filterwarnings("ignore")
def test_it_is_shown_once():
    assert pictures(DRAW, f"figure = {DRAW}", "display(figure)") == [1, 0, 1]


@pytest.mark.filterwarnings("ignore")
def test_it_is_shown_once_beside_pyplot():
    cells = ("import matplotlib.pyplot as plt", DRAW, f"%matplotlib inline\n{DRAW}", "plt.gcf();")
    assert pictures(*cells)[:3] == [0, 1, 1]


def test_drawing_leaves_pyplot_alone():
    code = (
        f"import sys; sys.path.insert(0, {str(TESTS)!r})\n"
        "from wirings import many\n"
        "from dockernet_lessons.plots.topology import draw_wiring\n"
        f"data, size = {DRAW}._repr_png_()\n"
        "assert data.startswith(b'\\x89PNG') and size['width'] < 1000\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
