"""Every emulated command by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland import (
    bridge,
    coreutils,
    env,
    getent,
    grep,
    hostname,
    ip,
    iptables,
    ls,
    nsenter,
    ping,
    ps,
    tcpdump,
    timeout,
    traceroute,
)
from dockernet_lessons.embedded.userland.shell import main as shell

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.system import Program

PROGRAMS: dict[str, Program] = {
    "bash": shell.bash,
    "bridge": bridge.main,
    "cat": coreutils.cat,
    "echo": coreutils.echo,
    "env": env.main,
    "getent": getent.main,
    "grep": grep.main,
    "head": coreutils.head,
    "hostname": hostname.main,
    "ip": ip.main,
    "iptables": iptables.main,
    "ls": ls.main,
    "nsenter": nsenter.main,
    "ping": ping.main,
    "ps": ps.main,
    "sh": shell.sh,
    "sleep": coreutils.sleep,
    "tcpdump": tcpdump.main,
    "timeout": timeout.main,
    "traceroute": traceroute.main,
    "wc": coreutils.wc,
}
