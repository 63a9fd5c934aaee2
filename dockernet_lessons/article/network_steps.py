"""Steps 18 to 31: network modes, custom networks, isolation, `docker network connect`."""

from __future__ import annotations

import json
from functools import partial

from dockernet_lessons.article.player import Player, Step

WISH = "192.168.0.0/16"
_EXEC_ADDR = "docker exec {} ip addr"


def networks(player: Player) -> None:
    """List the networks."""
    table = player.run("docker network ls", player.lab.networks)
    player.tell(table[["network_id", "name", "driver", "scope"]].to_string(index=False))
    player.check("bridge, host and none are here", {"bridge", "host", "none"} <= set(table["name"]))


def modes(player: Player) -> None:
    """Start one container per mode; ubuntu1 is the one on the default bridge."""
    player.start_together(
        {"mode-host": "host", "mode-none": "none", "mode-container": "container:ubuntu1"}
    )
    names = ("ubuntu1", "mode-host", "mode-none", "mode-container")
    seen = {name: _names_inside(player, name) for name in names}
    player.check("bridge: loopback and an eth0 of its own", seen["ubuntu1"] == {"lo", "eth0"})
    player.check("host: the host's own interfaces", "docker0" in seen["mode-host"])
    player.check("none: only loopback", seen["mode-none"] == {"lo"})
    player.check("container: ubuntu1's interfaces", seen["mode-container"] == seen["ubuntu1"])


def _names_inside(player: Player, name: str) -> set[str]:
    table = player.run(_EXEC_ADDR.format(name), lambda: player.lab.interfaces(name))
    player.tell(table[["ifindex", "name", "ipv4"]].to_string(index=False))
    return set(table["name"])


def create_mynet(player: Player) -> None:
    """Create the article's network, on its subnet if this machine does not use it."""
    choice = player.lab.choose_subnet(WISH)
    player.tell(choice)
    player.run(
        f"docker network create --driver bridge --subnet {choice.subnet} "
        f"--gateway {choice.gateway} mynet",
        lambda: player.lab.create_network("mynet", subnet=choice.subnet, gateway=choice.gateway),
    )
    player.notes["gateway"] = choice.gateway


def clean_up(player: Player) -> None:
    """Remove the test containers."""
    player.remove(*player.lab.containers()["container"])
    player.check("only the lesson's own containers were removed, all of them",
                 player.lab.containers().empty)  # fmt: skip
    player.tell("ubuntu3 comes back without its link in the next step: its target is gone.")


def start_on_mynet(player: Player) -> None:
    """Start two containers on the new network, and ubuntu3 on the default one."""
    player.start_together({"ubuntu1": "mynet", "ubuntu3": None})
    player.start("ubuntu2", network="mynet")
    table = player.lab.containers().set_index("container")["ipv4"]
    player.tell(f"ubuntu1 {table['ubuntu1']}, ubuntu2 {table['ubuntu2']}")
    prefix = player.notes["gateway"].rpartition(".")[0]
    given = [table["ubuntu1"], table["ubuntu2"]]
    player.check("the addresses follow the gateway's", given == [f"{prefix}.2", f"{prefix}.3"])


def host_has_a_bridge(player: Player) -> None:
    """Find the new bridge and its ports."""
    table = player.run("ip addr", player.lab.interfaces)
    bridge = table[table["ipv4"] == player.notes["gateway"]]
    player.check("a new bridge br-… holds the gateway", bridge["name"].str.startswith("br-").all())
    ports = table[table["master"].isin(bridge["name"])]
    player.tell(ports[["ifindex", "name", "peer_ifindex", "master"]].to_string(index=False))
    player.check("two veths are its ports", list(ports["kind"]) == ["veth", "veth"])


def names_work(player: Player) -> None:
    """Ping by name, both ways."""
    pings = player.ping(("ubuntu1", "ubuntu2"), ("ubuntu2", "ubuntu1"), by="name")
    player.check("both ways answer by name", all(ping.ok for ping in pings))
    player.check("the replies show name.network", "ubuntu2.mynet" in pings[0].text)
    command = "cat /etc/resolv.conf"
    text = player.run(f"docker exec ubuntu1 {command}", lambda: player.lab.resolv_conf("ubuntu1"))
    player.check("they ask the embedded DNS server at 127.0.0.11", "127.0.0.11" in text)


def why_custom_networks(player: Player) -> None:
    """Make two isolated networks, one for redis and one for mongodb."""
    for name in ("redis-net", "mongodb-net"):
        subnet = player.lab.free_subnet()
        player.show(f"docker network create --subnet {subnet} {name}")
        player.lab.create_network(name, subnet=subnet)
    player.start_together({"redis1": "redis-net", "mongodb1": "mongodb-net", "ubuntu4": None})
    player.show_pairs()
    player.tell("The article's 192.167.0.0/16 is public address space: private /24s are taken.")


def isolated(player: Player) -> None:
    """Ping across two networks, and the other network's gateway."""
    gateway = player.lab.inspect_network("mongodb-net")["IPAM"]["Config"][0]
    other = gateway.get("Gateway") or f"{gateway['Subnet'].rpartition('.')[0]}.1"
    across, door = player.ping(("redis1", "mongodb1"), ("redis1", other))
    player.check("the other network does not answer", across.loss_percent == 100.0)
    player.check("its gateway address does: it belongs to the host", door.ok)


def usage(player: Player) -> None:
    """Ask the docker command for help."""
    for line in ("network -h", "network connect -h"):
        result = player.run(f"docker {line}", partial(player.lab.docker, line))
        player.check(f"docker {line} explains itself", result.ok and "Usage:" in result.text)


def connect_ubuntu3(player: Player) -> None:
    """Give ubuntu3 a second network."""
    player.run("docker network connect mynet ubuntu3",
               lambda: player.lab.connect("mynet", "ubuntu3"))  # fmt: skip


def inspect_mynet(player: Player) -> None:
    """Inspect the network."""
    attrs = player.run("docker network inspect mynet", lambda: player.lab.inspect_network("mynet"))
    addresses = {c["Name"]: c["IPv4Address"] for c in attrs["Containers"].values()}
    player.tell(json.dumps(addresses, indent=2, sort_keys=True))
    prefix = player.notes["gateway"].rpartition(".")[0]
    player.check("three containers are in it", set(addresses) == {"ubuntu1", "ubuntu2", "ubuntu3"})
    player.check(f"ubuntu3 is {prefix}.4", addresses["ubuntu3"].startswith(f"{prefix}.4/"))


def second_interface(player: Player) -> None:
    """Find ubuntu3's second pair."""
    for command in ("ip addr", _EXEC_ADDR.format("ubuntu3")):
        player.show(command)
    pairs = player.lab.veth_pairs()
    mine = pairs[pairs["container"] == "ubuntu3"]
    player.tell(mine[["container_if", "container_ifindex", "host_if", "host_ifindex", "bridge"]]
                .to_string(index=False))  # fmt: skip
    player.check("ubuntu3 has eth0 and eth1", list(mine["container_if"]) == ["eth0", "eth1"])
    player.check("each on a bridge of its own", mine["bridge"].nunique() == 2)


def across(player: Player) -> None:
    """Ping across; a container that was not connected still cannot."""
    (by_name,) = player.ping(("ubuntu3", "ubuntu1"), by="name")
    player.check("ubuntu3 reaches ubuntu1", by_name.ok)
    outside, own = player.ping(("ubuntu4", "ubuntu1"), ("ubuntu4", "ubuntu3"))
    player.check("ubuntu4, on the default bridge only, does not", not outside.ok)
    player.check("though it reaches ubuntu3: the two networks were not joined", own.ok)
    player.show_pairs()


STEPS = (
    Step(18, "The networks", networks),
    Step(19, "The network modes", modes),
    Step(20, "Create mynet", create_mynet),
    Step(21, "Remove the test containers", clean_up),
    Step(22, "ubuntu1 and ubuntu2 on mynet", start_on_mynet),
    Step(23, "The host's interfaces: a new bridge", host_has_a_bridge),
    Step(24, "Ping by name, both ways", names_work),
    Step(25, "Why custom networks", why_custom_networks),
    Step(26, "Two networks do not reach each other", isolated),
    Step(27, "Help", usage),
    Step(28, "Connect ubuntu3 to mynet", connect_ubuntu3),
    Step(29, "Inspect mynet", inspect_mynet),
    Step(30, "ubuntu3's second interface", second_interface),
    Step(31, "Now across", across),
)
