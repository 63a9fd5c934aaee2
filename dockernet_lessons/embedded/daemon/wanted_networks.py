"""Which networks a new container is to be in (moby daemon/container_operations.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.daemon import endpoint_rules
from dockernet_lessons.embedded.daemon.container import EndpointConfig
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


def settle(
    daemon: Daemon, config: Options, host: Options, endpoints: dict[str, Options | None]
) -> dict[str, EndpointConfig]:
    """Give the networks that a new container is to be in, by name.

    Raises
    ------
    DockerError
        400 on modern engines: an endpoint's settings are not possible.
    """
    mode = host["NetworkMode"]
    if mode.startswith("container:"):
        return {}
    networks: dict[str, EndpointConfig] = {}
    main = "bridge" if mode == "default" else mode
    found = find(daemon, main)
    main = found.name if found is not None else main
    for name, endpoint in endpoints.items():
        if endpoint is None:
            raise DockerError(400, f"invalid config for network {name}: EndpointsConfig is nil")
        own = "bridge" if name == "default" else name
        if found is not None and name in (found.id, found.id[:12]):
            own = found.name
        networks[own] = endpoint_config(endpoint)
    if not networks:
        networks[main] = EndpointConfig()
    if daemon.modern:
        if main in networks:
            networks[main].mac = networks[main].mac or config["MacAddress"]
        _check_modern(daemon, networks)
    return networks


def _check_modern(daemon: Daemon, networks: dict[str, EndpointConfig]) -> None:
    """Check at once; a network that is not there yet may be there at the start."""
    for name, wanted in networks.items():
        try:
            endpoint_rules.check_modern(name, find(daemon, name), wanted)
        except DockerError as error:
            raise DockerError(
                error.status, f"invalid config for network {name}: {error.message}"
            ) from error
