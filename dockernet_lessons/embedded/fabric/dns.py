"""DNS messages as values (RFC 1035), with the bytes they take on the wire."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

HEADER: Final = 12
PORT: Final = 53


def name_length(name: str) -> int:
    """Give the bytes of a name on the wire: a length byte per label and the root's zero.

    Parameters
    ----------
    name
        With or without the final dot.
    """
    bare = name.rstrip(".")
    return len(bare.encode()) + 2 if bare else 1


class DnsQuery(NamedTuple):
    """A question to a DNS server.

    Attributes
    ----------
    identifier
        16 bits; the reply repeats it.
    name
        As asked, without a final dot.
    type
        ``A``, ``AAAA``, ``PTR`` ...
    recursion_desired
        The RD bit.
    """

    identifier: int
    name: str
    type: str = "A"
    recursion_desired: bool = True

    @property
    def size(self) -> int:
        """Bytes on the wire, without any EDNS option."""
        return HEADER + name_length(self.name) + 4


class DnsRecord(NamedTuple):
    """A resource record of an answer.

    Attributes
    ----------
    name
        The owner, without a final dot.
    type
        ``A``, ``AAAA``, ``PTR``, ``CNAME``.
    ttl
        Seconds it may be cached.
    data
        An address, or a name for ``PTR`` and ``CNAME``.
    """

    name: str
    type: str
    ttl: int
    data: IPv4Address | IPv6Address | str

    @property
    def size(self) -> int:
        """Bytes on the wire, the owner's name compressed to a pointer (RFC 1035, 4.1.4)."""
        data = self.data
        return 12 + (name_length(data) if isinstance(data, str) else len(data.packed))


class DnsReply(NamedTuple):
    """A DNS server's answer.

    Attributes
    ----------
    query
        The question, repeated in the answer.
    code
        ``NOERROR``, ``NXDOMAIN``, ``SERVFAIL`` or ``REFUSED`` (RFC 1035, 4.1.1).
    answers
        The records; none with ``NOERROR`` means that the name has none of this type.
    authoritative
        The AA bit.
    """

    query: DnsQuery
    code: str = "NOERROR"
    answers: tuple[DnsRecord, ...] = ()
    authoritative: bool = False

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return self.query.size + sum(record.size for record in self.answers)
