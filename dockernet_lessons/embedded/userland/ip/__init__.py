"""The command ``ip`` of iproute2: addresses, links, routes, neighbors.

- `main`: options, objects, usage
- `words`: the command line and what is wrong with it
- `address`, `link`, `route`, `neighbor`: the objects; `link_change`, `route_change`, `route_get`
- `links`, `fields`, `counters`, `route_lines`: what is told of a device or a route
- `selection`: which devices are shown
- `changes`: rights, and the kernel's refusals
- `json_text`: iproute2's own kind of JSON
"""

from __future__ import annotations

from dockernet_lessons.embedded.userland.ip.main import main

__all__ = ["main"]
