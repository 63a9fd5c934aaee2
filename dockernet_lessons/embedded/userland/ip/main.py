"""The command ``ip``: which object is meant, and the usage texts (ip(8), iproute2 6.1)."""

from __future__ import annotations

from collections.abc import Callable

from dockernet_lessons.embedded.loop import Steps
from dockernet_lessons.embedded.userland.ip import address, link, neighbor, netns, route, rule
from dockernet_lessons.embedded.userland.ip import words as w
from dockernet_lessons.embedded.userland.ip.words import Failure, Options, Words
from dockernet_lessons.embedded.userland.system import System

_VERSION = "ip utility, iproute2-6.1.0, libbpf 1.1.2\n"
_Object = Callable[[System, Options, Words], None]
_OBJECTS: dict[str, _Object] = {
    "address": address.run,
    "route": route.run,
    "neighbor": neighbor.run,
    "neighbour": neighbor.run,
    "link": link.run,
    "netns": netns.run,
    "rule": rule.run,
}
_NOT_HERE = (
    "addrlabel", "fou", "ila", "ioam", "l2tp", "macsec", "maddress", "monitor", "mptcp", "mroute",
    "mrule", "netconf", "nexthop", "ntable", "ntbl", "sr", "tap", "tcpmetrics",
    "token", "tunnel", "tuntap", "vrf", "xfrm", "amt",
)  # fmt: skip
_USAGE = """\
Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neighbour | netns | route | rule }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -j[son] | -p[retty] |
                    -f[amily] { inet | inet6 | link } | -4 | -6 | -br[ief] |
                    -o[neline] | -c[olor] }
"""
_HELP = {
    "address": """\
Usage: ip address {add|change|replace} ADDRESS[/LENGTH] dev DEVICE
                  [ broadcast ADDRESS ] [ label LABEL ] [ scope SCOPE ]
       ip address del ADDRESS/LENGTH dev DEVICE
       ip address flush SELECTION
       ip address [ show SELECTION ]
SELECTION := [ dev ] DEVICE | type { veth | bridge | bridge_slave } | master BRIDGE |
             nomaster | up | scope SCOPE | to PREFIX | label LABEL
SCOPE := { global | link | host }
""",
    "link": """\
Usage: ip link add [ name ] NAME [ address MAC ] [ mtu MTU ]
                   type { veth [ peer name NAME ] | bridge }
       ip link delete DEVICE
       ip link set DEVICE [ { up | down } ] [ name NAME ] [ address MAC ] [ mtu MTU ]
                          [ master BRIDGE | nomaster ]
       ip link [ show SELECTION ]
SELECTION := [ dev ] DEVICE | type { veth | bridge | bridge_slave } | master BRIDGE |
             nomaster | up
""",
    "neighbour": """\
Usage: ip neigh { add | replace } ADDRESS lladdr MAC dev DEVICE
       ip neigh del ADDRESS dev DEVICE
       ip neigh { show | flush } [ PREFIX ] [ dev DEVICE ] [ nud STATE ]
STATE := { permanent | reachable | stale | delay | probe | incomplete | failed | all }
""",
    "route": """\
Usage: ip route { list | flush } SELECTION
       ip route get ADDRESS [ from ADDRESS ] [ oif DEVICE ]
       ip route { add | append | change | replace | del } PREFIX
                [ via ADDRESS ] [ dev DEVICE ] [ src ADDRESS ] [ metric NUMBER ]
SELECTION := [ root | match | exact ] PREFIX | table { main | local | all } | dev DEVICE |
             proto { kernel | boot | static } | scope SCOPE | via ADDRESS | src ADDRESS
""",
}
_HELP |= {"netns": "Usage: ip netns [ list ]\n", "rule": "Usage: ip rule [ list ]\n"}
_HELP["neighbor"] = _HELP["neighbour"]


def main(system: System, argv: list[str]) -> Steps[int]:
    """Run ``ip``: addresses, links, routes and neighbors, as text or JSON."""
    try:
        return _run(system, argv[1:])
    except Failure as failure:
        system.err(failure.text + "\n")
        return failure.exit_code
    yield  # a program is a generator, even one that never waits


def _run(system: System, words: list[str]) -> int:
    options, words = w.read_options(words)
    if words and w.is_version(words[0]):
        system.out(_VERSION)
        return 0
    if not words or words[0] == "help":
        system.err(_USAGE)
        return w.USAGE_ERROR
    name = _object(words[0])
    if len(words) > 1 and words[1] == "help":
        system.err(_HELP[name])
        return w.USAGE_ERROR
    _OBJECTS[name](system, options, Words(words[1:]))
    return 0


def _object(word: str) -> str:
    """Find the object that a word abbreviates; ``a`` is address, ``r`` route, ``n`` neighbor."""
    for name in _OBJECTS:
        if w.abbreviates(word, name):
            return name
    if w.abbreviates(word, *_NOT_HERE):
        known = "address, link, neighbour, netns, route and rule"
        raise Failure(f'ip: "{word}" is not emulated here; {known} are', w.USAGE_ERROR)
    raise Failure(f'Object "{word}" is unknown, try "ip help".', w.FAILED)
