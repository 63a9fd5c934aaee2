"""The heat map of a ping matrix."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from test_plots_topology import outside, overlapping, texts_of, words

from dockernet_lessons.plots import matrix, theme
from dockernet_lessons.plots.matrix import draw_ping_matrix


def ping_matrix(count: int, *, cut: bool = False, name: str = "ubuntu") -> pd.DataFrame:
    values = 0.04 + np.arange(count * count, dtype=float).reshape(count, count) / 1000
    half = np.arange(count) < count / 2
    if cut:
        values[half[:, None] != half[None, :]] = np.nan
    names = [f"{name}{number + 1}" for number in range(count)]
    return pd.DataFrame(
        values, index=pd.Index(names, name="source"), columns=pd.Index(names, name="target")
    )


def tiles(figure) -> list[Rectangle]:
    return [patch for patch in figure.axes[0].patches if type(patch) is Rectangle]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 20])
@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("dpi", [100, 200])
def test_every_label_is_readable(count, cut, dpi):
    figure = draw_ping_matrix(ping_matrix(count, cut=cut))
    figure.set_dpi(dpi)
    assert overlapping(figure) == []
    assert outside(figure) == []
    assert min(text.get_fontsize() for text in texts_of(figure)) >= 8.5
    assert figure.get_size_inches()[0] * theme.SCREEN_DPI < 1050


@pytest.mark.parametrize("count", [1, 3, 20])
def test_the_colour_bar_is_labelled_and_in_the_picture(count):
    figure = draw_ping_matrix(ping_matrix(count))
    figure.draw_without_rendering()
    bar = figure.axes[1]
    assert bar.get_ylabel() == "ms, median"
    extent = bar.get_tightbbox()
    assert extent.x1 <= figure.bbox.x1
    assert extent.y0 >= 0


def test_values_have_two_decimals_and_their_row_and_column():
    table = ping_matrix(3)
    table.loc["ubuntu2", "ubuntu3"] = 12.3456
    figure = draw_ping_matrix(table)
    cell = next(text for text in texts_of(figure) if text.get_text() == "12.35")
    places = {text.get_text(): [] for text in texts_of(figure)}
    for text in texts_of(figure):
        places[text.get_text()].append(text.get_position())
    assert any(y == cell.get_position()[1] for _, y in places["ubuntu2"])
    assert any(x == cell.get_position()[0] for x, _ in places["ubuntu3"])


def test_no_reply_looks_different():
    figure = draw_ping_matrix(ping_matrix(8, cut=True))
    assert words(figure).count("×") == 32
    assert "× no reply" in words(figure)
    assert sum(tile.get_hatch() is not None for tile in tiles(figure)) == 32
    assert "× no reply" not in words(draw_ping_matrix(ping_matrix(8)))


def test_nothing_at_all_replied():
    figure = draw_ping_matrix(ping_matrix(3) * np.nan)
    assert words(figure).count("×") == 9
    assert len(figure.axes) == 1


def test_nothing_to_ping():
    assert matrix.NOTHING in words(draw_ping_matrix(ping_matrix(0)))


def test_part_of_a_matrix():
    figure = draw_ping_matrix(ping_matrix(3).loc[["ubuntu1"], ["ubuntu2", "ubuntu3"]])
    assert len(tiles(figure)) == 2
    assert overlapping(figure) == []


def test_long_names_stay_readable():
    figure = draw_ping_matrix(ping_matrix(8, name="a-container-with-quite-a-long-name-"))
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_text_stands_out_from_every_colour():
    from matplotlib import colormaps

    def luminance(colour) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    for value in np.linspace(0, 1, 50):
        paper = colormaps[theme.HEAT_MAP](value)[:3]
        low, high = sorted([luminance(paper), luminance(to_rgb(theme.ink_on(*paper)))])
        assert (high + 0.05) / (low + 0.05) > 4.5  # WCAG 2, level AA
