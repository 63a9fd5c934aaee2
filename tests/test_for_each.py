"""One exec for several targets: the script, and what it printed for each."""

import subprocess

import pytest

from dockernet_lessons.observe.for_each import script_for_each, split_sections


def run(command, targets):
    script = script_for_each(command, targets)
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False).stdout


def test_each_target_has_its_text_and_its_exit_code():
    told = split_sections(run(["ls", "-d"], ["/", "/non such", "/$HOME", "/*'"]))
    assert list(told) == ["/", "/non such", "/$HOME", "/*'"]
    assert told["/"] == (0, "/\n")
    for target in ("/non such", "/$HOME", "/*'"):
        code, text = told[target]
        assert code > 0
        assert target in text.replace("\\", "") or "'" in target


def test_a_command_that_prints_nothing_has_a_section_too():
    assert split_sections(run(["test", "a", "="], ["a", "b"])) == {"a": (0, ""), "b": (1, "")}


@pytest.mark.parametrize("cut", [0, 5, 14, 22])
def test_what_is_cut_off_is_left_out(cut):
    whole = "one\n#dockernet 0 a\ntwo\n#dockernet 1 b\n"
    told = split_sections(whole[: len(whole) - 1 - cut])
    assert told.get("a", (0, "one\n")) == (0, "one\n")
    assert "b" not in told
