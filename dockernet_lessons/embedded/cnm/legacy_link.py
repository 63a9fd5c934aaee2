"""Legacy links on the default bridge: lines in ``/etc/hosts``, one way, kept up to date.

Source: moby, daemon/container_operations.go (buildSandboxOptions), libnetwork/sandbox.go.
"""

from __future__ import annotations

from dockernet_lessons.embedded.cnm.endpoint import Endpoint
from dockernet_lessons.embedded.cnm.sandbox import Sandbox
from dockernet_lessons.embedded.cnm.settings import Link


class LegacyLinks:
    """Who is linked to whom.

    Parameters
    ----------
    sandboxes
        Of running containers, by container id.
    """

    def __init__(self, sandboxes: dict[str, Sandbox]) -> None:
        self._sandboxes = sandboxes
        self._linked: dict[str, dict[Sandbox, list[str]]] = {}

    def write(self, endpoint: Endpoint) -> None:
        """Write the lines of an endpoint's links.

        A classic engine does so at the start only, a modern one at each connection.
        """
        if endpoint.sandbox.keyed and not endpoint.sandbox.modern:
            return
        for link in endpoint.settings.links:
            target = self._sandboxes.get(link.container_id)
            found = None if target is None else target.endpoints.get(endpoint.network.id)
            if target is not None and found is not None and found.address is not None:
                endpoint.sandbox.hosts.add(str(found.address.ip), _names(link, target))
                self._note(link, endpoint.sandbox)

    def update(self, endpoint: Endpoint) -> None:
        """Write an endpoint's address where others are linked to it: it may have changed."""
        assert endpoint.address is not None
        for sandbox, aliases in self._linked.get(endpoint.container_id, {}).items():
            for alias in aliases:
                sandbox.hosts.update(str(endpoint.address.ip), alias)

    def forget(self, sandbox: Sandbox) -> None:
        """Drop the links of a sandbox that goes away."""
        for target in [target for target, known in self._linked.items() if sandbox in known]:
            del self._linked[target][sandbox]
            if not self._linked[target]:
                del self._linked[target]

    def _note(self, link: Link, sandbox: Sandbox) -> None:
        aliases = self._linked.setdefault(link.container_id, {}).setdefault(sandbox, [])
        if link.alias not in aliases:
            aliases.append(link.alias)


def _names(link: Link, target: Sandbox) -> str:
    """Give what follows the address: alias, host name and, if it is another one, the name."""
    names = (link.alias, target.hostname)
    return " ".join(names if link.alias == link.name else (*names, link.name))
