"""The network of `golden/tools`, emulated: a host, its router, two bridges, three containers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.loop import Loop
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.files import Files
from dockernet_lessons.embedded.userland.image_root import image_root
from dockernet_lessons.embedded.userland.machine import Machine
from dockernet_lessons.embedded.userland.process import Context, Process

START = 1_760_000_000.0
ALL = frozenset({"NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_PTRACE"})
PLAIN = frozenset({"NET_RAW"})
MACS = {
    "docker0": "02:42:6e:9b:97:52",
    "br-aaaabbbbcccc": "02:42:6e:9b:97:53",
    "A": "02:42:ac:11:00:02",
    "B": "02:42:ac:11:00:03",
    "C": "02:42:ac:12:00:02",
}


@dataclass
class Result:
    code: int | None
    out: str
    err: str


@dataclass
class Running:
    process: Process
    stdout: Pipe = field(default_factory=Pipe)
    stderr: Pipe = field(default_factory=Pipe)


class ToolLab:
    """Runs commands in any of the namespaces ``H``, ``R``, ``A``, ``B`` and ``C``."""

    def __init__(self) -> None:
        self.loop = Loop(START)
        self.fabric = Fabric(self.loop, random.Random(1))
        self.spaces: dict[str, Namespace] = {}
        for name in "HRABCX":
            space = self.spaces[name] = self.fabric.add_namespace(name)
            space.ipv6 = name in "HRX"
            if name in "ABC":
                space.loopback.ipv6 = False
                space.ping_group_range = (0, 2147483647)
            if name != "X":
                space.set_up(space.loopback)
        host = self.spaces["H"]
        self.machine = Machine(self.loop, self.fabric, random.Random(2), host, "dockerhost")
        self.contexts: dict[str, Context] = {}
        self._wire()

    def _wire(self) -> None:
        host, router = self.spaces["H"], self.spaces["R"]
        host.forwarding = True
        far, near = self.fabric.add_veth((router, "card0"), (host, "eth0"))
        for space, device, address in (
            (router, far, "10.0.2.2/24"),
            (host, near, "10.0.2.15/24"),
        ):
            self.address(space, device.name, address)
        host.set_up(near)
        router.set_up(far)
        self.run("H", "ip route add default via 10.0.2.2")
        for name, address in (("docker0", "172.17.0.1/16"), ("br-aaaabbbbcccc", "172.18.0.1/16")):
            bridge = self.fabric.add_bridge(host, name, mac=MACS[name])
            self.address(host, name, address)
            host.set_up(bridge)
        self._container("A", "veth1111111", "docker0", "172.17.0.2/16", "172.17.0.1")
        self._container("B", "veth2222222", "docker0", "172.17.0.3/16", "172.17.0.1")
        self._container("C", "veth3333333", "br-aaaabbbbcccc", "172.18.0.2/16", "172.18.0.1")
        self.loop.advance(START + 10)

    def _container(self, name: str, veth: str, bridge: str, address: str, gateway: str) -> None:
        space, host = self.spaces[name], self.spaces["H"]
        _, own = self.fabric.add_veth((host, veth), (space, "eth0"), macs=(None, MACS[name]))
        host.enslave(host.devices[veth], host.devices[bridge])
        host.set_up(host.devices[veth])
        self.address(space, "eth0", address)
        space.set_up(own)
        self.run(name, f"ip route add default via {gateway}")

    @staticmethod
    def address(space: Namespace, device: str, address: str) -> None:
        added = space.add_address(space.devices[device], address)
        added.broadcast = added.interface.network.broadcast_address

    def context(self, where: str, capabilities: frozenset[str] = ALL) -> Context:
        files = Files(image_root())
        files.write("/etc/hosts", "127.0.0.1\tlocalhost\n172.17.0.3\tfoo bar2\n172.18.0.2\tbar\n")
        files.write("/etc/resolv.conf", "")
        context = Context(self.spaces[where], files, "dockerhost", self.machine.pids, capabilities)
        return self.contexts.setdefault(where, context) if capabilities == ALL else context

    def start(self, where: str, command: str, capabilities: frozenset[str] = ALL) -> Running:
        stdout, stderr = Pipe(), Pipe()
        process = self.machine.scheduler.spawn(
            self.context(where, capabilities), command.split(), {}, stdout=stdout, stderr=stderr
        )
        return Running(process, stdout, stderr)

    def finish(self, running: Running, within: float = 600) -> Result:
        end = self.loop.now + within
        self.loop.settle()
        while running.process.exit_code is None:
            due = self.loop.next_time()
            if due is not None and due > end:
                break
            self.loop.advance(due if due is not None else end)
            if due is None:
                break
        out, err = running.stdout.take().decode(), running.stderr.take().decode()
        return Result(running.process.exit_code, out, err)

    def run(self, where: str, command: str, capabilities: frozenset[str] = ALL) -> Result:
        return self.finish(self.start(where, command, capabilities))
