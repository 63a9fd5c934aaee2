"""What a learner predicted in a notebook, and what came out: kept beside the notebook.

The record is a small JSON file, ``.dockernet/NOTEBOOK.json`` in the kernel's working folder. It is
written only when a learner commits to a prediction, so a notebook that runs by itself leaves none.
A file that cannot be read or written costs the memory of it, never the cell.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FOLDER = ".dockernet"
NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"
"""Set by Jupyter Server for each kernel: the path of the notebook."""

DEFAULT_NAME = "lesson"
_SHOWN = {None: "—", True: "✓", False: "✗"}


@dataclass
class Entry:
    """One question of a notebook.

    Attributes
    ----------
    prediction
        What the learner committed to; None before.
    actual
        What came out; None before.
    held
        Whether the two agree; None while one of them is missing.
    """

    question: str
    prediction: str | None = None
    actual: str | None = None
    held: bool | None = None


class LessonRecord:
    """The questions of one notebook, in the order they were first asked.

    Parameters
    ----------
    path
        The file; it need not exist.

    Attributes
    ----------
    problem
        One sentence on why the file could not be read or written; empty when it could.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, Entry] = {}
        self.problem = ""
        with self._noting("read", "earlier predictions are forgotten"):
            self._entries = _read(path) if path.exists() else {}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def ask(self, question: str) -> Entry:
        """Give the entry of a question, with the prediction of an earlier session if there is one.

        Two questions of one notebook that read the same are one question.
        """
        return self._entries.setdefault(question, Entry(question))

    def commit(self, question: str, prediction: str) -> None:
        """Note a prediction; what came out before does not count for it."""
        self._entries[question] = Entry(question, prediction)
        self._save()

    def settle(self, question: str, actual: str, held: bool) -> None:
        """Note what came out, and whether the prediction held, if there was one."""
        entry = self.ask(question)
        entry.actual = actual
        if entry.prediction is not None:
            entry.held = held
            self._save()

    def table(self) -> pd.DataFrame:
        """List the questions.

        Returns
        -------
        DataFrame
            question, prediction, actual, held (✓ or ✗), all of them texts to be read; — where there
            is no prediction or nothing has come out yet.
        """
        import pandas as pd

        columns = [field.name for field in fields(Entry)]
        rows = [[_SHOWN.get(value, value) for value in asdict(entry).values()] for entry in self]
        return pd.DataFrame(rows, columns=columns)

    def _save(self) -> None:
        entries = [asdict(entry) for entry in self if entry.prediction is not None]
        text = json.dumps({"predictions": entries}, indent=1, ensure_ascii=False)
        with self._noting("written", "this is remembered only until the kernel stops"):
            self._path.parent.mkdir(exist_ok=True)
            beside = self._path.with_suffix(".new")
            beside.write_text(f"{text}\n", encoding="utf-8")
            beside.replace(self._path)  # at once: a record is never half written

    @contextlib.contextmanager
    def _noting(self, done: str, so: str) -> Iterator[None]:
        """Note why the file could not be used, instead of failing."""
        self.problem = ""
        try:
            yield
        except (OSError, ValueError, TypeError, KeyError) as error:
            why = getattr(error, "strerror", None) or "it is not a record"
            self.problem = f"{FOLDER}/{self._path.name} cannot be {done} ({why}), so {so}."


def notebook_record() -> LessonRecord:
    """Give the record of the notebook that this kernel runs."""
    notebook = Path(os.environ.get(NOTEBOOK_VARIABLE, "")).stem or DEFAULT_NAME
    return _record_at(Path.cwd() / FOLDER / f"{notebook}.json")


@cache
def _record_at(path: Path) -> LessonRecord:
    return LessonRecord(path)


def _read(path: Path) -> dict[str, Entry]:
    saved = json.loads(path.read_text(encoding="utf-8"))
    return {entry.question: entry for entry in map(_entry, saved["predictions"])}


def _entry(saved: Any) -> Entry:  # noqa: ANN401 - it comes from a file
    entry = Entry(**saved)
    texts = (entry.question, entry.prediction, entry.actual or "")
    if not all(isinstance(text, str) for text in texts) or entry.held not in (None, True, False):
        raise ValueError(saved)
    return entry
