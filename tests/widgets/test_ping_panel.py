"""The ping panel: what a click does, what is shown meanwhile, and what is left on the page."""

import html
import re

import pytest

from dockernet_lessons.errors import UnknownContainer


@pytest.fixture(scope="module")
def bench(lab, tag):
    """Two containers on the default bridge, one on a network of its own."""
    lab.create_network(f"{tag}-net", subnet=lab.free_subnet())
    lab.run_many([f"{tag}-a", f"{tag}-b"])
    lab.run(f"{tag}-c", network=f"{tag}-net")
    return lab


def words(page):
    """The text of a piece of HTML, as a reader sees it."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def cells(panel):
    """The cells of the matrix, as a screen reader says them."""
    return [
        html.unescape(label) for label in re.findall(r'aria-label="([^"]+)"', panel.matrix.table)
    ]


def cell(panel, source, target):
    (found,) = [label for label in cells(panel) if label.startswith(f"{source} to {target}: ")]
    return found.removeprefix(f"{source} to {target}: ")


def click_cell(panel, source, target):
    panel.matrix._handle_custom_msg({"ping": [source, target]}, [])


def test_the_ends_are_the_running_containers_and_the_host(bench, tag):
    panel = bench.ping_panel()
    ends = (f"{tag}-a", f"{tag}-b", f"{tag}-c", "host")
    assert set(panel.source.options) == set(panel.target.options) == set(ends)
    assert panel.source.options[-1] == "host"
    assert panel.source.value != panel.target.value


def test_chosen_at_first(bench, tag):
    panel = bench.ping_panel("host", f"{tag}-b")
    assert (panel.source.value, panel.target.value) == ("host", f"{tag}-b")
    with pytest.raises(UnknownContainer, match="nonsuch"):
        bench.ping_panel("nonsuch")


def test_a_click_pings_and_shows_what_ping_printed(bench, tag):
    panel = bench.ping_panel(f"{tag}-a", f"{tag}-b")
    assert "dn-rest" in panel.output.value
    panel.count.value = 2
    panel.button.click()
    assert "dn-rest" not in panel.output.value
    shown = words(panel.output.value)
    address = bench.containers().set_index("container").loc[f"{tag}-b", "ipv4"]
    assert f"$ docker exec {tag}-a ping -c 2 -i 0.2 -W 4 {address}" in shown
    assert f"64 bytes from {address}: icmp_seq=2" in shown
    assert "✓ 2 of 2 came back" in shown
    assert cell(panel, f"{tag}-a", f"{tag}-b").startswith("✓ 0.")
    assert cell(panel, f"{tag}-b", f"{tag}-a") == "not pinged yet"


def test_the_lines_come_while_ping_runs(bench, tag):
    panel = bench.ping_panel("host", f"{tag}-a")
    seen = []
    panel.output.observe(lambda change: seen.append(words(change["new"])), "value")
    panel.button.click()
    replies = [page.count("icmp_seq") for page in seen]
    assert seen[1].startswith("$ ping -c 3")
    assert "PING" not in seen[1]
    assert replies == sorted(replies)
    assert set(replies) == {0, 1, 2, 3}


def test_nothing_can_be_pressed_meanwhile(bench, tag):
    panel = bench.ping_panel("host", f"{tag}-a")
    controls = [panel.button, panel.all_button, panel.source, panel.count, panel.matrix]
    meanwhile = []

    def look(change):
        meanwhile.append([control.disabled for control in controls])
        click_cell(panel, f"{tag}-b", f"{tag}-a")

    panel.output.observe(look, "value")
    panel.button.click()
    assert all(all(disabled) for disabled in meanwhile)
    assert not any(control.disabled for control in controls)
    assert panel.source.value == "host"


def test_a_failed_ping_is_a_result(bench, tag):
    panel = bench.ping_panel(f"{tag}-a", f"{tag}-b")
    panel.by.value = "name"
    panel.button.click()
    assert "✗ unknown name: the source cannot turn it into an address" in words(panel.output.value)
    assert cell(panel, f"{tag}-a", f"{tag}-b") == "✗ unknown name"


def test_each_way_of_naming_has_a_matrix_of_its_own(bench, tag):
    panel = bench.ping_panel(f"{tag}-a", f"{tag}-b")
    panel.button.click()
    panel.by.value = "name"
    assert cell(panel, f"{tag}-a", f"{tag}-b") == "not pinged yet"
    panel.by.value = "ip"
    assert cell(panel, f"{tag}-a", f"{tag}-b").startswith("✓")


def test_an_error_is_shown_as_its_sentence(bench, tag):
    bench.run(f"{tag}-brief")
    panel = bench.ping_panel(f"{tag}-brief", "host")
    bench.remove(f"{tag}-brief")
    panel.button.click()
    assert f"There is no container '{tag}-brief' in this lab." in words(panel.output.value)
    assert "Traceback" not in panel.output.value
    assert not panel.button.disabled


def test_a_cell_is_chosen_and_pinged(bench, tag):
    panel = bench.ping_panel()
    click_cell(panel, "host", f"{tag}-c")
    assert (panel.source.value, panel.target.value) == ("host", f"{tag}-c")
    assert "came back" in words(panel.output.value)


def test_ping_all_fills_the_matrix_row_by_row(bench, tag):
    panel = bench.ping_panel()
    untried = []
    panel.matrix.observe(
        lambda _: untried.append(panel.matrix.table.count("not pinged yet")), "table"
    )
    notes = []
    panel.note.observe(lambda change: notes.append(words(change["new"])), "value")
    panel.all_button.click()
    size = len(panel.source.options)
    assert untried == [2 * size * rows_left for rows_left in reversed(range(size))]
    assert any(f"of {size} sources done" in note for note in notes)
    assert cell(panel, "host", f"{tag}-a").startswith("✓")
    assert cell(panel, f"{tag}-a", f"{tag}-c") == "✗ no reply"
    assert not [label for label in cells(panel) if "not pinged" in label]
    assert ("simulated" in words(panel.note.value)) == bench._context.connection.simulated


def test_it_follows_the_lab(own_lab, tag):
    own_lab.run(f"{tag}-one")
    panel = own_lab.ping_panel("host", f"{tag}-one")
    panel.displayed()
    panel.button.click()
    own_lab.run(f"{tag}-two")
    assert panel.source.options == (f"{tag}-one", f"{tag}-two", "host")
    assert (panel.source.value, panel.target.value) == ("host", f"{tag}-one")
    assert cell(panel, "host", f"{tag}-one").endswith(", before the last step")
    panel.button.click()
    assert not cell(panel, "host", f"{tag}-one").endswith(", before the last step")
    own_lab.remove(f"{tag}-one")
    assert panel.target.value in (f"{tag}-two", "host")


def test_an_older_panel_is_at_rest(own_lab, tag):
    own_lab.run(f"{tag}-one")
    older, newer = own_lab.ping_panel(), own_lab.ping_panel()
    older.displayed(), newer.displayed()
    assert older.button.disabled
    assert "Run its cell again" in words(older.note.value)
    assert not newer.button.disabled
    older.displayed()
    assert not older.button.disabled
    own_lab.close()
    assert older.button.disabled


def test_the_static_form_tells_how_to_ping_without_it(bench, tag):
    form = bench.ping_panel(f"{tag}-a", "host").static_form().data
    sentence = f'Here is no live panel. Ping from a cell: lab.ping("{tag}-a", "host")'
    assert form["text/plain"] == sentence
    assert words(form["text/html"]) == sentence


def test_the_static_form_is_the_matrix_so_far(bench, tag):
    panel = bench.ping_panel("host", f"{tag}-a")
    panel.button.click()
    form = panel.static_form().data
    assert "✓ 0." in form["text/plain"]
    assert "✓ 0." in form["text/html"]
