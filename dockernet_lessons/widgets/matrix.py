"""The ping matrix of the panel: one cell per pair, text and color, clicked to ping."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from dockernet_lessons.results import PingResult
from dockernet_lessons.widgets.assets import css, esm

if TYPE_CHECKING:
    import pandas as pd

Pair = tuple[str, str]


class PingMatrix(anywidget.AnyWidget):
    """A table of buttons, source x target.

    Parameters
    ----------
    chosen
        Called with source and target when a cell is clicked.
    """

    _esm = esm("grid", "matrix")
    _css = css("common", "ping")

    table = t.Unicode().tag(sync=True)
    disabled = t.Bool().tag(sync=True)

    def __init__(self, chosen: Callable[[str, str], None]) -> None:
        self._chosen = chosen
        super().__init__()
        self.on_msg(self._clicked)

    def _clicked(self, _: object, message: dict[str, Any], buffers: object) -> None:
        source, target = message["ping"]
        self._chosen(source, target)


def matrix_html(
    nodes: Sequence[str], results: Mapping[Pair, PingResult], old: Collection[Pair] = ()
) -> str:
    """Write the matrix as an HTML table.

    Parameters
    ----------
    nodes
        Rows and columns.
    results
        The pings so far.
    old
        The pairs that were pinged before the lab's last change.
    """
    heads = "".join(f'<th scope="col">{escape(node)}</th>' for node in nodes)
    rows = "".join(
        f'<tr><th scope="row">{escape(source)}</th>'
        + "".join(
            _cell(row, column, (source, target), results.get((source, target)), old)
            for column, target in enumerate(nodes)
        )
        + "</tr>"
        for row, source in enumerate(nodes)
    )
    corner = '<th class="dn-corner">from ↓ to →</th>'
    return f"<table><thead><tr>{corner}{heads}</tr></thead><tbody>{rows}</tbody></table>"


def matrix_frame(nodes: Sequence[str], results: Mapping[Pair, PingResult]) -> pd.DataFrame:
    """Give the texts of the matrix as a table, source x target."""
    import pandas as pd

    rows = [[cell_text(results.get((source, target))) for target in nodes] for source in nodes]
    return pd.DataFrame(
        rows, index=pd.Index(nodes, name="source"), columns=pd.Index(nodes, name="target")
    )


def cell_text(result: PingResult | None) -> str:
    """Say what came of a ping in a few characters."""
    if result is None:
        return "·"
    if not result.ok:
        return f"✗ {result.reason}"
    lost = f", {result.loss_percent:.0f} % lost" if result.loss_percent else ""
    return f"✓ {result.median_rtt_ms:.2f} ms{lost}"


def _cell(
    row: int, column: int, pair: Pair, result: PingResult | None, old: Collection[Pair]
) -> str:
    source, target = pair
    classes = "dn-cell " + ("dn-untried" if result is None else "dn-ok" if result.ok else "dn-bad")
    said = "not pinged yet" if result is None else cell_text(result)
    if pair in old:
        classes, said = f"{classes} dn-old", f"{said}, before the last step"
    label = escape(f"{source} to {target}: {said}")
    return (
        f'<td><button type="button" class="{classes}" data-row="{row}" data-column="{column}" '
        f'data-source="{escape(source)}" data-target="{escape(target)}" '
        f'aria-label="{label}" title="{label}">{escape(cell_text(result))}</button></td>'
    )
