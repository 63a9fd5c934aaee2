"""Put single requests to an engine, and keep the part of the answer that is the same every time."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from diff_normal import Tag, normal
from diff_requests import SETUP, Ask, Step

JSON = {"Content-Type": "application/json"}
TIMEOUT_S = 120
FLAT = (
    "State.Status",
    "State.ExitCode",
    "State.Error",
    "ExitCode",
    "StatusCode",
    "Warnings",
    "Warning",
)


class Asker:
    """Asks one engine.

    Parameters
    ----------
    client
        A docker-py client of the engine.
    tag
        The tag of the run.
    """

    def __init__(self, client: Any, tag: Tag) -> None:
        self.api = client.api
        self.tag = tag
        self.ids: dict[str, str] = {}
        self._last_exec = "none"
        self._number = 1

    def set_up(self) -> None:
        """Make what the mistakes are made with."""
        self.tear_down()
        for ask in SETUP:
            answer = self.ask(ask)
            assert answer[0] < 300, (ask, answer)

    def tear_down(self) -> None:
        """Remove everything with this run's tag."""
        self._remove(f"-{self.tag.word}")

    def try_out(self, step: Step) -> list[list[Any]]:
        """Give status and message of each request, and clean up."""
        self._number = self._number % 250 + 2
        before = set(self.ids)
        answers = [self.ask(ask) for ask in step.asks]
        self._remove(f"-{self.tag.word}", only="x", also=self.ids.keys() - before)
        return answers

    def ask(self, ask: Ask) -> list[Any]:
        """Give status and message of one request."""
        path = self._write(ask.path).replace("{exec}", self._last_exec)
        response = self.api.request(
            ask.method, f"{self.api.base_url}/v{self.api._version}{path}",
            data=self._body(ask.body), headers=JSON if ask.body is not None else {},
            timeout=TIMEOUT_S, allow_redirects=False,
        )  # fmt: skip
        self._note(ask, response)
        if ask.path.startswith("/exec/") and response.status_code == 200 and ask.method == "POST":
            return [200, "started"]  # engines lose output now and then: see `Viewer.run_in`
        return [response.status_code, self._essence(response)]

    def _body(self, body: Any) -> bytes | None:
        if body is None or isinstance(body, bytes):
            return body
        text = json.dumps(body)
        return self._write(text).encode()

    def _write(self, text: str) -> str:
        return self.tag.write(text.replace("#", str(self._number)))

    def _normal(self, text: str) -> str:
        text = normal(text, self.tag, self.ids)
        return re.sub(rf"10\.~\.(0?){self._number}\.", r"10.~.\1#.", text)

    def _note(self, ask: Ask, response: Any) -> None:
        """Remember the id that was given."""
        if response.status_code != 201:
            return
        given = response.json()["Id"]
        if ask.path.endswith("/exec"):
            self._last_exec = given
        self.ids[given] = _name(ask)

    def _essence(self, response: Any) -> str:
        """Give an error's message, or the few facts of a success."""
        if response.is_redirect:
            return self._normal(response.headers["Location"])
        try:
            answer = response.json()
        except ValueError:
            return self._normal(response.text)[:300]
        if response.status_code >= 400 and isinstance(answer, dict):
            return self._normal(str(answer.get("message")))
        return self._normal(json.dumps(_facts(answer), sort_keys=True))

    def _remove(self, ending: str, only: str = "", also: Collection[str] = ()) -> None:
        """Remove what has the tag and begins as said, and what has one of the ids."""

        def meant(row: Any, names: list[str]) -> bool:
            return row["Id"] in also or any(
                name.endswith(ending) and name.lstrip("./-").startswith(only) for name in names
            )

        for row in self.api.containers(all=True):
            if meant(row, [name.lstrip("/") for name in row["Names"] or []]):
                self.api.remove_container(row["Id"], force=True, v=True)
        for row in self.api.networks():
            if meant(row, [row["Name"]]):
                self.api.remove_network(row["Id"])


def _address(network: str, endpoint: dict[str, Any]) -> str:
    """Give an address; on the default bridge others may have taken some before."""
    address = str(endpoint["IPAddress"])
    return "some" if address and network == "bridge" else address


def _name(ask: Ask) -> str:
    """Say what a request makes."""
    if ask.path == "/networks/create":
        return str(ask.body["Name"]).rstrip("~")
    name = re.search(r"name=/?([^&]*)", ask.path)
    return name[1].rstrip("~") if name else "exec"


def _facts(answer: Any) -> Any:
    """Keep of a successful answer what is worth comparing here."""
    if not isinstance(answer, dict):
        return None
    facts = {}
    for path in FLAT:
        value: Any = answer
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value not in (None, "", []):
            facts[path] = value
    for key in ("IPAM", "Options"):
        if key in answer and "Scope" in answer:
            facts[key] = answer[key]
    if "NetworkSettings" in answer:
        found = answer["NetworkSettings"]["Networks"] or {}
        facts["Networks"] = {name: _address(name, e) for name, e in sorted(found.items())}
    return facts
