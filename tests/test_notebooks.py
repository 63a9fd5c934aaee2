"""The notebooks run top to bottom on every engine, and are written as lessons."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TIMEOUT_S = 900


def read(path):
    return nbformat.read(path, as_version=4)


def sources(path, kind):
    return [cell.source for cell in read(path).cells if cell.cell_type == kind]


def nbval(path, how, environment):
    """Run a notebook under nbval: ``--nbval`` compares its outputs, ``--nbval-lax`` does not."""
    command = [sys.executable, "-m", "pytest", how, "--nbval-current-env"]
    command += ["--nbval-cell-timeout=120", "-p", "no:cacheprovider", "-q", str(path)]
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout


@pytest.mark.real
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_on_a_real_engine(path, engine):
    nbval(path, "--nbval-lax", {"DOCKER_HOST": engine.address})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_what_the_embedded_engine_says(path):
    nobody = "unix:///nonexistent/docker.sock"
    embedded = {"DOCKERNET_ENGINE": "embedded", "DOCKER_HOST": nobody}
    nbval(path, "--nbval", {**embedded, "TQDM_DISABLE": "1"})  # no bars on a slow machine


def test_there_are_seven_and_they_cover_every_step_in_order():
    headings = [
        int(number)
        for path in NOTEBOOKS
        for text in sources(path, "markdown")
        for number in re.findall(r"^## Step (\d+)", text, re.MULTILINE)
    ]
    assert len(NOTEBOOKS) == 7
    assert headings == list(range(1, 32))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_call_the_library_and_define_nothing(path):
    for source in sources(path, "code"):
        python = TransformerManager().transform_cell(source)
        for node in ast.walk(ast.parse(python)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda), source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_part_of_a_lesson_is_there(path):
    prose = "\n".join(sources(path, "markdown"))
    for part in ("**Predict.**", "**Explain.**", "## Check yourself"):
        assert part in prose
    assert sources(path, "code")[-1] == "lab.close()"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_need_no_front_end(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    kinds = {kind for cell in cells for out in cell.outputs for kind in out.get("data", {})}
    assert not {kind for kind in kinds if "widget" in kind}
    assert "widgets" not in read(path).metadata


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_of_a_whole_run_without_errors(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
