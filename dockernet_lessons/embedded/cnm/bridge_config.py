"""What the bridge driver knows about one network, read from its driver options.

Option names and their errors are those of moby's libnetwork/drivers/bridge.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network, ip_address
from typing import Final, NamedTuple

from dockernet_lessons.embedded.errors import DockerError

BRIDGE = "com.docker.network.bridge."
BRIDGE_NAME = BRIDGE + "name"
DEFAULT_BRIDGE = BRIDGE + "default_bridge"
ENABLE_ICC = BRIDGE + "enable_icc"
ENABLE_MASQUERADE = BRIDGE + "enable_ip_masquerade"
HOST_BINDING = BRIDGE + "host_binding_ipv4"
INHIBIT_IPV4 = BRIDGE + "inhibit_ipv4"
GATEWAY_MODE = BRIDGE + "gateway_mode_ipv4"
MTU = "com.docker.network.driver.mtu"
INTERFACE_PREFIX = "com.docker.network.container_iface_prefix"

ANYWHERE: Final = IPv4Address("0.0.0.0")
DEVICE_NAME_LIMIT: Final = 15
"""Characters of a device's name (IFNAMSIZ without the final zero)."""

_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")
MTU_RANGE = range(68, 65536)
"""What the kernel lets a bridge have."""


class BridgeConfig(NamedTuple):
    """A bridge network.

    Attributes
    ----------
    network_id
        Its network's id.
    device
        The bridge's name.
    gateway
        Address of the bridge, with the subnet's prefix length.
    internal
        No way out of the network.
    icc
        Containers reach each other.
    masquerade
        Packets that leave take the host's address.
    host_binding
        Where ports are published, if a request does not say.
    mtu
        Bytes; of the containers' devices, on modern engines of the bridge too.
    prefix
        Containers' devices are called so, and numbered.
    addressed
        Whether the bridge gets its address.
    """

    network_id: str
    device: str
    gateway: IPv4Interface
    internal: bool = False
    icc: bool = True
    masquerade: bool = True
    host_binding: IPv4Address = ANYWHERE
    mtu: int = 1500
    prefix: str = "eth"
    addressed: bool = True

    @property
    def subnet(self) -> IPv4Network:
        """Its subnet."""
        return self.gateway.network


def read_options(
    network_id: str,
    options: dict[str, str],
    gateway: IPv4Interface,
    *,
    internal: bool,
    modern: bool,
) -> BridgeConfig:
    """Read a network's driver options; unknown ones are ignored.

    Raises
    ------
    DockerError
        A value cannot be read (400; 500 on classic engines), or a mode is not emulated (501).
    """
    status = 400 if modern else 500
    if modern:
        _check_gateway_mode(options.get(GATEWAY_MODE, ""), internal=internal)
    return BridgeConfig(
        network_id,
        options.get(BRIDGE_NAME) or f"br-{network_id[:12]}",
        gateway,
        internal=internal,
        icc=_boolean(options, ENABLE_ICC, status, default=True),
        masquerade=_boolean(options, ENABLE_MASQUERADE, status, default=True),
        host_binding=_binding(options, status),
        mtu=_mtu(options, status),
        prefix=options.get(INTERFACE_PREFIX) or "eth",
        addressed=not _boolean(options, INHIBIT_IPV4, status, default=False),
    )


def _unreadable(status: int, option: str, value: str, why: str) -> DockerError:
    return DockerError(status, f"failed to parse {option} value: {value} ({why})")


def _boolean(options: dict[str, str], option: str, status: int, *, default: bool) -> bool:
    value = options.get(option)
    if value is None:
        return default
    if value not in _TRUE + _FALSE:
        why = f'strconv.ParseBool: parsing "{value}": invalid syntax'
        raise _unreadable(status, option, value, why)
    return value in _TRUE


def _binding(options: dict[str, str], status: int) -> IPv4Address:
    value = options.get(HOST_BINDING, "0.0.0.0")
    try:
        address = ip_address(value)
    except ValueError:
        raise _unreadable(status, HOST_BINDING, value, "nil ip") from None
    if not isinstance(address, IPv4Address):
        raise DockerError(501, f"the embedded engine publishes no ports on {value} by default")
    return address


def _mtu(options: dict[str, str], status: int) -> int:
    value = options.get(MTU)
    if value is None:
        return 1500
    digits = value[1:] if value[:1] in ("+", "-") else value
    if not (digits.isascii() and digits.isdecimal()):
        why = f'strconv.Atoi: parsing "{value}": invalid syntax'
        raise _unreadable(status, MTU, value, why)
    if int(value) < 0:
        raise DockerError(status, f"invalid MTU number: {int(value)}")
    return int(value) or 1500


def _check_gateway_mode(mode: str, *, internal: bool) -> None:
    if mode in ("", "nat"):
        return
    if mode == "isolated" and not internal:
        raise DockerError(500, "gateway mode 'isolated' can only be used for an internal network")
    if mode not in ("isolated", "routed", "nat-unprotected"):
        raise _unreadable(400, GATEWAY_MODE, mode, f"unknown gateway mode {mode}")
    raise DockerError(501, f"the embedded engine has no gateway mode {mode}")
