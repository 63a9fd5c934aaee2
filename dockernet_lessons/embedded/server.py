"""An engine behind a unix socket or a loopback port, for the ``docker`` command and others.

There is no authentication, as on Docker's own socket: so a unix socket lies in a directory of its
owner alone, and a port is bound to 127.0.0.1 and checks the ``Host`` header against DNS rebinding.
"""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import sys
import threading
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from dockernet_lessons.embedded.engine import MAX_BODY, Engine
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request, Response, Stream, json_response
from dockernet_lessons.embedded.pace import Pace

_LOOPBACK_HOSTS = ("127.0.0.1", "localhost")
_PIECE = 64 * 2**10
HIJACK_PAUSE_S = 0.03
"""docker-py loses output that arrives together with the head of a hijacked response: it drops the
buffer in which it read that. A real engine takes longer than this to start a process. A busy client
may take longer still; where the kernel tells, the head is waited for until it was read."""
_SLOWEST_READER_S = 5.0


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        """Read a request and answer it; a client that went away is no error."""
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def address_string(self) -> str:
        """Name the client; on a unix socket it has no address."""
        return "client"

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def _answer(self) -> None:
        try:
            request = self._request()
        except DockerError as error:
            self._send(json_response({"message": error.message}, error.status))
            self.close_connection = True
            return
        self._send(self._ask(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer

    def _request(self) -> Request:
        host = self.headers.get("Host", "").rpartition(":")[0]
        if self.server.check_host and host not in _LOOPBACK_HOSTS:
            raise DockerError(403, f"the Host header names {host or 'nobody'}, not this machine")
        target = self.requestline.split()[1]  # in `self.path` a // at the beginning is one /
        url = urlsplit(f"//host{target}" if target.startswith("/") else target)
        return Request(
            method=self.command,
            path=unquote(url.path),
            query=parse_qs(url.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
        )

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(iter(self._chunk, b""))
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            raise DockerError(413, "the request is too large for the embedded engine")
        return self.rfile.read(int(length))

    def _chunk(self) -> bytes:
        """Read one chunk of a chunked body (RFC 9112 section 7.1)."""
        try:
            size = int(self.rfile.readline(100).partition(b";")[0], 16)
        except ValueError as error:
            raise DockerError(400, "malformed chunked encoding") from error
        if not 0 <= size <= MAX_BODY:
            raise DockerError(413, "the request is too large for the embedded engine")
        data = self.rfile.read(size)
        self.rfile.readline(100)
        return data

    def _ask(self, request: Request) -> Response:
        pace = self.server.pace
        try:
            with pace.lock:
                pace.catch_up()
                task = self.server.engine.handle(request)
                self._wait(lambda: task.done)
                return task.result()
        except ConnectionError:
            raise
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return json_response({"message": "the embedded engine failed: see its output"}, 500)

    def _wait(self, reached: Callable[[], bool]) -> None:
        """Let time pass until something is reached.

        Raises
        ------
        ConnectionAbortedError
            The server is closed meanwhile.
        """
        self.server.pace.until(lambda: reached() or self.server.closed, limit=None)
        if self.server.closed:
            raise ConnectionAbortedError

    def _send(self, answer: Response) -> None:
        stream = answer.body if isinstance(answer.body, Stream) else None
        self.send_response(answer.status)
        for name, value in self._headers_of(answer).items():
            self.send_header(name, value)
        self.end_headers()
        if stream is not None:
            self._pump(stream)
        elif self.command != "HEAD" and isinstance(answer.body, bytes):
            self.wfile.write(answer.body)

    def _headers_of(self, answer: Response) -> dict[str, str]:
        if isinstance(answer.body, bytes):
            bodiless = answer.status in (204, 304)
            length = {} if bodiless else {"Content-Length": str(len(answer.body))}
            return {**answer.headers, **length}
        if answer.body.incoming is not None:
            return answer.headers
        return {**answer.headers, "Transfer-Encoding": "chunked"}

    def _pump(self, stream: Stream) -> None:
        """Pass a stream's bytes on, both ways if it is hijacked, until it or the client ends."""
        self.close_connection = True
        listener = threading.Thread(target=self._listen, args=(stream,), daemon=True)
        listener.start()
        write = self._write_raw if stream.incoming is not None else self._write_chunk
        if stream.incoming is not None:
            _let_read(self.connection)
        try:
            while data := self._next_piece(stream):
                write(data)
            if stream.incoming is None:
                self.wfile.write(b"0\r\n\r\n")
        finally:
            self._hang_up(stream)
            self._close_writing()
            listener.join(timeout=5)

    def _next_piece(self, stream: Stream) -> bytes:
        pipe = stream.outgoing
        with self.server.pace.lock:
            self._wait(lambda: bool(len(pipe)) or pipe.closed or pipe.broken)
            return pipe.take(_PIECE)

    def _write_raw(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _write_chunk(self, data: bytes) -> None:
        self._write_raw(b"%x\r\n%b\r\n" % (len(data), data))

    def _listen(self, stream: Stream) -> None:
        """Pass on what the client sends; notice when it goes away."""
        while data := self._receive():
            with self.server.pace.lock:
                if stream.incoming is not None:
                    stream.incoming.write(data)
                self.server.pace.catch_up()
        with self.server.pace.lock:
            if stream.incoming is not None:
                stream.incoming.close()  # half-closed: output may still come
            else:
                stream.hang_up()
            self.server.pace.catch_up()

    def _receive(self) -> bytes:
        try:
            return bytes(self.rfile.read1(_PIECE))
        except (OSError, ValueError):
            return b""

    def _hang_up(self, stream: Stream) -> None:
        with self.server.pace.lock:
            stream.hang_up()
            self.server.pace.catch_up()

    def _close_writing(self) -> None:
        """End our side first and let the client end its own: closing both would reset it."""
        try:
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:
            return


def _let_read(connection: socket.socket) -> None:
    """Wait until the other end has read what was sent to it."""
    if connection.family != getattr(socket, "AF_UNIX", None) or sys.platform != "linux":
        time.sleep(HIJACK_PAUSE_S)
        return
    latest = time.monotonic() + _SLOWEST_READER_S
    while _unread(connection) and time.monotonic() < latest:
        time.sleep(0.001)


def _unread(connection: socket.socket) -> int:
    """Ask the kernel for what the peer has not read yet (SIOCOUTQ, unix(7)); 0: nothing."""
    import fcntl
    import termios

    answer = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(answer, sys.byteorder)


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Threads over one engine, one for each connection; `pace` serialises them."""

    allow_reuse_address = True
    request_queue_size = 64
    engine: Engine
    pace: Pace
    check_host = True
    closed = False

    def __init__(self, address: Any, handler: type[_Handler]) -> None:  # noqa: ANN401
        self._connections: dict[threading.Thread, Any] = {}
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Answer a connection's requests in a thread of its own."""
        arguments = (request, client_address)
        thread = threading.Thread(target=self._serve_connection, args=arguments, daemon=True)
        self._connections[thread] = request
        thread.start()

    def _serve_connection(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        self.process_request_thread(request, client_address)
        del self._connections[threading.current_thread()]

    def end_connections(self) -> None:
        """Hang up on every client, and wait until nothing is at work any more."""
        with self.pace.lock:
            self.closed = True
            self.pace.lock.notify_all()
        for thread, connection in list(self._connections.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()


class _UnixServer(_Server):
    address_family = socket.AF_UNIX
    check_host = False


class Server:
    """Serves an engine until it is closed.

    Parameters
    ----------
    engine
        The engine.
    path
        Where to make a unix socket; None serves a loopback port.
    port
        The port, 0 for a free one.
    pace
        Real seconds per simulated second.

    Raises
    ------
    OSError
        The socket cannot be made there.
    """

    def __init__(
        self, engine: Engine, path: Path | None = None, *, port: int = 0, pace: float = 1.0
    ) -> None:
        self._path = path
        if path is None:
            self._server: _Server = _Server(("127.0.0.1", port), _Handler)
        else:
            self._server = self._bind_unix(path)
        self._server.engine = engine
        self._server.pace = Pace(engine.loop, pace)

    def _bind_unix(self, path: Path) -> _Server:
        before = os.umask(0o177)  # the socket is its owner's alone from the start
        try:
            return _UnixServer(str(path), _Handler)
        finally:
            os.umask(before)

    @property
    def address(self) -> str:
        """What to put into ``DOCKER_HOST``."""
        if self._path is not None:
            return f"unix://{self._path}"
        host, port = self._server.server_address[:2]
        return f"tcp://{host!s}:{port}"

    def serve(self) -> None:
        """Answer until `close` is called from another thread, or Ctrl-C."""
        self._server.serve_forever(poll_interval=0.1)

    def start(self) -> None:
        """Answer in a thread of its own."""
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self) -> None:
        """Stop answering, hang up on every client and remove the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._server.end_connections()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
