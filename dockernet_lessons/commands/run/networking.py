"""``--network`` and the options that belong to it."""

from __future__ import annotations

from typing import Any

from dockernet_lessons.commands.options import Parsed

_NOT_USER_DEFINED = ("default", "bridge", "host", "none", "nat")
_Endpoints = dict[str, dict[str, Any]]


class NetworkingError(Exception):
    """Options that do not go together; the text is docker's."""


def user_defined(network: str) -> bool:
    """Tell whether a network is one that a user made."""
    return network not in _NOT_USER_DEFINED and not network.startswith("container:")


def read_networks(given: Parsed, *, classic: bool) -> tuple[str, _Endpoints]:
    """Read all that a line says of networks.

    Parameters
    ----------
    given
        The options.
    classic
        Whether the docker command of Engine 20.10 is imitated.

    Returns
    -------
    (mode, endpoints)
        ``HostConfig.NetworkMode`` and ``NetworkingConfig.EndpointsConfig``.

    Raises
    ------
    NetworkingError
        In docker's words.
    """
    asked = [_read(text) for text in given.all("network")]
    if classic and not asked:
        return "default", {}
    asked = asked or [{"name": ["default"]}]
    names = [_one(network, "name") for network in asked]
    _check(names)
    _give_to_first(asked[0], given, classic)
    endpoints = {
        name: endpoint
        for index, (name, network) in enumerate(zip(names, asked, strict=True))
        if (endpoint := _endpoint(name, network, classic)) is not None
        or len(names) > 1
        or (user_defined(names[index]) or (name == "default" and not given.all("network")))
    }
    return names[0], {name: endpoint or {} for name, endpoint in endpoints.items()}


def _read(text: str) -> dict[str, list[str]]:
    """Read ``mynet``, or ``name=mynet,alias=db,ip=10.0.0.5``."""
    if "=" not in text:
        return {"name": [text]}
    found: dict[str, list[str]] = {}
    for part in text.split(","):
        key, _, value = part.partition("=")
        found.setdefault(key.strip().lower(), []).append(value.strip())
    return found


def _one(network: dict[str, list[str]], key: str) -> str:
    return network.get(key, [""])[-1]


def _check(names: list[str]) -> None:
    for index, name in enumerate(names):
        if not name:
            raise NetworkingError("no name set for network")
        if name in names[:index]:
            raise NetworkingError(f'network "{name}" is specified multiple times')
    kinds = {user_defined(name) for name in names}
    if len(kinds) > 1:
        raise NetworkingError(
            "conflicting options: cannot attach both user-defined and non-user-defined "
            "network-modes"
        )


def _give_to_first(network: dict[str, list[str]], given: Parsed, classic: bool) -> None:
    """Give the plain options to the first network."""
    pairs = (
        ("alias", "network-alias", "alias"), ("ip", "ip", "IPv4 address"),
        ("ip6", "ip6", "IPv6 address"), ("link-local-ip", "link-local-ip", "link-local address"),
        ("link", "link", "link"), ("mac-address", "mac-address", "MAC address"),
    )  # fmt: skip
    for key, option, what in pairs:
        values = given.all(option)
        if values and key in network:
            name = "--network-alias" if option == "network-alias" else f"--{option}"
            raise NetworkingError(
                f"conflicting options: cannot specify both {name} and per-network {what}"
            )
        if values and not (classic and key == "mac-address"):
            network[key] = values


def _endpoint(name: str, network: dict[str, list[str]], classic: bool) -> dict[str, Any] | None:
    if "alias" in network and not user_defined(name):
        raise NetworkingError("network-scoped aliases are only supported for user-defined networks")
    if "link" in network and not user_defined(name) and classic:
        raise NetworkingError("links are only supported for user-defined networks")
    addresses: dict[str, Any] = {
        "IPv4Address": _one(network, "ip"),
        "IPv6Address": _one(network, "ip6"),
        "LinkLocalIPs": network.get("link-local-ip"),
    }
    addresses = {key: value for key, value in addresses.items() if value}
    endpoint: dict[str, Any] = {
        "IPAMConfig": addresses or None,
        "Links": network.get("link") if user_defined(name) else None,
        "Aliases": network.get("alias"),
        "MacAddress": _one(network, "mac-address") or None,
        "DriverOpts": dict(text.partition("=")[::2] for text in network.get("driver-opt", [])),
        "GwPriority": int(_one(network, "gw-priority") or 0),
    }
    endpoint = {key: value for key, value in endpoint.items() if value}
    return endpoint or None
