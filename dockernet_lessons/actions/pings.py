"""Ping between the nodes of a lab, and never anything else."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import AddressValueError, IPv4Address

from dockernet_lessons.actions.commands import NOT_STARTED
from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import AddressOutsideLab, BadArgument
from dockernet_lessons.observe import names, ping
from dockernet_lessons.observe.engine import Container
from dockernet_lessons.observe.for_each import script_for_each, split_sections
from dockernet_lessons.observe.observer import HOST, Heard, exec_in
from dockernet_lessons.results import CommandResult, PingResult

MATRIX_INTERVAL_S = 0.05
MATRIX_PATIENCE_S = 1
Row = dict[str, PingResult]


@dataclass(frozen=True)
class Aim:
    """What a ping is sent to.

    Attributes
    ----------
    target
        The target as asked for.
    word
        The address or name that ping is given; None where nothing may be sent.
    address
        The address it leads to; None if there is none, or none yet.
    reason, error
        Why nothing may be sent (see `results.PingResult`).
    lookup
        How the source looked a name up.
    """

    target: str
    word: str | None
    address: str | None = None
    reason: str = ""
    error: str = ""
    lookup: CommandResult | None = None


@dataclass(frozen=True)
class Pace:
    """How a ping is sent: number of requests, seconds between them, seconds of patience."""

    count: int = 3
    interval_s: float = ping.INTERVAL_S
    patience_s: int = ping.PATIENCE_S


class Pinger:
    """The lab's nodes and addresses as they are now, and the pings between them.

    Parameters
    ----------
    context
        The lab. Its containers are listed once, here; its networks once, when they matter.
    heard
        Called with the command of a single ping as one would type it, then with every line that
        ping prints, as soon as it does.
    """

    def __init__(self, context: LabContext, heard: Heard | None = None) -> None:
        self._context = context
        self._heard = heard
        self._nodes = {container.name: container for container in context.containers()}

    @cached_property
    def _bridges(self) -> set[IPv4Address]:
        """The addresses of the lab's networks on the host."""
        return {n.gateway for n in self._context.lab_networks() if n.gateway is not None}

    def ping(self, source: str, target: str, by: str, pace: Pace) -> PingResult:
        """Ping once; see `Lab.ping`."""
        return self.send(source, self.aim(source, target, by), pace)

    def aim(self, source: str, target: str, by: str) -> Aim:
        """Find out what a ping would be sent to, and whether it may be."""
        self._require_source(source)
        if by != "name":
            return self._aim_by_address(source, target)
        _check_name(target)
        return self._aim_by_name(source, target, *self._run(source, names.lookup_command(target)))

    def send(self, source: str, aim: Aim, pace: Pace) -> PingResult:
        """Ping what was aimed at."""
        if aim.word is None:
            result = _nothing_sent(source, aim, pace)
        else:
            result = self._send(source, aim.word, pace)
        return replace(result, lookup=aim.lookup)

    def namespace_of(self, node: str) -> str:
        """Say whose network namespace a node uses: ``"host"``, or the container's that owns it."""
        if node == HOST:
            return HOST
        owner = self._owner(self._nodes[node])
        return HOST if owner.network_mode == HOST else owner.name

    def holder(self, aim: Aim, source: str) -> str:
        """Say whose namespace has the address that is aimed at; the host's if no container's."""
        literal = _literal(aim.address or "")
        if literal is None or literal.is_loopback:
            return self.namespace_of(source)
        nodes = self._nodes.values()
        owners = (c.name for c in nodes if literal in {e.ipv4 for e in c.endpoints})
        return next(owners, HOST)

    def matrix(
        self, nodes: Sequence[str], by: str, told: Callable[[str, Row], None] | None = None
    ) -> dict[tuple[str, str], PingResult]:
        """Ping from every node to every node, the sources side by side.

        Parameters
        ----------
        nodes
            Containers, and ``"host"`` if wished.
        by
            As for `Lab.ping`.
        told
            Called with a source and its results by target, as soon as they are there; by default
            a progress bar shows that the work goes on.
        """
        for node in nodes:
            self._require_source(node)
        pace = Pace(3, MATRIX_INTERVAL_S, MATRIX_PATIENCE_S)
        rows = self._context.side_by_side(
            lambda source: self._row(source, nodes, by, pace),
            nodes,
            label=None if told else "Pinging",
            told=told,
        )
        return {
            (source, target): result
            for source, results in zip(nodes, rows, strict=True)
            for target, result in results.items()
        }

    def default_nodes(self) -> list[str]:
        """List the running containers that have an address."""
        return [name for name in self._nodes if self._own_address(name, ()) is not None]

    def _row(self, source: str, targets: Sequence[str], by: str, pace: Pace) -> Row:
        """Ping several targets one after another, each address or name once."""
        aims = self._aims(source, targets, by)
        words = dict.fromkeys(aim.word for aim in aims.values() if aim.word is not None)
        printed = self._each(source, lambda word: _command(word, pace), words)
        row: Row = {}
        for target, aim in aims.items():
            if aim.word is None:
                result = _nothing_sent(source, aim, pace)
            else:
                result = self._result(source, _command(aim.word, pace), *printed[aim.word])
            row[target] = result if aim.lookup is None else replace(result, lookup=aim.lookup)
        return row

    def _aims(self, source: str, targets: Sequence[str], by: str) -> dict[str, Aim]:
        if by != "name":
            return {target: self._aim_by_address(source, target) for target in targets}
        for target in targets:
            _check_name(target)
        printed = self._each(source, names.lookup_command, targets)
        return {target: self._aim_by_name(source, target, *printed[target]) for target in targets}

    def _each(
        self, source: str, command: Callable[[str], list[str]], words: Iterable[str]
    ) -> dict[str, tuple[int, str]]:
        """Run a command on each word with a single exec, or with one each if there is no shell.

        Returns
        -------
        dict
            Word -> exit code and text.
        """
        once = list(dict.fromkeys(words))
        if not once:
            return {}
        script = script_for_each(command("")[:-1], once)
        exit_code, text = self._run(source, ["sh", "-c", script])
        found = split_sections(text) if exit_code not in NOT_STARTED else {}
        return {w: found[w] if w in found else self._run(source, command(w)) for w in once}

    def _require_source(self, source: str) -> None:
        if source != HOST and (source not in self._nodes or not self._nodes[source].running):
            self._context.running(source)

    def _aim_by_address(self, source: str, target: str) -> Aim:
        address = self._address(source, target)
        if address is None:
            return Aim(target, None, reason="no address", error=self._why(target))
        text = str(address)
        return Aim(target, text, text)

    def _aim_by_name(self, source: str, name: str, exit_code: int, printed: str) -> Aim:
        """Read how a name was looked up; refuse it if it leads to an address outside the lab."""
        lookup = CommandResult(_typed(source, names.lookup_command(name)), exit_code, printed)
        found = names.parse_lookup(printed) if lookup.ok else ()
        strangers = [address for address in found if not self._in_lab(address)]
        if exit_code in NOT_STARTED:
            why = f"failed: '{source}' has no getent to look {name} up first, so nothing was sent"
            return Aim(name, None, None, "failed", why, lookup)
        if strangers:
            why = f"outside the lab: {name} resolves to {strangers[0]} there, so it was not pinged"
            return Aim(name, None, strangers[0], "outside the lab", why, lookup)
        return Aim(name, name, next(iter(found), None), lookup=lookup)

    def _send(self, source: str, target: str, pace: Pace) -> PingResult:
        command = _command(target, pace)
        if self._heard is not None:
            self._heard(f"$ {_typed(source, command)}")
        return self._result(source, command, *self._run(source, command, self._heard))

    def _result(self, source: str, command: list[str], exit_code: int, text: str) -> PingResult:
        output = ping.parse_ping(text, exit_code)
        return PingResult(
            command=_typed(source, command),
            address=output.address,
            transmitted=output.transmitted,
            received=output.received,
            loss_percent=output.loss_percent,
            rtt_ms=list(output.rtt_ms),
            ok=output.received > 0,
            error=output.error,
            text=text,
            reason=output.reason,
            simulated=self._context.connection.simulated,
        )

    def _run(self, source: str, command: list[str], heard: Heard | None = None) -> tuple[int, str]:
        if source == HOST:
            result = self._context.observer.run(command, heard)
            return result.exit_code, result.text
        with translated():
            container = self._nodes.get(source) or self._context.running(source)
            return exec_in(self._context.client, container.id, command, names.PATIENCE, heard)

    def _address(self, source: str, target: str) -> IPv4Address | None:
        """Find the address that `source` shall ping for `target`."""
        literal = _literal(target)
        if literal is not None:
            if not self._in_lab(target):
                raise AddressOutsideLab(target)
            return literal
        if target == HOST:
            return self._host_address(source)
        if target not in self._nodes:
            self._context.container(target)
        networks = () if source == HOST else self._owner(self._nodes[source]).networks
        return self._own_address(target, networks)

    def _host_address(self, source: str) -> IPv4Address | None:
        """Say what the host is for `source`: its network's gateway, or loopback on the host."""
        if source == HOST:
            return IPv4Address("127.0.0.1")
        owner = self._owner(self._nodes[source])
        if owner.network_mode == HOST:
            return IPv4Address("127.0.0.1")
        gateways = (e.gateway or self._gateway(e.network) for e in owner.endpoints if e.ipv4)
        return next((gateway for gateway in gateways if gateway is not None), None)

    def _gateway(self, network: str) -> IPv4Address | None:
        return self._context.network(network).gateway

    def _own_address(self, name: str, networks: tuple[str, ...]) -> IPv4Address | None:
        owner = self._owner(self._nodes[name])
        if not self._nodes[name].running or not owner.running:
            return None
        if owner.network_mode == HOST:
            return self._context.network("bridge").gateway
        return owner.address_on(networks)

    def _owner(self, container: Container) -> Container:
        """Find whose namespace a container uses: its own, or another container's."""
        kind, _, target = container.network_mode.partition(":")
        if kind != "container":
            return container
        shared = (c for c in self._nodes.values() if target in (c.id, c.name))
        return next(shared, container)

    def _in_lab(self, address: str) -> bool:
        literal = _literal(address)
        if literal is None:
            return address == "::1"
        addresses = {e.ipv4 for c in self._nodes.values() for e in c.endpoints}
        return literal in addresses or literal.is_loopback or literal in self._bridges

    def _why(self, target: str) -> str:
        node = self._nodes.get(target)
        if node is not None and not node.running:
            return f"no address: container '{target}' is not running"
        return f"no address: '{target}' has none that could be pinged"


def check_by(by: str) -> None:
    """Refuse any way of naming a target but the two there are.

    Raises
    ------
    BadArgument
        `by` is neither ``"ip"`` nor ``"name"``.
    """
    if by not in ("ip", "name"):
        raise BadArgument(f"by='{by}' means nothing.", "Use by='ip' or by='name'.")


def check_count(count: int) -> None:
    """Refuse a count that ping would refuse, or that never ends.

    Raises
    ------
    BadArgument
        Not between 1 and 100.
    """
    if not 1 <= count <= 100:
        raise BadArgument(f"count={count} is not possible.", "Take a number from 1 to 100.")


def ends(context: LabContext) -> list[str]:
    """Give every end that a ping may have now: the running containers, then the host."""
    return [*(c.name for c in context.containers() if c.running), HOST]


def nodes_or_default(pinger: Pinger, nodes: Iterable[str] | None) -> list[str]:
    """Give the nodes of a matrix: as asked for, else every running container."""
    return list(nodes) if nodes is not None else pinger.default_nodes()


def _literal(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


def _check_name(name: str) -> None:
    if not name or name.startswith("-"):
        raise BadArgument(f"'{name}' is not a name.", "Give a container's name.")


def _command(target: str, pace: Pace) -> list[str]:
    return ping.ping_command(
        target, count=pace.count, interval_s=pace.interval_s, patience_s=pace.patience_s
    )


def _typed(source: str, command: list[str]) -> str:
    typed = shlex.join(command)
    return typed if source == HOST else f"docker exec {source} {typed}"


def _nothing_sent(source: str, aim: Aim, pace: Pace) -> PingResult:
    return PingResult(
        command=_typed(source, _command(aim.target, pace)),
        address=aim.address,
        transmitted=0,
        received=0,
        loss_percent=100.0,
        error=aim.error,
        reason=aim.reason,
    )
