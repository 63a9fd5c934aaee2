"""Predict cards: commit, run, see whether it held; kept beside the notebook, never in the way."""

import json

import pytest

from dockernet_lessons import Lab
from dockernet_lessons.errors import BadArgument

QUESTION = "How many new interfaces on the host?"
CHOICES = ["none", "one", "two"]
FILE = ".dockernet/01_first_container.json"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A learner's working folder, in which a notebook is open."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", "/somewhere/01_first_container.ipynb")
    return tmp_path


@pytest.fixture
def kernel(folder):
    """Start a kernel (again): a lab, and no memory of an earlier one but the file."""
    from dockernet_lessons.widgets import record

    def start():
        record._record_at.cache_clear()
        return Lab("embedded", name="test-predict")

    return start


@pytest.fixture
def lab(kernel):
    return kernel()


def click(card, answer):
    """Commit as the browser does it."""
    card._handle_custom_msg({"commit": answer}, [])


def said(outcome):
    return str(outcome)


@pytest.mark.parametrize("actual", ["one", 1, "1", "One.", " one "])
def test_a_prediction_that_held(lab, actual):
    guess = lab.predict(QUESTION, CHOICES)
    click(guess, "one")
    outcome = guess.check(actual)
    assert said(outcome) == "You said one. It is one. ✓ As predicted."
    assert outcome.held is True
    assert guess.outcome == said(outcome)


@pytest.mark.parametrize("actual", ["one", 1])
def test_a_prediction_that_did_not_hold(lab, actual):
    guess = lab.predict(QUESTION, CHOICES)
    click(guess, "two")
    assert said(guess.check(actual)) == "You said two. It is one. ✗ Not as predicted."


def test_without_a_commitment_only_the_answer_is_told(lab, folder):
    guess = lab.predict(QUESTION, CHOICES)
    outcome = guess.check(1)
    assert said(outcome) == "You have not committed to a prediction. It is one."
    assert outcome.held is None
    assert guess.outcome == ""
    assert list(folder.iterdir()) == []


def test_without_a_browser(lab):
    guess = lab.predict(QUESTION, CHOICES)
    guess.commit(1)
    assert guess.said == "one"
    assert guess.check("one").held


def test_a_commitment_stands(lab):
    guess = lab.predict(QUESTION, CHOICES)
    guess.commit("one")
    with pytest.raises(BadArgument, match="run the cell with the question again"):
        guess.commit("two")
    click(guess, "two")
    assert guess.said == "one"
    assert "already" in guess.problem


@pytest.mark.parametrize("answer", ["three", "", None])
def test_what_is_no_answer_is_refused_in_the_card(lab, folder, answer):
    guess = lab.predict(QUESTION, CHOICES)
    click(guess, answer)
    assert guess.said == ""
    assert guess.problem
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "actual", "held"),
    [
        ("Docker0", "docker0", True),
        ("the  bridge", "The bridge.", True),
        ("two", 2, True),
        ("yes", True, True),
        ("no", True, False),
        ("172.18.0.2", "172.18.0.3", False),
    ],
)
def test_free_text(lab, answer, actual, held):
    guess = lab.predict("What?")
    click(guess, answer)
    assert guess.check(actual).held is held


def test_the_cell_may_decide(lab):
    guess = lab.predict("Why?")
    click(guess, "its namespace goes")
    outcome = guess.check("the namespace is gone", held=True)
    assert said(outcome).endswith("It is “the namespace is gone”. ✓ As predicted.")


def test_the_record(lab):
    first, second = (
        lab.predict(QUESTION, CHOICES),
        lab.predict("Does ubuntu2 answer?", ["yes", "no"]),
    )
    lab.predict("And the host?")
    click(first, "two")
    first.check(1)
    second.check("yes")
    record = lab.record()
    assert list(record.columns) == ["question", "prediction", "actual", "held"]
    assert list(record["question"]) == [QUESTION, "Does ubuntu2 answer?", "And the host?"]
    assert list(record["prediction"]) == ["two", "—", "—"]
    assert list(record["actual"]) == ["one", "yes", "—"]
    assert list(record["held"]) == ["✗", "—", "—"]


def test_labs_of_one_notebook_share_the_record(lab):
    lab.predict(QUESTION)
    assert list(Lab("embedded", name="test-other").record()["question"]) == [QUESTION]


def test_a_kernel_restart_remembers_and_asks_anew(kernel, folder):
    guess = kernel().predict(QUESTION, CHOICES)
    click(guess, "one")
    assert (folder / FILE).is_file()

    lab = kernel()
    again = lab.predict(QUESTION, CHOICES)
    assert (again.earlier, again.said) == ("one", "")
    assert said(again.check(1)) == "Earlier you said one. It is one. ✓ As predicted."
    click(again, "two")
    assert (again.said, again.outcome) == ("two", "")
    assert said(again.check(1)) == "You said two. It is one. ✗ Not as predicted."
    assert kernel().predict(QUESTION, CHOICES).earlier == "two"


def test_a_new_prediction_forgets_what_came_out_for_the_old_one(lab):
    guess = lab.predict(QUESTION, CHOICES)
    click(guess, "one")
    guess.check(1)
    click(lab.predict(QUESTION, CHOICES), "two")
    row = lab.record().iloc[0]
    assert (row["prediction"], row["actual"]) == ("two", "—")


def test_only_what_was_committed_is_written(lab, folder):
    lab.predict("And this?").check("no")
    guess = lab.predict(QUESTION, CHOICES)
    click(guess, "one")
    guess.check(2)
    assert json.loads((folder / FILE).read_text()) == {
        "predictions": [{"question": QUESTION, "prediction": "one", "actual": "two", "held": False}]
    }


def test_without_a_notebooks_name(kernel, folder, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME")
    click(kernel().predict(QUESTION), "one")
    assert (folder / ".dockernet" / "lesson.json").is_file()


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"predictions": 3}', '{"predictions": [{"question": 1}]}', '{"x": []}', "\xff",
     '{"predictions": [{"question": "a", "prediction": null, "more": 1}]}'],
)  # fmt: skip
def test_a_broken_file_costs_only_the_memory(kernel, folder, content):
    (folder / ".dockernet").mkdir()
    (folder / FILE).write_bytes(content.encode("latin-1"))
    lab = kernel()
    guess = lab.predict(QUESTION, CHOICES)
    assert guess.problem == (
        f"{FILE} cannot be read (it is not a record), so earlier predictions are forgotten."
    )
    click(guess, "one")
    assert (guess.said, guess.problem) == ("one", "")
    assert kernel().predict(QUESTION, CHOICES).earlier == "one"


def test_a_folder_that_cannot_be_written_costs_only_the_memory(kernel, folder):
    (folder / ".dockernet").write_text("not a folder")
    guess = kernel().predict(QUESTION, CHOICES)
    click(guess, "one")
    assert guess.said == "one"
    assert guess.problem.startswith(f"{FILE} cannot be written (")
    assert guess.problem.endswith("), so this is remembered only until the kernel stops.")
    assert guess.check(1).held


def test_the_static_form_has_the_question_and_its_choices(lab):
    form = lab.predict("Is <lo> there?", ["yes", "no"]).static_form().data
    assert form["text/plain"] == "Predict. Is <lo> there?\n○ yes  ○ no"
    assert "Is &lt;lo&gt; there?" in form["text/html"]
    assert "○ yes" in form["text/html"]
    assert lab.predict("What?").static_form().data["text/plain"] == "Predict. What?\n○ …"
