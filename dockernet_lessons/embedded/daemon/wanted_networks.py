"""Which networks a new container is to be in (moby daemon/container_operations.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.daemon import endpoint_rules
from dockernet_lessons.embedded.daemon.container import Container, EndpointConfig
from dockernet_lessons.embedded.daemon.options import is_address
from dockernet_lessons.embedded.errors import DockerError

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.network import Network
    from dockernet_lessons.embedded.daemon.daemon import Daemon

Options = dict[str, Any]


def check_classic(endpoints: dict[str, Options | None]) -> None:
    """Check endpoints at creation as Engine 20.10 does (verifyNetworkingConfig).

    Raises
    ------
    DockerError
        400.
    """
    if len(endpoints) > 1:
        names = ", ".join(sorted(endpoints))
        raise DockerError(400, f"Container cannot be connected to network endpoints: {names}")
    for name, endpoint in endpoints.items():
        if endpoint is None:
            raise DockerError(400, f"no EndpointSettings for {name}")
        ipam = endpoint["IPAMConfig"] or {}
        for version, field in ((4, "IPv4Address"), (6, "IPv6Address")):
            if ipam.get(field) and not is_address(ipam[field], version):
                raise DockerError(400, f"invalid IPv{version} address: {ipam[field]}")


def endpoint_config(endpoint: Options) -> EndpointConfig:
    """Take an endpoint's settings over from a request."""
    ipam = endpoint["IPAMConfig"]
    return EndpointConfig(
        ipam=None if ipam is None else {key: value for key, value in ipam.items() if value},
        links=endpoint["Links"],
        aliases=endpoint["Aliases"],
        mac=endpoint["MacAddress"],
        driver_opts=endpoint["DriverOpts"],
        gw_priority=endpoint["GwPriority"],
    )


def find(daemon: Daemon, name: str) -> Network | None:
    """Find a network; None if it is not there."""
    try:
        return daemon.controller.find_network(name)
    except DockerError:
        return None


def settle(daemon: Daemon, container: Container, endpoints: dict[str, Options | None]) -> None:
    """Note the networks that a new container is to be in.

    Raises
    ------
    DockerError
        400 on modern engines: an endpoint's settings are not possible.
    """
    mode = container.network_mode
    if mode.startswith("container:"):
        return
    main = "bridge" if mode == "default" else mode
    found = find(daemon, main)
    main = found.name if found is not None else main
    for name, endpoint in endpoints.items():
        if endpoint is None:
            raise DockerError(400, f"invalid config for network {name}: EndpointsConfig is nil")
        own = "bridge" if name == "default" else name
        if found is not None and name in (found.id, found.id[:12]):
            own = found.name
        container.networks[own] = endpoint_config(endpoint)
    if not container.networks:
        container.networks[main] = EndpointConfig()
    if daemon.modern:
        _settle_modern(daemon, container, main)


def _settle_modern(daemon: Daemon, container: Container, main: str) -> None:
    """Check at once, and take a container-wide MAC for the main network."""
    settings = container.networks.get(main)
    if settings is not None and not settings.mac:
        settings.mac = container.config["MacAddress"]
    for name, wanted in container.networks.items():
        network = find(daemon, name)
        if network is None:
            continue
        try:
            endpoint_rules.check_modern(network, wanted)
        except DockerError as error:
            raise DockerError(
                error.status, f"invalid config for network {name}: {error.message}"
            ) from error
