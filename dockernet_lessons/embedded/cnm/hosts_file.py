"""``/etc/hosts`` of a sandbox: what Docker writes, updates and deletes there.

Source: moby, libnetwork/etchosts; the quirks are the real ones of each generation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_LOCALHOST = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
_CLASSIC = "fe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\n"
_MODERN = "fe00::\tip6-localnet\nff00::\tip6-mcastprefix\n"
_MULTICAST = "ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"


def own_names(hostname: str, domainname: str) -> str:
    """Give what follows a container's own address: full name and bare name, if they differ."""
    full = f"{hostname}.{domainname}" if domainname else hostname
    bare, dot, _ = full.partition(".")
    return f"{full} {bare}" if dot else full


class HostsFile:
    """The text of one container's hosts file.

    It stays when the container stops: another one may share it.

    Attributes
    ----------
    text
        All of it.
    """

    def __init__(self) -> None:
        self.text = ""

    def begin(self, *, modern: bool) -> None:
        """Write it anew, as at each start."""
        self.text = _LOCALHOST + (_MODERN if modern else _CLASSIC) + _MULTICAST

    def add(self, address: str, names: str) -> None:
        """Append a line."""
        self.text += f"{address}\t{names}\n"

    def update(self, address: str, name: str) -> None:
        """Replace the address on every line whose first name is `name` and which goes on after."""
        pattern = rf"(\S*)(\t{re.escape(name)})(\s|\.)"
        self.text = re.sub(pattern, lambda found: f"{address}{found[2]}{found[3]}", self.text)

    def delete_named(self, names: Iterable[str]) -> None:
        """Delete the lines that end with one of the names, whatever their address (classic)."""
        endings = tuple(f"\t{name}" for name in names)
        self._keep(lambda line: not line.endswith(endings))

    def delete_line(self, address: str, names: str) -> None:
        """Delete the lines of exactly this address and these names (modern)."""
        self._keep(lambda line: line != f"{address}\t{names}")

    def _keep(self, wanted: Callable[[str], bool]) -> None:
        self.text = "".join(f"{line}\n" for line in self.text.splitlines() if wanted(line))
