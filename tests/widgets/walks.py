"""Walks to play, written by hand on a bench's wiring."""

from ipaddress import IPv4Address

from wirings import Bench

from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.widgets.display import StaticForm
from dockernet_lessons.widgets.walk import WalkPlayer

BENCH = Bench().run("ubuntu1").run("ubuntu2").run("ubuntu3")
WIRING = BENCH.wiring()
VETH = {pair.container: pair.outside.name for pair in WIRING.pairs}
MACS = {pair.container: pair.inside.mac for pair in WIRING.pairs}
A, B = IPv4Address("172.17.0.2"), IPv4Address("172.17.0.3")

STEPS = [
    ("DNS query", "ubuntu1", "lo", "sent", "who is ubuntu2?"),
    ("ARP request", "ubuntu1", "eth0", "sent", "who has 172.17.0.3?"),
    ("ARP request", "host", VETH["ubuntu1"], "in", "the other end is ubuntu1's eth0"),
    ("ARP request", "host", "docker0", "learned", "docker0's FDB: <b> is behind it"),
    ("ARP request", "host", "docker0", "flooded", "a broadcast"),
    ("ARP request", "host", VETH["ubuntu2"], "out", "the other end is ubuntu2's eth0"),
    ("ARP request", "ubuntu2", "eth0", "delivered", "172.17.0.3 is here"),
    ("ARP request", "host", VETH["ubuntu3"], "out", "the other end is ubuntu3's eth0"),
    ("echo request", "ubuntu1", "eth0", "sent", "to 172.17.0.3"),
    ("echo request", "host", VETH["ubuntu1"], "in", "the other end is ubuntu1's eth0"),
    ("echo request", "host", "docker0", "dropped", "by the rule -A FORWARD -j DROP"),
]
HOPS = [
    Hop(
        number, packet, namespace, interface, action, detail, A, B, MACS["ubuntu1"],
        "ff:ff:ff:ff:ff:ff", None if packet.startswith("ARP") else 64,
    )
    for number, (packet, namespace, interface, action, detail) in enumerate(STEPS, 1)
]  # fmt: skip


def player(hops=HOPS):
    form = StaticForm({"text/plain": "the walk"})
    return WalkPlayer("<lab>", WIRING, hops, "ubuntu1 → ubuntu2: dropped", lambda: form)
