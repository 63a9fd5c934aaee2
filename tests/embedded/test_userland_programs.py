"""The small programs, against what the real ones printed in the packed image."""

import gc
import json
import re
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from userland_box import Box

from dockernet_lessons.embedded import adapter
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.image_root import COMMANDS
from dockernet_lessons.embedded.userland.process import (
    CommandNotFound,
    NotExecutable,
    TooManyProcesses,
)
from dockernet_lessons.embedded.userland.programs import PROGRAMS
from dockernet_lessons.embedded.userland.scheduler import MAX_PROCESSES
from dockernet_lessons.image import contents

GOLDEN = json.loads((Path(__file__).parent / "golden/userland/programs.json").read_text())


@pytest.mark.parametrize(("command", "text", "code"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_a_command_prints_what_it_prints_in_a_real_container(command, text, code):
    printed, exit_code = Box(first=("sleep", "infinity")).sh(command)
    assert (re.sub(r"Nov 24 \d\d:\d\d", "DATE", printed), exit_code) == (text, code)


def test_the_commands_are_those_of_the_lesson_image():
    assert set(COMMANDS) == set(contents.COMMANDS) == set(PROGRAMS)


_LAZY = """
import sys
import dockernet_lessons.embedded.engine
from userland_box import Box

home = "dockernet_lessons.embedded.userland"
before = [name for name in ("traceroute", "shell.main", "grep") if f"{home}.{name}" in sys.modules]
printed, code = Box(first=("sleep", "infinity")).sh("traceroute -n -m 1 127.0.0.1; nonsuch")
print(before, code, f"{home}.traceroute" in sys.modules, f"{home}.grep" in sys.modules, printed)
"""


def test_a_program_is_imported_when_it_is_first_run():
    done = subprocess.run(
        [sys.executable, "-c", _LAZY], cwd=Path(__file__).parent, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.startswith("[] 127 True False traceroute to 127.0.0.1"), done.stderr
    assert "nonsuch: not found" in done.stdout


PS = {
    "ps": (
        "    PID TTY          TIME CMD\n"
        "      1 ?        00:00:00 sleep\n"
        "      7 ?        00:00:00 ps\n"
    ),
    "ps -p 1": "    PID TTY          TIME CMD\n      1 ?        00:00:00 sleep\n",
    "ps 1": "    PID TTY      STAT   TIME COMMAND\n      1 ?        Ss     0:00 sleep infinity\n",
    "ps -C sleep -o pid=": "      1\n",
    "ps axo pid:9,comm=NAME": "      PID NAME\n        1 sleep\n        7 ps\n",
    "ps -eo pid,ppid,user,stat,time,comm": (
        "    PID    PPID USER     STAT     TIME COMMAND\n"
        "      1       0 root     Ss   00:00:00 sleep\n"
        "      7       0 root     Rs   00:00:00 ps\n"
    ),
    "ps -l": (
        "F S   UID     PID    PPID  C PRI  NI ADDR SZ WCHAN  TTY          TIME CMD\n"
        "4 S     0       1       0  0  80   0 -   625 do_sys ?        00:00:00 sleep\n"
        "4 R     0       7       0  0  80   0 -  2026 -      ?        00:00:00 ps\n"
    ),
    "ps aux --sort=-pid --no-headers": (
        "root           7  0.0  0.0   8104  4384 ?        Rs   13:19   0:00 "
        "ps aux --sort=-pid --no-headers\n"
        "root           1  0.0  0.0   2500  1380 ?        Ss   13:09   0:00 sleep infinity\n"
    ),
    "ps -ef": (
        "UID          PID    PPID  C STIME TTY          TIME CMD\n"
        "root           1       0  0 13:09 ?        00:00:00 sleep infinity\n"
        "root           7       0  0 13:19 ?        00:00:00 ps -ef\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", PS)
def test_ps(command):
    assert Box(first=("sleep", "infinity")).run(*command.split()) == (PS[command], 0)


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("ps -Q", "unsupported SysV option"),
        ("ps --foo", "unknown gnu long option"),
        ("ps -o foo", 'unknown user-defined format specifier "foo"'),
        ("ps -o", "format specification must follow -o"),
        ("ps -p", "list of process IDs must follow -p"),
        ("ps Z", "unsupported option (BSD syntax)"),
    ],
)
def test_ps_complains(command, complaint):
    text, code = Box().run(*command.split())
    assert text.startswith(f"error: {complaint}\n\nUsage:\n")
    assert code == 1


@pytest.mark.parametrize("command", ["ps u", "ps a", "ps l", "ps -p 99", "ps -t pts/0"])
def test_ps_fails_when_there_is_nothing_to_show(command):
    text, code = Box(first=("sleep", "infinity")).run(*command.split())
    assert text.count("\n") == 1
    assert code == 1


def test_ps_shows_every_column():
    text, code = Box(first=("sleep", "infinity")).sh(
        "ps -o pid,lstart,etime,etimes,rss,vsz,pcpu,pmem,nlwp,ni,pri,tty,uid,gid,cmd,ucmd,start,"
        "stime,wchan,state,s,pgid,sid -p 1 -u root -U 0 -w; ps -F; ps -j; ps -T; ps -V; ps --help"
        "; ps -d; ps axl; ps auxww; ps e x h; ps --ppid 0 --format pid --forest; ps k pid x"
    )
    assert code == 0
    assert " 10:00     600  1380   2500  0.0  0.0    1   0  19 ?            0     0 " in text


def signals_of(process, *numbers):
    for number in numbers:
        process.signal(number)
    return process.exit_code


def test_signals_of_the_first_process_and_of_others():
    box = Box()
    first = box.start("sleep", "infinity")
    other = box.start("sleep", "infinity")
    assert (first.inner_pid, other.inner_pid) == (1, 7)
    assert signals_of(first, 15, 2, 1) is None
    assert signals_of(other, 28, 15) == 143
    assert signals_of(first, 9) == 137


def test_the_end_of_the_first_process_ends_all():
    box = Box()
    first, other = box.start("sleep", "1"), box.start("sleep", "infinity")
    box.finish(first)
    assert (first.exit_code, other.exit_code) == (0, 137)


def test_an_init_passes_signals_on_and_ends_with_its_child():
    box = Box()
    process = box.start("sleep", "infinity", init=True)
    assert process.argv == ["/sbin/docker-init", "--", "sleep", "infinity"]
    process.signal(15)
    box.loop.settle()
    assert process.exit_code == 143


def test_an_ended_process_leaves_no_garbage():
    box = Box(first=("sleep", "infinity"))
    box.context.capabilities = frozenset(("NET_RAW",))
    process = box.start("ping", "-c", "1", "127.0.0.1")
    assert box.finish(process) == 0
    left = weakref.ref(process)
    gc.disable()
    try:
        del process
        assert left() is None
    finally:
        gc.enable()


def test_stopped_and_frozen_processes_wait():
    box = Box(first=("sleep", "infinity"))
    process = box.start("sh", "-c", "sleep 1; echo x")
    process.signal(19)
    box.machine.freeze(box.context)
    box.loop.advance(box.loop.now + 10)
    assert box.context.frozen
    assert process.running
    box.machine.thaw(box.context)
    process.signal(18)
    box.finish(process)
    assert process.stdout.take() == b"x\n"


def test_traps_and_waits():
    box = Box()
    process = box.start("sh", "-c", "trap 'echo bye; exit 3' TERM; sleep infinity & wait")
    process.signal(15)
    assert box.finish(process) == 3
    assert process.stdout.take() == b"bye\n"


@pytest.mark.parametrize(
    ("argv", "error"), [(["foo"], CommandNotFound), (["/etc/passwd"], NotExecutable),
                        (["/etc"], NotExecutable), (["/foo"], CommandNotFound),
                        ([""], CommandNotFound)],
)  # fmt: skip
def test_what_cannot_be_run(argv, error):
    with pytest.raises(error):
        Box().start(*argv)


def test_a_container_runs_so_many_processes_and_no_more():
    box = Box()
    for _ in range(MAX_PROCESSES):
        box.start("sleep", "infinity")
    with pytest.raises(TooManyProcesses):
        box.start("sleep", "infinity")


FILES = {
    "cat /proc/sys/net/ipv4/ip_forward": "0\n",
    "echo 1 > /proc/sys/net/ipv4/ip_forward": (
        "sh: 1: cannot create /proc/sys/net/ipv4/ip_forward: Read-only file system\n"
    ),
    "echo > /proc/foo": "sh: 1: cannot create /proc/foo: Directory nonexistent\n",
    "echo > /sys/foo": "sh: 1: cannot create /sys/foo: Read-only file system\n",
    "cat /proc/self/cmdline": "cat\0/proc/self/cmdline\0",
    "cat /proc/1/comm /sys/class/net/lo/mtu /sys/class/net/lo/operstate": "sleep\n65536\nunknown\n",
    "cat /sys/class/net/lo/speed": "cat: /sys/class/net/lo/speed: Invalid argument\n",
    "ls /sys/class/net /proc/sys/net/ipv4/conf": (
        "/proc/sys/net/ipv4/conf:\nall\ndefault\nlo\n\n/sys/class/net:\nlo\n"
    ),
    "cat /proc/net/arp": (
        "IP address       HW type     Flags       HW address            Mask     Device\n"
    ),
    "cat /proc/uptime": "5600.00 10640.00\n",
    "cat /sys/class/net/lo/statistics/rx_bytes /sys/class/net/lo/carrier": "0\n1\n",
    "cat /proc/sys/kernel/hostname /proc/sys/net/ipv6/conf/lo/disable_ipv6": "bfcb7ff32d5f\n0\n",
    "cd /tmp; echo a > f; echo b >> f; cat f ../tmp/f < f; wc -c < f": "a\nb\na\nb\n4\n",
    "exec 3>/tmp/x; echo a >&3; echo b >&3; cat /tmp/x": "a\nb\n",
    "echo a > /dev/null; echo b > /dev/stderr 2>/dev/stdout; cat < /dev/null": "b\n",
    "cat /etc/passwd/ /etc/nope; cd /nope": (
        "cat: /etc/passwd/: Not a directory\ncat: /etc/nope: No such file or directory\n"
        "sh: 1: cd: can't cd to /nope\n"
    ),
    "head -c 3 /proc/version; echo; grep CapEff /proc/1/status": (
        "Lin\nCapEff:\t0000000000000000\n"
    ),
}


@pytest.mark.parametrize("script", FILES)
def test_files_of_the_kernel_and_of_the_container(script):
    assert Box(first=("sleep", "infinity")).sh(script)[0] == FILES[script]


def test_a_privileged_container_may_route():
    box = Box(privileged=True)
    script = "f=/proc/sys/net/ipv4/ip_forward; echo 1 > $f; cat $f; echo no > $f"
    assert box.sh(script) == ("1\nsh: 1: echo: echo: I/O error\n", 1)
    assert box.namespace.forwarding


def test_devices_of_a_network_in_proc_and_sys():
    box = Box(first=("sleep", "infinity"))
    inner, outer = box.fabric.add_veth((box.namespace, "eth0"), (box.host, "veth1"))
    box.namespace.add_address(inner, "172.17.0.2/16")
    box.namespace.set_up(inner)
    box.host.set_up(outer)
    text, _ = box.sh("cat /proc/net/route /proc/net/dev /sys/class/net/eth0/iflink; hostname -I")
    assert "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0" in text
    assert text.endswith(f"\n{outer.ifindex}\n172.17.0.2 \n")
    assert box.sh("cd /sys/class/net/eth0; cat speed duplex uevent type ../eth0/flags")[0] == (
        "10000\nfull\nINTERFACE=eth0\nIFINDEX=2\n1\n0x1003\n"
    )


class Terminal(Pipe):
    size = (24, 40)


def test_ls_at_a_terminal_uses_columns():
    screen = Terminal()
    box = Box()
    box.finish(box.start("ls", "/", stdin=Pipe(), stdout=screen, tty=True))
    assert screen.take() == (b"bin  etc  lib64  root  sys  usr\ndev  lib  proc   run   tmp  var\n")


def test_getent_and_hostname():
    box = Box(first=("sleep", "infinity"))
    six = "::1             localhost ip6-localhost ip6-loopback\n"
    assert box.run("getent", "hosts", "localhost") == (six, 0)
    kinds = (("STREAM", "localhost"), ("DGRAM", ""), ("RAW", ""))
    shown = "".join(f"127.0.0.1       {kind:<6} {name}\n" for kind, name in kinds)
    assert box.run("getent", "ahosts", "localhost") == (shown, 0)
    assert box.run("getent", "passwd", "root") == ("root:x:0:0:root:/root:/bin/bash\n", 0)
    assert box.run("getent", "hosts", "nope") == ("", 2)
    assert box.run("hostname") == ("bfcb7ff32d5f\n", 0)
    assert box.run("hostname", "-i") == ("hostname: Temporary failure in name resolution\n", 1)


def test_ps_in_the_hosts_pid_namespace_shows_the_hosts_numbers():
    """As Engine 28.5 does it; who lost its parent is the child of its namespace's first process."""
    client = adapter.client("modern")
    alone = client.containers.run("xmtubuntu", "sleep 1001", detach=True)
    seeing = client.containers.run("xmtubuntu", "sleep 1002", detach=True, pid_mode="host")
    alone.exec_run(["sh", "-c", "sleep 1003 & sleep 0.1"])
    alone.exec_run(["sh", "-c", "sleep 1004; true"], detach=True)
    first, own = (client.api.inspect_container(c.id)["State"]["Pid"] for c in (alone, seeing))
    printed = seeing.exec_run("ps -eo pid,ppid,args").output.decode()
    rows = [line.split(None, 2) for line in printed.splitlines() if "sleep" in line]
    seen = {text: (int(number), int(parent)) for number, parent, text in rows}
    assert seen["sleep 1001"] == (first, first - 1)
    assert seen["sleep 1002"] == (own, own - 1)
    assert seen["sleep 1003"][1] == first
    assert seen["sh -c sleep 1004; true"][1] == first - 1
    assert seen["sleep 1004"][1] == seen["sh -c sleep 1004; true"][0]
    top = {row[-1]: (int(row[1]), int(row[2])) for row in alone.top()["Processes"]}
    assert top == {text: seen[text] for text in top}
    assert len(top) == 4
    inside = alone.exec_run("ps -eo pid,ppid,args").output.decode()
    assert "      1       0 sleep 1001\n" in inside
    told = seeing.exec_run(["ps", "-o", "args", "-p", str(first)]).output
    assert told == b"COMMAND\nsleep 1001\n"


SYSFS = """cd /sys/class/net; v=$(ls docker0/brif); echo ${#v}
test 8000.$(cat docker0/address) != "$(cat docker0/bridge/bridge_id)"; echo $?
test $(cat $v/master/ifindex) = $(cat docker0/ifindex); echo $?
test $(cat docker0/brif/$v/../ifindex) = $(cat $v/ifindex); echo $?
cat docker0/brif/$v/state docker0/speed docker0/duplex docker0/carrier
cat $v/speed $v/duplex $v/carrier docker0/statistics/rx_errors"""


def test_a_bridge_and_its_port_in_sys():
    """What it prints on Engine 20.10, on Linux 6."""
    client = adapter.client("classic")
    client.containers.run("xmtubuntu", "sleep 1000", detach=True)
    seeing = client.containers.run("xmtubuntu", "sleep 1000", detach=True, network_mode="host")
    printed = seeing.exec_run(["sh", "-c", SYSFS]).output.decode().split("\n")
    assert printed == ["11", "0", "0", "0", "3", "10000", "unknown", "1", "10000", "full", "1",
                       "0", ""]  # fmt: skip
