"""What the lesson image contains: one list, for the packed image, the built one and the tests."""

from __future__ import annotations

REPOSITORY = "xmtubuntu"
TAG = "latest"
REFERENCE = f"{REPOSITORY}:{TAG}"

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

COMMANDS: dict[str, str] = {
    "bash": "bash",
    "sh": "dash",
    "cat": "coreutils",
    "ls": "coreutils",
    "sleep": "coreutils",
    "echo": "coreutils",
    "head": "coreutils",
    "wc": "coreutils",
    "env": "coreutils",
    "timeout": "coreutils",
    "grep": "grep",
    "ps": "procps",
    "hostname": "hostname",
    "getent": "libc-bin",
    "ip": "iproute2",
    "bridge": "iproute2",
    "ping": "iputils-ping",
    "traceroute": "traceroute",
    "tcpdump": "tcpdump",
    "iptables": "iptables",
    "nsenter": "util-linux",
}
"""Every command in the image -> the Debian or Ubuntu package that brings it."""
