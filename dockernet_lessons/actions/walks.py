"""Watch one ping: capture its packets, or trace them where the engine can, and tell their way."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from ipaddress import IPv4Address

from dockernet_lessons.actions import views
from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.actions.pings import Aim, Pace, Pinger
from dockernet_lessons.errors import CaptureFailed, ObserverRefused, WalkUnavailable
from dockernet_lessons.observe import firewall, forwarding, phrases
from dockernet_lessons.observe.capture import Capture, Spot
from dockernet_lessons.observe.engine import InspectedContainer
from dockernet_lessons.observe.ground import Ground, ground_of
from dockernet_lessons.observe.narration import Known, Narrator, Story
from dockernet_lessons.observe.observer import HOST, Request
from dockernet_lessons.observe.selection import select
from dockernet_lessons.observe.sightings import UNTOLD, Packet, Sighting
from dockernet_lessons.observe.walk import Hop
from dockernet_lessons.observe.wiring import Wiring
from dockernet_lessons.results import PingResult
from dockernet_lessons.walk import Scene, Walk

PACE = Pace(count=1, patience_s=2)
"""One echo request; what is not back after two seconds was dropped."""

Rule = Callable[[Packet], str | None]


def walk(context: LabContext, source: str, target: str, by: str) -> Walk:
    """Ping once and tell the way of every packet of it; see `Lab.walk`."""
    try:
        return Walker(context, source, target, by).walk()
    except ObserverRefused as error:
        raise WalkUnavailable(error.reason) from error


class Walker:
    """One ping, watched.

    Parameters
    ----------
    context
        The lab.
    source, target, by
        As for `Lab.walk`.
    """

    def __init__(self, context: LabContext, source: str, target: str, by: str) -> None:
        self._context = context
        self._source, self._target = source, target
        self._pinger = Pinger(context)
        self._aim: Aim = self._pinger.aim(source, target, by)

    def walk(self) -> Walk:
        """Watch the ping, and tell."""
        if self._aim.word is None:
            return self._told(Story(()), self._pinger.send(self._source, self._aim, PACE))
        ends = self._pinger.namespace_of(self._source), self._pinger.holder(self._aim, self._source)
        self._context.observer.read({HOST: Request("true")})  # a look would do without it
        pids = {c.name: c.pid for c in self._wiring.containers}
        ground = ground_of(self._wiring, *ends)
        before = self._known(ground, pids, forget=True)
        ping, sightings, rule = self._watch(ground, self._wiring.containers)
        after = self._known(ground, pids)
        chosen = select(sightings, ground, _address(ping))
        story = Narrator(ground, before, after, rule).tell(chosen)
        if ping.ok and (story.lost or not _complete(story)):
            raise CaptureFailed("the capture missed packets of a ping that was answered")
        return self._told(story, ping)

    @cached_property
    def _wiring(self) -> Wiring:
        """What a look showed before the packet was sent."""
        return views.look(self._context)

    def _watch(
        self, ground: Ground, containers: tuple[InspectedContainer, ...]
    ) -> tuple[PingResult, list[Sighting], Rule]:
        """Ping, and give what was seen and who can say which rule dropped a packet."""
        tracing = self._context.connection.tracing
        if tracing is not None:
            with tracing() as trace:
                ping = self._pinger.send(self._source, self._aim, PACE)
            names = {c.id: c.name for c in containers if c.name in ground.interfaces}
            return ping, trace.sightings(names), trace.dropping_rule
        before = self._rules()
        with Capture(self._context.observer, _spots(ground, containers)) as capture:
            ping = self._pinger.send(self._source, self._aim, PACE)
        rule = None if ping.ok else firewall.dropping_rule(before, self._rules())
        return ping, capture.sightings, lambda _: rule

    def _rules(self) -> dict[str, int]:
        printed = self._context.observer.read({"rules": Request(firewall.COMMAND)})
        return firewall.parse_counters(printed.get("rules", ""))

    def _known(self, ground: Ground, pids: dict[str, int], *, forget: bool = False) -> Known:
        """Read neighbor tables and FDBs; let the former forget the walk's ends before."""
        read = forwarding.NEIGHBORS
        requests: dict[str, Request] = {}
        for name in ground.interfaces:
            if forget:
                command = _forget(ground, name)
                requests[f"forget {name}"] = Request(command, pids.get(name, 0))
            requests[f"neighbors {name}"] = Request(read, pids.get(name, 0))
        for bridge in ground.bridges:
            requests[f"fdb {bridge}"] = Request(forwarding.FDB.format(bridge=bridge))
        printed = self._context.observer.read(requests)
        return Known(
            {
                name: forwarding.parse_neighbors(printed.get(f"neighbors {name}", ""))
                for name in ground.interfaces
            },
            {
                bridge: forwarding.parse_fdb(printed.get(f"fdb {bridge}", ""), bridge)
                for bridge in ground.bridges
            },
        )

    def _told(self, story: Story, ping: PingResult) -> Walk:
        hops = story.hops
        outcome = "delivered" if ping.ok else story.lost or ping.reason or "failed"
        if outcome == "unreachable" and not ping.transmitted:
            outcome = "no route"
            hops += (self._nothing_left(len(hops) + 1, ping),)
        scene = Scene(self._context.name, self._wiring)
        return Walk(self._source, self._target, hops, outcome, story.dropped_by, ping, scene)

    def _nothing_left(self, number: int, ping: PingResult) -> Hop:
        """Tell that the source's kernel had nowhere to send the packet to."""
        address = ping.address or self._aim.address
        return Hop(
            number, "echo request", self._pinger.namespace_of(self._source), "", "dropped",
            phrases.no_route(str(address)), UNTOLD, IPv4Address(address or 0),
        )  # fmt: skip


def _address(ping: PingResult) -> IPv4Address | None:
    return IPv4Address(ping.address) if ping.address else None


def _complete(story: Story) -> bool:
    """Tell whether an echo request and its reply were both seen to arrive."""
    arrived = {hop.packet for hop in story.hops if hop.action == "delivered"}
    return {"echo request", "echo reply"} <= arrived


def _forget(ground: Ground, namespace: str) -> str:
    """Write the command by which a namespace forgets the neighbors that the walk asks for."""
    if namespace != HOST:
        return "ip -4 neigh flush all"
    ends = {ground.source, ground.target} - {HOST}
    addresses = sorted(a for end in ends for a in ground.addresses(end) if not a.is_loopback)
    return "; ".join([*(f"ip neigh flush to {address}" for address in addresses), "true"])


def _spots(ground: Ground, containers: tuple[InspectedContainer, ...]) -> list[Spot]:
    """List where to listen: everywhere on the host, and at each interface of the two ends.

    tcpdump refuses an interface that is down.
    """
    pids = {container.name: container.pid for container in containers}
    inside = [
        Spot(name, pids[name], interface.name, interface.mac or "")
        for name, interfaces in ground.interfaces.items()
        if name != HOST
        for interface in interfaces
        if interface.state != "DOWN" and (interface.name != "lo" or name == ground.source)
    ]
    return [Spot(HOST, 0, "any", ""), *inside]
