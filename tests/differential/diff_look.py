"""Look at an engine: a flat table of facts, free of everything that differs from run to run.

Keys are short texts such as ``c1 state`` or ``c1 eth0``; values are texts too. So a difference of
two looks is a line that can be read, and a recording holds nothing but what changed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import docker.errors
from diff_ask import Asker
from diff_chance import Starts, by_network, sorted_lines
from diff_normal import normal
from diff_places import Places, mac_kind

from dockernet_lessons import image
from dockernet_lessons.observe.observer import Observer, Request

FILES = "cat /etc/hosts; echo ===; cat /etc/resolv.conf; echo ===; hostname"
INSIDE = "nsenter -t {pid} -m -u sh -c '{script}'"
LAB = "test-diff-"
ATTEMPTS, BEGIN, END = 3, "#begin", "#end"


class Viewer:
    """Looks at one engine.

    Parameters
    ----------
    client
        A docker-py client.
    asker
        Knows the tag and the ids.
    """

    def __init__(self, client: Any, asker: Asker) -> None:
        self.api = client.api
        self.asker = asker
        self.places = Places()
        self.observer = Observer(client, f"{LAB}{asker.tag.word}-eyes", lambda: image.REFERENCE)
        self.own_index = int(self.api.version()["Version"].split(".")[0]) >= 28
        self.host_name = self.api.info()["Name"]
        self._starts = Starts()

    def look(self) -> dict[str, str]:
        """Give all facts."""
        self._note_networks()
        containers = self.containers()
        facts = {**self._networks(), **self._states(containers)}
        facts |= self._kernel(containers)
        for name, container in containers.items():
            several = self._starts.several(container)
            if several and self.own_index:
                facts = by_network(name, facts)
            if several or len(container["HostConfig"]["Links"] or []) > 1:
                facts = sorted_lines(name, facts)
        return facts

    def containers(self) -> dict[str, Any]:
        """Give what the engine says about each of our containers, by short name."""
        rows = self.api.containers(all=True, filters={"name": f"-{self.asker.tag.word}$"})
        found = [self.api.inspect_container(row["Id"]) for row in rows]
        return {self._short(c["Name"].lstrip("/")): c for c in found}

    def clean(self, text: str) -> str:
        """Replace addresses, ids, MACs and the tag."""
        return normal(self.places.write(text), self.asker.tag, self.asker.ids)

    def _short(self, name: str) -> str:
        return self.asker.tag.erase(name)

    def _own_networks(self) -> dict[str, Any]:
        """Give our networks by short name; Engine 20.10 allows several of one name."""
        age = {full: number for number, full in enumerate(self.asker.ids)}
        rows = sorted(self.api.networks(), key=lambda row: age.get(row["Id"], 0))
        own: dict[str, Any] = {}
        for row in rows:
            name = self._short(row["Name"])
            if name != row["Name"]:
                own[f"{name} again" if name in own else name] = row
        return own

    def _note_networks(self) -> None:
        own = self._own_networks()
        self._inspected = {name: self.api.inspect_network(row["Id"]) for name, row in own.items()}
        self._inspected["bridge"] = self.api.inspect_network("bridge")
        for name, network in self._inspected.items():
            pools = network["IPAM"]["Config"] or []
            self.places.note(name, [pool["Subnet"] for pool in pools], self._others(network))

    def _others(self, network: dict[str, Any]) -> list[str]:
        """Give the addresses of containers that are not ours."""
        rows = network["Containers"].values()
        others = [row for row in rows if self._short(row["Name"]) == row["Name"]]
        return [row["IPv4Address"].partition("/")[0] for row in others]

    def _networks(self) -> dict[str, str]:
        return {
            f"network {name}": self.clean(_network(network)) + self._chosen(network)
            for name, network in self._inspected.items()
            if name != "bridge"
        }

    def _chosen(self, network: dict[str, Any]) -> str:
        """Give the subnets in full that a step chose; what an engine chose depends on its past."""
        chosen = f"10.{self.asker.tag.octet}."
        subnets = [pool["Subnet"] for pool in network["IPAM"]["Config"] or []]
        return "".join(f" {self._short(s)}" for s in subnets if s.startswith(chosen))

    def _states(self, containers: dict[str, Any]) -> dict[str, str]:
        facts = {}
        for name, container in containers.items():
            facts[f"{name} state"] = self.clean(_state(container))
            for network, endpoint in (container["NetworkSettings"]["Networks"] or {}).items():
                facts[f"{name} on {self._short(network)}"] = self._endpoint(endpoint)
        return facts

    def _endpoint(self, endpoint: dict[str, Any]) -> str:
        aliases = sorted(self.clean(alias) for alias in endpoint["Aliases"] or [])
        told = self.clean(_endpoint(endpoint)).replace(f"'{self.host_name}'", "'HOST'")
        return f"{told}, aliases {aliases}"

    def _kernel(self, containers: dict[str, Any]) -> dict[str, str]:
        """What the kernel says: interfaces, pairs, routes; and the files of names."""
        pids = {n: c["State"]["Pid"] for n, c in containers.items() if c["State"]["Pid"]}
        asked = {"host": Request("ip -json -details address")}
        for name, pid in pids.items():
            asked[f"{name} links"] = Request("ip -json -details address", pid)
            asked[f"{name} routes"] = Request("ip route", pid)
            asked[f"{name} files"] = Request(INSIDE.format(pid=pid, script=FILES))
        told = self.observer.read(asked)
        host = {link["ifindex"]: link for link in json.loads(told["host"])}
        able = [n for n in pids if not _of_host(containers[n])]
        facts = {f"{n} routes": self._routes(told.get(f"{n} routes", "?")) for n in able}
        facts |= {f"{n} files": self._files(told.get(f"{n} files", "?")) for n in able}
        inside = {n: json.loads(told.get(f"{n} links") or "[]") for n in pids}
        own = {n: links for n, links in inside.items() if not _shared(containers[n])}
        return facts | self._links(own, host) | {"order": _order(own)}

    def _routes(self, text: str) -> str:
        """Sort the routes: their order is that of addresses, which depend on the past."""
        return "\n".join(sorted(map(str.strip, self.clean(text).splitlines())))

    def _links(self, inside: dict[str, Any], host: dict[int, Any]) -> dict[str, str]:
        return {
            f"{name} {link['ifname']}": self.clean(self._link(link, host))
            for name, links in inside.items()
            for link in links
        }

    def _link(self, link: dict[str, Any], host: dict[int, Any]) -> str:
        addresses = [
            f"{a['local']}/{a['prefixlen']}" for a in link["addr_info"] if a["family"] == "inet"
        ]
        words = [*addresses, link["operstate"], f"mtu {link['mtu']}", ",".join(link["flags"])]
        peer = host.get(link.get("link_index", 0))
        if peer is None:
            return " ".join(words)
        own = addresses[0].partition("/")[0] if addresses else ""
        number = link["ifindex"] if self.own_index else f"peer-{peer['ifindex'] - link['ifindex']}"
        words += [f"mac {mac_kind(link['address'], own)}", f"number {number}"]
        return " ".join([*words, self._peer(link, peer, host)])

    def _peer(self, link: dict[str, Any], peer: dict[str, Any], host: dict[int, Any]) -> str:
        """Describe the other end; the bridge it is a port of by the bridge's network."""
        bridge = next((b for b in host.values() if b["ifname"] == peer.get("master")), {})
        ports = [f"{a['local']}" for a in bridge.get("addr_info", []) if a["family"] == "inet"]
        back = "back" if peer.get("link_index") == link["ifindex"] else "elsewhere"
        kind = peer["linkinfo"]["info_kind"]
        return f"-> {kind} {peer['operstate']} {back} port of {' '.join(ports) or 'nothing'}"

    def _files(self, text: str) -> str:
        return self.clean(self._without_host(text)).strip()

    def _without_host(self, text: str) -> str:
        """Replace what comes from the host's own resolv.conf."""
        for line in self._host_resolv:
            text = text.replace(line, "") if line.startswith("search") else text
            if line.startswith("nameserver"):
                text = text.replace(line.split()[1], "DNS")
        return text

    @functools.cached_property
    def _host_resolv(self) -> list[str]:
        return self.observer.run("cat /etc/resolv.conf").text.splitlines()

    def run_in(self, scripts: dict[str, str]) -> dict[str, str]:
        """Run a shell line in each of several containers, all at once; give what they print.

        Now and then an engine loses some output of an exec; so both ends of it are marked.
        """
        printed: dict[str, str] = {}
        for _ in range(ATTEMPTS):
            left = {name: script for name, script in scripts.items() if name not in printed}
            for name, text in self._once(left):
                if text.startswith(BEGIN) and text.endswith(END):
                    printed[name] = text.removeprefix(BEGIN).removesuffix(END).strip()
        return printed

    def _once(self, scripts: dict[str, str]) -> list[tuple[str, str]]:
        started, refused = {}, []
        for name, script in scripts.items():
            try:
                started[name] = self._exec(name, script)
            except docker.errors.APIError as error:
                refused.append((name, f"{BEGIN}{error.status_code} {error.explanation}{END}"))
        texts = {name: b"".join(stream).decode() for name, stream in started.items()}
        return [*refused, *((name, text.strip()) for name, text in texts.items())]

    def _exec(self, name: str, script: str) -> Iterator[bytes]:
        words = ["sh", "-c", f"echo '{BEGIN}'; {script}\necho '{END}'"]
        made = self.api.exec_create(self.asker.tag.write(f"{name}~"), words)
        return self.api.exec_start(made["Id"], stream=True)


def _network(network: dict[str, Any]) -> str:
    pools = [f"{p['Subnet']} gateway {p.get('Gateway')}" for p in network["IPAM"]["Config"] or []]
    rows = sorted((c["Name"], c["IPv4Address"]) for c in network["Containers"].values())
    members = " ".join(f"{name}={address}" for name, address in rows)
    internal = " internal" if network["Internal"] else ""
    return f"{network['Driver']}{internal} {' '.join(pools)} has {members or 'nobody'}"


def _state(container: dict[str, Any]) -> str:
    state = container["State"]
    words = [state["Status"], f"code {state['ExitCode']}", state["Error"]]
    mode = container["HostConfig"]["NetworkMode"]
    return " ".join(word for word in [*words, f"mode {mode}"] if word)


def _endpoint(endpoint: dict[str, Any]) -> str:
    words = [
        f"{endpoint['IPAddress']}/{endpoint['IPPrefixLen']}",
        f"gateway {endpoint['Gateway']}",
        f"mac {mac_kind(endpoint['MacAddress'], endpoint['IPAddress'])}",
        f"links {endpoint['Links'] or []}",
        f"names {endpoint.get('DNSNames')}",
        f"config {endpoint['IPAMConfig']}",
    ]
    return ", ".join(words)


def _shared(container: dict[str, Any]) -> bool:
    """Tell whether a container looks at a namespace that is not its own."""
    return container["HostConfig"]["NetworkMode"].partition(":")[0] in ("host", "container")


def _of_host(container: dict[str, Any]) -> bool:
    """Tell whether a container lives in the host's namespace, which is the machine's business."""
    return bool(container["HostConfig"]["NetworkMode"] == "host")


def _order(inside: dict[str, Any]) -> str:
    """List the veth pairs by the number of the host's end."""
    ends = [
        (link["link_index"], f"{name}.{link['ifname']}")
        for name, links in inside.items()
        for link in links
        if "link_index" in link
    ]
    return " ".join(name for _, name in sorted(ends))
