"""A machine with one container, for tests of its commands."""

import random

from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.loop import Loop
from dockernet_lessons.embedded.pipe import Pipe
from dockernet_lessons.embedded.userland.files import Files
from dockernet_lessons.embedded.userland.image_root import image_root, mount_kernel_files
from dockernet_lessons.embedded.userland.machine import Machine, PidNamespace
from dockernet_lessons.embedded.userland.process import Context
from dockernet_lessons.embedded.userland.scheduler import DEFAULT_PATH

HOSTS = (
    "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n"
    "ff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"
)
NAME = "bfcb7ff32d5f"
NOW = 1_795_525_760.0


class Box:
    """One container, whose first process may be ``sleep infinity``."""

    def __init__(self, *, first=(), privileged=False):
        self.loop = Loop(NOW)
        self.fabric = Fabric(self.loop, random.Random(0))
        self.host = self.fabric.add_namespace("host")
        source = random.Random(0)
        self.machine = Machine(self.loop, self.fabric, source, self.host, "dockerhost")
        self.namespace = self.fabric.add_namespace("box")
        self.namespace.set_up(self.namespace.loopback)
        self.files = Files(image_root())
        self.context = Context(
            self.namespace, self.files, NAME, PidNamespace(), privileged=privileged
        )
        mount_kernel_files(self.files, lambda: self.context)
        self.files.mount("/etc/hosts", lambda: HOSTS)
        self.files.mount("/etc/resolv.conf", lambda: "nameserver 10.255.255.53\n")
        self.files.mount("/etc/hostname", lambda: f"{NAME}\n")
        if first:
            self.start(*first)
            self.loop.now += 600

    def start(self, *argv, stdin=None, stdout=None, stderr=None, **options):
        """Start a command; its streams are the process's."""
        out = Pipe() if stdout is None else stdout
        variables = {"PATH": DEFAULT_PATH, "HOSTNAME": NAME, "HOME": "/root"}
        process = self.machine.scheduler.spawn(
            self.context, list(argv), variables, stdin=stdin, stdout=out,
            stderr=out if stderr is None else stderr, **options,
        )  # fmt: skip
        self.loop.settle()
        return process

    def finish(self, process, limit=3600.0):
        """Let time pass until a process has ended."""
        end = self.loop.now + limit
        self.loop.settle()
        while process.running and self.loop.now < end:
            when = self.loop.next_time()
            assert when is not None, "nothing will ever happen again"
            self.loop.advance(when)
        if process.task is not None:
            process.task.result()
        return process.exit_code

    def run(self, *argv, stdin=b"", **options):
        """Run a command to its end; what it printed, and its exit code."""
        given = Pipe()
        given.write(stdin)
        given.close()
        process = self.start(*argv, stdin=given, **options)
        code = self.finish(process)
        return process.stdout.take().decode("utf-8", "surrogateescape"), code

    def sh(self, script, shell="sh", **options):
        """Run a script."""
        return self.run(shell, "-c", script, **options)
