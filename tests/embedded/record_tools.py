"""Record what the real tools print in namespaces wired like `tool_lab`: ``golden/tools/*.txt``.

Needs root, and iproute2 6.1, iputils 20221126, traceroute 2.1.2, tcpdump 4.99.3 and iptables 1.8.9,
as Debian 12 has them:  python tests/embedded/record_tools.py
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

import tool_commands as commands

GOLDEN = Path(__file__).parent / "golden" / "tools"
PREFIX = "dntool"
WIRING = """
ip link add eth0 netns {H} type veth peer name card0 netns {R}
ip -n {R} addr add 10.0.2.2/24 brd + dev card0
ip -n {R} link set card0 up
ip -n {H} addr add 10.0.2.15/24 brd + dev eth0
ip -n {H} link set eth0 up
ip -n {H} route add default via 10.0.2.2
ip -n {H} link add docker0 address 02:42:6e:9b:97:52 type bridge
ip -n {H} addr add 172.17.0.1/16 brd + dev docker0
ip -n {H} link set docker0 up
ip -n {H} link add br-aaaabbbbcccc address 02:42:6e:9b:97:53 type bridge
ip -n {H} addr add 172.18.0.1/16 brd + dev br-aaaabbbbcccc
ip -n {H} link set br-aaaabbbbcccc up
"""
STATION = """
ip link add {veth} netns {H} type veth peer name eth0 netns {own}
ip -n {own} link set eth0 address {mac}
ip -n {H} link set {veth} master {bridge} up
ip -n {own} addr add {address} brd + dev eth0
ip -n {own} link set eth0 up
ip -n {own} route add default via {gateway}
"""
STATIONS = (
    ("A", "veth1111111", "docker0", "172.17.0.2/16", "172.17.0.1", "02:42:ac:11:00:02"),
    ("B", "veth2222222", "docker0", "172.17.0.3/16", "172.17.0.1", "02:42:ac:11:00:03"),
    ("C", "veth3333333", "br-aaaabbbbcccc", "172.18.0.2/16", "172.18.0.1", "02:42:ac:12:00:02"),
)
NAMES = {name: PREFIX + name for name in "HRABCX"}
FILES = {
    "/etc/hosts": "127.0.0.1\tlocalhost\n172.17.0.3\tfoo bar2\n172.18.0.2\tbar\n",
    "/etc/resolv.conf": "",
}


def sh(text: str) -> None:
    for line in text.strip().splitlines():
        subprocess.run(line.split(), check=True)


def build() -> None:
    for name in NAMES.values():
        sh(f"ip netns add {name}")
    for name in "HRABC":
        sh(f"ip -n {NAMES[name]} link set lo up")
    for name in "ABC":
        inside = f"ip netns exec {NAMES[name]} sysctl -qw net."
        sh(f"{inside}ipv6.conf.all.disable_ipv6=1\n{inside}ipv6.conf.default.disable_ipv6=1")
        subprocess.run([*f"{inside}ipv4.ping_group_range=0".split()[:-1],
                        "net.ipv4.ping_group_range=0 2147483647"], check=True)  # fmt: skip
    sh(f"ip netns exec {NAMES['H']} sysctl -qw net.ipv4.ip_forward=1")
    sh(WIRING.format(**NAMES))
    for name, veth, bridge, address, gateway, mac in STATIONS:
        sh(STATION.format(
            H=NAMES["H"], own=NAMES[name], veth=veth, bridge=bridge, address=address,
            gateway=gateway, mac=mac,
        ))  # fmt: skip
    time.sleep(3)


def remove() -> None:
    for name in NAMES.values():
        subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)


def argv(where: str, command: list[str], folder: Path) -> list[str]:
    binds = " && ".join(f"mount --bind {folder / path.strip('/').replace('/', '_')} {path}"
                        for path in FILES)  # fmt: skip
    net = f"/run/netns/{NAMES[where]}"
    return [
        "unshare",
        "-m",
        "sh",
        "-c",
        f'{binds} && exec nsenter --net={net} "$@"',
        "sh",
        *command,
    ]


def run(line: str, folder: Path) -> str:
    where, *command = line.split()
    done = subprocess.run(argv(where, command, folder), capture_output=True, text=True)
    return f"### {line}\n{done.stdout}--- {done.returncode}\n{done.stderr}"


def record(name: str, lines: list[str], folder: Path, pause: float = 0.0) -> None:
    texts = []
    for line in lines:
        texts.append(run(line, folder))
        time.sleep(pause)
    (GOLDEN / f"{name}.txt").write_text("".join(texts))


def capture(folder: Path) -> None:
    running = {
        name: subprocess.Popen(argv("H", command.split(), folder), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for name, command in commands.CAPTURES.items()
    }  # fmt: skip
    time.sleep(2)
    for line in commands.CAPTURED:
        run(line, folder)
        time.sleep(0.3)
    texts = []
    for name, process in running.items():
        process.send_signal(2)
        out, err = process.communicate(timeout=10)
        command = commands.CAPTURES[name]
        texts.append(f"### H {command}\n{out}--- {process.returncode}\n{err}")
    (GOLDEN / "captures.txt").write_text("".join(texts))


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    for path, text in FILES.items():
        (folder / path.strip("/").replace("/", "_")).write_text(text)
    remove()
    build()
    try:
        record("show", commands.SHOW, folder)
        record("errors", commands.ERRORS, folder)
        record("changes", commands.CHANGES, folder)
        capture(folder)
        record("pings", commands.PINGS, folder, pause=0.5)
        for rule in commands.RULES:
            run(f"H {rule}", folder)
        record("firewall", commands.FIREWALL, folder)
    finally:
        remove()


if __name__ == "__main__":
    main()
