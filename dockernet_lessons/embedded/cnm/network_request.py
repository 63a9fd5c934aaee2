"""What is asked of the controller when a network is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Pool(NamedTuple):
    """One entry of ``IPAM.Config``, as typed: nothing is checked yet.

    Attributes
    ----------
    subnet, ip_range, gateway
        As typed; empty if absent.
    aux
        Reserved addresses by the name they were given.
    """

    subnet: str = ""
    ip_range: str = ""
    gateway: str = ""
    aux: Mapping[str, str] = {}


class NetworkRequest(NamedTuple):
    """What ``POST /networks/create`` asks for.

    Attributes
    ----------
    name
        As typed.
    driver
        ``bridge`` if empty.
    pools
        ``IPAM.Config``.
    ipam_driver, ipam_options
        ``default`` if empty.
    options, labels
        Driver options and labels.
    internal, attachable, enable_ipv6, config_only, ingress
        The switches of that name.
    enable_ipv4
        Modern engines only; None if not said.
    scope
        ``local`` if empty.
    check_duplicate
        Refuse a name that is taken (modern engines always do).
    """

    name: str
    driver: str = ""
    pools: tuple[Pool, ...] = ()
    ipam_driver: str = ""
    ipam_options: dict[str, str] | None = None
    options: Mapping[str, str] = {}
    labels: Mapping[str, str] = {}
    internal: bool = False
    attachable: bool = False
    enable_ipv6: bool = False
    enable_ipv4: bool | None = None
    config_only: bool = False
    ingress: bool = False
    scope: str = ""
    check_duplicate: bool = False
