"""The table of veth pairs: which ends belong together, and what changed with the last step."""

import re

import pytest

ROW = re.compile(r"<tr(?: class=\"dn-(\w+)\")? data-end=\"([^\"]+)\">(.*?)</tr>", re.DOTALL)
END = re.compile(r'data-end="([^"]+)" data-peer="([^"]+)"')


def rows(table):
    """Container end -> mark, of every row."""
    return {end: mark for mark, end, _ in ROW.findall(table.table)}


def text_of(table):
    return re.sub(r"<[^>]+>", " ", table.table)


@pytest.fixture
def two(own_lab, tag):
    own_lab.run_many([f"{tag}-2", f"{tag}-10"])
    return own_lab


def test_each_end_names_its_peer(two):
    table = two.pairs()
    expected = set()
    for pair in two.veth_pairs().itertuples():
        ends = (f"{pair.container}:{pair.container_if}", f"host:{pair.host_if}")
        expected |= {ends, ends[::-1]}
        assert str(pair.mac) in table.table
        assert re.search(rf"\b{pair.host_ifindex}\b", table.table)
    assert set(END.findall(table.table)) == expected
    assert table.lab == two.name


def test_rows_are_sorted_as_people_count(two, tag):
    assert list(rows(two.pairs())) == [f"{tag}-2:eth0", f"{tag}-10:eth0"]


def test_new_and_vanished_pairs_are_marked_until_the_next_step(two, tag):
    table = two.pairs()
    table.displayed()
    assert set(rows(table).values()) == {""}
    two.run(f"{tag}-3")
    assert rows(table) == {f"{tag}-2:eth0": "", f"{tag}-3:eth0": "new", f"{tag}-10:eth0": ""}
    assert " new " in text_of(table)
    two.remove(f"{tag}-2")
    assert rows(table) == {f"{tag}-2:eth0": "gone", f"{tag}-3:eth0": "", f"{tag}-10:eth0": ""}
    assert " gone " in text_of(table)
    two.docker("ps")
    assert rows(table) == {f"{tag}-3:eth0": "", f"{tag}-10:eth0": ""}


def test_a_second_network_is_a_second_pair(two, tag):
    table = two.pairs()
    table.displayed()
    two.create_network(f"{tag}-net", subnet=two.free_subnet())
    two.connect(f"{tag}-net", f"{tag}-2")
    assert rows(table)[f"{tag}-2:eth1"] == "new"


def test_a_restart_makes_another_pair(two, tag):
    table = two.pairs()
    table.displayed()
    two.restart(f"{tag}-2")
    marks = [mark for mark, end, _ in ROW.findall(table.table) if end == f"{tag}-2:eth0"]
    assert sorted(marks) == ["gone", "new"]


def test_only_the_one_displayed_last_follows(two, tag):
    older, newer = two.pairs(), two.pairs()
    older.displayed(), newer.displayed()
    two.run(f"{tag}-3")
    assert f"{tag}-3:eth0" not in rows(older)
    assert f"{tag}-3:eth0" in rows(newer)


def test_closing_leaves_the_last_picture(two, tag):
    table = two.pairs()
    table.displayed()
    two.close()
    assert set(rows(table)) == {f"{tag}-2:eth0", f"{tag}-10:eth0"}


def test_without_containers(own_lab):
    assert "No veth pair yet" in own_lab.pairs().table


def test_the_static_form_is_the_pandas_table(two):
    form = two.pairs().static_form().data
    pairs = two.veth_pairs()
    assert form["text/plain"] == repr(pairs)
    assert form["text/html"] == pairs.to_html()
