"""Steps 1 to 13: docker0, veth pairs, pings by address."""

from __future__ import annotations

from ipaddress import IPv4Address

from dockernet_lessons.article.player import Player, Step

_BOTH = ["ubuntu1", "ubuntu2"]
_EXEC_ADDR = "docker exec {} ip addr"


def images(player: Player) -> None:
    """Show the images, the lesson image among them."""
    player.lab.prepare_image()
    player.show("docker images")
    # The next step's first look starts the observer; that goes on while pandas is loaded here.
    table, _ = player.side_by_side(lambda look: look(), (player.lab.images, player.lab.interfaces))
    player.tell(table.to_string(index=False))
    player.check("the image xmtubuntu is here", (table["repository"] == "xmtubuntu").any())


def host_interfaces(player: Player) -> None:
    """Show the host's interfaces."""
    table = player.run("ip addr", player.lab.interfaces)
    player.tell(table[["ifindex", "name", "kind", "ipv4"]].to_string(index=False))
    player.notes["host before"] = " ".join(table["name"])
    docker0 = table[table["name"] == "docker0"]
    player.check("docker0 is here, and it is a bridge", (docker0["kind"] == "bridge").all())
    player.check("docker0 holds the gateway address", docker0["ipv4"].notna().all())


def start_ubuntu1(player: Player) -> None:
    """Start the first container."""
    player.start("ubuntu1")
    player.tell("-P publishes the ports that an image exposes; this image exposes none.")


def host_interfaces_again(player: Player) -> None:
    """Find what is new on the host."""
    table = player.run("ip addr", player.lab.interfaces)
    new = table[~table["name"].isin(player.notes["host before"].split())]
    player.tell(new[["ifindex", "name", "peer_ifindex", "kind", "master"]].to_string(index=False))
    player.check("one interface is new, a port of docker0", list(new["master"]) == ["docker0"])
    player.check("it is one end of a veth pair", list(new["kind"]) == ["veth"])


def interfaces_of_ubuntu1(player: Player) -> None:
    """Show the container's interfaces."""
    result = player.run(_EXEC_ADDR.format("ubuntu1"), lambda: player.lab.exec("ubuntu1", "ip addr"))
    player.check("eth0 has a peer elsewhere", "eth0@if" in result.text)
    player.check("it was given an address", result.text.count("inet ") == 2)


def compare_numbers(player: Player) -> None:
    """Match the numbers of both ends."""
    player.show_pairs()
    player.tell("The number after @if is the other end's, in the other end's namespace.")


def ping_host(player: Player) -> None:
    """Ping between the host and the container."""
    pings = player.ping(("host", "ubuntu1"), ("ubuntu1", "host"))
    player.check("both ways answer", all(ping.ok for ping in pings))


def start_ubuntu2(player: Player) -> None:
    """Start the second container and look again."""
    player.start("ubuntu2")
    player.show_pairs()


def ping_by_address(player: Player) -> None:
    """Ping from container to container."""
    (ping,) = player.ping(("ubuntu1", "ubuntu2"))
    player.check("ubuntu2 answers", ping.ok)
    player.check("its TTL is still 64: no router on the way", "ttl=64" in ping.text)


def what_a_veth_pair_is(player: Player) -> None:
    """Draw the pairs."""
    for command in ("ip addr", _EXEC_ADDR.format("ubuntu1"), _EXEC_ADDR.format("ubuntu2")):
        player.show(command)
    pairs = player.lab.veth_pairs()
    for pair in pairs.itertuples():
        inside = f"{pair.container} [{pair.container_ifindex}: {pair.container_if}]"
        player.tell(f"{inside} ══ [{pair.host_ifindex}: {pair.host_if}] host")
    player.check("every container hangs on one pair", list(pairs["container"]) == _BOTH)


def docker0_joins_them(player: Player) -> None:
    """Read docker0's forwarding database."""
    table = player.run("bridge fdb show br docker0", player.lab.fdb)
    learned = table[table["container"].notna()]
    player.tell(learned[["mac", "port", "container"]].to_string(index=False))
    player.check(
        "docker0 knows behind which of its ports each container is",
        set(learned["container"]) == {"ubuntu1", "ubuntu2"} and learned["port"].nunique() == 2,
    )
    player.tell("So docker0 switches frames; it routes only what leaves the network.")


def delete_a_container(player: Player) -> None:
    """Start three throwaway containers, delete one and see both ends of its pair go."""
    names = ("extra1", "extra2", "extra3")
    player.start_together(dict.fromkeys(names))
    pairs = player.show_pairs().set_index("container")
    # The one with the last address, so that the next step's two can swap theirs.
    last = max(names, key=lambda name: IPv4Address(str(pairs.loc[name, "ipv4"])))
    host_end = str(pairs.loc[last, "host_if"])
    player.remove(last)
    left = player.run("ip addr", player.lab.interfaces)
    player.check(f"{last}'s {host_end} is gone from the host", host_end not in set(left["name"]))
    player.notes["extras"] = " ".join(name for name in names if name != last)


def addresses_change(player: Player) -> None:
    """Stop two containers, start them in the other order: their addresses swap."""
    names = player.notes["extras"].split()
    before = _addresses(player, *names)
    low, high = sorted(before, key=lambda name: IPv4Address(before[name]))
    player.show(f"docker stop {low} {high}")
    player.side_by_side(player.lab.stop, (low, high))
    for name in (high, low):
        player.show(f"docker start {name}")
        player.lab.start(name)
    after = _addresses(player, *names)
    swapped = {low: before[high], high: before[low]}
    player.check("each has the address that the other one had", after == swapped)


def _addresses(player: Player, *names: str) -> dict[str, str]:
    for name in names:
        player.show(_EXEC_ADDR.format(name))
    known = player.lab.containers().set_index("container")["ipv4"]
    found = {name: str(known[name]) for name in names}
    player.tell(", ".join(f"{name} {address}" for name, address in found.items()))
    return found


STEPS = (
    Step(1, "Which images are here?", images),
    Step(2, "The host's interfaces: docker0", host_interfaces),
    Step(3, "Start ubuntu1", start_ubuntu1),
    Step(4, "The host's interfaces again", host_interfaces_again),
    Step(5, "The interfaces of ubuntu1", interfaces_of_ubuntu1),
    Step(6, "Compare the numbers", compare_numbers),
    Step(7, "Host and ubuntu1 ping each other", ping_host),
    Step(8, "Start ubuntu2 and look again", start_ubuntu2),
    Step(9, "ubuntu1 pings ubuntu2 by address", ping_by_address),
    Step(10, "What a veth pair is", what_a_veth_pair_is),
    Step(11, "docker0 joins them", docker0_joins_them),
    Step(12, "Delete a container", delete_a_container),
    Step(13, "If the address changes?", addresses_change),
)
