"""The wiring diagram as it is drawn."""

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from test_plots_layout import WIRINGS
from wirings import Bench, all_modes, many

from dockernet_lessons.errors import UnknownInterface
from dockernet_lessons.plots import theme
from dockernet_lessons.plots.topology import draw_wiring


def texts_of(figure: Figure) -> list[Text]:
    return [t for axes in figure.axes for t in axes.texts if t.get_text()]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts_of(figure)]


def extents(figure: Figure) -> dict[Text, Bbox]:
    renderer = FigureCanvasAgg(figure).get_renderer()
    return {text: text.get_window_extent(renderer) for text in texts_of(figure)}


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    return [
        (one.get_text(), other.get_text())
        for (one, a), (other, b) in combinations(extents(figure).items(), 2)
        if a.overlaps(b)
    ]


def outside(figure: Figure) -> list[str]:
    sheet = figure.bbox
    return [
        text.get_text()
        for text, box in extents(figure).items()
        if not (sheet.x0 <= box.x0 and box.x1 <= sheet.x1)
        or not (sheet.y0 <= box.y0 and box.y1 <= sheet.y1)
    ]


def cut_by_a_border(figure: Figure) -> list[str]:
    """Find the texts that lie neither inside nor outside of some box."""
    boxes = [p.get_window_extent() for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]
    return [
        text.get_text()
        for text, extent in extents(figure).items()
        for box in boxes
        if box.overlaps(extent)
        and not (box.x0 < extent.x0 and extent.x1 < box.x1)
        and not (box.y0 < extent.y0 and extent.y1 < box.y1)
    ]


def edge_of(figure: Figure, word: str) -> str:
    """Give the colour of the smallest box around a text."""
    (extent,) = (box for text, box in extents(figure).items() if text.get_text() == word)
    around = [
        patch
        for patch in figure.axes[0].patches
        if isinstance(patch, FancyBboxPatch) and patch.get_window_extent().overlaps(extent)
    ]
    smallest = min(around, key=lambda p: p.get_window_extent().width)
    return to_hex(smallest.get_edgecolor())


def ink_of(figure: Figure, word: str) -> str:
    (text,) = (text for text in texts_of(figure) if text.get_text() == word)
    return to_hex(text.get_color())


LONG = "a-container-with-quite-a-long-name-"
MORE = {
    "20": many(20),
    "20 modern": many(20, modern=True),
    "long names": Bench()
    .network("a-network-whose-name-is-long-as-well")
    .run(f"{LONG}1")
    .run(f"{LONG}2", "a-network-whose-name-is-long-as-well")
    .run(f"{LONG}3", mode="host")
    .run(f"{LONG}4", mode=f"container:{LONG}1")
    .wiring(),
    "formula": Bench().network("a$b$c").run("web", "a$b$c").wiring(),
}


@pytest.mark.parametrize("wiring", [*WIRINGS.values(), *MORE.values()], ids=[*WIRINGS, *MORE])
@pytest.mark.parametrize("dpi", [100, 200])
def test_every_label_is_readable(wiring, dpi):
    figure = draw_wiring(wiring)
    figure.set_dpi(dpi)
    assert overlapping(figure) == []
    assert outside(figure) == []
    assert cut_by_a_border(figure) == []
    assert min(text.get_fontsize() for text in texts_of(figure)) >= 8.5


def test_the_overlap_is_noticed():
    figure = draw_wiring(many(3))
    one, other = (t for t in texts_of(figure) if t.get_text() in ("172.17.0.2", "172.17.0.3"))
    other.set_position((one.get_position()[0], one.get_position()[1] + 0.05))
    assert overlapping(figure) == [("172.17.0.2", "172.17.0.3")]
    other.set_position((-0.1, 0))
    assert outside(figure) == ["172.17.0.3"]


@pytest.mark.parametrize("count", [3, 8, 20])
@pytest.mark.parametrize("modern", [False, True], ids=["20.10", "28"])
def test_it_fits_a_notebook(count, modern):
    width, height = draw_wiring(many(count, 2, modern=modern)).get_size_inches()
    assert width * theme.SCREEN_DPI <= 1010
    assert height < 10


@pytest.mark.parametrize(
    "wiring", [many(3), many(20, 3, modern=True), all_modes(), all_modes(modern=True)]
)
def test_both_ends_of_every_pair_and_every_address_are_named(wiring):
    shown = words(draw_wiring(wiring))
    for pair in wiring.pairs:
        assert pair.inside.label in shown
        assert pair.outside.label in shown
        assert str(pair.inside.address) in shown


def test_one_colour_per_network_on_ends_and_bridge():
    figure = draw_wiring(wiring := many(8, 3))
    colours: dict[str, set[str]] = {}
    for pair in wiring.pairs:
        found = colours.setdefault(pair.network, set())
        found |= {edge_of(figure, pair.outside.label)}
    for network in wiring.networks:
        colours[network.name].add(edge_of(figure, f"network {network.name}"))
    assert all(len(found) == 1 for found in colours.values())
    assert len(set.union(*colours.values())) == 3


def test_a_hidden_host_says_so_and_still_tells_the_numbers():
    wiring = all_modes(hidden=True)
    shown = words(draw_wiring(wiring))
    assert "the host's network namespace: hidden by this engine" in shown
    for pair in wiring.pairs:
        assert f"{pair.inside.peer_ifindex}: hidden" in shown


def test_modes_are_said_in_words():
    shown = words(draw_wiring(all_modes()))
    assert shown.count("shares the host's namespace") == 2
    assert "only lo: no network" in shown
    assert "stopped: no interfaces" in shown
    assert "+ web-helper" in shown
    assert "shares this namespace" in shown
    assert "192.168.1.20" in shown
    assert "lo" not in shown


def test_an_empty_lab():
    shown = words(draw_wiring(Bench().wiring()))
    assert "no containers yet" in shown
    assert "3: docker0" in shown
    assert "veth pairs" not in shown


@pytest.mark.parametrize("name", ["proxy", "shop", "br-53d80b450001", "proxy:eth1", "the host end"])
def test_highlight_keeps_what_is_joined_to_it_and_fades_the_rest(name):
    wiring = all_modes()
    (pair,) = (p for p in wiring.pairs if (p.container, p.inside.name) == ("proxy", "eth1"))
    figure = draw_wiring(wiring, highlight=pair.outside.name if name == "the host end" else name)
    for lit in ("proxy", pair.inside.label, pair.outside.label, "network shop"):
        assert ink_of(figure, lit) == theme.INK.lower(), lit
    for faded in ("hermit", "safe", "network vault", "192.168.1.20", "monitor"):
        assert ink_of(figure, faded) == theme.tint(theme.INK, 0.3), faded


@pytest.mark.parametrize("name", ["monitor", "hermit", "old", "web-helper", "empty", "eth0"])
def test_everything_with_a_name_can_be_highlighted(name):
    plain, stressed = draw_wiring(all_modes()), draw_wiring(all_modes(), highlight=[name])
    word = {"eth0": "2: eth0", "empty": "network empty", "web-helper": "+ web-helper"}.get(
        name, name
    )
    assert ink_of(stressed, word) == ink_of(plain, word)
    assert ink_of(stressed, "db") != ink_of(plain, "db")


def test_two_containers_show_the_way_between_them():
    figure = draw_wiring(many(8, 2), highlight=(name for name in ("ubuntu1", "ubuntu3")))
    assert ink_of(figure, "network bridge") == ink_of(figure, "ubuntu3") == theme.INK.lower()
    assert ink_of(figure, "ubuntu2") != theme.INK.lower()


def test_highlighting_nothing_fades_nothing():
    inks = {to_hex(t.get_color()) for t in texts_of(draw_wiring(all_modes(), highlight=[]))}
    assert inks == {theme.INK.lower(), theme.PALE_INK.lower()}


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(UnknownInterface, match="Did you mean 'ubuntu1'") as refused:
        draw_wiring(many(3), highlight=["ubuntu2", "ubunt1"])
    assert "in this picture" in refused.value.what
