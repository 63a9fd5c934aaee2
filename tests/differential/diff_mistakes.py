"""Everything one can do wrong, and what borders on it.

After each mistake the containers and networks named ``x…~`` are removed, so that none depends on
another.
"""

from __future__ import annotations

from diff_mistakes_containers import CONTAINERS
from diff_mistakes_networks import NETWORKS

GROUPS = {**CONTAINERS, **{f"network {name}": group for name, group in NETWORKS.items()}}
