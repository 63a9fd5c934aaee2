"""A walk's picture, and its text."""

from ipaddress import IPv4Address

import pytest

from dockernet_lessons import Lab
from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.plots.walk import NOTHING, draw_walk


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.fixture(scope="module")
def walks():
    with Lab("embedded", name="test-pictures", profile="classic") as lab:
        lab.create_network("apart", subnet="192.168.77.0/24")
        lab.run_many(["ubuntu1", "ubuntu2"])
        lab.run("ubuntu3", network="apart")
        lab.run("stopped")
        lab.stop("stopped")
        yield {name: lab.walk("ubuntu1", name) for name in ("ubuntu2", "ubuntu3", "stopped")}


def test_every_interface_has_a_lane_and_every_packet_a_line(walks):
    shown = texts(walks["ubuntu2"].draw())
    for hop in walks["ubuntu2"].hops:
        assert hop.namespace in shown
        assert hop.interface in shown
    assert [shown.count(kind) for kind in ("ARP request", "echo request", "echo reply")] == [1] * 3
    assert shown.count("TTL 64") == 2


def test_a_cross_marks_where_and_words_by_which_rule(walks):
    walk = walks["ubuntu3"]
    figure = walk.draw()
    assert "DOCKER-ISOLATION-STAGE-2" in " ".join(texts(figure))
    crosses = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    places = [(t.get_text(), t.get_position()[0]) for t in figure.axes[0].texts]
    assert ("docker0", crosses[0].get_xdata()[0]) in places
    assert len(crosses) == 1


def test_nothing_stands_outside_the_picture(walks):
    for walk in walks.values():
        figure = walk.draw()
        figure.canvas.draw()
        width = figure.get_size_inches()[0] * figure.dpi
        for text in figure.axes[0].texts:
            extent = text.get_window_extent()
            assert extent.x0 >= 0
            assert extent.x1 <= width


def test_labels_end_where_the_lanes_begin(walks):
    figure = walks["ubuntu3"].draw()
    figure.canvas.draw()
    lanes = figure.axes[0].transData.transform((4.1, 0))[0]
    label = [t for t in figure.axes[0].texts if t.get_position()[0] < 1]
    assert max(t.get_window_extent().x1 for t in label[1:]) < lanes + 20


def test_where_nothing_was_sent_the_picture_says_so(walks):
    assert NOTHING in texts(walks["stopped"].draw())


def test_a_long_name_is_shortened():
    ends = IPv4Address("172.17.0.2"), IPv4Address("172.17.0.3")
    hop = Hop(1, "echo request", "a" * 60, "eth0", "sent", "to 172.17.0.3", *ends)
    assert "a" * 60 not in texts(draw_walk([hop], "long"))


def test_the_text_of_a_walk_is_a_line_per_hop(walks):
    lines = str(walks["ubuntu2"]).splitlines()
    assert lines[0] == "ubuntu1 → ubuntu2: delivered"
    assert len(lines) == 1 + len(walks["ubuntu2"].hops)
    assert "ubuntu1:eth0" in lines[1]


def test_a_walk_is_played_on_the_map_and_leaves_its_picture(walks):
    for walk in walks.values():
        player = walk.play()
        assert [frame["at"] for frame in player.frames] == [hop.anchor for hop in walk.hops]
        static = player.static_form().data
        assert static["image/png"]
        assert static["text/plain"] == str(walk)


def test_every_hop_is_somewhere_on_the_map(walks):
    player = walks["ubuntu3"].play()
    for frame in player.frames:
        assert f'data-end="{frame["at"]}"' in player.svg
