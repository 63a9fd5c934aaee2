"""Make up wirings, as one look at an engine would show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from dockernet_lessons.observe.engine import Endpoint, InspectedContainer, Network
from dockernet_lessons.observe.interfaces import Interface
from dockernet_lessons.observe.pairing import half_pairs, veth_pairs
from dockernet_lessons.observe.wiring import Wiring


def interface(
    ifindex: int,
    name: str,
    kind: str = "veth",
    *,
    peer: int | None = None,
    netnsid: int | None = None,
    master: str | None = None,
    address: str | None = None,
    state: str = "UP",
    mac: str | None = None,
) -> Interface:
    """Make up an interface."""
    return Interface(
        ifindex=ifindex,
        name=name,
        kind=kind,
        peer_ifindex=peer,
        peer_netnsid=netnsid,
        master=master,
        mac=mac or f"02:42:00:00:{ifindex >> 8:02x}:{ifindex & 255:02x}",
        ipv4=(IPv4Interface(address),) if address else (),
        state=state,
        mtu=1500,
    )


LOOPBACK = interface(1, "lo", "loopback", address="127.0.0.1/8", state="UNKNOWN")


@dataclass
class Bench:
    """An engine of our imagination.

    Parameters
    ----------
    modern
        Number interfaces as Engine 28 does: every container's eth0 is number 2. Otherwise as
        Engine 20.10: both ends of a pair from one counter.
    hidden
        Hide the host's interfaces, as Docker Desktop may.
    """

    modern: bool = False
    hidden: bool = False
    _host: list[Interface] = field(default_factory=list)
    _inside: dict[str, list[Interface]] = field(default_factory=dict)
    _containers: list[InspectedContainer] = field(default_factory=list)
    _networks: list[Network] = field(default_factory=list)
    _counter: int = 2

    def __post_init__(self) -> None:
        self._host += [LOOPBACK, interface(2, "eth0", "ether", address="192.168.1.20/24")]
        self.network("bridge", bridge="docker0")

    def network(self, name: str, *, bridge: str | None = None, internal: bool = False) -> Bench:
        """Add a network and its bridge."""
        number = len(self._networks)
        subnet = IPv4Network(f"172.{17 + number}.0.0/16")
        self._networks.append(
            Network(
                id=f"{number:012x}",
                name=name,
                driver="bridge",
                scope="local",
                internal=internal,
                subnet=subnet,
                gateway=subnet[1],
                bridge=bridge or f"br-53d80b45{number:04x}",
                labels={},
            )
        )
        self._host.append(
            interface(
                self._next(),
                self._networks[-1].bridge or "",
                "bridge",
                address=f"{subnet[1]}/16",
                state="DOWN",
            )
        )
        return self

    def run(self, name: str, *networks: str, mode: str | None = None) -> Bench:
        """Start a container: on networks, or in the mode ``host``, ``none`` or ``container:…``."""
        chosen = networks or (() if mode else ("bridge",))
        if mode not in ("host",) and not (mode or "").startswith("container:"):
            self._inside[name] = [LOOPBACK]
        endpoints = [self._join(name, network) for network in chosen]
        self._add(name, mode or chosen[0], tuple(endpoints), pid=len(self._containers) + 100)
        return self

    def stop(self, name: str, network: str = "bridge") -> Bench:
        """Add a stopped container."""
        self._add(name, network, (Endpoint(network, "", None, None, None),), pid=0)
        return self

    def stranger(self, bridge: str = "docker0") -> Bench:
        """Add a bridge port that belongs to nobody in the lab."""
        number = self._next()
        end = interface(number, f"vethfff{number:04x}", peer=2, netnsid=99, master=bridge)
        self._host.append(end)
        return self

    def wiring(self) -> Wiring:
        """Give what one look would show."""
        inside = {name: tuple(found) for name, found in self._inside.items()}
        host = () if self.hidden else tuple(self._host)
        pairs = (
            half_pairs(inside, self._containers, self._networks)
            if self.hidden
            else veth_pairs(host, inside, self._containers)
        )
        return Wiring(host, inside, tuple(self._containers), tuple(self._networks), tuple(pairs))

    def _next(self) -> int:
        self._counter += 1
        return self._counter

    def _add(self, name: str, mode: str, endpoints: tuple[Endpoint, ...], pid: int) -> None:
        self._containers.append(
            InspectedContainer(
                id=f"{len(self._containers):064x}",
                name=name,
                image="xmtubuntu",
                status="running" if pid else "exited",
                pid=pid,
                network_mode=mode,
                endpoints=endpoints,
                labels={},
            )
        )

    def _join(self, name: str, network_name: str) -> Endpoint:
        network = next(n for n in self._networks if n.name == network_name)
        own = self._inside[name]
        inner = len(own) + 1 if self.modern else self._next()
        outer = self._next()
        address = f"{self._free_address(network)}/16"
        mac = f"02:42:ac:00:{outer >> 8:02x}:{outer & 255:02x}"
        eth = interface(
            inner, f"eth{len(own) - 1}", peer=outer, netnsid=0, address=address, mac=mac
        )
        own.append(eth)
        self._host.append(
            interface(
                outer,
                f"veth{(outer * 2654435761) % 16**7:07x}",
                peer=inner,
                netnsid=list(self._inside).index(name),
                master=network.bridge,
            )
        )
        return Endpoint(network.name, network.id, eth.address, network.gateway, mac)

    def _free_address(self, network: Network) -> IPv4Address:
        assert network.subnet is not None
        taken = {i.address for found in self._inside.values() for i in found}
        return next(a for a in network.subnet.hosts() if a not in taken | {network.gateway})


def many(count: int, networks: int = 1, *, modern: bool = False) -> Wiring:
    """Spread containers evenly over some networks, the default one first."""
    bench = Bench(modern=modern)
    names = ["bridge", *(f"net{number}" for number in range(1, networks))]
    for name in names[1:]:
        bench.network(name)
    for number in range(count):
        bench.run(f"ubuntu{number + 1}", names[number * networks // count])
    return bench.wiring()


def all_modes(*, modern: bool = False, hidden: bool = False) -> Wiring:
    """One of everything that a picture has to cope with."""
    bench = Bench(modern=modern, hidden=hidden)
    bench.network("shop").network("vault", internal=True).network("empty")
    bench.run("web").run("web-helper", mode="container:web")
    bench.run("proxy", "bridge", "shop").run("db", "shop").run("safe", "vault")
    bench.run("hermit", mode="none").run("monitor", mode="host").run(
        "tap", mode="container:monitor"
    )
    bench.stop("old").stranger()
    return bench.wiring()
