"""Images as tar archives: import, load, save.

The emulation keeps no files of images. Of an archive it reads which of the emulated commands are
in it; what it writes names them, and holds no programs.
"""

from __future__ import annotations

import bz2
import io
import json
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from dockernet_lessons.embedded.daemon.image import Image, sha256
from dockernet_lessons.embedded.errors import BadArchive, DockerError
from dockernet_lessons.embedded.userland.image_root import COMMANDS

MAX_UNPACKED = 512 * 2**20
"""Bytes of the largest archive, unpacked."""

MARKER = "EMULATED"
"""Name of the file in a saved layer that tells what it is, and which commands it stands for."""

_NOTE = (
    "Saved by an emulated Docker Engine: this layer holds no programs. Loaded into an emulated "
    "engine, the image has these commands:"
)
_FOLDERS = frozenset(("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin"))
_BLOCK = 512


class _Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


_PACKED: tuple[tuple[bytes, Callable[[], _Unpacker]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", lzma.LZMADecompressor),
)


def unpacked(data: bytes) -> bytes:
    """Undo gzip, bzip2 or xz.

    Raises
    ------
    BadArchive
        It is damaged.
    DockerError
        413: it is too large unpacked.
    """
    for magic, unpacker in _PACKED:
        if data.startswith(magic):
            try:
                result = unpacker().decompress(data, MAX_UNPACKED + 1)
            except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:
                raise BadArchive("unexpected EOF") from error
            if len(result) > MAX_UNPACKED:
                raise DockerError(413, "the archive is too large for the embedded engine")
            return result
    return data


def _open(data: bytes) -> tarfile.TarFile:
    if len(data) < _BLOCK:
        raise BadArchive("unexpected EOF")
    try:
        return tarfile.open(fileobj=io.BytesIO(data), mode="r:")
    except (tarfile.TarError, ValueError, OSError, EOFError) as error:
        raise BadArchive("archive/tar: invalid tar header") from error


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    try:
        yield from tar
    except (tarfile.TarError, ValueError, OSError, EOFError) as error:
        raise BadArchive("unexpected EOF") from error


def commands_of(data: bytes) -> tuple[frozenset[str], int]:
    """Read which emulated commands a root file system has, and how many bytes its files have.

    Raises
    ------
    BadArchive
        It is no tar archive.
    """
    found: set[str] = set()
    size = 0
    with _open(data) as tar:
        for member in _members(tar):
            size += max(member.size, 0)
            folder, _, name = member.name.removeprefix("./").strip("/").rpartition("/")
            if folder in _FOLDERS and name in COMMANDS and not member.isdir():
                found.add(name)
            elif member.name == MARKER and member.size < _BLOCK * 8:
                found |= _marked(tar, member)
    return frozenset(found), size


def _marked(tar: tarfile.TarFile, member: tarfile.TarInfo) -> set[str]:
    file = tar.extractfile(member)
    lines = file.read().decode(errors="replace").split() if file is not None else []
    return set(lines) & set(COMMANDS)


def layer_digest(data: bytes) -> str:
    """Give the digest that names a layer."""
    return f"sha256:{sha256(data)}"


def save(images: Iterable[tuple[Image, list[str]]]) -> bytes:
    """Write images with their tags, as ``docker save`` does (the format of Engine 20.10)."""
    out = io.BytesIO()
    manifest: list[dict[str, Any]] = []
    repositories: dict[str, dict[str, str]] = {}
    with tarfile.open(fileobj=out, mode="w") as tar:
        for image, tags in images:
            _save_one(tar, image)
            digits = image.id.removeprefix("sha256:")
            layer = f"{image.directory}/layer.tar"
            manifest.append({"Config": f"{digits}.json", "RepoTags": tags, "Layers": [layer]})
            for tag in tags:
                name, _, label = tag.rpartition(":")
                repositories.setdefault(name, {})[label] = image.directory
        _add(tar, "manifest.json", json.dumps(manifest).encode())
        _add(tar, "repositories", json.dumps(repositories).encode())
    return out.getvalue()


def _save_one(tar: tarfile.TarFile, image: Image) -> None:
    layer = io.BytesIO()
    names = sorted(COMMANDS if image.commands is None else image.commands)
    with tarfile.open(fileobj=layer, mode="w") as inner:
        _add(inner, MARKER, "\n".join([_NOTE, *names, ""]).encode())
    _add(tar, f"{image.id.removeprefix('sha256:')}.json", image.document)
    _add(tar, f"{image.directory}/VERSION", b"1.0")
    _add(tar, f"{image.directory}/json", json.dumps({"id": image.directory}).encode())
    _add(tar, f"{image.directory}/layer.tar", layer.getvalue())


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def load(data: bytes) -> list[Image]:
    """Read the images of an archive that ``docker save`` wrote (20.10's format and OCI's).

    Raises
    ------
    BadArchive
        It is no such archive.
    """
    with _open(data) as tar:
        names = {member.name: member for member in _members(tar)}
        if "manifest.json" not in names:
            raise BadArchive("open manifest.json: no such file or directory")
        try:
            return [_load_one(tar, names, entry) for entry in _json(tar, names, "manifest.json")]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadArchive(f"invalid manifest: {error}") from error


def _read(tar: tarfile.TarFile, names: dict[str, tarfile.TarInfo], name: str) -> bytes:
    file = tar.extractfile(names[name]) if name in names else None
    if file is None:
        raise BadArchive(f"open {name}: no such file or directory")
    return file.read()


def _json(tar: tarfile.TarFile, names: dict[str, tarfile.TarInfo], name: str) -> Any:  # noqa: ANN401
    return json.loads(_read(tar, names, name))


def _load_one(
    tar: tarfile.TarFile, names: dict[str, tarfile.TarInfo], entry: dict[str, Any]
) -> Image:
    document = _read(tar, names, entry["Config"])
    found: set[str] = set()
    size = 0
    for layer in entry["Layers"]:
        data = unpacked(_read(tar, names, layer))
        commands, layer_size = commands_of(data)
        found |= commands
        size += layer_size
    return Image.parse(document, frozenset(found), size, [str(t) for t in entry["RepoTags"] or ()])
