"""``--publish`` and ``--expose`` (the forms are those of Go's docker/go-connections/nat)."""

from __future__ import annotations

from dataclasses import dataclass, field

from dockernet_lessons.commands.run.words import is_address

_PROTOCOLS = ("tcp", "udp", "sctp")
_HIGHEST = 65535


class PortError(Exception):
    """A port that cannot be read; the text is docker's."""


@dataclass
class Ports:
    """What a container exposes and publishes.

    Attributes
    ----------
    exposed
        ``"80/tcp"`` and the like.
    bindings
        Container port -> the host's addresses and ports.
    """

    exposed: dict[str, dict[str, str]] = field(default_factory=dict)
    bindings: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def read_ports(published: list[str], exposed: list[str]) -> Ports:
    """Read the values of ``--publish`` and ``--expose``.

    Raises
    ------
    PortError
        In docker's words.
    """
    ports = Ports()
    for text in published:
        _publish(ports, text)
    for text in exposed:
        ports.exposed.update(_expose(text))
    return ports


def _publish(ports: Ports, text: str) -> None:
    address, host, container = _split(text)
    number, _, protocol = container.partition("/")
    if not number:
        raise PortError(f"No port specified: {text}<empty>")
    first, last = _range(number, f"Invalid containerPort: {number}")
    host_first, host_last = _range(host, f"Invalid hostPort: {host}") if host else (0, 0)
    alike = not host or host_last - host_first == last - first
    if not alike and first != last:
        raise PortError(
            f"Invalid ranges specified for container and host Ports: {number} and {host}"
        )
    protocol = protocol or "tcp"
    if protocol.lower() not in _PROTOCOLS:
        raise PortError(f"Invalid proto: {protocol}")
    for offset in range(last - first + 1):
        public = str(host_first + offset) if host and alike else host
        key = f"{first + offset}/{protocol.lower()}"
        ports.exposed[key] = {}
        ports.bindings.setdefault(key, []).append({"HostIp": address, "HostPort": public})


def _split(text: str) -> tuple[str, str, str]:
    """Split ``address:host:container``, of which all but the last may be left out."""
    rest, _, container = text.rpartition(":")
    address, _, host = rest.rpartition(":")
    bare = address[1:-1] if address.startswith("[") and address.endswith("]") else address
    if ":" in address and bare == address:
        raise PortError(f"Invalid ip address {address}: address {address}:: "
                        "too many colons in address")  # fmt: skip
    if bare and not is_address(bare):
        raise PortError(f"Invalid ip address: {bare}")
    return bare, host, container


def _range(text: str, error: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    ends = (first, last) if dash else (first, first)
    if not all(end.isdigit() and int(end) <= _HIGHEST for end in ends):
        raise PortError(error)
    if int(ends[0]) > int(ends[1]):
        raise PortError(error)
    return int(ends[0]), int(ends[1])


def _expose(text: str) -> dict[str, dict[str, str]]:
    if ":" in text:
        raise PortError(f"invalid port format for --expose: {text}")
    number, _, protocol = text.partition("/")
    first, last = _range(
        number,
        f"invalid range format for --expose: {number}, error: "
        f'strconv.ParseUint: parsing "{number}": invalid syntax',
    )
    return {f"{port}/{protocol or 'tcp'}": {} for port in range(first, last + 1)}
