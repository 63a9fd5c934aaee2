"""Images: list, inspect, tag, remove, import, load, save."""

from __future__ import annotations

from collections import Counter

from dockernet_lessons.embedded.api import image_shape, parameters
from dockernet_lessons.embedded.api.table import Routes
from dockernet_lessons.embedded.daemon import image_listing, importing, references
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.errors import BadArchive, DockerError
from dockernet_lessons.embedded.http.messages import (
    JSON,
    Request,
    Response,
    Stream,
    json_response,
)

TAR = "application/x-tar"
routes = Routes()


def _stream(data: bytes, kind: str = JSON) -> Response:
    """Give a whole body as a stream: clients read it piece by piece."""
    stream = Stream()
    stream.outgoing.write(data)
    stream.outgoing.close()
    return Response(200, stream, {"Content-Type": kind})


@routes.route("GET", "/images/json")
def list_all(daemon: Daemon, request: Request) -> Response:
    """List images, the newest first."""
    filters = parameters.filters(request, modern=daemon.modern)
    found = image_listing.listed(daemon, filters)
    used = Counter(container.image.id for container in daemon.containers)
    rows = [
        image_shape.summary(daemon, image, request.version, used[image.id] if daemon.modern else -1)
        for image in found
    ]
    return json_response(rows)


@routes.route("GET", "/images/{name:path}/json")
def inspect(daemon: Daemon, request: Request, name: str) -> Response:
    """Show everything of an image."""
    try:
        image = daemon.images.find(name)
    except DockerError as error:
        if daemon.modern:
            raise
        raise DockerError(error.status, f"no such image: {name}: {error.message}") from error
    return json_response(image_shape.inspect(daemon, image, request.version))


@routes.route("GET", "/images/{name:path}/history")
def history(daemon: Daemon, request: Request, name: str) -> Response:
    """Show how an image was made."""
    return json_response(image_shape.history(daemon.images.find(name)))


@routes.route("POST", "/images/{name:path}/tag")
def tag(daemon: Daemon, request: Request, name: str) -> Response:
    """Give an image another name."""
    image = daemon.images.find(name)
    daemon.images.tag(image, request.text("repo"), request.text("tag"))
    return Response(201)


@routes.route("DELETE", "/images/{name:path}")
def remove(daemon: Daemon, request: Request, name: str) -> Response:
    """Remove a name of an image, and with the last one the image."""
    force = request.flag("force")
    return json_response(daemon.images.remove(name, daemon.user_of, force=force))


@routes.route("POST", "/images/prune")
def prune(daemon: Daemon, request: Request) -> Response:
    """Remove the images without a name."""
    filters = parameters.filters(request, modern=daemon.modern)
    filters.check((*parameters.PRUNE, "dangling"))
    records, size = daemon.images.prune(daemon.user_of)
    daemon.events.log("image", "prune", "", {"reclaimed": str(size)})
    return json_response({"ImagesDeleted": records or None, "SpaceReclaimed": size})


@routes.route("POST", "/images/create")
def create(daemon: Daemon, request: Request) -> Response:
    """Import an image from the request's body, or fail to pull one: no registry can be reached."""
    if request.text("fromImage"):
        raise _unreachable(daemon, request.text("fromImage"))
    source = request.text("fromSrc")
    if source != "-":
        raise DockerError(501, f"import from {source or 'nothing'} is not emulated")
    tag = ""
    if request.text("repo"):
        tag = _tag(daemon, request.text("repo"), request.text("tag"))
    lines = request.query.get("changes", [])
    try:
        image = importing.import_root(daemon, request.body, tag, lines, request.text("message"))
    except BadArchive as error:
        raise DockerError(500, _archive_words(daemon, error)) from error
    return _stream(importing.json_lines([{"status": image.id}]))


def _tag(daemon: Daemon, repository: str, label: str) -> str:
    name = references.parse(repository, modern=daemon.modern)
    label = label or name.tag or "latest"
    return str(references.Reference(name.name, references.checked_tag(label)))


def _unreachable(daemon: Daemon, name: str) -> DockerError:
    """Say that a registry's name does not resolve: the emulated machine has no internet."""
    references.parse(name, modern=daemon.modern)
    registry = name.partition("/")[0]
    if "/" not in name or ("." not in registry and ":" not in registry):
        registry = "registry"
    host = registry.partition(":")[0]
    server = f"{daemon.profile.host.dns}:53"
    return DockerError(
        500, f'Get "https://{registry}/v2/": dial tcp: lookup {host} on {server}: no such host'
    )


def _archive_words(daemon: Daemon, error: BadArchive) -> str:
    return str(error) if daemon.modern else f"Error processing tar file(exit status 1): {error}"


@routes.route("POST", "/images/load")
def load(daemon: Daemon, request: Request) -> Response:
    """Take in the images of an archive that was saved."""
    try:
        said = importing.load(daemon, request.body)
    except BadArchive as error:
        words = _archive_words(daemon, error)
        failure = {"errorDetail": {"message": words}, "error": words}
        return _stream(importing.json_lines([failure]))
    return _stream(importing.json_lines({"stream": text} for text in said))


@routes.route("GET", "/images/get")
def save_several(daemon: Daemon, request: Request) -> Response:
    """Write several images to an archive."""
    return _stream(importing.save(daemon, request.query.get("names", [])), TAR)


@routes.route("GET", "/images/{name:path}/get")
def save(daemon: Daemon, request: Request, name: str) -> Response:
    """Write an image to an archive."""
    try:
        daemon.images.find(name)
    except DockerError as error:
        raise DockerError(error.status, f"No such image: {name}") from error
    return _stream(importing.save(daemon, [name]), TAR)


@routes.route("GET", "/distribution/{name:path}/json")
def distribution(daemon: Daemon, request: Request, name: str) -> Response:
    """Ask a registry for an image: none can be reached."""
    raise _unreachable(daemon, name)
