"""Pack a lesson image from this machine's own tools, for where no registry can be reached.

The image is a root file system: the commands of `contents`, the shared libraries that they load
(as ``ldd`` names them), the few files the C library needs to resolve names, and nothing else.
About 10 MB compressed, Linux only.
"""

from __future__ import annotations

import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from dockernet_lessons.errors import ImageUnavailable
from dockernet_lessons.image.contents import COMMANDS, PATH
from dockernet_lessons.progress import progress

_LIBRARY = re.compile(r"(?:=> )?(/\S+) \(0x")
# Loaded by name at run time, so that ldd does not list them: name services and iptables' modules.
_LOADED_LATER = ("libnss_files.so.2", "libnss_dns.so.2")
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/sh\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "etc/os-release": 'ID=xmtubuntu\nPRETTY_NAME="xmtubuntu, packed from this machine\'s tools"\n',
}
_FOLDERS = ("tmp", "run", "proc", "sys", "dev", "root", "var/run", "etc")


def find_tools(commands: Iterable[str] = tuple(COMMANDS)) -> dict[str, Path]:
    """Find each command on this machine.

    Returns
    -------
    dict
        Command -> the path it was found at.

    Raises
    ------
    ImageUnavailable
        Not Linux, or some commands are not installed; names them and their packages.
    """
    if not sys.platform.startswith("linux"):
        raise ImageUnavailable(
            f"The lesson image cannot be packed on {platform.system()}: it needs Linux tools.",
            "Connect to the internet so that it can be built, "
            "or `dockernet image load FILE` one that was saved elsewhere.",
        )
    search = f"{os.environ.get('PATH', '')}:{PATH}"
    found = {command: shutil.which(command, path=search) for command in commands}
    missing = sorted(command for command, path in found.items() if path is None)
    if missing:
        packages = sorted({COMMANDS.get(command, command) for command in missing})
        raise ImageUnavailable(
            f"This machine lacks {', '.join(missing)}, so the lesson image cannot be packed here.",
            f"Install them: `sudo apt-get install {' '.join(packages)}`.",
        )
    return {command: Path(path) for command, path in found.items() if path is not None}


def write_root(archive: IO[bytes], commands: Iterable[str] = tuple(COMMANDS)) -> None:
    """Write the image's root file system as a tar archive.

    Parameters
    ----------
    archive
        A binary file to write to.
    commands
        The commands to pack; all of them unless a test wants a smaller image.
    """
    tools = find_tools(commands)
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for folder in _FOLDERS:
            _add_folder(tar, folder)
        for name, text in _FILES.items():
            _add_text(tar, name, text)
        members = dict(_members(tools))
        for name, source in progress(sorted(members.items()), "Packing tools", len(members)):
            _add_file(tar, name, source)


def _members(tools: dict[str, Path]) -> Iterator[tuple[str, Path]]:
    """Yield every file of the image: its name in the archive and where it lies here."""
    binaries = {command: path.resolve() for command, path in tools.items()}
    for command, path in binaries.items():
        yield f"bin/{command}", path
    modules = _iptables_modules() if "iptables" in tools else []
    for library in _libraries([*binaries.values(), *modules]):
        yield str(library).lstrip("/"), library.resolve()
    for module in modules:
        yield str(module).lstrip("/"), module.resolve()


def _libraries(files: Iterable[Path]) -> set[Path]:
    """Ask the dynamic loader which libraries the files need (ldd(1))."""
    listing = subprocess.run(
        ["ldd", *map(str, files)], capture_output=True, text=True, check=False
    ).stdout
    libraries = {Path(match) for match in _LIBRARY.findall(listing)}
    folders = {library.parent for library in libraries}
    later = {folder / name for folder in folders for name in _LOADED_LATER}
    return libraries | {path for path in later if path.exists()}


def _iptables_modules() -> list[Path]:
    """List iptables' extensions, which it loads when a rule names them."""
    wanted = re.compile(r"lib(xt|ipt)_.*\.so$")
    folders = [*Path("/usr/lib").glob("*/xtables"), Path("/usr/lib64/xtables"),
               Path("/usr/lib/xtables")]  # fmt: skip
    return sorted(p for f in folders if f.is_dir() for p in f.iterdir() if wanted.match(p.name))


def _add_folder(tar: tarfile.TarFile, name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
    tar.addfile(entry)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    tar.addfile(entry, io.BytesIO(text.encode()))


def _add_file(tar: tarfile.TarFile, name: str, source: Path) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = source.stat().st_size, 0o755
    with source.open("rb") as content:
        tar.addfile(entry, content)
