"""Networks: list, inspect, create, connect, disconnect, remove, prune."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dockernet_lessons.embedded.api import network_shape, parameters, requests
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.cnm.network_request import NetworkRequest, Pool
from dockernet_lessons.embedded.daemon import membership, networks, wanted_networks
from dockernet_lessons.embedded.daemon.container import EndpointConfig
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.filters import Filters
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response, json_response
from dockernet_lessons.embedded.loop import Steps, Wait

if TYPE_CHECKING:
    from dockernet_lessons.embedded.cnm.network import Network

CREATE_S = 0.06
"""Seconds that it takes to make or remove a bridge and its rules (measured: 0.05 to 0.1)."""

CONNECT_S = 0.06
_BOOLEANS = {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False", ""}
routes = Routes()


@routes.route("GET", "/networks/")
@routes.route("GET", "/networks")
def list_all(daemon: Daemon, request: Request) -> Response:
    """List networks; their containers are left out, as the engine does."""
    filters = parameters.filters(request, modern=daemon.modern)
    found = networks.listed(daemon, filters)
    return json_response([network_shape.inspect(daemon, n, containers=False) for n in found])


@routes.route("GET", "/networks/{name:path}")
def inspect(daemon: Daemon, request: Request, name: str) -> Response:
    """Show everything of a network."""
    verbose = request.text("verbose")
    if verbose not in _BOOLEANS:
        raise DockerError(
            400,
            f"invalid value for verbose: {verbose}: "
            f'strconv.ParseBool: parsing "{verbose}": invalid syntax',
        )
    if request.text("scope") not in ("", "local"):
        raise DockerError(404, f"network {name} not found")
    network = daemon.controller.find_network(name, "inspect")
    return json_response(network_shape.inspect(daemon, network, containers=True))


@routes.route("POST", "/networks/create")
def create(daemon: Daemon, request: Request) -> Steps[Response]:
    """Create a network."""
    wanted = requests.read("network", request, modern=daemon.modern, may_be_empty=daemon.modern)
    reference = (wanted["ConfigFrom"] or {}).get("Network")
    if reference:
        networks.check_config_from(daemon, reference)
    network = daemon.controller.create_network(_network_request(wanted))
    daemon.log_network(network, "create")
    yield Wait(until=daemon.loop.now + CREATE_S)
    return json_response({"Id": network.id, "Warning": network.warning}, 201)


def _network_request(wanted: dict[str, Any]) -> NetworkRequest:
    ipam = wanted["IPAM"] or {"Driver": "", "Options": None, "Config": None}
    return NetworkRequest(
        name=wanted["Name"],
        driver=wanted["Driver"],
        pools=tuple(_pool(pool) for pool in ipam["Config"] or ()),
        ipam_driver=ipam["Driver"],
        ipam_options=ipam["Options"],
        options=wanted["Options"] or {},
        labels=wanted["Labels"] or {},
        internal=wanted["Internal"],
        attachable=wanted["Attachable"],
        enable_ipv6=wanted["EnableIPv6"],
        enable_ipv4=wanted["EnableIPv4"],
        config_only=wanted["ConfigOnly"],
        ingress=wanted["Ingress"],
        scope=wanted["Scope"],
        check_duplicate=wanted["CheckDuplicate"],
    )


def _pool(pool: dict[str, Any] | None) -> Pool:
    if pool is None:
        return Pool()
    aux = pool["AuxiliaryAddresses"] or {}
    return Pool(pool["Subnet"], pool["IPRange"], pool["Gateway"], aux)


@routes.route("DELETE", "/networks/{name:path}")
def remove(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Remove a network."""
    network = daemon.controller.find_network(name, "remove")
    networks.remove(daemon, network)
    yield Wait(until=daemon.loop.now + CREATE_S)
    return Response(204)


@routes.route("POST", "/networks/prune")
def prune(daemon: Daemon, request: Request) -> Steps[Response]:
    """Remove the networks that no container is in."""
    filters = parameters.filters(request, modern=daemon.modern)
    filters.check(parameters.PRUNE)
    gone = networks.prune(daemon, _prunable(filters, daemon.loop.now))
    yield Wait(until=daemon.loop.now + CREATE_S * len(gone))
    return json_response({"NetworksDeleted": gone or None})


def _prunable(filters: Filters, now: float) -> Callable[[Network], bool]:
    return lambda network: parameters.may_go(filters, network.labels, network.created, now)


@routes.route("POST", "/networks/{name:path}/connect")
def connect(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Connect a container to a network."""
    wanted = requests.read("connect", request, modern=daemon.modern, may_be_empty=daemon.modern)
    container = membership.find_container(daemon, wanted["Container"])
    endpoint = wanted["EndpointConfig"]
    yield from container.lock.acquire()
    with container.lock.holding():
        settings = EndpointConfig()
        if endpoint is not None:
            settings = wanted_networks.endpoint_config(endpoint)
        membership.connect(daemon, name, container, settings)
        yield Wait(until=daemon.loop.now + CONNECT_S)
    return Response()


@routes.route("POST", "/networks/{name:path}/disconnect")
def disconnect(daemon: Daemon, request: Request, name: str) -> Steps[Response]:
    """Take a container off a network."""
    wanted = requests.read("disconnect", request, modern=daemon.modern, may_be_empty=daemon.modern)
    force = wanted["Force"]
    try:
        container = membership.find_container(daemon, wanted["Container"])
    except DockerError as error:
        if force and error.status == 404:
            membership.disconnect_unknown(daemon, name, wanted["Container"])
        raise
    yield from container.lock.acquire()
    with container.lock.holding():
        membership.disconnect(daemon, name, container, force=force)
        yield Wait(until=daemon.loop.now + CONNECT_S)
    return Response()
