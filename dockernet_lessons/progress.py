"""A progress bar for work that takes longer than a second; it vanishes when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TypeVar

Item = TypeVar("Item")

SHOW_AFTER_S = 1.0
_WIDTH = 78


def progress(steps: Iterable[Item], label: str, total: int | None) -> Iterable[Item]:
    """Pass `steps` on, showing how far they are if they take longer than a second.

    Parameters
    ----------
    steps
        Whatever is to be counted.
    label
        What is going on.
    total
        How many steps there will be; None when that is not known.
    """
    from tqdm import tqdm

    out = _NotebookLine() if _in_notebook() else sys.stderr
    return tqdm(
        steps, desc=label, total=total, delay=SHOW_AFTER_S, leave=False, file=out, ncols=_WIDTH
    )


def _in_notebook() -> bool:
    """Tell whether this process is a notebook's kernel."""
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


class _NotebookLine:
    """A text file with one line, shown below the cell; an empty line leaves nothing on the page.

    The bar of a widget would stay in the saved notebook as it was in the middle of the work.
    """

    def __init__(self) -> None:
        self._handle: Any = None

    def write(self, text: str) -> None:
        """Show the line that a terminal would show after this text."""
        from IPython.display import HTML, display

        line = text.strip()
        page = HTML(f"<pre>{line}</pre>" if line else "")  # type: ignore[no-untyped-call]
        if self._handle is None and line:
            self._handle = display(page, display_id=True)  # type: ignore[no-untyped-call]
        elif self._handle is not None:
            self._handle.update(page)

    def flush(self) -> None:
        """Do nothing: every line is shown at once."""
