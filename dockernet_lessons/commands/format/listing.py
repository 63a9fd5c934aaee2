"""Lists such as ``docker ps`` prints: a table, or what ``--format`` asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dockernet_lessons.commands.edition import Edition
from dockernet_lessons.commands.format.table import columns
from dockernet_lessons.commands.template import parse, render
from dockernet_lessons.commands.template.values import Map, Row

_JSON = "{{json .}}"


@dataclass(frozen=True)
class Listing:
    """How one command lists things.

    Attributes
    ----------
    kind
        What Go calls the type of a line.
    titles
        Column -> title.
    table
        The columns of the table, in their order.
    raw
        The template of ``--format raw``.
    raw_quiet
        The same with ``--quiet``.
    """

    kind: str
    titles: Mapping[str, str]
    table: Sequence[str]
    raw: str
    raw_quiet: str

    def row(self, fields: Mapping[str, Any]) -> Row:
        """Make a line of the list."""
        return Row(self.kind, fields)

    def template(self, edition: Edition, asked: str, quiet: bool, extra: Sequence[str] = ()) -> str:
        """Turn what ``--format`` says into a template; a table's begins with ``table``.

        Parameters
        ----------
        edition
            Which docker command is imitated.
        asked
            The value of ``--format``; empty without it.
        quiet
            Whether ``--quiet`` was given.
        extra
            Columns beside those of every table.
        """
        if asked in ("", "table"):
            shown = "\t".join(f"{{{{.{name}}}}}" for name in [*self.table, *extra])
            return "{{.ID}}" if quiet else f"table {shown}"
        if asked == "raw":
            return self.raw_quiet if quiet else self.raw
        return _JSON if asked == "json" and not edition.classic else asked

    def text(self, template: str, rows: Sequence[Row]) -> str:
        """Print the list.

        Raises
        ------
        TemplateError
            The template cannot be parsed or filled.
        """
        is_table = template.startswith("table")
        body = template.removeprefix("table").strip(" ") if is_table else template
        nodes = parse(body.replace("\\t", "\t").replace("\\n", "\n"))
        lines = [render(nodes, row) for row in rows]
        if not is_table:
            return "".join(f"{line}\n" for line in lines)
        titles = Map({**self.titles, "Label": _label_title})
        return columns("\n".join([render(nodes, titles, titles=True), *lines]).split("\n"))


def _label_title(name: str) -> str:
    return name.rpartition(".")[2].replace("-", " ").replace("_", " ")


def label_reader(labels: Mapping[str, str] | None) -> Any:  # noqa: ANN401 - a function
    """Give what ``{{.Label "name"}}`` calls."""
    return lambda name: (labels or {}).get(name, "")


def label_text(labels: Mapping[str, str] | None) -> str:
    """Write labels as ``{{.Labels}}`` does."""
    return ",".join(f"{name}={value}" for name, value in sorted((labels or {}).items()))
