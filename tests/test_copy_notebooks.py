"""The lessons' notebooks reach the learner's folder, and never over the learner's own work."""

import nbformat
import pytest
from nbformat import v4

from dockernet_lessons.cli import lab as module
from dockernet_lessons.cli.lab import copy_notebooks, jupyter_command
from dockernet_lessons.errors import DockernetError


def write_lesson(path, question):
    """Write a notebook with a stored answer."""
    answer = v4.new_output("stream", text="two\n")
    run = v4.new_code_cell("lab.veth_pairs()", outputs=[answer], execution_count=1)
    nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell(question), run]), path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """The folder that the notebooks come from."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    write_lesson(folder / "00_start_here.ipynb", "first")
    write_lesson(folder / "01_next.ipynb", "second")
    monkeypatch.setattr(module, "notebooks_folder", lambda: folder)
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine" / "docker"


def test_all_are_copied_to_a_new_folder(lessons, mine):
    copied, kept = copy_notebooks(mine)
    assert (copied, kept) == (["00_start_here.ipynb", "01_next.ipynb"], [])
    assert sources(mine / "01_next.ipynb") == ["second", "lab.veth_pairs()"]


def test_the_copies_do_not_give_the_answers_away(lessons, mine):
    copy_notebooks(mine)
    copy = nbformat.read(mine / "01_next.ipynb", as_version=4)
    nbformat.validate(copy)
    assert [(cell.outputs, cell.execution_count) for cell in copy.cells[1:]] == [([], None)]


def test_a_second_time_nothing_is_copied(lessons, mine):
    copy_notebooks(mine)
    assert copy_notebooks(mine)[0] == []


def test_an_edited_copy_is_kept_even_when_the_lesson_changes(lessons, mine):
    copy_notebooks(mine)
    (mine / "00_start_here.ipynb").write_text("my own notes")
    write_lesson(lessons / "00_start_here.ipynb", "first, improved")
    copied, kept = copy_notebooks(mine)
    assert "00_start_here.ipynb" in kept
    assert (mine / "00_start_here.ipynb").read_text() == "my own notes"
    assert copied == []


def test_an_untouched_copy_is_updated(lessons, mine):
    copy_notebooks(mine)
    write_lesson(lessons / "01_next.ipynb", "second, improved")
    assert copy_notebooks(mine)[0] == ["01_next.ipynb"]
    assert sources(mine / "01_next.ipynb")[0] == "second, improved"


def test_a_notebook_of_that_name_that_was_never_copied_is_kept(lessons, mine):
    mine.mkdir(parents=True)
    (mine / "01_next.ipynb").write_text("something else")
    copied, kept = copy_notebooks(mine)
    assert (copied, kept) == (["00_start_here.ipynb"], ["01_next.ipynb"])
    assert (mine / "01_next.ipynb").read_text() == "something else"


@pytest.mark.parametrize("memory", ["", "[]", "{nonsense"])
def test_where_the_memory_is_damaged_everything_is_kept(lessons, mine, memory):
    copy_notebooks(mine)
    (mine / ".dockernet.json").write_text(memory)
    write_lesson(lessons / "01_next.ipynb", "second, improved")
    assert copy_notebooks(mine)[0] == []


@pytest.mark.parametrize("block", ["folder", "notebook"])
def test_a_folder_that_cannot_be_written_is_one_sentence(lessons, mine, block):
    if block == "folder":
        mine.parent.mkdir()
        mine.write_text("a file")
    else:
        (mine / "00_start_here.ipynb").mkdir(parents=True)
    with pytest.raises(DockernetError, match="cannot be copied") as refused:
        copy_notebooks(mine)
    assert "--folder" in refused.value.todo


def test_jupyterlab_is_served_from_the_folder(mine):
    command = jupyter_command(mine, no_browser=True, port=8890)
    assert f"--ServerApp.root_dir={mine}" in command
    assert {"--no-browser", "--port=8890"} <= set(command)
    plain = jupyter_command(mine, no_browser=False, port=None)
    assert not {"--no-browser", "--port=None"} & set(plain)
