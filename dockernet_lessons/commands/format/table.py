"""Columns as Go's ``text/tabwriter`` lays them out for the docker command."""

from __future__ import annotations

from collections.abc import Sequence

PADDING = 3


def columns(lines: Sequence[str], least: int = 10) -> str:
    """Align the cells of lines, which are separated by tabs.

    Parameters
    ----------
    lines
        One line of the table each.
    least
        The smallest width of a column, its padding of three blanks included.

    Returns
    -------
    str
        The lines, each ended by a newline; the last cell of a line is not padded.
    """
    rows = [line.split("\t") for line in lines]
    done: list[list[str]] = [[] for _ in rows]
    _align(rows, 0, range(len(rows)), least, done)
    return "".join(f"{''.join(cells)}\n" for cells in done)


def _align(
    rows: list[list[str]], column: int, span: range, least: int, done: list[list[str]]
) -> None:
    """Write one column of neighbouring lines, and those to its right."""
    start = span.start
    while start < span.stop:
        if column >= len(rows[start]) - 1:
            done[start].append(rows[start][-1])
            start += 1
            continue
        stop = start
        while stop < span.stop and column < len(rows[stop]) - 1:
            stop += 1
        width = max(least, max(len(row[column]) for row in rows[start:stop]) + PADDING)
        for index in range(start, stop):
            done[index].append(rows[index][column].ljust(width))
        _align(rows, column + 1, range(start, stop), least, done)
        start = stop
