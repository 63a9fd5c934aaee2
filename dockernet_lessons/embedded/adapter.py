"""docker-py to an engine in this process: a transport adapter of `requests`.

The client is docker-py's own, unchanged: requests are answered by the engine, and what docker-py
reads from (a `urllib3` response over an `http.client` response) is genuine; only the socket under
it is ours. Several threads may use the client.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import docker
import requests
import requests.adapters
import urllib3
from requests.adapters import HTTPAdapter

from dockernet_lessons.embedded.engine import Engine
from dockernet_lessons.embedded.http.messages import JSON, Request, Response, Stream, frame
from dockernet_lessons.embedded.pace import LIMIT_S, Pace
from dockernet_lessons.embedded.profile import PROFILES

ADDRESS = "http://embedded.invalid:1"
"""Where docker-py believes the engine to be; ``.invalid`` never resolves (RFC 2606)."""

ENDED = b"\n(ended here: the emulation waits ten simulated minutes for a command)\n"


def client(profile: str = "article", *, seed: int = 0, pace: float = 0.0) -> docker.DockerClient:
    """Start an embedded engine and give a docker-py client of it.

    Parameters
    ----------
    profile
        ``article``, ``classic`` or ``modern``.
    seed
        Decides ids, MACs and times.
    pace
        Real seconds per simulated second; 0 does not wait at all.
    """
    return client_of(Engine(PROFILES[profile], seed=seed), pace)


def client_of(engine: Engine, pace: float = 0.0) -> docker.DockerClient:
    """Give a docker-py client of an engine in this process."""
    version = f"{engine.profile.api[0]}.{engine.profile.api[1]}"
    made = docker.DockerClient(base_url=ADDRESS.replace("http", "tcp"), version=version)
    made.api.trust_env = False  # no proxy stands between a process and itself
    made.api.mount(ADDRESS, EngineAdapter(engine, Pace(engine.loop, pace)))
    return made


class EngineAdapter(HTTPAdapter):
    """Answers requests with an engine.

    Parameters
    ----------
    engine
        The engine.
    pace
        How fast its time passes.
    """

    def __init__(self, engine: Engine, pace: Pace) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1)
        self.engine = engine
        self.pace = pace

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: object = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer one request; see `requests.adapters.HTTPAdapter.send`."""
        try:
            with self.pace.lock:
                limit = _seconds(timeout)
                answer = self._answer(request, limit)
                raw = self._raw(answer, limit)
        except TimeoutError as error:
            raise requests.exceptions.ReadTimeout(str(error), request=request) from error
        return self.build_response(request, raw)

    def _answer(self, request: requests.PreparedRequest, limit: float) -> Response:
        self.pace.catch_up()
        task = self.engine.handle(_request(request))
        if not task.done and not self.pace.until(lambda: task.done, limit):
            task.cancel()
            raise TimeoutError("the embedded engine has nothing left to do that could answer this")
        return task.result()

    def _raw(self, answer: Response, limit: float) -> urllib3.HTTPResponse:
        if isinstance(answer.body, Stream):
            return _streamed(answer, answer.body, self.pace, limit)
        return urllib3.HTTPResponse(
            body=_Body(answer.body),
            headers={**answer.headers, "Content-Length": str(len(answer.body))},
            status=answer.status,
            reason=http.client.responses.get(answer.status, ""),
            preload_content=False,
        )


class _Body(io.BytesIO):
    """A body that is all there.

    docker-py asks whether it comes in chunks, and looks for the socket under it.
    """

    chunked = False

    @property
    def fp(self) -> _Body:
        """What `http.client` calls the file over the socket."""
        return self

    @property
    def raw(self) -> _Body:
        """The socket under that file."""
        return self


def _request(prepared: requests.PreparedRequest) -> Request:
    url = urlsplit(prepared.url or "")
    body = prepared.body or b""
    if not isinstance(body, str | bytes):
        body = b"".join(body) if not hasattr(body, "read") else body.read()
    return Request(
        method=prepared.method or "GET",
        path=unquote(url.path),
        query=parse_qs(url.query, keep_blank_values=True),
        headers={name.lower(): value for name, value in prepared.headers.items()},
        body=body.encode() if isinstance(body, str) else body,
    )


def _seconds(timeout: object) -> float:
    """Read requests' timeout: seconds, a pair of them, or None."""
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    return float(timeout) if isinstance(timeout, int | float) else LIMIT_S


def _streamed(answer: Response, stream: Stream, pace: Pace, limit: float) -> urllib3.HTTPResponse:
    chunked = stream.incoming is None
    is_json = answer.headers.get("Content-Type") == JSON
    raw: Any = _Wire(_head(answer, chunked), stream, pace, limit if is_json else None)
    reply = http.client.HTTPResponse(_Socket(raw), method="GET")  # type: ignore[arg-type]
    reply.begin()
    return urllib3.HTTPResponse(
        body=reply,
        headers=dict(reply.getheaders()),
        status=reply.status,
        reason=reply.reason,
        preload_content=False,
        original_response=reply,
    )


def _head(answer: Response, chunked: bool) -> bytes:
    framing = {"Transfer-Encoding": "chunked"} if chunked else {}
    headers = {**answer.headers, **framing}
    lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, 'OK')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


@functools.cache
def _always_ready() -> socket.socket:
    """Give a socket that is readable for ever: docker-py polls one before each read."""
    near, far = socket.socketpair()
    far.close()
    return near


class _Socket:
    """What `http.client` takes for a socket."""

    def __init__(self, raw: _Wire) -> None:
        self._raw = raw

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._raw)


class _Wire(io.RawIOBase):
    """The bytes that come over the connection; written to, those that go back.

    docker-py reads past the buffer above, so that one read gives one piece: the head first.
    """

    def __init__(self, head: bytes, stream: Stream, pace: Pace, json_limit: float | None) -> None:
        super().__init__()
        self._left = head
        self._stream = stream
        self._pace = pace
        self._chunked = stream.incoming is None
        self._ended = False
        self._is_json = json_limit is not None
        self._deadline = pace.now + (LIMIT_S if json_limit is None else json_limit)

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return _always_ready().fileno()

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        data = self.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def recv(self, size: int) -> bytes:
        """Read as from a socket."""
        if not self._left:
            self._left = self._next_piece()
        data, self._left = self._left[:size], self._left[size:]
        return data

    def sendall(self, data: bytes) -> None:
        """Write as to a socket."""
        with self._pace.lock:
            self._pace.catch_up()  # what is typed now comes after what has happened by now
            if self._stream.incoming is not None:
                self._stream.incoming.write(data)
            self._pace.catch_up()
            self._deadline = self._pace.now + LIMIT_S

    def send(self, data: bytes) -> int:
        """Write as to a socket."""
        self.sendall(data)
        return len(data)

    def shutdown(self, how: int) -> None:
        """End writing, as on a socket."""
        with self._pace.lock:
            if how != socket.SHUT_RD and self._stream.incoming is not None:
                self._stream.incoming.close()
            self._pace.catch_up()

    def close(self) -> None:
        """Hang up."""
        if not self.closed and not self._ended:
            self._ended = True
            with self._pace.lock:
                self._stream.hang_up()
                self._pace.catch_up()
        super().close()

    @property
    def _sock(self) -> _Wire:
        return self

    def _next_piece(self) -> bytes:
        if self._ended:
            return b""
        with self._pace.lock:
            data = self._wait()
        end = b"0\r\n\r\n" if self._chunked and (self._ended or not data) else b""
        self._ended = self._ended or not data
        if self._chunked and data:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        return data + end

    def _wait(self) -> bytes:
        """Take what came, after waiting for it; end what would go on for ever."""
        pipe = self._stream.outgoing
        limit = 0.0 if self._stream.follows else self._deadline - self._pace.now
        if self._pace.until(lambda: bool(len(pipe)) or pipe.closed, limit):
            return pipe.take()
        self._ended = True
        self._stream.hang_up()
        if self._stream.follows:
            return b""
        if self._is_json:
            raise TimeoutError("the embedded engine's answer did not come in time")
        return ENDED if self._stream.tty else frame(2, ENDED)
