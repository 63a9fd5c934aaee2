"""``docker stats``: one look at what a container uses; the network's numbers are the kernel's."""

from __future__ import annotations

from typing import Any

from dockernet_lessons.embedded.api.system import BOARD
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon.container import Container
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.daemon.timestamps import ZERO, nanoseconds, rfc3339
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response, json_response

routes = Routes()
_BLOCKS = (
    "io_service_bytes_recursive", "io_serviced_recursive", "io_queue_recursive",
    "io_service_time_recursive", "io_wait_time_recursive", "io_merged_recursive",
    "io_time_recursive", "sectors_recursive",
)  # fmt: skip
_MEMORY = 800_000
Shape = dict[str, Any]


@routes.route("GET", "/containers/{name}/stats")
def stats(daemon: Daemon, request: Request, name: str) -> Response:
    """Look once; going on looking is not emulated."""
    container = daemon.containers.find(name)
    if request.flag("stream", default=True):
        raise DockerError(501, "the embedded engine emulates docker stats with --no-stream only")
    identity = {"name": f"/{container.name}", "id": container.id}
    running = container.alive
    named_first = daemon.modern and not (running and request.flag("one-shot"))
    shape: Shape = dict(identity) if named_first else {}
    shape |= {
        "read": rfc3339(daemon.loop.now) if running else ZERO,
        "preread": ZERO,
        "pids_stats": {"current": len(_processes(container))} if running else {},
        "blkio_stats": {name: [] if running else None for name in _BLOCKS},
        "num_procs": 0,
        "storage_stats": {},
        "cpu_stats": {**_cpu(), **_board(daemon)} if running else _cpu(),
        "precpu_stats": _cpu(),
        "memory_stats": _memory(container) if running else {},
    }
    if not daemon.modern:
        shape |= identity
    if running:
        shape["networks"] = _networks(container)
    return json_response(shape)


def _processes(container: Container) -> dict[int, Any]:
    return dict(container.context.processes) if container.context is not None else {}


def _cpu() -> Shape:
    return {
        "cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0},
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    }


def _board(daemon: Daemon) -> Shape:
    """Show the machine's time, so that clients can work out shares of it."""
    elapsed = nanoseconds(daemon.loop.now - daemon.machine.booted)
    return {"system_cpu_usage": elapsed * BOARD["NCPU"], "online_cpus": BOARD["NCPU"]}


def _memory(container: Container) -> Shape:
    used = _MEMORY * len(_processes(container))
    return {"usage": used, "max_usage": used, "stats": {}, "limit": BOARD["MemTotal"]}


def _networks(container: Container) -> Shape:
    """Show the counters of the container's own interfaces; none if it shares others'."""
    if container.context is None or container.sandbox is None or container.shares_network:
        return {}
    devices = container.context.namespace.devices.values()
    return {
        device.name: {
            "rx_bytes": device.rx_bytes,
            "rx_packets": device.rx_packets,
            "rx_errors": 0,
            "rx_dropped": 0,
            "tx_bytes": device.tx_bytes,
            "tx_packets": device.tx_packets,
            "tx_errors": 0,
            "tx_dropped": 0,
        }
        for device in devices
        if device.kind == "veth"
    }
