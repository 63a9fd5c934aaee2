"""Requests and responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.pipe import Pipe

JSON = "application/json"


class Request(NamedTuple):
    """One HTTP request to the Docker Engine API.

    Attributes
    ----------
    path
        Decoded, without the version: ``/containers/json``.
    query
        Parameter -> its values.
    headers
        Name in lower case -> value.
    version
        API version that was asked for, for example ``(1, 41)``.
    """

    method: str
    path: str
    query: Mapping[str, list[str]] = {}
    headers: Mapping[str, str] = {}
    body: bytes = b""
    version: tuple[int, int] = (1, 41)

    def text(self, name: str, default: str = "") -> str:
        """Give the first value of a query parameter."""
        return self.query.get(name, [default])[0]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a query parameter as moby does (api/server/httputils): true but for these."""
        if name not in self.query:
            return default
        return self.query[name][0].strip().lower() not in ("", "0", "no", "false", "none")

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object; an empty body is an empty object.

        Raises
        ------
        DockerError
            400: it is no JSON, or not an object.
        """
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise DockerError(400, f"invalid JSON: {error}") from error
        if not isinstance(value, dict):
            raise DockerError(400, "invalid JSON: the body must be an object")
        return value


class Outgoing(Pipe):
    """Bytes for a client, and output in frames.

    What was not yet read of the same output is one frame with what comes, as when dockerd finds
    several writes in a pipe.
    """

    def __init__(self) -> None:
        super().__init__()
        self._output = 0
        self._unframed = bytearray()

    def __len__(self) -> int:
        return len(self._data) + len(self._unframed)

    def show(self, output: int, data: bytes) -> None:
        """Append output: 1 is stdout, 2 stderr; lost when the pipe is closed or broken."""
        if self.closed or self.broken:
            return
        if output != self._output:
            self._seal()
        self._output = output
        self._unframed += data
        self.changed.fire()

    def write(self, data: bytes) -> None:
        """Append bytes that are in no frame, or in one of their own."""
        self._seal()
        super().write(data)

    def abandon(self) -> None:
        """Say that nobody will read any more."""
        self._unframed.clear()
        super().abandon()

    def take(self, limit: int | None = None) -> bytes:
        """Take what is there now, at most `limit` bytes."""
        self._seal()
        return super().take(limit)

    def _seal(self) -> None:
        if self._unframed:
            self._data += frame(self._output, self._unframed)
            self._unframed.clear()


class Stream:
    """A body that comes piece by piece, and for a hijacked connection also goes the other way.

    Parameters
    ----------
    hijacked
        The client may send bytes too: into `incoming`.
    tty
        The bytes are raw; otherwise they are framed (8 bytes of header before each piece).
    follows
        It has no end of its own (``events``): whoever cannot wait may end it.

    Attributes
    ----------
    outgoing
        Bytes for the client.
    incoming
        Bytes from the client; None unless hijacked.
    on_hang_up
        Called when the client is gone, to stop what feeds the stream.
    """

    def __init__(self, *, hijacked: bool = False, tty: bool = False, follows: bool = False) -> None:
        self.outgoing = Outgoing()
        self.incoming = Pipe() if hijacked else None
        self.tty = tty
        self.follows = follows
        self.on_hang_up: Callable[[], None] | None = None

    def hang_up(self) -> None:
        """Say that the client is gone."""
        self.outgoing.abandon()
        if self.incoming is not None:
            self.incoming.close()
        if self.on_hang_up is not None:
            self.on_hang_up()


class Response:
    """One HTTP response.

    Attributes
    ----------
    body
        The whole body, or a stream.
    """

    def __init__(
        self,
        status: int = 200,
        body: bytes | Stream = b"",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.headers = {} if headers is None else headers


def json_response(value: object, status: int = 200) -> Response:
    """Give a value as JSON, with the newline that Go's encoder ends it with."""
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    return Response(status, body, {"Content-Type": JSON})


def frame(stream: int, data: bytes | bytearray) -> bytes:
    """Put the header of a multiplexed stream before a piece: 1 is stdout, 2 stderr (API docs)."""
    return bytes((stream, 0, 0, 0)) + len(data).to_bytes(4, "big") + data
