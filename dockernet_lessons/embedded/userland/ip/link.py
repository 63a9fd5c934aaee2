"""``ip link``: network devices (ip-link(8)). What changes them is in `link_change`."""

from __future__ import annotations

from dockernet_lessons.embedded.userland.ip import link_change
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.counters import counters_record, counters_text
from dockernet_lessons.embedded.userland.ip.json_text import dump
from dockernet_lessons.embedded.userland.ip.links import link_record, link_text
from dockernet_lessons.embedded.userland.ip.selection import read_selection
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System


def run(system: System, options: Options, words: Words) -> None:
    """Do ``ip link WORDS``."""
    word = words.take() if words else "show"
    if w.abbreviates(word, "add"):
        link_change.add(system, words)
    elif w.abbreviates(word, "set", "change"):
        link_change.set_link(system, words)
    elif w.abbreviates(word, "delete"):
        link_change.delete(system, words)
    elif w.abbreviates(word, "show", "list", "lst") or word == "ls":
        _show(system, options, words)
    else:
        raise Failure(f'Command "{word}" is unknown, try "ip link help".', w.USAGE_ERROR)


def _show(system: System, options: Options, words: Words) -> None:
    selection = read_selection(words, system.namespace, addresses=False)
    devices = list(selection.devices(system.namespace))
    if options.json:
        records = [
            link_record(device, options, mode=True)
            | (counters_record(device, options) if options.stats else {})
            for device in devices
        ]
        system.out(dump(records, pretty=options.pretty))
        return
    for device in devices:
        counters = counters_text(device, options) if options.stats else ""
        system.out(link_text(device, options, mode=True) + counters + "\n")
