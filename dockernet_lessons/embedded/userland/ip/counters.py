"""What ``-statistics`` adds: how much a device received and sent."""

from __future__ import annotations

from typing import Any

from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.userland.ip.words import Options

_RECEIVED = ("bytes", "packets", "errors", "dropped", "over_errors", "multicast")
_SENT = ("bytes", "packets", "errors", "dropped", "carrier_errors", "collisions")
_RECEIVED_ERRORS = ("length_errors", "crc_errors", "frame_errors", "fifo_errors", "missed_errors")
_SENT_ERRORS = ("aborted_errors", "fifo_errors", "window_errors", "heartbeat_errors")
_HEADS = {
    "RX": "RX:  bytes packets errors dropped  missed   mcast           ",
    "TX": "TX:  bytes packets errors dropped carrier collsns           ",
    "RX errors": "RX errors:  length    crc   frame    fifo overrun",
    "TX errors": "TX errors: aborted   fifo  window heartbt transns",
}


def counters_record(device: Device, options: Options) -> dict[str, Any]:
    """Give the counters as ``ip -json -statistics`` does; errors never happen here."""
    received = dict(zip(_RECEIVED, _received(device), strict=True))
    sent = dict(zip(_SENT, _sent(device), strict=True))
    if options.stats > 1:
        received |= dict.fromkeys(_RECEIVED_ERRORS, 0)
        sent |= dict.fromkeys(_SENT_ERRORS, 0) | {"carrier_changes": _carrier_changes(device)}
    return {"stats64": {"rx": received, "tx": sent}}


def counters_text(device: Device, options: Options) -> str:
    """Word the counters; every line begins with a newline."""
    lines = [*_table("RX", _received(device))]
    if options.stats > 1:
        lines += _table("RX errors", (0, 0, 0, 0, 0))
    lines += _table("TX", _sent(device))
    if options.stats > 1:
        lines += _table("TX errors", (0, 0, 0, 0, _carrier_changes(device)))
    return "".join(options.newline + "    " + line for line in lines)


def _received(device: Device) -> tuple[int, ...]:
    return device.rx_bytes, device.rx_packets, 0, device.rx_dropped, 0, 0


def _sent(device: Device) -> tuple[int, ...]:
    return device.tx_bytes, device.tx_packets, 0, device.tx_dropped, 0, 0


def _carrier_changes(device: Device) -> int:
    """Give how often the carrier changed: lost when the device was made, found when it came up."""
    return 2 if device.linked and device.kind != "loopback" else 0


def _table(name: str, values: tuple[int, ...]) -> tuple[str, str]:
    widths = (18, 7, 8, 8, 8, 8) if name.endswith("errors") else (10, 8, 7, 8, 8, 8)
    numbers = "".join(f"{value:>{width}}" for value, width in zip(values, widths, strict=False))
    return _HEADS[name], numbers + " "
