"""What the kernel shows of processes and of itself: /proc/PID, /proc/uptime … (proc(5))."""

from __future__ import annotations

from functools import partial

from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.userland.files import Node
from dockernet_lessons.embedded.userland.kernel_files import (
    computed,
    fixed,
    folder,
    lazy,
    network_files,
    network_settings,
)
from dockernet_lessons.embedded.userland.process import Context, Process
from dockernet_lessons.embedded.userland.streams import Input

KERNEL_RELEASE = "6.1.0-emulated"
_VERSION = f"Linux version {KERNEL_RELEASE} (dockernet) #1 SMP PREEMPT_DYNAMIC\n"
_MOUNTS = (
    "overlay / overlay rw,relatime 0 0\n"
    "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n"
    "tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0\n"
    "devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666 0 0\n"
    "sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0\n"
    "mqueue /dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime 0 0\n"
    "shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0\n"
    "/dev/sda1 /etc/resolv.conf ext4 rw,relatime 0 0\n"
    "/dev/sda1 /etc/hostname ext4 rw,relatime 0 0\n"
    "/dev/sda1 /etc/hosts ext4 rw,relatime 0 0\n"
)
_CAPABILITY_BITS = {
    "CHOWN": 0, "DAC_OVERRIDE": 1, "DAC_READ_SEARCH": 2, "FOWNER": 3, "FSETID": 4, "KILL": 5,
    "SETGID": 6, "SETUID": 7, "SETPCAP": 8, "LINUX_IMMUTABLE": 9, "NET_BIND_SERVICE": 10,
    "NET_BROADCAST": 11, "NET_ADMIN": 12, "NET_RAW": 13, "IPC_LOCK": 14, "IPC_OWNER": 15,
    "SYS_MODULE": 16, "SYS_RAWIO": 17, "SYS_CHROOT": 18, "SYS_PTRACE": 19, "SYS_PACCT": 20,
    "SYS_ADMIN": 21, "SYS_BOOT": 22, "SYS_NICE": 23, "SYS_RESOURCE": 24, "SYS_TIME": 25,
    "SYS_TTY_CONFIG": 26, "MKNOD": 27, "LEASE": 28, "AUDIT_WRITE": 29, "AUDIT_CONTROL": 30,
    "SETFCAP": 31, "MAC_OVERRIDE": 32, "MAC_ADMIN": 33, "SYSLOG": 34, "WAKE_ALARM": 35,
    "BLOCK_SUSPEND": 36, "AUDIT_READ": 37, "PERFMON": 38, "BPF": 39, "CHECKPOINT_RESTORE": 40,
}  # fmt: skip
MEMORY = {
    "docker-init": (1020, 692), "sleep": (2500, 1380), "bash": (4188, 3328), "sh": (2592, 1720),
    "ping": (6788, 2600), "cat": (2480, 1456),
}  # fmt: skip
"""Virtual and resident KiB of a few programs, measured in the packed image on Debian 12."""

USUAL_MEMORY = (8104, 4384)


def proc(context: Context, viewer: Process | None) -> dict[str, Node]:
    """List /proc as a process sees it."""
    namespace = context.namespace if viewer is None else viewer.context.namespace
    entries = {
        str(number): lazy(partial(process_directory, process, number, viewer))
        for number, process in context.pids.processes.items()
    }
    entries |= {
        "mounts": Node("link", 0o777, target="self/mounts", size=0),
        "net": Node("link", 0o777, target="self/net", size=0),
        "sys": _settings(context, namespace),
        "version": fixed(_VERSION),
    }
    if viewer is not None:
        machine = viewer.machine
        own = viewer.inner_pid if viewer.context.pids is context.pids else viewer.pid
        entries["self"] = Node("link", 0o777, target=str(own), size=0)
        entries["uptime"] = computed(lambda: _uptime(machine.loop.now - machine.booted))
        entries["loadavg"] = computed(lambda: f"0.00 0.00 0.00 1/{len(entries)} {own}\n")
    return entries


def _uptime(seconds: float) -> str:
    return f"{seconds:.2f} {seconds * 1.9:.2f}\n"


def _settings(context: Context, namespace: Namespace) -> Node:
    kernel = {
        "hostname": fixed(f"{context.hostname}\n", 0o644),
        "osrelease": fixed(f"{KERNEL_RELEASE}\n"),
        "ostype": fixed("Linux\n"),
    }
    net = network_settings(namespace, writable=context.privileged)
    return folder({"kernel": folder(kernel), "net": net})


def process_directory(process: Process, number: int, viewer: Process | None) -> dict[str, Node]:
    """List /proc/PID of a process, as another or itself sees it."""
    arguments = "".join(f"{word}\0" for word in process.argv)
    variables = "".join(f"{name}={value}\0" for name, value in process.environment.items())
    return {
        "cmdline": fixed(arguments),
        "comm": fixed(f"{process.command}\n", 0o644),
        "cwd": Node("link", 0o777, target=process.workdir, size=0),
        "environ": fixed(variables, 0o400),
        "exe": Node("link", 0o777, target=f"/bin/{process.command}", size=0),
        "fd": _descriptors(process),
        "mounts": fixed(_MOUNTS),
        "net": network_files(process.context.namespace),
        "ns": _namespaces(process),
        "root": Node("link", 0o777, target="/", size=0),
        "status": fixed(_status(process, number, viewer)),
    }


def _descriptors(process: Process) -> Node:
    """Make /proc/PID/fd: links to what the three standard streams are."""
    streams = (process.stdin, process.stdout, process.stderr)
    return folder(
        {
            str(number): Node("link", 0o700, target=_open_on(process, stream), size=64)
            for number, stream in enumerate(streams)
        }
    )


def _open_on(process: Process, stream: object) -> str:
    if stream is None or isinstance(stream, Input):
        return "/dev/null"
    if process.terminal is not None and stream in (process.terminal, process.terminal_input):
        return "/dev/pts/0"
    return f"pipe:[{100_000 + process.pid}]"


def _namespaces(process: Process) -> Node:
    """Make /proc/PID/ns: links whose text is the namespace's number (namespaces(7))."""
    net = f"net:[{process.context.namespace.identifier}]"
    return folder({"net": Node("link", 0o777, target=net, size=0)})


def state_of(process: Process, viewer: Process | None) -> str:
    """Give the letter of a process's state: running, sleeping, frozen or stopped."""
    if process is viewer:
        return "R"
    if process.context.frozen:
        return "D"
    return "T" if process.stopped else "S"


_STATES = {"S": "sleeping", "T": "stopped", "D": "disk sleep", "R": "running"}


def _status(process: Process, number: int, viewer: Process | None) -> str:
    """Write /proc/PID/status, as far as lessons look at it."""
    virtual, resident = MEMORY.get(process.command, USUAL_MEMORY)
    state = state_of(process, viewer)
    granted = f"{sum(1 << _CAPABILITY_BITS[c] for c in process.context.capabilities):016x}"
    lines = {
        "Name": process.command,
        "Umask": "0022",
        "State": f"{state} ({_STATES[state]})",
        "Tgid": number,
        "Ngid": 0,
        "Pid": number,
        "PPid": process.parent_pid if viewer is None else process.seen_by(viewer)[1],
        "TracerPid": 0,
        "Uid": "0\t0\t0\t0",
        "Gid": "0\t0\t0\t0",
        "VmSize": f"{virtual:>8} kB",
        "VmRSS": f"{resident:>8} kB",
        "Threads": 1,
        "CapInh": f"{0:016x}",
        "CapPrm": granted,
        "CapEff": granted,
        "CapBnd": granted,
        "CapAmb": f"{0:016x}",
        "NoNewPrivs": 0,
    }
    return "".join(f"{name}:\t{value}\n" for name, value in lines.items())
