"""Steps 14 to 17: a name by `--link`, and why it works one way only."""

from __future__ import annotations

from dockernet_lessons.article.player import Player, Step
from dockernet_lessons.observe.names import hosts_of


def start_ubuntu3_linked(player: Player) -> None:
    """Start a container with a link."""
    player.start("ubuntu3", link="ubuntu2")
    player.show_pairs()
    player.tell("The link adds no interface: ubuntu3 has one pair, as every container here.")
    player.tell("A link can only be made when the container is created, and is a legacy feature.")


def ping_by_name(player: Player) -> None:
    """Ping the linked container by its name."""
    (ping,) = player.ping(("ubuntu3", "ubuntu2"), by="name")
    player.check("ubuntu3 reaches ubuntu2 by name", ping.ok)


def ping_back(player: Player) -> None:
    """Try the other direction."""
    (ping,) = player.ping(("ubuntu2", "ubuntu3"), by="name")
    player.check("ubuntu2 cannot reach ubuntu3 by name", not ping.ok)
    player.check(f"because: {ping.error}", ping.reason in ("unknown name", "outside the lab"))


def why_hosts_file(player: Player) -> None:
    """Compare both hosts files."""
    names = ("ubuntu3", "ubuntu2")
    files = dict(zip(names, player.side_by_side(player.lab.hosts_file, names), strict=True))
    for name, text in files.items():
        player.show(f"docker exec {name} cat /etc/hosts")
        player.tell(text)
    known = {name: hosts_of(text) for name, text in files.items()}
    player.check("ubuntu3's /etc/hosts has a line for ubuntu2", "ubuntu2" in known["ubuntu3"])
    player.check("ubuntu2's has none for ubuntu3", "ubuntu3" not in known["ubuntu2"])


STEPS = (
    Step(14, "Start ubuntu3, linked to ubuntu2", start_ubuntu3_linked),
    Step(15, "ubuntu3 pings ubuntu2 by name", ping_by_name),
    Step(16, "And back?", ping_back),
    Step(17, "Why: /etc/hosts", why_hosts_file),
)
