"""Every emulated command by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland import (
    bridge,
    cat,
    echo,
    env,
    getent,
    grep,
    head,
    hostname,
    ip,
    iptables,
    ls,
    nsenter,
    ping,
    ps,
    sleep,
    tcpdump,
    timeout,
    traceroute,
    wc,
)
from dockernet_lessons.embedded.userland.shell import main as shell

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.system import Program

PROGRAMS: dict[str, Program] = {
    "bash": shell.bash,
    "bridge": bridge.main,
    "cat": cat.main,
    "echo": echo.main,
    "env": env.main,
    "getent": getent.main,
    "grep": grep.main,
    "head": head.main,
    "hostname": hostname.main,
    "ip": ip.main,
    "iptables": iptables.main,
    "ls": ls.main,
    "nsenter": nsenter.main,
    "ping": ping.main,
    "ps": ps.main,
    "sh": shell.sh,
    "sleep": sleep.main,
    "tcpdump": tcpdump.main,
    "timeout": timeout.main,
    "traceroute": traceroute.main,
    "wc": wc.main,
}
