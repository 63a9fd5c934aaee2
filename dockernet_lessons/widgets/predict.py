"""Predict cards: the learner commits to an answer, runs the step, and sees whether it held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import anywidget
import traitlets as t

from dockernet_lessons.errors import BadArgument, DockernetError
from dockernet_lessons.widgets import answers, display
from dockernet_lessons.widgets.assets import css, esm
from dockernet_lessons.widgets.record import LessonRecord

HELD = "✓ As predicted."
NOT_HELD = "✗ Not as predicted."


@dataclass(frozen=True)
class Outcome:
    """What came of a prediction.

    Attributes
    ----------
    prediction
        What the learner committed to; None if nothing.
    actual
        What came out, in words.
    held
        Whether they agree; None if there was no prediction.
    earlier
        Whether the prediction is of an earlier run of the notebook.
    """

    question: str
    prediction: str | None
    actual: str
    held: bool | None
    earlier: bool = False

    def __str__(self) -> str:
        it_is = f"It is {answers.quoted(self.actual)}."
        if self.prediction is None:
            return f"You have not committed to a prediction. {it_is}"
        said = f"{'Earlier you' if self.earlier else 'You'} said {answers.quoted(self.prediction)}."
        return f"{said} {it_is} {HELD if self.held else NOT_HELD}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ANN401 - IPython's type
        printer.text(str(self))


class PredictCard(display.Shown, anywidget.AnyWidget):
    """A question that the learner answers before running the step.

    Parameters
    ----------
    question
        What will be seen.
    choices
        The possible answers; without any, the learner writes one.
    record
        Where the prediction is kept.
    """

    _esm = esm("predict")
    _css = css("common", "predict")

    question = t.Unicode().tag(sync=True)
    choices = t.List(t.Unicode()).tag(sync=True)
    said = t.Unicode().tag(sync=True)
    earlier = t.Unicode().tag(sync=True)
    outcome = t.Unicode().tag(sync=True)
    problem = t.Unicode().tag(sync=True)

    def __init__(self, question: str, choices: Iterable[str], record: LessonRecord) -> None:
        self._record = record
        super().__init__(
            question=question,
            choices=[str(choice) for choice in choices],
            earlier=record.ask(question).prediction or "",
            problem=record.problem,
        )
        self.on_msg(self._clicked)

    def commit(self, answer: object) -> None:
        """Commit to an answer; the card is locked then.

        Parameters
        ----------
        answer
            One of the choices, or a word for one; any text where there are no choices.

        Raises
        ------
        BadArgument
            It is none of the choices, it is empty, or there is a prediction already.
        """
        if self.said:
            raise BadArgument(
                f"You predicted {answers.quoted(self.said)} already.",
                "To answer anew, run the cell with the question again.",
            )
        said = answers.in_words(answer, self.choices)
        self._check(said)
        self._record.commit(self.question, said)
        self.problem = self._record.problem
        self.outcome = ""
        self.said = said

    def check(self, actual: object, held: bool | None = None) -> Outcome:
        """Compare the prediction with what came out.

        Parameters
        ----------
        actual
            What came out, for example ``len(new)`` or ``"yes"``.
        held
            Whether the prediction held, where the cell knows better than a comparison of texts.

        Returns
        -------
        Outcome
            One sentence, also when nothing was predicted.
        """
        came = answers.in_words(actual, self.choices)
        said = self.said or self.earlier
        agree = answers.same(said, came) if held is None else held
        self._record.settle(self.question, came, agree)
        result = Outcome(
            self.question, said or None, came, agree if said else None, earlier=not self.said
        )
        self.problem = self._record.problem
        self.outcome = str(result) if said else ""
        return result

    def static_form(self) -> display.StaticForm:
        """Give the question and its choices."""
        options = [f"○ {choice}" for choice in self.choices] or ["○ …"]
        page = f"<p><strong>Predict.</strong> {escape(self.question)}</p>"
        page += f"<p>{' &nbsp; '.join(map(escape, options))}</p>"
        sentence = f"Predict. {self.question}\n{'  '.join(options)}"
        return display.StaticForm({"text/html": page, "text/plain": sentence})

    def __repr__(self) -> str:
        return f"PredictCard({self.question!r}, {self.choices!r})"

    def _check(self, said: str) -> None:
        if not said:
            raise BadArgument("There is no answer yet.", "Choose or write one, then commit.")
        if self.choices and said not in self.choices:
            raise BadArgument(
                f"{answers.quoted(said)} is none of the answers.",
                f"Choose one of: {', '.join(self.choices)}.",
            )

    def _clicked(self, _: object, message: dict[str, Any], buffers: object) -> None:
        try:
            self.commit(message.get("commit") or "")
        except DockernetError as error:
            self.problem = f"{error.what} {error.todo}"
