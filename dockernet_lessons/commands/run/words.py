"""The options of ``docker run`` that a lesson knows, and what is wrong with their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address

SUPPORTED = frozenset(
    """
    add-host cap-add cap-drop cgroupns cpu-shares cpus detach dns dns-option dns-search domainname
    entrypoint env expose group-add hostname init interactive ip ip6 ipc label link link-local-ip
    mac-address memory name network network-alias pid pids-limit privileged publish publish-all pull
    quiet read-only restart rm security-opt shm-size stop-signal stop-timeout sysctl tmpfs tty user
    userns uts volume workdir
    """.split()  # noqa: SIM905
)
Check = Callable[[str, bool], str]
_DOMAIN = re.compile(r"\.|[\w-]+(\.[\w-]+)*\.?")
_NETWORK_KEYS = ("name", "alias", "ip", "ip6", "link-local-ip", "driver-opt")
_NEW_NETWORK_KEYS = ("mac-address", "gw-priority")
_SYSCTLS = ("kernel.", "fs.mqueue.", "net.")


def is_address(text: str) -> bool:
    """Tell whether a text is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def split_host(value: str, classic: bool) -> tuple[str, str]:
    """Split ``host:address``; newer docker commands take ``host=address`` too."""
    name, equals, address = value.partition("=")
    if classic or not equals:
        name, _, address = value.partition(":")
    return name, address


def _host(value: str, classic: bool) -> str:
    name, address = split_host(value, classic)
    if not name or not address:
        return f'bad format for add-host: "{value}"'
    known = address == "host-gateway" or is_address(address.strip("[]"))
    return "" if known else f'invalid IP address in add-host: "{address}"'


def _link(value: str, _: bool) -> str:
    if not value:
        return "empty string specified for links"
    return f"bad format for links: {value}" if value.count(":") > 1 else ""


def _env(value: str, _: bool) -> str:
    return "" if value.partition("=")[0] else f"invalid environment variable: {value}"


def _label(value: str, _: bool) -> str:
    return "" if value.partition("=")[0] else f"invalid label '{value}': empty name"


def _dns(value: str, classic: bool) -> str:
    if is_address(value):
        return ""
    return (
        f"{value} is not an ip address"
        if classic
        else (f"IP address is not correctly formatted: {value}")
    )


def _domain(value: str, _: bool) -> str:
    return "" if _DOMAIN.fullmatch(value.strip()) else f"{value} is not a valid domain"


def _sysctl(value: str, classic: bool) -> str:
    fine = "=" in value and value.startswith(_SYSCTLS)
    return "" if fine else f"sysctl '{value}' is not {'whitelisted' if classic else 'allowed'}"


def _cpus(value: str, _: bool) -> str:
    fine = re.fullmatch(r"\d*\.?\d+", value)
    return "" if fine else f"failed to parse {value} as a rational number"


def _network(value: str, classic: bool) -> str:
    if "=" not in value:
        return ""
    known = (*_NETWORK_KEYS, *(() if classic else _NEW_NETWORK_KEYS))
    for part in value.split(","):
        key, equals, _ = part.partition("=")
        if not equals:
            return (
                f"invalid field {part}"
                if classic
                else (f"invalid argument {part}: must be in the form key=value")
            )
        if key.strip().lower() not in known:
            return f"invalid field key {key}"
    return ""


LABEL_CHECKS: dict[str, Check] = {"label": _label}
CHECKS: dict[str, Check] = {
    "add-host": _host,
    "link": _link,
    "env": _env,
    "label": _label,
    "dns": _dns,
    "dns-search": _domain,
    "sysctl": _sysctl,
    "cpus": _cpus,
    "network": _network,
}
EXEC_CHECKS: dict[str, Check] = {"env": _env}
CONNECT_CHECKS: dict[str, Check] = {"link": _link}
