"""Play steps: print each command before its result, check the result, go on after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from dockernet_lessons.errors import DockernetError
from dockernet_lessons.lab import Lab
from dockernet_lessons.parallel import side_by_side
from dockernet_lessons.results import CommandResult, PingResult

if TYPE_CHECKING:
    import pandas as pd

_PAIR_COLUMNS = [
    "container", "container_if", "container_ifindex", "host_if", "host_ifindex", "bridge", "ipv4"
]  # fmt: skip

Item = TypeVar("Item")
Result = TypeVar("Result")
Print = Callable[[str], None]


class StepFailed(Exception):
    """What a step claims did not come true."""


@dataclass(frozen=True)
class Step:
    """One step of the article.

    Attributes
    ----------
    number
        1 to 31.
    title
        What it is about.
    action
        Runs it.
    """

    number: int
    title: str
    action: Callable[[Player], None]


@dataclass
class Player:
    """What a step works with.

    Attributes
    ----------
    lab
        The lab.
    write
        Prints a line.
    ping_count
        Echo requests per ping.
    commands
        Every command line shown so far, as one would type it on the host.
    notes
        Facts that a later step compares with: interface numbers, addresses, subnets.
    """

    lab: Lab
    write: Print = print
    ping_count: int = 3
    commands: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)

    def show(self, command: str) -> None:
        """Print a command line."""
        self.commands.append(command)
        self.write(f"$ {command}")

    def tell(self, text: object) -> None:
        """Print a result, indented."""
        for line in str(text).rstrip().splitlines():
            self.write(f"    {line}".rstrip())

    def run(self, command: str, do: Callable[[], Result]) -> Result:
        """Print a command line, do what it says, and print what came of it."""
        self.show(command)
        result = do()
        if isinstance(result, str | CommandResult):
            self.tell(result)
        return result

    def check(self, claim: str, holds: object) -> None:
        """Print a claim that holds; stop the step at one that does not."""
        if not holds:
            raise StepFailed(claim)
        self.write(f"  ✓ {claim}")

    def start(self, name: str, network: str | None = None, link: str | None = None) -> None:
        """Start a container; ``-P`` as in the article, where the network mode allows it."""
        publish = network in (None, "mynet")
        words = ["docker run -d --init --name", name, "-P" if publish else ""]
        words += [f"--network {network}" if network else "", f"--link {link}" if link else ""]
        self.show(" ".join(word for word in (*words, "xmtubuntu sleep infinity") if word))
        links = (link,) if link else ()
        ports = "all" if publish else None
        self.lab.run(name, network=network, links=links, ports=ports)

    def side_by_side(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Do something to several items, as many at a time as suits the engine."""
        return side_by_side(work, items, workers=self.lab.workers)

    def start_together(self, networks: Mapping[str, str | None]) -> None:
        """Start several containers side by side: name -> network, None for the default one."""
        self.side_by_side(lambda name: self.start(name, networks[name]), networks)

    def show_pairs(self) -> pd.DataFrame:
        """Show all pairs; by hand that takes ``ip addr`` on the host and in every container."""
        pairs = self.lab.veth_pairs()
        names = list(dict.fromkeys(pairs["container"]))
        for command in ("ip addr", *(f"docker exec {name} ip addr" for name in names)):
            self.show(command)
        self.tell(pairs[_PAIR_COLUMNS].to_string(index=False))
        self.check("every container's end has a host end of its own",
                   pairs["host_ifindex"].is_unique)  # fmt: skip
        return pairs

    def remove(self, *names: str) -> None:
        """Remove containers side by side."""
        self.show(f"docker rm -f {' '.join(names)}")
        self.side_by_side(self.lab.remove, names)

    def ping(self, *ends: tuple[str, str], by: str = "ip") -> list[PingResult]:
        """Ping between several (source, target) side by side and print each."""
        count = self.ping_count
        pings = self.side_by_side(lambda end: self.lab.ping(*end, by=by, count=count), ends)
        for ping in pings:
            if ping.lookup is not None:
                self.show(ping.lookup.command)
                self.tell(ping.lookup)
            self.show(ping.command)
            self.tell(ping)
        return pings


def play(
    lab: Lab, steps: Iterable[Step], *, write: Print = print, ping_count: int = 3
) -> tuple[list[Step], Player]:
    """Play steps one after another, from an empty lab to an empty lab.

    Parameters
    ----------
    lab
        The lab; its containers and networks are removed before and after.
    steps
        The steps.
    write
        Prints a line.
    ping_count
        Echo requests per ping.

    Returns
    -------
    (failed, player)
        The steps that failed, and the player with the commands that were shown.
    """
    player = Player(lab, write, ping_count)
    lab.reset()
    failed = [step for step in steps if not _play_step(player, step)]
    lab.reset()
    return failed, player


def _play_step(player: Player, step: Step) -> bool:
    player.write(f"\n── {step.number}. {step.title}")
    try:
        step.action(player)
    except StepFailed as failure:
        player.write(f"  ✗ not so: {failure}")
        return False
    except DockernetError as error:
        player.write(f"  ✗ {error}")
        return False
    except LookupError as error:
        player.write(f"  ✗ it needs what an earlier step should have made: {error}")
        return False
    return True
