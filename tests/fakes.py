"""An engine of few words: a server on a unix socket that answers what a test wants."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import mkdtemp

VERSION = {"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12"}


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@contextlib.contextmanager
def engine_answering(answers, *, otherwise=None):
    """Serve ``{"/version": …}``; anything else gets `otherwise`, or a closed connection.

    An answer is a JSON value, a function that gives one, or None to close the connection; bytes are
    a whole answer with its head, sent at once.
    Yields the address.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            answer = next((a for end, a in answers.items() if path.endswith(end)), otherwise)
            answer = answer() if callable(answer) else answer
            if answer is None or isinstance(answer, bytes):
                self.wfile.write(answer or b"")
                self.close_connection = True
                return
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_HEAD = do_GET

        def log_message(self, *_):
            pass

        def address_string(self):
            return "unix"

    folder = Path(mkdtemp(prefix="dn"))  # short: a socket's path has at most 107 characters
    path = folder / "docker.sock"
    server = _Server(str(path), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"unix://{path}"
    finally:
        server.shutdown()
        server.server_close()
        path.unlink(missing_ok=True)
        folder.rmdir()
