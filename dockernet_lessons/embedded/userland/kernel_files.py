"""What the kernel shows of the network as files: /proc/net, /sys/class/net (proc(5), sysfs(5))."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address

from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.fabric.namespace import Namespace
from dockernet_lessons.embedded.fabric.routes import Route
from dockernet_lessons.embedded.userland.files import FileError, Node, Writer, directory

_FLAG_BITS = {"UP": 0x1, "BROADCAST": 0x2, "LOOPBACK": 0x8, "MULTICAST": 0x1000}
_HARDWARE = {"loopback": 772}
_ETHERNET = 1
_FORWARDING = 3
"""State of a port that passes frames on; 0 is that of one without carrier (if_bridge.h)."""

_REACHABLE_FLAGS = {"PERMANENT": 0x6, "INCOMPLETE": 0x0, "FAILED": 0x0}
_COUNTED = {
    "rx_bytes": "rx_bytes", "rx_packets": "rx_packets", "rx_dropped": "rx_dropped",
    "tx_bytes": "tx_bytes", "tx_packets": "tx_packets", "tx_dropped": "tx_dropped",
}  # fmt: skip
_STATISTICS = [
    "collisions",
    "multicast",
    "rx_bytes",
    "rx_compressed",
    "rx_crc_errors",
    "rx_dropped",
    "rx_errors",
    "rx_fifo_errors",
    "rx_frame_errors",
    "rx_length_errors",
    "rx_missed_errors",
    "rx_nohandler",
    "rx_over_errors",
    "rx_packets",
    "tx_aborted_errors",
    "tx_bytes",
    "tx_carrier_errors",
    "tx_compressed",
    "tx_dropped",
    "tx_errors",
    "tx_fifo_errors",
    "tx_heartbeat_errors",
    "tx_packets",
    "tx_window_errors",
]


def computed(text: Callable[[], str], mode: int = 0o444, size: int = 0) -> Node:
    """Make a file whose content the kernel computes."""
    return Node("fixed", mode, reader=text, size=size)


def fixed(text: str, mode: int = 0o444, size: int = 0) -> Node:
    """Make a file of the kernel whose content does not change."""
    return computed(lambda: text, mode, size)


def folder(entries: dict[str, Node]) -> Node:
    """Make a directory of /proc: it claims to have no bytes."""
    made = directory(entries, 0o555)
    made.size = 0
    return made


def lazy(entries: Callable[[], dict[str, Node]]) -> Node:
    """Make a directory of the kernel that is filled when somebody looks into it."""
    return Node("directory", 0o555, lister=lambda viewer: entries(), size=0)


def setting(text: Callable[[], str], write: Writer | None) -> Node:
    """Make a file of /proc/sys; without `write` it is on a read-only mount."""
    if write is None:
        return computed(text, 0o644)
    return Node("file", 0o644, reader=text, writer=write, size=0)


def network_files(namespace: Namespace) -> Node:
    """Make /proc/net of a network namespace."""
    return folder(
        {
            "arp": computed(lambda: _arp(namespace)),
            "dev": computed(lambda: _devices(namespace)),
            "route": computed(lambda: _routes(namespace)),
        }
    )


def _arp(namespace: Namespace) -> str:
    """Write /proc/net/arp."""
    lines = ["IP address       HW type     Flags       HW address            Mask     Device"]
    for neighbor in namespace.neighbors:
        flags = _REACHABLE_FLAGS.get(neighbor.state, 0x2)
        mac = neighbor.mac if neighbor.mac and flags else "00:00:00:00:00:00"
        lines.append(
            f"{neighbor.address!s:<16} 0x1         {f'0x{flags:x}':<10}  {mac:<17}     *        "
            f"{neighbor.device.name}"
        )
    return "\n".join(lines) + "\n"


def _devices(namespace: Namespace) -> str:
    """Write /proc/net/dev."""
    lines = [
        "Inter-|   Receive                                                |  Transmit",
        " face |bytes    packets errs drop fifo frame compressed multicast"
        "|bytes    packets errs drop fifo colls carrier compressed",
    ]
    for device in namespace.by_index.values():
        lines.append(
            f"{device.name:>6}: {device.rx_bytes:>7} {device.rx_packets:>7} "
            f"   0 {device.rx_dropped:>4}    0     0          0         0 "
            f"{device.tx_bytes:>8} {device.tx_packets:>7}    0 {device.tx_dropped:>4}"
            "    0     0       0          0"
        )
    return "\n".join(lines) + "\n"


def _routes(namespace: Namespace) -> str:
    """Write /proc/net/route: addresses as the kernel keeps them, in hexadecimal and reversed."""
    lines = ["Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"]
    lines += [_route(route) for route in namespace.routes]
    return "".join(f"{line:<127}\n" for line in lines)


def _route(route: Route) -> str:
    flags = 0x1 | (0x2 if route.gateway else 0) | (0x4 if route.destination.prefixlen == 32 else 0)
    return (
        f"{route.device.name}\t{_reversed(route.destination.network_address)}\t"
        f"{_reversed(route.gateway)}\t{flags:04X}\t0\t0\t{route.metric}\t"
        f"{_reversed(route.destination.netmask)}\t0\t0\t0"
    )


def _reversed(address: IPv4Address | None) -> str:
    return "00000000" if address is None else address.packed[::-1].hex().upper()


def network_settings(namespace: Namespace, *, writable: bool) -> Node:
    """Make /proc/sys/net of a network namespace.

    Parameters
    ----------
    writable
        For the host and privileged containers; Docker mounts it read-only for others.
    """

    def forward(text: str) -> None:
        namespace.forwarding = bool(int(text))

    forwarding = setting(lambda: f"{int(namespace.forwarding)}\n", forward if writable else None)
    first, last = namespace.ping_group_range
    per_device = {name: folder({"forwarding": forwarding}) for name in ("all", "default")}
    per_device |= {name: folder({"forwarding": forwarding}) for name in namespace.devices}
    return folder(
        {
            "ipv4": folder(
                {
                    "conf": folder(per_device),
                    "ip_forward": forwarding,
                    "ping_group_range": setting(lambda: f"{first}\t{last}\n", None),
                }
            ),
            "ipv6": folder({"conf": folder(_ipv6(namespace))}),
        }
    )


def _ipv6(namespace: Namespace) -> dict[str, Node]:
    def disabled(off: bool) -> Node:
        return folder({"disable_ipv6": fixed(f"{int(off)}\n", 0o644)})

    everyone = not namespace.ipv6
    entries = {"all": disabled(everyone), "default": disabled(everyone)}
    return entries | {d.name: disabled(not d.ipv6) for d in namespace.devices.values()}


def class_net(namespace: Namespace) -> dict[str, Node]:
    """List /sys/class/net: links into /sys/devices."""
    return {
        device.name: Node("link", 0o777, target=f"../../devices/{_place(device)}", size=0)
        for device in namespace.devices.values()
    }


def devices_net(namespace: Namespace) -> dict[str, Node]:
    """List /sys/devices, as far as network devices are in it."""
    places: dict[str, dict[str, Node]] = {"virtual": {}, "pci0000:00": {}}
    for device in namespace.devices.values():
        parts = _place(device).split("/")
        places[parts[0]][device.name] = lazy(partial(device_directory, device))
    net = folder({"net": folder(places["virtual"])})
    card = folder({"0000:00:03.0": folder({"net": folder(places["pci0000:00"])})})
    return {"pci0000:00": card, "virtual": net}


def _place(device: Device) -> str:
    return f"{'pci0000:00/0000:00:03.0' if device.kind == 'ether' else 'virtual'}/net/{device.name}"


def device_directory(device: Device) -> dict[str, Node]:
    """List the directory of a device (Documentation/ABI/testing/sysfs-class-net)."""
    loopback = device.kind == "loopback"
    facts: dict[str, object] = {
        "addr_assign_type": 0 if loopback else 3,
        "addr_len": 6,
        "address": device.mac,
        "broadcast": "00:00:00:00:00:00" if loopback else "ff:ff:ff:ff:ff:ff",
        "dev_id": "0x0",
        "dev_port": 0,
        "dormant": 0,
        "flags": f"0x{_flags(device):x}",
        "ifalias": "",
        "ifindex": device.ifindex,
        "iflink": device.iflink,
        "link_mode": 0,
        "mtu": device.mtu,
        "operstate": device.operstate.lower(),
        "tx_queue_len": device.txqueuelen,
        "type": _HARDWARE.get(device.kind, _ETHERNET),
        "uevent": f"INTERFACE={device.name}\nIFINDEX={device.ifindex}",
    }
    entries = {name: _attribute(value) for name, value in facts.items()}
    entries["carrier"] = computed(lambda: _carrier(device), 0o644, 4096)
    entries["duplex"] = computed(lambda: _link(device, _duplex(device)), size=4096)
    entries["speed"] = computed(lambda: _link(device, "10000"), size=4096)
    entries["statistics"] = folder({name: _counter(device, name) for name in _STATISTICS})
    if device.kind == "bridge":
        entries["bridge"] = folder({"bridge_id": _attribute(_bridge_id(device))})
        entries["brif"] = folder(_ports(device))
    if device.master is not None:
        entries["master"] = Node("link", 0o777, target=f"../{device.master.name}", size=0)
        entries["brport"] = folder({"state": _attribute(_FORWARDING if device.carrier else 0)})
    return entries


def _attribute(value: object) -> Node:
    text = f"{value}\n" if value != "" else ""
    return fixed(text, size=4096)


def _carrier(device: Device) -> str:
    if not device.up:
        raise FileError("Invalid argument")
    return f"{int(device.carrier)}\n"


def _link(device: Device, value: str) -> str:
    """Give what only a link with carrier tells, and loopback never."""
    if device.kind == "loopback" or not device.carrier:
        raise FileError("Invalid argument")
    return f"{value}\n"


def _duplex(device: Device) -> str:
    """Give a link's duplex; a bridge knows its ports' speed, but no duplex."""
    return "unknown" if device.kind == "bridge" else "full"


def _counter(device: Device, name: str) -> Node:
    counted = _COUNTED.get(name)
    return computed(lambda: f"{getattr(device, counted) if counted else 0}\n", size=4096)


def _flags(device: Device) -> int:
    return sum(bit for name, bit in _FLAG_BITS.items() if name in device.flags)


def _bridge_id(device: Device) -> str:
    return f"8000.{device.mac.replace(':', '')}"


def _ports(bridge: Device) -> dict[str, Node]:
    assert isinstance(bridge, Bridge)
    return {
        port.name: Node("link", 0o777, target=f"../../{port.name}/brport", size=0)
        for port in bridge.ports
    }
