"""The lessons in JupyterLab, in a browser: run, run again, reloaded, reopened."""

import pytest
from browser_server import NOTEBOOKS
from engines import engines

pytestmark = pytest.mark.kernel

LESSONS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
WITH_NETWORKS = "06_joining_networks.ipynb"
EMBEDDED = [engine for engine in engines() if engine.in_process]
on_the_embedded_engine = pytest.mark.parametrize(
    "engine", EMBEDDED, ids=lambda engine: engine.id, indirect=True, scope="session"
)


@on_the_embedded_engine
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_runs(lesson, notebook):
    notebook.open(lesson)
    notebook.run_all()
    assert notebook.errors() == []


def test_a_lesson_runs_twice_with_a_kernel_each(notebook):
    notebook.open(WITH_NETWORKS)
    notebook.run_all()
    assert notebook.errors() == []
    notebook.restart_and_run_all()
    assert notebook.errors() == []
    assert notebook.outputs()


@on_the_embedded_engine
def test_what_was_run_is_there_after_a_reload(notebook):
    notebook.open(WITH_NETWORKS)
    notebook.run_all()
    before = notebook.outputs()
    notebook.save()
    # JupyterLab may be asking its debugger for something when the page is left.
    notebook.expected.append("Could not restore the debugger state")
    notebook.open(WITH_NETWORKS)
    assert notebook.outputs() == before
    assert notebook.run("lab.engine")[0]["data"]["text/plain"]
