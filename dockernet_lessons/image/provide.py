"""Get the lesson image onto an engine: find, build, pack, save, load."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import docker
import docker.errors
import requests.exceptions

from dockernet_lessons.engine_errors import translated
from dockernet_lessons.errors import DockernetError, EngineRefused, ImageUnavailable
from dockernet_lessons.image import pack
from dockernet_lessons.image.contents import COMMANDS, PATH, REFERENCE, REPOSITORY, TAG
from dockernet_lessons.labels import IMAGE, lab_labels
from dockernet_lessons.progress import progress

Say = Callable[[str], None]

DOCKERFILE = Path(__file__).with_name("Dockerfile")
_BUILD_STEP = re.compile(r"^Step (\d+)/(\d+) : (.*)")
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "aarch64"}


def ensure(client: docker.DockerClient, *, say: Say = lambda _: None) -> str:
    """Make sure that the lesson image is on the engine: found, else built, else packed.

    Parameters
    ----------
    client
        The docker-py client of the engine.
    say
        Called with a sentence before anything that takes long.

    Returns
    -------
    str
        The image's reference.

    Raises
    ------
    ImageUnavailable
        It can be neither found, built nor packed; or an image of that name lacks commands.
    """
    labels = _labels_of_present_image(client)
    if labels is None:
        build(client, say=say)
    elif IMAGE not in labels:
        _check_foreign_image(client)
    return REFERENCE


def present(client: docker.DockerClient) -> bool:
    """Tell whether an image of the lesson image's name is on the engine."""
    return _labels_of_present_image(client) is not None


def build(client: docker.DockerClient, *, say: Say = lambda _: None) -> str:
    """Build the image from the packaged Dockerfile; where no registry answers, pack it.

    Returns
    -------
    str
        How it was made, ``"built"`` or ``"packed"``.
    """
    say(f"The lesson image {REFERENCE} is not here yet: building it (once, a few minutes).")
    try:
        build_from_dockerfile(client)
    except (ImageUnavailable, EngineRefused) as no_build:
        say(f"{no_build.what} Packing the image from this machine's own tools instead.")
        return _pack_instead(client, no_build)
    return "built"


def _pack_instead(client: docker.DockerClient, no_build: DockernetError) -> str:
    try:
        pack_from_tools(client)
    except ImageUnavailable as no_pack:
        raise ImageUnavailable(f"{no_build.what} {no_pack.what}", no_pack.todo) from no_pack
    return "packed"


def _labels_of_present_image(client: docker.DockerClient) -> dict[str, str] | None:
    with translated():
        try:
            return dict(client.images.get(REFERENCE).labels)
        except docker.errors.ImageNotFound:
            return None


def _check_foreign_image(client: docker.DockerClient) -> None:
    """Accept an image of this name that somebody else made, if it has every command."""
    probe = "; ".join(f"command -v {command} || echo lacks {command}" for command in COMMANDS)
    try:
        missing = re.findall(r"^lacks (\S+)", _run_once(client, probe), re.MULTILINE)
    except docker.errors.APIError:
        missing = ["sh"]
    if missing:
        raise ImageUnavailable(
            f"An image {REFERENCE} that is not ours is here, and it lacks {', '.join(missing)}.",
            f"Give it another name (`docker tag {REFERENCE} my{REPOSITORY}`, "
            f"then `docker rmi {REFERENCE}`), and the lesson makes its own.",
        )


def _run_once(client: docker.DockerClient, script: str) -> str:
    """Run a shell script in a container of the image, and leave no container, whatever happens."""
    container = client.containers.create(
        REFERENCE,
        ["-c", script],
        entrypoint="sh",
        network_mode="none",
        labels=lab_labels("image-check", role="check"),
    )
    try:
        container.start()
        container.wait()
        return bytes(container.logs()).decode(errors="replace")
    finally:
        container.remove(force=True, v=True)


def build_from_dockerfile(client: docker.DockerClient, dockerfile: Path = DOCKERFILE) -> None:
    """Build the image from a Dockerfile, with a progress bar.

    Raises
    ------
    ImageUnavailable
        The build failed, typically because no registry can be reached.
    """
    with tempfile.TemporaryDirectory() as context, translated():
        Path(context, "Dockerfile").write_bytes(dockerfile.read_bytes())
        messages = client.api.build(
            path=context, tag=REFERENCE, rm=True, forcerm=True, decode=True, labels={IMAGE: "built"}
        )
        # Closed even when interrupted: the engine stops building when nobody listens.
        with contextlib.closing(messages):
            for _ in progress(_build_steps(messages), "Building the lesson image", None):
                pass


def _build_steps(messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield each build step's text; raise what the build's error message says."""
    for message in messages:
        if "error" in message:
            raise ImageUnavailable(
                f"The lesson image could not be built ({_one_line(message['error'])}).",
                "Connect to the internet, or `dockernet image load FILE` one saved elsewhere.",
            )
        step = _BUILD_STEP.match(message.get("stream", ""))
        if step:
            yield step[3]


def _one_line(text: str) -> str:
    """Shorten an engine's chain of causes to its first and last link."""
    parts = " ".join(text.split()).split(": ")
    return parts[0] if len(parts) == 1 else f"{parts[0]}: {parts[-1]}"


def pack_from_tools(
    client: docker.DockerClient,
    *,
    commands: Iterable[str] = tuple(COMMANDS),
    repository: str = REPOSITORY,
) -> None:
    """Pack the image from this machine's tools and import it.

    Parameters
    ----------
    client
        The docker-py client.
    commands
        What to pack; all commands unless a test wants a poorer image.
    repository
        Under which name.
    """
    _require_own_architecture(client)
    with tempfile.TemporaryFile() as archive:
        pack.write_root(archive, commands)
        archive.seek(0)
        with translated():
            _import(client, archive, repository)


def _import(client: docker.DockerClient, archive: Any, repository: str) -> None:  # noqa: ANN401
    changes = ['CMD ["bash"]', f"ENV PATH={PATH}", f"LABEL {IMAGE}=packed"]
    answer = client.api.import_image(src=archive, repository=repository, tag=TAG, changes=changes)
    for line in answer.splitlines():
        message = json.loads(line)
        if "error" in message:
            raise ImageUnavailable(
                f"The engine could not import the packed image ({message['error']}).",
                "Free some disk space and try again.",
            )


def _require_own_architecture(client: docker.DockerClient) -> None:
    with translated():
        theirs = client.info().get("Architecture", "")
    ours = _ARCHITECTURES.get(platform.machine(), platform.machine())
    if theirs and theirs != ours:
        raise ImageUnavailable(
            f"This machine's tools ({ours}) do not run on the engine's machine ({theirs}).",
            "`dockernet image load FILE` an image saved on such a machine.",
        )


def save(client: docker.DockerClient, path: Path) -> int:
    """Write the lesson image to a file, to carry it into a class without internet.

    Parameters
    ----------
    client
        The docker-py client.
    path
        File to write; it must not exist yet.

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    DockernetError
        The file exists, or it cannot be written.
    """
    if path.exists():
        raise DockernetError(f"{path} exists already.", "Choose another file name.")
    part = path.with_name(path.name + ".part")
    try:
        with translated(), part.open("wb") as out:
            for chunk in client.images.get(REFERENCE).save(named=True):
                out.write(chunk)
        part.rename(path)
    except OSError as error:
        if isinstance(error, requests.exceptions.RequestException):
            raise
        raise DockernetError(
            f"{path} cannot be written ({error.strerror}).", "Choose another folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return os.path.getsize(path)


def load(client: docker.DockerClient, path: Path) -> str:
    """Load a saved lesson image.

    Returns
    -------
    str
        The reference that was loaded.

    Raises
    ------
    DockernetError
        The file cannot be read, or holds no lesson image.
    """
    try:
        with translated(), path.open("rb") as archive:
            images = client.images.load(archive)
    except FileNotFoundError as error:
        raise DockernetError(
            f"There is no file {path}.", "Write one with `dockernet image save FILE`."
        ) from error
    except docker.errors.ImageLoadError as error:
        raise DockernetError(
            f"{path} holds no image ({error}).", "Write one with `dockernet image save FILE`."
        ) from error
    tags = [tag for image in images for tag in image.tags]
    if REFERENCE not in tags:
        raise DockernetError(
            f"{path} holds {', '.join(tags) or 'an image without a name'}, not {REFERENCE}.",
            "Write one with `dockernet image save FILE`.",
        )
    return REFERENCE
