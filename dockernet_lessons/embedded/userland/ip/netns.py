"""``ip netns``: namespaces that have a name (ip-netns(8)). Docker gives its own none.

So the list is empty on every Docker host, which surprises: a container's namespace is found by the
number of one of its processes, with ``nsenter``.
"""

from __future__ import annotations

from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System

_NOT_HERE = ("add", "attach", "delete", "set", "pids", "monitor", "list-id")


def run(system: System, options: Options, words: Words) -> None:
    """Do ``ip netns WORDS``."""
    word = words.take() if words else "list"
    if w.abbreviates(word, "list", "show", "lst"):
        return  # not even an empty list with -json, where no namespace ever had a name
    if w.abbreviates(word, "identify"):
        system.out("\n")
    elif w.abbreviates(word, "exec"):
        raise w.no_namespace(words.take())
    elif w.abbreviates(word, *_NOT_HERE):
        raise Failure(f'ip: "netns {word}" is not emulated here; list is', w.USAGE_ERROR)
    else:
        raise Failure(f'Command "{word}" is unknown, try "ip netns help".', w.USAGE_ERROR)
