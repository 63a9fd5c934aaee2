"""Which engine generation is emulated, and the machine it runs on."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import NamedTuple


class Host(NamedTuple):
    """The emulated machine.

    Attributes
    ----------
    hostname
        Its name.
    lan
        Address of its network card ``eth0``.
    router
        Default gateway on that LAN.
    dns
        DNS server on that LAN; it knows no name but its own and the router's.
    docker0
        Address of docker0.
    first_veth
        Number that the host gives to the next interface after docker0; None for the next free.
    """

    hostname: str
    lan: IPv4Interface
    router: IPv4Address
    dns: IPv4Address
    docker0: IPv4Interface
    first_veth: int | None = None


class Profile(NamedTuple):
    """An engine generation; each behaviour is measured on the real engine of that version.

    Attributes
    ----------
    name
        ``article``, ``classic`` or ``modern``.
    version
        The engine's version.
    api, oldest_api
        Newest and oldest API version it speaks.
    modern
        Engine 28 and its ways; else Engine 20.10's. Whoever behaves in two ways asks this.
    image_size
        Bytes of the lesson image.
    start
        Virtual time at which the engine is started, seconds since 1970 UTC.
    """

    name: str
    version: str
    api: tuple[int, int]
    oldest_api: tuple[int, int]
    modern: bool
    host: Host
    image_size: int = 10_000_000
    start: float = 1_760_000_000.0


_HOST = Host(
    hostname="dockerhost",
    lan=IPv4Interface("10.0.2.15/24"),
    router=IPv4Address("10.0.2.2"),
    dns=IPv4Address("10.0.2.3"),
    docker0=IPv4Interface("172.17.0.1/16"),
)
CLASSIC = Profile("classic", "20.10.24", (1, 41), (1, 12), modern=False, host=_HOST)
MODERN = Profile("modern", "28.5.2", (1, 51), (1, 24), modern=True, host=_HOST)
ARTICLE = CLASSIC._replace(
    name="article",
    host=Host(
        hostname="dockerhost",
        lan=IPv4Interface("172.17.16.5/20"),
        router=IPv4Address("172.17.16.1"),
        dns=IPv4Address("172.17.16.2"),
        docker0=IPv4Interface("172.18.0.1/16"),
        first_veth=116,
    ),
    image_size=114_000_000,
    start=1_628_340_000.0,  # 2021-08-07, the article's day
)
PROFILES = {profile.name: profile for profile in (ARTICLE, CLASSIC, MODERN)}
