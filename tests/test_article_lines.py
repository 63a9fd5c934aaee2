"""The article's own commands, typed on its profile, print the article's own lines."""

import re
from pathlib import Path

import pytest

from dockernet_lessons import Lab

LINES = Path(__file__).parent / "golden" / "article-lines.txt"
SHAPES = (
    (r"\bveth[0-9a-f]{7}\b", "VETH"),
    (r"\b[0-9a-f]{64}\b", "ID"),
    (r"\b[0-9a-f]{12}\b", "SHORT-ID"),
    (r"time=\d+\.\d+ ms", "TIME"),
)


def shape(line):
    """A line without what differs from run to run: ids, random names, times, widths."""
    for pattern, name in SHAPES:
        line = re.sub(pattern, name, line)
    return " ".join(line.split())


def typed():
    """The article's commands, each with the lines that it printed."""
    lines = [line for line in LINES.read_text().splitlines() if not line.startswith("#")]
    commands = []
    for line in lines:
        if line.startswith("$ "):
            commands.append((line.removeprefix("$ "), []))
        else:
            commands[-1][1].append(line)
    return commands


@pytest.fixture(scope="module")
def printed():
    """What the same commands print here, in the article's order."""
    with Lab("embedded", name="article-lines", seed=5) as lab:
        return [
            lab.host(command.removeprefix("host "))
            if command.startswith("host ")
            else lab.docker(command)
            for command, _ in typed()
        ]


@pytest.mark.parametrize("number", range(len(typed())), ids=[c for c, _ in typed()])
def test_prints_what_the_article_shows(printed, number):
    _, expected = typed()[number]
    here = shape(printed[number].text)
    position = 0
    for line in map(shape, expected):
        assert line in here[position:], printed[number].text
        position = here.index(line, position) + len(line)
