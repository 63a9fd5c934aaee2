"""Run a command on several targets with a single exec, and tell what it printed for each apart."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

_MARK = "#dockernet "
_SECTION = re.compile(
    rf"(?P<text>(?:(?!{_MARK}).*\n)*){_MARK}(?P<code>\d+) (?P<target>.*)\n", re.MULTILINE
)


def script_for_each(command: list[str], targets: Iterable[str]) -> str:
    """Write a shell script that runs a command on targets, one after another.

    Parameters
    ----------
    command
        Its words; each target in turn is the last one.
    targets
        Addresses or names.
    """
    words = " ".join(shlex.quote(target) for target in targets)
    mark = f'echo "{_MARK}$? $target"'
    return f'for target in {words}; do {shlex.join(command)} "$target" 2>&1; {mark}; done'


def split_sections(text: str) -> dict[str, tuple[int, str]]:
    """Split what the script printed: target -> exit code and text; what is cut off is left out."""
    found = _SECTION.finditer(text)
    return {each["target"]: (int(each["code"]), each["text"]) for each in found}
