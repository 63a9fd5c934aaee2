"""Widgets in a browser: pointed at, pressed, and gone."""

import pytest

pytestmark = pytest.mark.kernel

QUESTION = "What is new on the host?"


@pytest.fixture
def opened(notebook, write, make_lab, tag):
    """Open a notebook in which a lab has two containers, and in which these cells have run."""

    def run(*sources):
        two = f"lab.run_many([{f'{tag}-a'!r}, {f'{tag}-b'!r}])"
        notebook.open(write(make_lab, two, *sources))
        notebook.run_all()
        assert notebook.errors() == []
        return notebook

    yield run
    notebook.run("lab.close()")


def test_pointing_at_an_end_lights_its_peer_in_the_map_and_in_the_table(opened, tag):
    page = opened("lab.map()", "lab.pairs()")
    end = page.shown(f'svg.dn-map [data-end="{tag}-a:eth0"]').first
    peer = end.get_attribute("data-peer")
    end.hover()
    for lit in (f"{tag}-a:eth0", peer):
        for place in ("svg.dn-map", ".dn-pairs"):
            page.shown(f'{place} .dn-lit[data-end="{lit}"]').first.wait_for()
    page.page.mouse.move(0, 0)
    page.shown(".dn-lit").first.wait_for(state="detached")


def test_pointing_at_the_table_lights_the_map(opened, tag):
    page = opened("lab.map()", "lab.pairs()")
    end = page.shown(f'.dn-pairs td[data-end="{tag}-b:eth0"]').first
    peer = end.get_attribute("data-peer")
    end.hover()
    page.shown(f'svg.dn-map .dn-lit[data-end="{peer}"]').wait_for()


def test_the_map_follows_typed_commands(opened, tag):
    page = opened("lab.map()", "%load_ext dockernet_lessons")
    page.run(f"%docker run -it --name {tag}-c -P xmtubuntu")
    page.shown(f'svg.dn-map .dn-new[data-end="{tag}-c:eth0"]').wait_for()
    page.run(f"%docker rm -f {tag}-c")
    page.shown("svg.dn-map .dn-namespace.dn-gone", has_text=f"{tag}-c").wait_for()


def test_a_walk_is_played_to_its_end(opened, tag):
    page = opened(f"lab.walk('{tag}-a', '{tag}-b').play()")
    player = page.shown(".dn-walk")
    play = player.locator(".dn-play")
    play.click()
    player.get_by_text("hop 3 of").wait_for()
    last = int(player.locator(".dn-slider").get_attribute("max"))
    player.locator(".dn-slider").fill(str(last - 2))  # which pauses it
    play.click()
    player.get_by_text(f"hop {last + 1} of {last + 1}").wait_for()
    player.locator(".dn-line", has_text="delivered").wait_for()
    assert "Play" in play.inner_text()


def test_a_ping_from_the_panel(opened, tag):
    page = opened("lab.ping_panel()")
    page.shown("button").get_by_text("Ping", exact=True).click()
    page.shown(".dn-lines", has_text="bytes from").wait_for()
    page.shown(".dn-verdict.dn-good").wait_for()
    cell = page.shown(f'.dn-cell[data-source="{tag}-b"][data-target="{tag}-a"]')
    cell.click()
    cell.and_(page.shown(".dn-ok")).wait_for()


def test_a_prediction_is_committed_and_checked(opened):
    page = opened(f"guess = lab.predict({QUESTION!r}, ['nothing', 'one veth'])", "guess")
    card = page.shown(".dn-predict", has_text=QUESTION)
    card.get_by_label("one veth").check()
    card.get_by_role("button", name="Commit").click()
    card.get_by_text("You predicted: one veth").wait_for()
    page.run("guess.check('one veth')")
    card.get_by_text("As predicted").wait_for()


def test_after_a_commit_the_keys_still_run_cells(opened):
    page = opened(f"lab.predict({QUESTION!r}, ['nothing', 'one veth'])")
    card = page.shown(".dn-predict", has_text=QUESTION)
    card.get_by_label("nothing").check()
    card.get_by_role("button", name="Commit").click()
    card.get_by_text("You predicted: nothing").wait_for()
    page.page.keyboard.press("Shift+Enter")
    card.get_by_text("Earlier you said: nothing").wait_for()


def test_widgets_on_one_page_leave_each_other_alone_and_no_static_form_is_seen(opened):
    page = opened("lab.map()", "lab.pairs()", "lab.ping_panel()")
    for live in ("svg.dn-map", ".dn-pairs", ".dn-output"):
        page.shown(live).wait_for()
    for static in ("img", "table.dataframe"):
        page.shown(static).wait_for(state="hidden")
    assert page.page.get_by_text("Here is no live panel").filter(visible=True).count() == 0
    page.shown("button").get_by_text("Ping", exact=True).click()
    page.shown(".dn-verdict.dn-good").wait_for()


def test_below_the_fold_the_widgets_are_whole_and_as_wide_as_the_page(opened, tag):
    page = opened(
        "print('\\n' * 100)", f"lab.walk('{tag}-a', '{tag}-b').play()",
        "lab.map()", "lab.pairs()", "lab.ping_panel()",
    )  # fmt: skip
    for part in (".dn-walk", "svg.dn-map", ".dn-pairs", ".dn-cell", ".dn-play", ".dn-frame circle"):
        page.shown(part).first.scroll_into_view_if_needed()
    page.shown("button").get_by_text("Ping", exact=True).click()
    page.shown(".dn-verdict.dn-good").wait_for()
    for cut in page.shown(".dn-sheet, .dn-scroll, .dn-ping").all():
        assert cut.evaluate("e => e.scrollWidth <= e.clientWidth"), cut


def test_without_its_kernel_a_widget_is_its_static_form(opened):
    page = opened("lab.map()", "lab.pairs()")
    page.expected.append("widget model not found")  # JupyterLab itself notes it on the console
    page.save()
    page.run("lab.close()")
    page.reopen()
    for static in ("img", "table.dataframe"):
        page.shown(static).wait_for()
    assert page.page.get_by_text("model not found").filter(visible=True).count() == 0
