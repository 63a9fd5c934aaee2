"""Print what a typed command prints, so that wide columns stay columns."""

from __future__ import annotations

from html import escape

from IPython.display import display

PAGE_COLUMNS = 100
"""JupyterLab breaks printed lines that are wider than its page: about this much on a laptop."""

_BOX = "container-type: inline-size"
_CHARACTER_EM = 0.61  # a little more than the width of one in usual monospaced fonts
_LINES = (
    "margin: 0; padding: 0 var(--jp-code-padding); overflow-x: auto; white-space: pre;"
    " background: none; line-height: var(--jp-code-line-height);"
    " font-size: clamp(9px, calc(100cqi / {ems:.1f}), var(--jp-code-font-size))"
)


def print_page(text: str) -> None:
    """Print a text; if its lines would be broken, show it smaller, and let it scroll sideways."""
    width = max(map(len, text.splitlines()), default=0)
    if width <= PAGE_COLUMNS or "\x1b" in text:  # colors need the printed form
        print(text, end="", flush=True)
        return
    style = _LINES.format(ems=(width + 2) * _CHARACTER_EM)
    page = f'<div style="{_BOX}"><pre style="{style}">{escape(text.rstrip())}</pre></div>'
    shown = {"text/plain": text.rstrip(), "text/html": page}
    display(shown, raw=True)  # type: ignore[no-untyped-call]
