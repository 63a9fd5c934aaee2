"""Record what a real engine answers to the steps of `api_steps`.

``python tests/embedded/record_api.py classic /path/to/docker.sock [GROUP...]``, on an engine of
its own (`scripts/engine`) that has the lesson image and nothing else: everything on it is removed.
"""

from __future__ import annotations

import http.client
import json
import socket
import sys
import time
from typing import Any

from api_golden import GOLDEN, answer, filled, quoted
from api_steps import GROUPS, Step


class Connection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(engine: str, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], bytes]:
    connection = Connection(engine)
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, quoted(path), data, {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()


def named_id(name: str, data: bytes) -> dict[str, str]:
    """Give the id that an answer tells, under the step's name."""
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return {name: value["Id"]} if isinstance(value, dict) and "Id" in value else {}


def clean(engine: str) -> None:
    for row in json.loads(ask(engine, "GET", "/containers/json?all=1")[2]):
        ask(engine, "DELETE", f"/containers/{row['Id']}?force=1&v=1")
    ask(engine, "POST", "/networks/prune")
    for row in json.loads(ask(engine, "GET", "/images/json")[2]):
        for tag in row["RepoTags"] or []:
            if tag != "xmtubuntu:latest":
                ask(engine, "DELETE", f"/images/{tag}")


def record(engine: str, steps: list[Step]) -> dict[str, Any]:
    time.sleep(1)
    known = {"since": f"{time.time():.9f}"}
    answers = {}
    for step in steps:
        known["until"] = f"{time.time():.9f}"
        body = step.body
        if isinstance(body, dict):
            body = json.loads(filled(json.dumps(body), known))
        status, headers, data = ask(engine, step.method, filled(step.path, known), body)
        answers[step.name] = answer(status, headers, data)
        known.update(named_id(step.name, data))
        print(step.name, status, str(answers[step.name]["body"])[:150])
    return answers


def main(profile: str, engine: str, *groups: str) -> None:
    for group in groups or GROUPS:
        clean(engine)
        names = [step.name for step in GROUPS[group]]
        assert len(set(names)) == len(names), sorted(n for n in names if names.count(n) > 1)
        answers = record(engine, GROUPS[group])
        file = GOLDEN / profile / f"{group}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answers, indent=1) + "\n")
    clean(engine)


if __name__ == "__main__":
    main(*sys.argv[1:])
