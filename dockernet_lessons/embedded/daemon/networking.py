"""Connect containers to networks and take them off (moby daemon/container_operations.go)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.cnm import settings
from dockernet_lessons.embedded.daemon import endpoint_rules, links, ports
from dockernet_lessons.embedded.daemon.container import Container, EndpointConfig
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.network import Network
    from dockernet_lessons.embedded.cnm.sandbox import Sandbox
    from dockernet_lessons.embedded.daemon.daemon import Daemon

_AFTER_ADDRESS = "driver failed programming external connectivity"
"""How a refusal begins that comes when the endpoint is made already."""

FAILED = "failed to set up container networking: "
"""How Engine 28 begins what it says about the networks of a container that starts."""

_PING_GROUPS = "net.ipv4.ping_group_range"


def attach(daemon: Daemon, container: Container) -> Sandbox:
    """Give a starting container its sandbox and connect it to its networks.

    Raises
    ------
    DockerError
        A network refuses; what was connected before is taken off again.
    """
    if container.network_mode.startswith("container:"):
        sandbox = _other_sandbox(daemon, container)
        if daemon.modern and container.networks:
            raise DockerError(400, f"{FAILED}{endpoint_rules.SHARED}")
        return sandbox
    order = daemon.controller.start_order(container.networks)
    networks = {name: _network(daemon, container, name) for name in order}
    earlier = container.sandbox_id, container.sandbox_key
    sandbox = container.sandbox = _new_sandbox(daemon, container)
    container.sandbox_id, container.sandbox_key = sandbox.id, sandbox.key
    container.files_made |= {"resolv.conf", "hosts"}
    for name, network in networks.items():
        check_mode(daemon, container)
        connect_one(daemon, container, network, container.networks[name])
        if not daemon.modern:
            if name == order[0] == "bridge":
                _check_links(daemon, container, earlier)
            daemon.log_network(network, "connect", container.id)
    container.files_made.add("hostname")
    daemon.controller.set_key(sandbox)
    return sandbox


def _check_links(daemon: Daemon, container: Container, earlier: tuple[str, str]) -> None:
    """Look whether a link's target can be linked to: Engine 20.10, with its first endpoint made.

    It then takes this endpoint back, and makes no sandbox. If the container never had one, the
    endpoint goes on being shown (releaseNetwork of moby 20.10 returns early; measured).

    Raises
    ------
    DockerError
        500: a target is not on the default bridge.
    """
    for link in daemon.links.of(container):
        if "bridge" not in link.target.networks:
            container.sandbox_id, container.sandbox_key = earlier
            if not container.sandbox_id:
                wanted = container.networks["bridge"]
                wanted.remains = wanted.endpoint
            why = "as it does not belong to the default network"
            raise DockerError(500, f"Cannot link to /{link.target.name}, {why}")


def _network(daemon: Daemon, container: Container, name: str) -> Network:
    """Find a network; once the container was in it, by its id: not another one of that name.

    Raises
    ------
    DockerError
        404: it is not there any more.
    """
    return daemon.controller.find_network(container.networks[name].network_id or name)


def _other_sandbox(daemon: Daemon, container: Container) -> Sandbox:
    """Give the sandbox of the container whose network is shared."""
    name = container.network_mode.partition(":")[2]
    try:
        target = daemon.containers.find(name)
    except DockerError as error:
        if daemon.modern:
            raise DockerError(
                500, f"joining network namespace of container: {error.message}"
            ) from error
        raise
    if target.state.restarting:
        raise DockerError(
            409, f"Container {target.id} is restarting, wait until the container is running"
        )
    if not target.alive or target.active_sandbox is None:
        raise _not_running(target, modern=daemon.modern)
    container.config["Hostname"] = target.config["Hostname"]
    container.config["Domainname"] = target.config["Domainname"]
    return target.active_sandbox


def _not_running(target: Container, *, modern: bool) -> DockerError:
    if modern:
        return DockerError(
            409,
            "cannot join network namespace of a non running container: "
            f"container {target.name} is {target.state.status}",
        )
    return DockerError(409, f"cannot join network of a non running container: {target.id}")


def _new_sandbox(daemon: Daemon, container: Container) -> Sandbox:
    config, host = container.config, container.host
    mode = container.network_mode if container.network_mode in ("host", "none") else "bridge"
    extra = (entry.partition(":") for entry in host["ExtraHosts"] or ())
    sandbox = daemon.controller.create_sandbox(
        container.id,
        container.name,
        mode=mode,
        hosts=container.hosts_file,
        settings=settings.SandboxSettings(
            hostname=config["Hostname"],
            domainname=config["Domainname"],
            dns=tuple(host["Dns"] or ()),
            dns_search=tuple(host["DnsSearch"] or ()),
            dns_options=tuple(host["DnsOptions"] or ()),
            extra_hosts=tuple((name, _gateway(daemon, address)) for name, _, address in extra),
        ),
    )
    if mode != "host":
        _set_ping_groups(sandbox, (host.get("Sysctls") or {}).get(_PING_GROUPS, ""))
    return sandbox


def _set_ping_groups(sandbox: Sandbox, text: str) -> None:
    """Set who may ping without NET_RAW, the one sysctl that a lesson looks at (icmp(7))."""
    found = re.fullmatch(r"\s*(\d{1,10})\s+(\d{1,10})\s*", text)
    if found is not None:
        sandbox.namespace.ping_group_range = int(found[1]), int(found[2])


def _gateway(daemon: Daemon, address: str) -> str:
    """Replace ``host-gateway`` by docker0's address."""
    return str(daemon.profile.host.docker0.ip) if address == "host-gateway" else address


def check_mode(daemon: Daemon, container: Container) -> None:
    """Look for the network that a container was made for, whichever it joins (normalizeNetMode).

    Engine 20.10 does not look. The beginning of an id becomes the whole id.

    Raises
    ------
    DockerError
        404: it is not there any more.
    """
    mode = container.network_mode
    if not daemon.modern or mode in ("", "default", *endpoint_rules.PREDEFINED):
        return
    try:
        network = daemon.controller.find_network(mode)
    except DockerError as error:
        raise DockerError(
            error.status,
            f"could not find a network matching network mode {mode}: {error.message}",
        ) from error
    if mode not in (network.name, network.id):
        container.host["NetworkMode"] = network.id


def connect_one(
    daemon: Daemon, container: Container, network: Network, wanted: EndpointConfig
) -> None:
    """Connect a container that has a sandbox to one network.

    Raises
    ------
    DockerError
        The settings are not possible, or the network refuses.
    """
    if network.config_only:
        raise DockerError(403, "cannot create endpoint on configuration-only network")
    if not daemon.modern:
        endpoint_rules.check_classic_network(network, wanted)
        name_classic(container, network, wanted)
        endpoint_rules.check_classic_subnet(network, wanted)
        endpoint_rules.check_classic_address(network, wanted)
    else:
        name_modern(container, network, wanted)
    assert container.sandbox is not None
    asked = settings.EndpointSettings(
        address=IPv4Address(wanted.ipv4) if wanted.ipv4 else None,
        mac=wanted.mac if daemon.modern else _container_mac(container, network),
        aliases=tuple(wanted.aliases or ()),
        links=tuple(_links(daemon, container, network, wanted)),
        gateway_priority=wanted.gw_priority,
        renamed=daemon.modern and wanted.dns_names is not None,
    )
    published = ports.requests(container)
    wanted.remains = None
    try:
        wanted.endpoint = daemon.controller.connect(container.sandbox, network, asked, published)
    except DockerError as error:
        if error.message.startswith(_AFTER_ADDRESS):
            wanted.network_id = network.id
        raise
    wanted.network_id = network.id


def _container_mac(container: Container, network: Network) -> str:
    """Give the container-wide MAC, which is for its main network; Engine 20.10 knows no other."""
    main = {"default": "bridge"}.get(container.network_mode, container.network_mode)
    return str(container.config["MacAddress"]) if network.name == main else ""


def name_classic(container: Container, network: Network, wanted: EndpointConfig) -> None:
    """Note the short id and the host name among the aliases, as Engine 20.10 shows them."""
    if network.name in endpoint_rules.PREDEFINED:
        return
    names = [*(wanted.aliases or ()), container.short_id]
    if container.config["Hostname"] != container.short_id:
        names.append(container.config["Hostname"])
    wanted.aliases = list(dict.fromkeys(names))


def name_modern(container: Container, network: Network, wanted: EndpointConfig) -> None:
    """Note the names that the embedded DNS will answer to."""
    if network.name in endpoint_rules.PREDEFINED:
        return
    names = [container.name, *(wanted.aliases or ()), container.short_id]
    wanted.dns_names = list(dict.fromkeys([*names, container.config["Hostname"]]))


def _links(
    daemon: Daemon, container: Container, network: Network, wanted: EndpointConfig
) -> Iterator[settings.Link]:
    """Give the links that matter on a network: legacy ones on the default bridge."""
    if network.name == "bridge":
        for link in daemon.links.of(container):
            yield settings.Link(link.target.id, link.target.name, link.alias)
    for text in wanted.links or ():
        name, alias = links.parse(text)
        try:
            target = daemon.containers.find(name)
        except DockerError:
            continue
        yield settings.Link(target.id, target.name, alias)


def detach(daemon: Daemon, container: Container) -> None:
    """Take a container off all its networks and delete its sandbox: it has ended."""
    container.active_sandbox = None
    sandbox, container.sandbox = container.sandbox, None
    if sandbox is None:
        return
    for wanted in container.networks.values():
        endpoint, wanted.endpoint = wanted.endpoint, None
        if endpoint is not None:
            daemon.log_network(endpoint.network, "disconnect", container.id)
    daemon.controller.delete_sandbox(sandbox)
    if daemon.modern:
        container.sandbox_id = container.sandbox_key = ""
