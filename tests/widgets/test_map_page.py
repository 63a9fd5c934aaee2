"""The topology map in a browser: pointing, keys, the panel, and what stays put."""

import pytest
from pages import opened
from test_map import Bank, map_of
from wirings import Bench, all_modes, many

TABS = ["interfaces", "routes", "neighbors", "hosts file"]


@pytest.fixture(scope="module")
def wiring():
    return all_modes()


@pytest.fixture
def page(chromium, wiring):
    made = opened(chromium, Bank(wiring).map(tabs=dict.fromkeys(TABS)))
    yield made
    problems = made.problems
    made.close()
    assert problems == []


def lit(page):
    """The ends and bridges that are lit."""
    return set(
        page.evaluate(
            """[...document.querySelectorAll(".dn-lit[data-end]")].map((e) => e.dataset.end)"""
        )
    )


def end(name):
    return f'[data-end="{name}"]'


def peer(wiring, container, interface="eth0"):
    (pair,) = (p for p in wiring.pairs if (p.container, p.inside.name) == (container, interface))
    return f"host:{pair.outside.name}"


def test_pointing_at_either_end_lights_both_and_nothing_else(page, wiring):
    outside = peer(wiring, "proxy", "eth1")
    for pointed in ("proxy:eth1", outside):
        page.hover(end(pointed))
        assert lit(page) == {"proxy:eth1", outside}
        page.hover("text=one network namespace each")
        assert lit(page) == set()


def test_the_numbers_of_both_ends_stand_out(page):
    plain = "e => getComputedStyle(e).textDecorationLine"
    number = page.locator(f"{end('proxy:eth1')} .dn-number").first
    assert number.evaluate(plain) == "none"
    page.hover(end("proxy:eth1"))
    assert number.evaluate(plain) == "underline"


def test_pointing_at_a_container_or_bridge_lights_what_hangs_on_it(page, wiring):
    page.hover('[data-namespace="proxy"] .dn-name')
    ports = {"proxy:eth0", "proxy:eth1", peer(wiring, "proxy"), peer(wiring, "proxy", "eth1")}
    assert lit(page) - {"host:docker0", "host:br-53d80b450001"} == ports
    page.hover(end("host:docker0"))
    assert lit(page) == {
        "host:docker0", "web:eth0", peer(wiring, "web"), "proxy:eth0", peer(wiring, "proxy"),
    }  # fmt: skip


def test_the_light_crosses_widgets_of_the_same_lab_only(page, wiring):
    say = """([lab, end]) => document.dispatchEvent(
        new CustomEvent("dockernet:hover", { detail: { lab, end } }))"""
    page.evaluate(say, ["another lab", "web:eth0"])
    assert lit(page) == set()
    page.evaluate(say, ["<lab>", "web:eth0"])
    assert lit(page) == {"web:eth0", peer(wiring, "web")}
    page.evaluate(say, ["<lab>", None])
    assert lit(page) == set()
    page.evaluate(
        """document.addEventListener("dockernet:hover", (e) => { window.heard = e.detail; })"""
    )
    page.hover(end("web:eth0"))
    assert page.evaluate("heard") == {"lab": "<lab>", "end": "web:eth0"}


def test_pointing_asks_the_kernel_for_nothing(page):
    for name in ("web:eth0", "proxy:eth0", "db:eth0"):
        page.hover(end(name))
        assert name in lit(page)
    assert page.evaluate("model.sent") == []


def focused(page):
    return page.evaluate("({ ...document.activeElement.dataset })")


def test_the_keyboard_reaches_everything(page):
    page.keyboard.press("Tab")  # Refresh
    page.keyboard.press("Tab")  # the map: one stop, the arrows move inside
    seen = set()
    for key in ("ArrowDown",) * 12 + ("ArrowUp",) * 12:
        page.keyboard.press(key)
        seen.add(focused(page).get("namespace"))
    assert {"web", "web-helper", "proxy", "db", "safe", "hermit", "old"} <= seen
    page.focus('[data-namespace="db"]')
    page.keyboard.press("ArrowRight")
    assert focused(page)["end"] == "db:eth0"
    assert "db:eth0" in lit(page)
    page.keyboard.press("ArrowRight")
    assert focused(page)["peer"] == "db:eth0"
    page.keyboard.press("ArrowRight")
    assert focused(page)["bridge"] == "br-53d80b450001"
    assert page.evaluate("""document.querySelectorAll('.dn-map [tabindex="0"]').length""") == 1


def receive(page, **answer):
    number = page.evaluate("model.sent.at(-1).number")
    page.evaluate("m => model.receive(m)", {"answer": number, **answer})


def place(page, selector):
    """Where it is on the page, however far that is scrolled."""
    return page.locator(selector).evaluate("""(e) => {
        const { y, height } = e.getBoundingClientRect();
        return { y: y + scrollY, height };
    }""")


def test_the_panel_opens_fills_and_closes_and_the_map_stays_where_it_is(page):
    before, at_rest = place(page, ".dn-sheet"), place(page, ".dn-panel")
    assert at_rest["height"] < 40
    page.focus('[data-namespace="db"]')
    page.keyboard.press("Enter")
    assert page.evaluate("model.sent.at(-1)") == {
        "ask": "details", "namespace": "db", "tab": "interfaces", "number": 2,
    }  # fmt: skip
    opened = place(page, ".dn-panel")
    assert opened["y"] == at_rest["y"]
    receive(page, columns=["name"], rows=[["<b>eth0</b>"]])
    assert page.locator(".dn-panel td").text_content() == "<b>eth0</b>"
    page.get_by_role("tab", name="hosts file").click()
    receive(page, problem="The container 'db' is stopped. Start it.")
    assert page.locator(".dn-panel .dn-problem").is_visible()
    assert (place(page, ".dn-sheet"), place(page, ".dn-panel")) == (before, opened)
    page.keyboard.press("Escape")
    assert (place(page, ".dn-sheet"), place(page, ".dn-panel")) == (before, at_rest)
    assert page.locator(".dn-panel .dn-hint").is_visible()
    assert focused(page)["namespace"] == "db"


def test_a_click_on_the_host_shows_no_hosts_file(page):
    page.click('[data-namespace="host"]', position={"x": 20, "y": 8})
    assert page.get_by_role("tab").all_text_contents() == TABS[:3]


def test_a_late_answer_to_an_earlier_question_is_not_shown(page):
    page.click('[data-namespace="db"] .dn-name')
    first = page.evaluate("model.sent.at(-1).number")
    page.click('[data-namespace="web"] .dn-name')
    page.evaluate("m => model.receive(m)", {"answer": first, "text": "of db"})
    assert page.get_by_text("of db").count() == 0


def test_a_new_drawing_keeps_the_focus(page):
    page.focus(end("db:eth0"))
    page.evaluate("model.set('svg', model.get('svg'))")
    assert focused(page)["end"] == "db:eth0"


def test_refresh_asks_the_kernel(page):
    page.get_by_role("button", name="Refresh").click()
    assert page.evaluate("model.sent") == [{"ask": "refresh"}]


def test_news_and_problems_are_announced(page):
    page.evaluate("model.set('news', 'new: veth1'); model.set('problem', 'The engine went away.')")
    assert page.get_by_role("status").text_content() == "new: veth1"
    assert page.get_by_role("alert").text_content() == "The engine went away."


def test_a_removed_view_listens_no_more(page):
    page.evaluate("stop(); document.dispatchEvent(new CustomEvent('dockernet:hover', "
                  "{ detail: { lab: '<lab>', end: 'web:eth0' } }))")  # fmt: skip
    assert lit(page) == set()


LONG = "a-container-with-quite-a-long-name-"
SHOWN = {
    "all modes": all_modes(),
    "hidden": all_modes(hidden=True),
    "fifty": many(50, 3, modern=True),
    "long": Bench()
    .network("a-network-with-a-long-name-too")
    .run(f"{LONG}1")
    .run(f"{LONG}2")
    .wiring(),
}


@pytest.mark.parametrize("wiring", SHOWN.values(), ids=SHOWN)
def test_no_text_is_cut_or_overlaps_another(chromium, wiring):
    page = opened(chromium, map_of(Bench().wiring(), wiring))
    wrong = page.evaluate("""() => {
        const box = (e) => e.getBoundingClientRect();
        const texts = [...document.querySelectorAll(".dn-map text")].filter((t) => t.textContent);
        const sheet = box(document.querySelector(".dn-map"));
        const inside = (t, r) => box(t).left >= r.left && box(t).right <= r.right;
        const around = (t) => t.closest("g:has(> rect)").querySelector(":scope > rect");
        const cut = texts.filter((t) => !inside(t, sheet)
            || (t.matches("g > .dn-center") && !inside(t, box(around(t)))));
        const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 1
            && b.top < a.bottom - 1;
        const over = texts.flatMap((a, i) => texts.slice(i + 1)
            .filter((b) => meet(box(a), box(b))).map((b) => [a.textContent, b.textContent]));
        return [cut.map((t) => t.textContent), over];
    }""")
    page.close()
    assert wrong == [[], []]
