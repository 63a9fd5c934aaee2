"""The files of the emulated lesson image, as the packed one has them.

Measured in a container of the image packed on Debian 12, on Engine 20.10.24.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from dockernet_lessons.embedded.userland import kernel_files, process_files
from dockernet_lessons.embedded.userland.files import Files, Node, directory
from dockernet_lessons.embedded.userland.process import Context, Process
from dockernet_lessons.embedded.userland.streams import WriteError

_SIZES = {
    "bash": 1_265_648, "sh": 125_640, "cat": 44_016, "ls": 151_344, "sleep": 43_888,
    "echo": 43_856, "head": 48_080, "wc": 52_280, "env": 48_536, "timeout": 48_632,
    "grep": 203_152, "ps": 146_360, "hostname": 22_680, "getent": 36_320, "ip": 691_016,
    "bridge": 156_200, "ping": 90_568, "traceroute": 72_944, "tcpdump": 1_269_784,
    "iptables": 228_512, "nsenter": 35_368,
}  # fmt: skip
COMMANDS = tuple(_SIZES)
"""Every command of the lesson image."""

_LIBRARIES = {
    "libbpf.so.1": 358_880, "libbsd.so.0": 84_840, "libc.so.6": 1_926_232, "libcap.so.2": 47_288,
    "libcrypto.so.3": 4_734_232, "libdbus-1.so.3": 346_264, "libelf.so.1": 109_088,
    "libgcrypt.so.20": 1_332_480, "libgpg-error.so.0": 157_768, "libidn2.so.0": 198_776,
    "liblz4.so.1": 149_952, "liblzma.so.5": 190_456, "libm.so.6": 911_904, "libmd.so.0": 47_312,
    "libmnl.so.0": 26_616, "libnetfilter_conntrack.so.3": 120_288, "libnfnetlink.so.0": 34_224,
    "libnftnl.so.11": 207_448, "libnss_dns.so.2": 14_400, "libnss_files.so.2": 14_400,
    "libpcap.so.0.8": 306_584, "libpcre2-8.so.0": 629_384, "libproc2.so.0": 203_272,
    "libselinux.so.1": 174_312, "libsystemd.so.0": 844_736, "libtinfo.so.6": 204_088,
    "libunistring.so.2": 1_792_040, "libxtables.so.12": 67_504, "libz.so.1": 121_280,
    "libzstd.so.1": 763_816,
}  # fmt: skip
_LOADER = 215_000
_TEXTS = {
    "group": "root:x:0:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "os-release": 'ID=xmtubuntu\nPRETTY_NAME="xmtubuntu, packed from this machine\'s tools"\n',
    "passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/sh\n",
}
_DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
_DEVICE_LINKS = {
    "fd": "/proc/self/fd", "ptmx": "pts/ptmx", "stderr": "/proc/self/fd/2",
    "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1",
}  # fmt: skip
_PACKED = 0.0
"""What the packed files' modification time is: the beginning of 1970."""


def image_root() -> Node:
    """Make a fresh tree of the image's directories; each container gets its own."""
    return directory(
        {
            ".dockerenv": Node("file", 0o755),
            "bin": directory(_programs()),
            "dev": _devices(),
            "etc": directory(_texts()),
            "lib": directory({"x86_64-linux-gnu": directory(_libraries())}),
            "lib64": directory({"ld-linux-x86-64.so.2": _binary(_LOADER)}),
            "proc": directory(),
            "root": _packed_directory(),
            "run": _packed_directory(),
            "sys": directory(),
            "tmp": _packed_directory(mode=0o1777),
            "usr": directory(
                {"lib": directory({"x86_64-linux-gnu": directory({"xtables": directory()})})}
            ),
            "var": directory({"run": _packed_directory()}),
        }
    )


@cache
def _programs() -> dict[str, Node]:
    return {
        name: Node("file", 0o755, program=name, size=size, modified=_PACKED, shared=True)
        for name, size in _SIZES.items()
    }


@cache
def _libraries() -> dict[str, Node]:
    return {name: _binary(size) for name, size in _LIBRARIES.items()}


@cache
def _texts() -> dict[str, Node]:
    packed = {
        name: Node("file", data=text.encode(), modified=_PACKED, shared=True)
        for name, text in _TEXTS.items()
    }
    return {**packed, "mtab": Node("link", 0o777, target="/proc/mounts")}


def _binary(size: int) -> Node:
    data = b"\x7fELF\x02\x01\x01"
    return Node("file", 0o755, size=size, modified=_PACKED, data=data, shared=True)


def _packed_directory(mode: int = 0o755) -> Node:
    made = directory(mode=mode)
    made.modified = _PACKED
    return made


@cache
def _device_files() -> dict[str, Node]:
    entries = {name: Node("device", 0o666, size=0, writer=_discard) for name in _DEVICES}
    entries["full"].writer = _refuse
    return entries | {name: Node("link", 0o777, target=to) for name, to in _DEVICE_LINKS.items()}


def _discard(_: str) -> None:
    """Write to /dev/null or another device that takes everything."""


def _refuse(_: str) -> None:
    """Write to /dev/full (full(4))."""
    raise WriteError("No space left on device")


def _devices() -> Node:
    """Make /dev as runc does."""
    entries = dict(_device_files())
    for name, mode, size in (("mqueue", 0o1777, 40), ("pts", 0o755, 0), ("shm", 0o1777, 40)):
        entries[name] = directory(mode=mode)
        entries[name].size = size
    made = directory(entries)
    made.size = 320
    return made


def mount_kernel_files(files: Files, context: Callable[[], Context]) -> None:
    """Put /proc and /sys into a tree: what the kernel tells of a container's namespaces.

    Parameters
    ----------
    context
        Gives the container's context when a file is read.
    """

    def proc(viewer: Process | None) -> dict[str, Node]:
        return process_files.proc(context(), viewer)

    def class_net(viewer: Process | None) -> dict[str, Node]:
        return kernel_files.class_net(context().namespace)

    def devices(viewer: Process | None) -> dict[str, Node]:
        return kernel_files.devices_net(context().namespace)

    def computed(lister: Callable[[Process | None], dict[str, Node]]) -> Node:
        return Node("directory", 0o555, lister=lister, size=0)

    files.root.entries["proc"] = computed(proc)
    files.root.entries["sys"] = kernel_files.folder(
        {
            "class": kernel_files.folder({"net": computed(class_net)}),
            "devices": computed(devices),
        }
    )
