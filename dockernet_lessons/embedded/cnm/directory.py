"""The engine's networks, and how clients name them (moby, daemon/network.go)."""

from __future__ import annotations

from typing import Literal

from dockernet_lessons.embedded.cnm.network import Network
from dockernet_lessons.embedded.cnm.network_request import NetworkRequest
from dockernet_lessons.embedded.errors import DockerError

Purpose = Literal["use", "inspect", "remove"]
"""What a network is looked for."""

_SHORT = 12


class Directory:
    """Networks by id, name and beginning of the id.

    Parameters
    ----------
    modern
        The engine's generation.

    Attributes
    ----------
    networks
        By id.
    """

    def __init__(self, *, modern: bool) -> None:
        self._modern = modern
        self.networks: dict[str, Network] = {}

    def named(self, name: str) -> list[Network]:
        """Give the networks of a name."""
        return [network for network in self.networks.values() if network.name == name]

    def find(self, reference: str, purpose: Purpose) -> Network:
        """Find a network by id, name or the beginning of its id.

        Raises
        ------
        DockerError
            None (404) or several (400) go by that.
        """
        exact = self.networks.get(reference)
        if exact is not None:
            return exact
        found, what = self.named(reference), "name"
        if not found and reference:
            starting = (n for key, n in self.networks.items() if key.startswith(reference))
            found, what = list(starting), "ID prefix"
        if not found:
            raise DockerError(404, f"network {reference} not found")
        if len(found) > 1:
            raise _ambiguous(reference, len(found), what, purpose)
        return found[0]

    def check_free(self, request: NetworkRequest) -> str:
        """Check that a name is free.

        Returns
        -------
        str
            The warning that a classic engine gives instead of an error, if it is not and nobody
            asked to check; else empty.

        Raises
        ------
        DockerError
            A network has that name (409).
        """
        found = self.named(request.name)
        if not found:
            return ""
        if self._modern or request.check_duplicate:
            raise DockerError(409, f"network with name {request.name} already exists")
        return f"Network with name {request.name} (id : {found[0].id}) already exists"

    def check_unused(self, network: Network) -> None:
        """Check that a network has no endpoints.

        Raises
        ------
        DockerError
            It has (403).
        """
        if not network.endpoints:
            return
        name = f"error while removing network: network {network.name}"
        if not self._modern:
            raise DockerError(403, f"{name} id {network.id} has active endpoints")
        active = (f'name:"{e.name}" id:"{e.id[:_SHORT]}"' for e in network.endpoints.values())
        raise DockerError(403, f"{name} has active endpoints ({', '.join(active)})")


def _ambiguous(reference: str, count: int, what: str, purpose: Purpose) -> DockerError:
    """Word an ambiguity, which each part of moby does in its own way."""
    if purpose == "inspect":
        text = f"{count} matches found based on {what}: network {reference} is ambiguous"
    else:
        on = "on name" if what == "name" and purpose == "use" else f"based on {what}"
        text = f"network {reference} is ambiguous ({count} matches found {on})"
    return DockerError(400, text)
