"""Every emulated command by its name.

A program's module is imported when the program is first run: a lesson runs a handful of them, and
the shells alone are thirty modules.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.system import Program

PROGRAMS: Final = {
    "bash": "shell.main:bash",
    "bridge": "bridge:main",
    "cat": "cat:main",
    "echo": "echo:main",
    "env": "env:main",
    "getent": "getent:main",
    "grep": "grep:main",
    "head": "head:main",
    "hostname": "hostname:main",
    "ip": "ip.main:main",
    "iptables": "iptables:main",
    "ls": "ls:main",
    "nsenter": "nsenter:main",
    "ping": "ping:main",
    "ps": "ps:main",
    "sh": "shell.main:sh",
    "sleep": "sleep:main",
    "tcpdump": "tcpdump:main",
    "timeout": "timeout:main",
    "traceroute": "traceroute:main",
    "wc": "wc:main",
}
"""Where each program is: a module in this package, and the function in it."""


@cache
def program(name: str) -> Program:
    """Give a program of `PROGRAMS`."""
    module, _, function = PROGRAMS[name].partition(":")
    found: Program = getattr(importlib.import_module(f"{__package__}.{module}"), function)
    return found
