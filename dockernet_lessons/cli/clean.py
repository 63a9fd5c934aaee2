"""``dockernet clean``: list what the lessons left on the engine, and remove it with ``--yes``.

Only what carries the lessons' labels is ever listed or removed.
"""

from __future__ import annotations

import argparse
from typing import Any

import docker

from dockernet_lessons.connect import connect
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.labels import LAB, OWNER, owner
from dockernet_lessons.observe.engine import remove_container
from dockernet_lessons.parallel import side_by_side


def run(options: argparse.Namespace) -> int:
    """List or remove leftovers."""
    connection = connect("docker")
    containers, networks = _leftovers(connection.client, _label(options))
    if not containers and not networks:
        print(f"Nothing to clean on {connection.description}.")
        return 0
    print("Removing:" if options.yes else "These would be removed:")
    for row in containers:
        print(f"  container  {row['Names'][0].lstrip('/')}  (lab {row['Labels'][LAB]})")
    for row in networks:
        print(f"  network    {row['Name']}  (lab {row['Labels'][LAB]})")
    if not options.yes:
        print("Nothing was removed. To remove them: dockernet clean --yes")
        return 0
    _remove(connection.client, containers, networks)
    print(f"Removed {len(containers)} containers and {len(networks)} networks.")
    return 0


def _label(options: argparse.Namespace) -> str:
    """Choose the label that selects what to clean."""
    if options.lab:
        return f"{LAB}={options.lab}"
    return LAB if options.all else f"{OWNER}={owner()}"


def _leftovers(
    client: docker.DockerClient, label: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with translated():
        containers = client.api.containers(all=True, filters={"label": [label, LAB]})
        networks = client.api.networks(filters={"label": [label, LAB]})
    return containers, networks


def _remove(
    client: docker.DockerClient,
    containers: list[dict[str, Any]],
    networks: list[dict[str, Any]],
) -> None:
    with translated():
        side_by_side(lambda row: remove_container(client, str(row["Id"])), containers)
        side_by_side(lambda row: client.api.remove_network(str(row["Id"])), networks)
