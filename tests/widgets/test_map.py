"""The topology map without a browser: what is drawn, marked, asked and answered."""

import re
from xml.etree import ElementTree

import pytest
from wirings import Bench, all_modes, many

from dockernet_lessons import Lab
from dockernet_lessons.errors import EngineLost, NotRunning, UnknownInterface
from dockernet_lessons.labels import LAB
from dockernet_lessons.tables import interfaces_table
from dockernet_lessons.widgets.map import MapSource, TopologyMap

SVG = "{http://www.w3.org/2000/svg}"


class Bank:
    """A lab in short: shows what the test puts into `shown`, and knows who follows it."""

    def __init__(self, shown):
        self.shown = shown
        self.follower = None
        self.looks = 0

    def look(self):
        self.looks += 1
        if isinstance(self.shown, Exception):
            raise self.shown
        return self.shown

    def follow(self, follower):
        if self.follower not in (None, follower):
            self.follower.freeze()
        self.follower = follower

    def map(self, highlight=None, tabs=None):
        source = MapSource("<lab>", self.look, tabs or {}, self.follow)
        return TopologyMap(source, highlight)


def map_of(*shown, **options):
    """A map that has been refreshed after each look but the first."""
    made = (bank := Bank(shown[0])).map(**options)
    for wiring in shown[1:]:
        bank.shown = wiring
        made.refresh()
    return made


def parts(made, attribute=None):
    """The elements of the drawing; it must be well-formed."""
    found = ElementTree.fromstring(made.svg).iter()
    return [part for part in found if attribute is None or attribute in part.attrib]


def ends(made):
    return {part.attrib["data-end"]: part.attrib for part in parts(made, "data-end")}


def marked(made, mark):
    """The row texts that bear a mark."""
    rows = [p for p in parts(made) if f"dn-{mark}" in p.attrib.get("class", "").split()]
    return {" ".join("".join(row.itertext()).split()) for row in rows}


def two():
    return Bench().run("ubuntu1").run("ubuntu2")


WIRINGS = {
    "empty": Bench().wiring(),
    "three": many(3),
    "modern": many(8, 3, modern=True),
    "all modes": all_modes(),
    "hidden": all_modes(hidden=True),
}


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
def test_both_ends_of_each_pair_name_each_other(wiring):
    found = ends(map_of(wiring))
    for pair in wiring.pairs:
        inside = found[f"{pair.container}:{pair.inside.name}"]
        outside = found[inside["data-peer"]]
        assert outside["data-peer"] == inside["data-end"]
        assert inside["data-ifindex"] == outside["data-peer-ifindex"] == str(pair.inside.ifindex)
        assert outside["data-ifindex"] == inside["data-peer-ifindex"]
        if pair.outside:
            assert outside["data-end"] == f"host:{pair.outside.name}"


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
def test_every_end_is_there_once_and_can_be_reached_and_named(wiring):
    made = map_of(wiring)
    names = [part.attrib["data-end"] for part in parts(made, "data-end")]
    assert len(names) == len(set(names))
    for part in parts(made, "tabindex"):
        assert part.attrib["role"] == "button"
        assert part.attrib["aria-label"]


def test_every_container_and_bridge_is_there():
    made = map_of(all_modes())
    namespaces = {part.attrib["data-namespace"] for part in parts(made, "data-namespace")}
    containers = {container.name for container in all_modes().containers}
    assert namespaces == containers | {"host"}
    bridges = {part.attrib["data-bridge"] for part in parts(made, "data-bridge")}
    assert bridges == {n.bridge for n in all_modes().networks}


def test_names_are_escaped():
    bench = Bench().network("a&b").run("<script>", "a&b")
    made = map_of(bench.wiring())
    assert "<script" not in made.svg
    assert "<script>:eth0" in ends(made)


def test_nothing_is_marked_at_first():
    made = map_of(all_modes())
    assert (made.news, marked(made, "new"), marked(made, "gone")) == ("", set(), set())


def test_what_is_new_is_marked_and_said():
    made = map_of(Bench().run("ubuntu1").wiring(), two().wiring())
    assert re.fullmatch(r"new: veth\w+ \(peer of ubuntu2:eth0\)", made.news)
    assert any("172.17.0.3" in text for text in marked(made, "new"))
    assert not any("172.17.0.2" in text for text in marked(made, "new"))


def test_what_is_gone_stays_as_a_ghost_that_nothing_finds():
    made = map_of(two().wiring(), Bench().run("ubuntu1").wiring())
    assert re.fullmatch(r"gone: veth\w+ \(peer of ubuntu2:eth0\)", made.news)
    assert any("172.17.0.3" in text for text in marked(made, "gone"))
    assert "ubuntu2:eth0" not in ends(made)
    assert not [p for p in parts(made, "data-namespace") if p.attrib["data-namespace"] == "ubuntu2"]


def test_ghosts_go_with_the_next_change():
    one = Bench().run("ubuntu1")
    made = map_of(two().wiring(), one.wiring(), one.run("ubuntu3").wiring())
    assert "gone" not in made.news
    assert marked(made, "gone") == set()


@pytest.mark.parametrize("modern", [False, True])
def test_a_restart_gives_a_new_pair_in_the_place_of_the_old_one(modern):
    before = Bench(modern=modern).run("ubuntu1")
    later = Bench(modern=modern).network("unseen")
    later.run("ubuntu1")
    made = map_of(before.wiring(), later.wiring())
    assert "new: veth" in made.news
    assert "gone: veth" in made.news
    assert len([end for end in ends(made) if end == "ubuntu1:eth0"]) == 1


def test_a_stopped_container_says_so_beside_its_ghosts():
    made = map_of(Bench().run("old").wiring(), Bench().stop("old").wiring())
    assert any("stopped" in text for text in ("".join(p.itertext()) for p in parts(made)))
    assert any("eth0" in text for text in marked(made, "gone"))


def test_new_and_gone_bridges():
    made = map_of(Bench().network("shop").wiring(), Bench().network("vault").wiring())
    assert made.news == ""  # both are br-53d80b450001: one bridge, whose network has another name
    made = map_of(Bench().wiring(), Bench().network("vault").wiring())
    assert made.news == "new: bridge br-53d80b450001"
    made = map_of(Bench().network("vault").wiring(), Bench().wiring())
    assert made.news == "gone: bridge br-53d80b450001"


def test_many_news_are_counted():
    made = map_of(Bench().wiring(), many(9))
    assert made.news.endswith("and 6 more")


def test_an_unchanged_look_changes_nothing():
    made = (bank := Bank(Bench().wiring())).map()
    bank.shown = many(2)
    made.refresh()
    before = made.svg, made.news
    made.observe(lambda change: pytest.fail("redrawn"), ["svg", "news"])
    bank.shown = many(2)
    made.refresh()
    assert (made.svg, made.news) == before
    assert before[1]


def test_refresh_by_hand_drops_old_news():
    made = (bank := Bank(Bench().wiring())).map()
    bank.shown = many(2)
    made.refresh()
    made._handle_custom_msg({"ask": "refresh"}, [])
    assert (made.news, marked(made, "new")) == ("", set())


@pytest.mark.parametrize("error", [EngineLost("unix:///x"), RuntimeError("boom")])
def test_a_look_that_fails_is_said_and_disturbs_nothing(error):
    made = (bank := Bank(many(2))).map()
    before, bank.shown = made.svg, error
    made.refresh()
    assert str(error) in made.problem
    assert made.svg == before
    bank.shown = many(3)
    made.refresh()
    assert made.problem == ""
    assert "new" in made.news


def test_only_the_map_displayed_last_is_live():
    bank = Bank(many(2))
    older, newer = bank.map(), bank.map()
    older.displayed()
    newer.displayed()
    assert (older.live, newer.live, bank.follower) == (False, True, newer)
    older._handle_custom_msg({"ask": "refresh"}, [])
    assert (older.live, newer.live, bank.follower) == (True, False, older)


def test_a_map_displayed_late_looks_again():
    made = (bank := Bank(many(2))).map()
    bank.shown = many(3)
    made.displayed()
    assert "ubuntu3:eth0" in ends(made)


def answers(made, monkeypatch, tab, namespace):
    sent = []
    monkeypatch.setattr(made, "send", sent.append)
    question = {"ask": "details", "number": 7, "namespace": namespace, "tab": tab}
    made._handle_custom_msg(question, [])
    (found,) = sent
    assert found.pop("answer") == 7
    return found


def test_the_panel_is_asked_for_one_tab_of_one_namespace(monkeypatch):
    wiring = two().wiring()

    def stopped(name):
        raise NotRunning(name)

    tabs = {
        "interfaces": lambda name: interfaces_table(wiring.inside[name]),
        "hosts file": lambda name: f"127.0.0.1 {name}",
        "routes": stopped,
        "neighbors": lambda name: 1 / 0,
    }
    made = Bank(wiring).map(tabs=tabs)
    assert made.tabs == list(tabs)
    interfaces = answers(made, monkeypatch, "interfaces", "ubuntu2")
    assert interfaces["columns"][:2] == ["ifindex", "name"]
    assert [row[1] for row in interfaces["rows"]] == ["lo", "eth0"]
    assert all(isinstance(cell, str) for row in interfaces["rows"] for cell in row)
    assert interfaces["rows"][0][2] == ""  # lo has no peer
    assert answers(made, monkeypatch, "hosts file", "ubuntu1") == {"text": "127.0.0.1 ubuntu1"}
    assert answers(made, monkeypatch, "routes", "old") == {"problem": str(NotRunning("old"))}
    assert "ZeroDivisionError" in answers(made, monkeypatch, "neighbors", "ubuntu1")["problem"]


def test_highlighting_fades_the_rest():
    made = map_of(all_modes(), highlight="proxy")
    faded = [p for p in parts(made) if "dn-faded" in p.attrib.get("class", "").split()]
    texts = {"".join(part.itertext()) for part in faded}
    assert any("hermit" in text for text in texts)
    assert not any("proxy" in text for text in texts)


def test_highlighting_an_unknown_name_is_refused():
    with pytest.raises(UnknownInterface, match="Did you mean 'ubuntu1'"):
        map_of(many(3), highlight=["ubunt1"])


def test_what_was_highlighted_may_go():
    made = map_of(two().wiring(), Bench().run("ubuntu1").wiring(), many(3), highlight="ubuntu2")
    assert "ubuntu3:eth0" in ends(made)


def test_the_static_form_is_the_picture_and_one_stable_sentence():
    form = map_of(all_modes()).static_form()
    assert form.data["text/plain"] == "Map of lab: 9 containers, 4 bridges, 5 veth pairs"
    assert "image/png" in form.data
    assert (
        repr(map_of(Bench().run("a").wiring())) == "Map of lab: 1 container, 1 bridge, 1 veth pair"
    )


def test_equal_looks_give_equal_drawings():
    assert map_of(all_modes()).svg == map_of(all_modes()).svg


def test_a_lab_is_followed_from_display_to_close(own_lab, tag):
    own_lab.run(f"{tag}-a")
    made = own_lab.map()
    made.displayed()
    own_lab.run(f"{tag}-b")
    assert f"peer of {tag}-b:eth0" in made.news
    own_lab.docker(f"rm -f {tag}-a")
    assert f"peer of {tag}-a:eth0" in made.news
    own_lab.close()
    assert not made.live
    assert f"{tag}-b:eth0" in ends(made)


def test_a_lab_answers_every_tab(own_lab, tag, monkeypatch):
    own_lab.run(name := f"{tag}-a")
    made = own_lab.map()
    for tab in made.tabs:
        assert "problem" not in answers(made, monkeypatch, tab, name)
    own_lab.stop(name)
    for tab in made.tabs:
        assert name in answers(made, monkeypatch, tab, name)["problem"]


def test_a_click_in_a_map_of_a_closed_lab_starts_nothing(own_lab, client, tag, monkeypatch):
    own_lab.run(name := f"{tag}-a")
    made = own_lab.map()
    made.displayed()
    own_lab.close()
    shown = made.svg
    made._handle_custom_msg({"ask": "refresh"}, [])
    assert "is closed" in made.problem
    assert (made.svg, made.live) == (shown, False)
    for where in (name, "host"):
        assert "is closed" in answers(made, monkeypatch, "interfaces", where)["problem"]
    mine = {"label": f"{LAB}={own_lab.name}"}
    assert client.containers.list(all=True, filters=mine) == []
    own_lab.run(name)
    made._handle_custom_msg({"ask": "refresh"}, [])
    assert (made.problem, made.live) == ("", True)


def test_an_engine_that_went_away_does_not_disturb_the_cell(monkeypatch):
    with Lab("embedded") as lab:
        made = lab.map()
        made.displayed()

        def gone(*_, **__):
            raise EngineLost("unix:///x")

        with monkeypatch.context() as patched:
            patched.setattr("dockernet_lessons.actions.views.look", gone)
            assert lab.docker("ps").ok
        assert made.problem
