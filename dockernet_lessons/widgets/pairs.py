"""The table of veth pairs: point at one end, and both ends light up, here and in the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from dockernet_lessons.errors import DockernetError
from dockernet_lessons.widgets import display
from dockernet_lessons.widgets.assets import css, esm
from dockernet_lessons.widgets.order import natural

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
Key = tuple[str, ...]
IDENTITY = ("container", "container_if", "host_if")
INSIDE = ("container_if", "container_ifindex")
OUTSIDE = ("host_if", "host_ifindex")
REST = ("bridge", "network", "ipv4", "mac")
NONE_YET = "No veth pair yet: start a container."
HIDDEN = "–"
"""Stands where the engine hides the host, or knows nothing."""


class PairsTable(display.Shown, anywidget.AnyWidget):
    """The lab's veth pairs, one row each; follows the lab.

    Parameters
    ----------
    lab
        The lab's name: ends are lit in widgets of the same lab only.
    look
        Gives the table; see `Lab.veth_pairs`.
    follow
        Called when the table is displayed, to be told of the lab's changes.
    """

    _esm = esm("grid", "pairs")
    _css = css("common", "pairs")

    lab = t.Unicode().tag(sync=True)
    table = t.Unicode().tag(sync=True)
    problem = t.Unicode().tag(sync=True)

    def __init__(
        self,
        lab: str,
        look: Callable[[], pd.DataFrame],
        follow: Callable[[PairsTable], None],
    ) -> None:
        self._look, self._follow = look, follow
        self._frame = look()
        self._rows = _rows(self._frame)
        super().__init__(lab=lab, table=pairs_html(self._rows))

    def refresh(self) -> None:
        """Look again; mark the pairs that are new, and those that are gone, until the next time."""
        try:
            self._frame, before = self._look(), self._rows
        except DockernetError as error:
            self.problem = str(error)
            return
        self._rows = _rows(self._frame)
        self.problem = ""
        self.table = pairs_html(self._rows, before)

    def freeze(self) -> None:
        """Keep what is shown."""

    def displayed(self) -> None:
        """Follow the lab from now on."""
        self._follow(self)

    def static_form(self) -> display.StaticForm:
        """Give the same pairs as a pandas table."""
        return display.table(self._frame)


def pairs_html(rows: Mapping[Key, Row], before: Mapping[Key, Row] | None = None) -> str:
    """Write veth pairs as an HTML table.

    Parameters
    ----------
    rows
        The pairs there are, by what tells them apart.
    before
        The pairs there were a step earlier: what is new or gone since is marked. None marks
        nothing.
    """
    earlier = rows if before is None else before
    marks = dict.fromkeys(rows.keys() - earlier.keys(), "new")
    marks |= dict.fromkeys(earlier.keys() - rows.keys(), "gone")
    shown = {**earlier, **rows}
    if not shown:
        return f'<p class="dn-hint">{NONE_YET}</p>'
    body = "".join(
        _row_html(number, shown[key], marks.get(key, ""))
        for number, key in enumerate(sorted(shown, key=lambda key: natural(" ".join(key))))
    )
    return f"<table>{_HEAD}<tbody>{body}</tbody></table>"


_HEAD = (
    '<thead><tr><th rowspan="2" scope="col">container</th>'
    '<th colspan="2" scope="colgroup">in the container</th>'
    '<th colspan="2" scope="colgroup">on the host</th>'
    + "".join(f'<th rowspan="2" scope="col">{name}</th>' for name in REST)
    + "</tr><tr>"
    + "".join(f'<th scope="col">{name.replace("_", "_<wbr>")}</th>' for name in (*INSIDE, *OUTSIDE))
    + "</tr></thead>"
)


def _rows(frame: pd.DataFrame) -> dict[Key, Row]:
    """Take the rows out of a table; what is missing there is None here."""
    clean = frame.astype(object).where(frame.notna(), None)
    rows = (dict(zip(frame.columns, cells, strict=True)) for cells in clean.to_numpy())
    return {tuple(str(row[name]) for name in IDENTITY): row for row in rows}


def _row_html(number: int, row: Row, mark: str) -> str:
    inside = f"{row['container']}:{row['container_if']}"
    outside = f"host:{row['host_if']}" if row["host_if"] else ""
    badge = f' <span class="dn-badge">{mark}</span>' if mark else ""
    cells = [
        *_end_html(row, INSIDE, inside, outside, f'data-row="{number}" data-column="0"'),
        *_end_html(row, OUTSIDE, outside, inside, f'data-row="{number}" data-column="1"'),
        *(f"<td>{_shown(row[name])}</td>" for name in REST),
    ]
    kind = f' class="dn-{mark}"' if mark else ""
    name = f'<th scope="row">{_shown(row["container"])}{badge}</th>'
    return f'<tr{kind} data-end="{escape(inside)}">{name}{"".join(cells)}</tr>'


def _end_html(row: Row, columns: tuple[str, str], end: str, peer: str, place: str) -> list[str]:
    """Write one end as two cells: its name, which can be focused, and its number."""
    name, number = (_shown(row[column]) for column in columns)
    if not end:
        return [f"<td>{HIDDEN}</td><td>{HIDDEN}</td>"]
    ends = f'data-end="{escape(end)}" data-peer="{escape(peer)}"'
    return [f'<td {ends} {place} class="dn-stop">{name}</td><td {ends}>{number}</td>']


def _shown(value: object) -> str:
    return HIDDEN if value is None else escape(str(value))
