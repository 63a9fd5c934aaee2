"""``dockernet doctor``: what is here, what is missing, what to do about it.

It changes nothing but starting the observer for a moment, to see whether the engine allows it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from dockernet_lessons import image
from dockernet_lessons.actions import networks
from dockernet_lessons.actions.context import LabContext
from dockernet_lessons.article.network_steps import WISH
from dockernet_lessons.connect import ENGINE_VARIABLE, connect_docker
from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import DockernetError, EngineUnavailable
from dockernet_lessons.image.pack import find_tools
from dockernet_lessons.labels import OWNER, owner
from dockernet_lessons.preflight import choose_subnet

_MARKS = {"good": "✓", "note": "·", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes
    ----------
    grade
        ``good``, ``note`` (works, but worth knowing) or ``bad`` (the lesson cannot run so).
    what
        What was found.
    todo
        What to do; empty when nothing.
    """

    grade: str
    what: str
    todo: str = ""

    def __str__(self) -> str:
        line = f"{_MARKS[self.grade]} {self.what}"
        return f"{line}\n    → {self.todo}" if self.todo else line


def run(options: argparse.Namespace) -> int:
    """Print the report; 1 when the lesson cannot run."""
    grades = []
    for finding in examine():
        print(finding, flush=True)
        grades.append(finding.grade)
    if "bad" in grades:
        print("\nThe lesson cannot run here yet.")
        return 1
    print("\nThe lesson can run here: dockernet lab")
    return 0


def examine() -> Iterator[Finding]:
    """Look at this machine, one finding after another."""
    yield Finding("good", f"Python {platform.python_version()} on {platform.system()}")
    yield from _jupyter()
    yield from _docker_command()
    try:
        connection = connect_docker()
    except EngineUnavailable as error:
        yield Finding("note", error.what, error.todo)
        yield _embedded("The lessons run on")
        return
    yield Finding("good", connection.description)
    if os.environ.get(ENGINE_VARIABLE) == "embedded":
        yield _embedded(f"{ENGINE_VARIABLE} says to use")
    context = LabContext(connection, f"{owner()}-doctor", say=lambda _: None)
    yield from _leftovers(context)
    yield from _on_image(context)


def _jupyter() -> Iterator[Finding]:
    if importlib.util.find_spec("jupyterlab"):
        yield Finding("good", "JupyterLab is installed")
    else:
        yield Finding("bad", "JupyterLab is not installed", "pip install 'dockernet-lessons[lab]'")


def _docker_command() -> Iterator[Finding]:
    if shutil.which("docker"):
        yield Finding("good", "The docker command is installed")
    else:
        yield Finding(
            "note", "There is no docker command here; typed docker lines will not run",
            "Install the Docker CLI.",
        )  # fmt: skip


def _embedded(why: str) -> Finding:
    return Finding("good", f"{why} the embedded engine: an emulation, part of this package")


def _leftovers(context: LabContext) -> Iterator[Finding]:
    with translated():
        found = context.client.api.containers(all=True, filters={"label": f"{OWNER}={owner()}"})
    if found:
        yield Finding(
            "note", f"{len(found)} containers of your lessons are here",
            "They are found again by the next lesson; remove them: dockernet clean",
        )  # fmt: skip


def _on_image(context: LabContext) -> Iterator[Finding]:
    """Look at the image, and at what can only be seen with it."""
    if not image.present(context.client):
        yield from _no_image()
        return
    yield Finding("good", f"The lesson image {image.REFERENCE} is here")
    try:
        yield from _observer(context)
        yield from _subnet(context)
    finally:
        context.observer.remove()


def _observer(context: LabContext) -> Iterator[Finding]:
    try:
        context.observer.run("ip link")
        yield Finding("good", "The observer may look into the host's network namespace")
    except DockernetError as error:
        yield Finding("note", error.what, error.todo)


def _no_image() -> Iterator[Finding]:
    try:
        find_tools()
        offline = "without internet it is packed from this machine's tools"
    except DockernetError as error:
        offline = f"without internet it cannot be packed: {error.what} {error.todo}"
    yield Finding(
        "note", f"The lesson image {image.REFERENCE} is not here yet; the first lesson builds it",
        f"Now: dockernet image build ({offline}).",
    )  # fmt: skip


def _subnet(context: LabContext) -> Iterator[Finding]:
    try:
        choice = choose_subnet(WISH, networks.claims(context))
    except DockernetError as error:
        yield Finding("note", error.what, error.todo)
        return
    yield Finding("good" if choice.as_wished else "note", f"The article's subnet: {choice.reason}")
