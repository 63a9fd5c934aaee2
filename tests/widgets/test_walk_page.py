"""A walk that is played on the map, in a browser."""

import pytest
from pages import opened
from walks import MACS, STEPS, VETH, player

LAST = len(STEPS)


@pytest.fixture
def page(chromium):
    made = opened(chromium, player())
    yield made
    problems = made.problems
    made.close()
    assert problems == []


def count(page):
    return page.locator(".dn-count").text_content()


def here(page):
    return page.evaluate("""() => {
        const { end, namespace } = document.querySelector(".dn-here").dataset;
        return end ?? namespace;
    }""")


def told(page):
    return page.get_by_role("status").inner_text()


def spot(page):
    box = page.locator(".dn-frame circle").bounding_box()
    return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)


def press(page, *keys):
    page.focus(".dn-play")
    for key in keys:
        page.keyboard.press(key)


def test_it_begins_at_the_first_hop_and_waits(page):
    assert count(page) == f"hop 1 of {LAST}"
    assert here(page) == "ubuntu1"  # its lo is not on the map
    assert page.get_by_role("button", name="Back").is_disabled()


def test_steps_with_keys_and_buttons(page):
    press(page, "ArrowRight", "ArrowRight")
    assert here(page) == f"host:{VETH['ubuntu1']}"
    page.get_by_role("button", name="Step").click()
    assert count(page) == f"hop 4 of {LAST}"
    page.get_by_role("button", name="Back").click()
    press(page, "ArrowLeft")
    assert here(page) == "ubuntu1:eth0"
    press(page, "End")
    assert page.get_by_role("button", name="Step").is_disabled()
    page.get_by_role("button", name="Restart").click()
    assert count(page) == f"hop 1 of {LAST}"


def test_the_slider_goes_anywhere(page):
    page.get_by_role("slider").fill("6")
    assert count(page) == f"hop 7 of {LAST}"
    assert here(page) == "ubuntu2:eth0"


def test_back_leads_to_the_same_place(page):
    press(page, "ArrowRight", "ArrowRight", "ArrowRight")
    page.wait_for_timeout(700)
    there = spot(page)
    press(page, "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft")
    assert spot(page) == there


def test_the_frame_is_on_the_interface(page):
    page.get_by_role("slider").fill("6")
    x, y = spot(page)
    box = page.locator('[data-end="ubuntu2:eth0"]').bounding_box()
    assert abs(x - box["x"] - box["width"]) <= 2
    assert abs(y - box["y"] - box["height"] / 2) <= 2


def test_it_plays_to_the_end_and_crosses_out_what_was_dropped(page):
    page.evaluate("window.real = setInterval; window.setInterval = (act) => real(act, 20);")
    assert not page.locator(".dn-cross").is_visible()
    press(page, " ")
    page.get_by_text(f"hop {LAST} of {LAST}").wait_for()
    assert page.get_by_role("button", name="Play").is_visible()
    assert page.locator(".dn-cross").is_visible()
    assert "by the rule -A FORWARD -j DROP" in told(page)
    page.evaluate("window.setInterval = real;")
    press(page, " ")
    assert page.get_by_role("button", name="Pause").is_visible()
    press(page, " ")
    assert page.get_by_role("button", name="Play").is_visible()


def test_it_tells_where_what_and_who_learned(page):
    press(page, "ArrowRight", "ArrowRight", "ArrowRight")
    assert "ARP request: learned at docker0 on the host" in told(page)
    carried = page.locator(".dn-carried").inner_text().splitlines()
    assert [line.split() for line in carried[:2]] == [
        ["from", MACS["ubuntu1"], "172.17.0.2"],
        ["to", "ff:ff:ff:ff:ff:ff", "172.17.0.3"],
    ]
    assert carried[0].index(MACS["ubuntu1"]) == carried[1].index("ff:ff")
    learned = page.locator(".dn-learned").inner_text()
    assert learned.splitlines()[-1] == "docker0's FDB: <b> is behind it"
    press(page, "ArrowLeft")
    assert "nothing yet" in page.locator(".dn-learned").inner_text()


def test_less_motion_means_no_slide(page):
    page.emulate_media(reduced_motion="reduce")
    press(page, "ArrowRight", "ArrowRight")
    assert page.evaluate("document.getAnimations().length") == 0


def test_nothing_jumps(page):
    height = "document.querySelector('.dn-walk').offsetHeight"
    before = page.evaluate(height)
    for _ in range(LAST):
        press(page, "ArrowRight")
        assert page.evaluate(height) == before


def test_a_walk_of_nothing_can_be_looked_at(chromium):
    page = opened(chromium, player(()))
    assert page.get_by_role("button", name="Play").is_disabled()
    assert page.problems == []
    page.close()
