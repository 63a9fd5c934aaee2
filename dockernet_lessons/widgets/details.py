"""What the map's panel shows of one namespace: tables and texts, asked from the kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dockernet_lessons.widgets.problems import told

if TYPE_CHECKING:
    import pandas as pd

Question = Callable[[str], "pd.DataFrame | str"]
"""Given ``"host"`` or a container's name, asks the kernel."""


def answer(tabs: Mapping[str, Question], tab: str, namespace: str) -> dict[str, Any]:
    """Ask for one tab's content.

    Parameters
    ----------
    tabs
        Title of a tab -> its question.
    tab
        The title.
    namespace
        ``"host"`` or a container's name.

    Returns
    -------
    dict
        ``columns`` and ``rows`` (texts), or ``text``, or ``problem``: a sentence what happened and
        one what to do.
    """
    try:
        found = tabs[tab](namespace)
    except Exception as error:
        return {"problem": told(error)}
    if isinstance(found, str):
        return {"text": found}
    filled = found.astype(object).where(found.notna(), "")
    return {"columns": list(filled.columns), "rows": filled.astype(str).values.tolist()}
