"""Docker commands typed in a cell."""

import pytest

pytestmark = pytest.mark.kernel


def text_of(outputs):
    """What outputs say, in plain text."""
    return "".join(output.get("text") or output["data"].get("text/plain", "") for output in outputs)


@pytest.fixture
def in_a_lab(notebook, write, make_lab):
    notebook.open(write(make_lab, "%load_ext dockernet_lessons"))
    notebook.run_all()
    assert notebook.errors() == []
    yield notebook
    notebook.run("lab.close()")


def test_commands_are_typed_and_names_completed(in_a_lab, tag):
    name = f"{tag}-typed"
    said = text_of(in_a_lab.run(f"%docker run -it --name {name} -P xmtubuntu"))
    assert said
    listed = text_of(in_a_lab.run("%docker ps"))
    assert listed.split()[:3] == ["CONTAINER", "ID", "IMAGE"]
    assert name in listed
    in_a_lab.new_cell()
    in_a_lab.page.keyboard.type(f"%docker stop {name[:-2]}")
    in_a_lab.page.keyboard.press("Tab")
    in_a_lab.page.locator(".jp-Completer-item", has_text=name).wait_for()
    in_a_lab.page.keyboard.press("Enter")
    in_a_lab.page.locator(".cm-line", has_text=f"%docker stop {name}").wait_for()
    in_a_lab.run_cell()
    assert name not in text_of(in_a_lab.run("%docker ps"))
