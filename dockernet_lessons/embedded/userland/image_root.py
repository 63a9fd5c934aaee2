"""The files of the emulated lesson image, as the packed one has them, and what the kernel shows.

Measured in a container of the packed image on Engine 20.10.24.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.files import Files, Node, directory
from dockernet_lessons.embedded.userland.process import Context

if TYPE_CHECKING:
    from dockernet_lessons.embedded.fabric.device import Device
    from dockernet_lessons.embedded.fabric.namespace import Namespace

COMMANDS = (
    "bash", "sh", "cat", "ls", "sleep", "echo", "head", "wc", "env", "timeout", "grep", "ps",
    "hostname", "getent", "ip", "bridge", "ping", "traceroute", "tcpdump", "iptables", "nsenter",
)  # fmt: skip
"""Every command of the lesson image."""

_PASSWD = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
_GROUP = "root:x:0:\nnogroup:x:65534:\n"
_NSSWITCH = "passwd: files\ngroup: files\nhosts: files dns\n"
_OS_RELEASE = 'ID=xmtubuntu\nPRETTY_NAME="xmtubuntu, packed from this machine\'s tools"\n'
Text = Callable[[], str]


def image_root() -> Node:
    """Make a fresh tree of the image's files; each container gets its own."""
    programs = {name: Node("file", 0o755, program=name) for name in COMMANDS}
    etc = {
        "group": _file(_GROUP),
        "mtab": Node("link", 0o777, target="/proc/mounts"),
        "nsswitch.conf": _file(_NSSWITCH),
        "os-release": _file(_OS_RELEASE),
        "passwd": _file(_PASSWD),
    }
    empty = ("lib", "lib64", "root", "run", "usr", "var", "proc", "sys")
    return directory(
        {
            "bin": directory(programs),
            "dev": directory({"null": Node("null", 0o666)}),
            "etc": directory(etc),
            "sbin": directory({"docker-init": Node("file", 0o755)}),
            "tmp": directory(mode=0o1777),
            **{name: directory() for name in empty},
        }
    )


def _file(text: str) -> Node:
    return Node("file", data=text.encode())


def mount_kernel_files(files: Files, context: Callable[[], Context]) -> None:
    """Put /proc and /sys into a tree: what the kernel tells of a container's namespace.

    Parameters
    ----------
    context
        Gives the container's context when a file is read.
    """
    network = _computed(lambda: context().namespace)
    files.root.entries["proc"] = Node("directory", 0o555, lister=lambda: _proc(context()))
    files.root.entries["sys"] = directory(
        {"class": directory({"net": Node("directory", 0o755, lister=network)})}, 0o555
    )


def _computed(namespace: Callable[[], Namespace]) -> Callable[[], dict[str, Node]]:
    def listed() -> dict[str, Node]:
        return {name: _device_directory(d) for name, d in namespace().devices.items()}

    return listed


def _device_directory(device: Device) -> Node:
    """Make the directory of a device (sysfs: Documentation/ABI/testing/sysfs-class-net)."""
    peer = device.peer
    facts = {
        "address": device.mac,
        "ifindex": device.ifindex,
        "iflink": peer.ifindex if device.kind == "veth" and peer else device.ifindex,
        "mtu": device.mtu,
        "operstate": device.operstate.lower(),
        "carrier": int(device.carrier),
        "ifalias": "",
    }
    entries = {name: Node("fixed", 0o444, reader=_line(value)) for name, value in facts.items()}
    return directory(entries)


def _line(value: object) -> Text:
    return lambda: f"{value}\n"


def _proc(context: Context) -> dict[str, Node]:
    """List /proc: a directory per process, and the network's files (proc(5))."""
    namespace = context.namespace
    forwarding = Node("fixed", reader=lambda: f"{int(namespace.forwarding)}\n")
    ipv4 = directory({"ip_forward": forwarding}, 0o555)
    entries = {
        str(number): directory({"cmdline": _fixed("\0".join(process.argv) + "\0")}, 0o555)
        for number, process in context.pids.processes.items()
    }
    entries["mounts"] = _fixed("overlay / overlay rw,relatime 0 0\n")
    entries["net"] = directory({"arp": Node("fixed", 0o444, reader=lambda: _arp(namespace))}, 0o555)
    entries["sys"] = directory({"net": directory({"ipv4": ipv4}, 0o555)}, 0o555)
    return entries


def _fixed(text: str) -> Node:
    return Node("fixed", 0o444, reader=lambda: text)


def _arp(namespace: Namespace) -> str:
    """Write /proc/net/arp."""
    lines = ["IP address       HW type     Flags       HW address            Mask     Device"]
    for neighbor in namespace.neighbors:
        flags = "0x2" if neighbor.mac else "0x0"
        mac = neighbor.mac or "00:00:00:00:00:00"
        lines.append(
            f"{neighbor.address!s:<16} 0x1         {flags}         {mac}     *        "
            f"{neighbor.device.name}"
        )
    return "\n".join(lines) + "\n"
