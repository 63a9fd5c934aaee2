"""Requests to the engine, byte for byte as the docker command words them.

docker-py's own methods differ here and there (``restart`` always sends ten seconds, ``stop`` knows
no signal); so the commands that change something ask the engine themselves, through docker-py's
session.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import docker
import requests
from docker.errors import create_api_error_from_http_exception

Parameters = dict[str, str | int]


def path(*parts: str) -> str:
    """Join the parts of an address, names quoted: ``path("containers", name, "stop")``."""
    return "".join(f"/{quote(part, safe=':')}" for part in parts)


def ask(
    api: docker.APIClient,
    method: str,
    where: str,
    *,
    query: Parameters | None = None,
    body: dict[str, Any] | None = None,
    stream: bool = False,
    timeout_s: float | None = None,
) -> requests.Response:
    """Send a request and give the answer.

    Parameters
    ----------
    api
        The engine.
    method, where
        ``"POST"`` and what `path` gives.
    query
        What stands behind the question mark.
    body
        Sent as JSON.
    stream
        Come back when the answer begins, not when it is complete.
    timeout_s
        How long the engine may be silent; by default docker-py's own patience.

    Raises
    ------
    docker.errors.APIError
        The engine refused.
    """
    response = api.request(
        method,
        f"{api.base_url}/v{api.api_version}{where}",
        params=query or {},
        data=json.dumps(body) if body is not None else None,
        headers={"Content-Type": "application/json"} if body is not None else {},
        stream=stream,
        timeout=timeout_s or api.timeout,
    )
    try:
        response.raise_for_status()
    except requests.exceptions.HTTPError as error:
        create_api_error_from_http_exception(error)
    return response


def post(
    api: docker.APIClient,
    where: str,
    query: Parameters | None = None,
    body: dict[str, Any] | None = None,
) -> Any:  # noqa: ANN401 - any JSON
    """Send a POST request; give the JSON of the answer, None where it is empty."""
    response = ask(api, "POST", where, query=query, body=body)
    return response.json() if response.content.strip() else None
