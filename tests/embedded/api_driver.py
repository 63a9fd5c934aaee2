"""Put requests to an emulated engine and let its virtual time pass."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from api_golden import quoted

from dockernet_lessons.embedded.engine import Engine
from dockernet_lessons.embedded.http.messages import Request, Response, Stream
from dockernet_lessons.embedded.loop import Loop, Task
from dockernet_lessons.embedded.profile import PROFILES

LIMIT_S = 60.0


def pass_until(loop: Loop, reached: Any, limit: float = LIMIT_S) -> bool:
    """Let virtual time pass until something is so; False if it never will be."""
    end = loop.now + limit
    loop.settle()
    while not reached():
        when = loop.next_time()
        if when is None or when > end:
            return False
        loop.advance(when)
    return True


class Answer:
    """A response, with its body read."""

    def __init__(self, response: Response, loop: Loop) -> None:
        self.status = response.status
        self.headers = response.headers
        self.stream = response.body if isinstance(response.body, Stream) else None
        self._loop = loop
        self._whole = response.body if isinstance(response.body, bytes) else None

    def body(self, seconds: float = 15.0) -> bytes:
        """Read the body, of a stream as much as comes in so many virtual seconds."""
        if self._whole is None:
            pipe = self.stream.outgoing
            pass_until(self._loop, lambda: pipe.closed, seconds)
            self._whole = pipe.take()
        return self._whole

    @property
    def json(self) -> Any:
        return json.loads(self.body())

    @property
    def message(self) -> str:
        return self.json["message"]


class Client:
    """Talks to an engine of its own."""

    def __init__(self, profile: str = "classic", seed: int = 1) -> None:
        self.engine = Engine(PROFILES[profile], seed=seed)
        self.loop = self.engine.loop
        self.daemon = self.engine.daemon

    def begin(
        self, method: str, target: str, body: Any = None, headers: Any = None
    ) -> Task[Response]:
        """Put a request, without letting time pass."""
        url = urlsplit(quoted(target))
        data = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
        query = parse_qs(url.query, keep_blank_values=True)
        request = Request(method, unquote(url.path), query, headers or {}, data)
        return self.engine.handle(request)

    def ask(self, method: str, target: str, body: Any = None, headers: Any = None) -> Answer:
        """Put a request and wait for its response."""
        task = self.begin(method, target, body, headers)
        assert pass_until(self.loop, lambda: task.done), f"{method} {target} never ends"
        return Answer(task.result(), self.loop)

    def get(self, target: str) -> Any:
        answer = self.ask("GET", target)
        assert answer.status == 200, answer.body()
        return answer.json

    def post(self, target: str, body: Any = None, status: int | None = None) -> Answer:
        answer = self.ask("POST", target, body)
        if status is not None:
            assert answer.status == status, answer.body()
        return answer

    def run(self, name: str, *command: str, **options: Any) -> str:
        """Create and start a container; give its id."""
        words = list(command) or ["sleep", "1000"]
        made = self.post(
            f"/containers/create?name={name}", {"Image": "xmtubuntu", "Cmd": words, **options}, 201
        )
        self.post(f"/containers/{name}/start", status=204)
        return made.json["Id"]

    def inspect(self, name: str) -> Any:
        return self.get(f"/containers/{name}/json")

    def exec(self, name: str, *command: str, **options: Any) -> tuple[int | None, bytes]:
        """Run a command in a container; give its exit code and what came, framed."""
        config = {"AttachStdout": True, "AttachStderr": True, "Cmd": list(command), **options}
        made = self.post(f"/containers/{name}/exec", config, 201).json["Id"]
        body = self.post(f"/exec/{made}/start", {"Tty": bool(options.get("Tty"))}).body()
        return self.get(f"/exec/{made}/json")["ExitCode"], body

    def sleep(self, seconds: float) -> None:
        self.loop.advance(self.loop.now + seconds)
