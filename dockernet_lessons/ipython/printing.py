"""Print what a typed command prints, so that wide columns stay columns."""

from __future__ import annotations

from html import escape

from IPython.display import display

PAGE_COLUMNS = 100
"""JupyterLab breaks printed lines that are wider than its page: about this much on a laptop."""

_STYLE = (
    "margin: 0; padding: 0; overflow-x: auto; white-space: pre; background: none;"
    " font-size: var(--jp-code-font-size); line-height: var(--jp-code-line-height)"
)


def print_page(text: str) -> None:
    """Print a text; where its lines would be broken, show it as a block that scrolls sideways."""
    width = max(map(len, text.splitlines()), default=0)
    if width <= PAGE_COLUMNS or "\x1b" in text:  # colors need the printed form
        print(text, end="", flush=True)
        return
    page = f'<pre style="{_STYLE}">{escape(text.rstrip())}</pre>'
    shown = {"text/plain": text.rstrip(), "text/html": page}
    display(shown, raw=True)  # type: ignore[no-untyped-call]
