"""``dockernet lab``: copy the notebooks to a folder of the learner's and open JupyterLab there.

The copies have no outputs: the stored ones would answer the questions before they are asked.

A notebook that the learner changed is never overwritten. The folder remembers, in
``.dockernet.json``, what was copied into it: a file that still is what was copied may be replaced
by a newer lesson, any other file stays.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import sys
from pathlib import Path

import dockernet_lessons
from dockernet_lessons.errors import DockernetError

FOLDER = "dockernet-lessons"
FIRST = "00_start_here.ipynb"
_MEMORY = ".dockernet.json"


def run(options: argparse.Namespace) -> int:
    """Copy the notebooks, then become JupyterLab."""
    folder = Path(options.folder).expanduser().resolve()
    copied, kept = copy_notebooks(folder)
    print(f"Notebooks in {folder}: {len(copied)} copied, {len(kept)} kept as they are.", flush=True)
    if options.copy_only:
        return 0
    if importlib.util.find_spec("jupyterlab") is None:
        raise DockernetError(
            "JupyterLab is not installed here.", "Install it: pip install 'dockernet-lessons[lab]'."
        )
    command = jupyter_command(folder, no_browser=options.no_browser, port=options.port)
    os.chdir(folder)
    return os.execv(sys.executable, command)


def jupyter_command(folder: Path, *, no_browser: bool, port: int | None) -> list[str]:
    """Write the command line that serves a folder with JupyterLab."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    command.append(f"--LabApp.default_url=/lab/tree/{FIRST}")
    if no_browser:
        command.append("--no-browser")
    if port is not None:
        command.append(f"--port={port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def notebooks_folder() -> Path:
    """Find the lessons: inside the installed package, or beside it in a checkout."""
    package = Path(dockernet_lessons.__file__).parent
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


def copy_notebooks(folder: Path) -> tuple[list[str], list[str]]:
    """Copy the notebooks without outputs, leaving every file alone that the learner changed.

    Parameters
    ----------
    folder
        Where to; made if it is not there.

    Returns
    -------
    (copied, kept)
        Names of the files that were copied, and of those that were left as they are.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _copy_into(folder)
    except OSError as error:
        raise DockernetError(
            f"The notebooks cannot be copied to {folder} ({error.strerror}).",
            "Choose another --folder.",
        ) from error


def _copy_into(folder: Path) -> tuple[list[str], list[str]]:
    memory = _read_memory(folder)
    copied: list[str] = []
    kept: list[str] = []
    for source in sorted(notebooks_folder().glob("*.ipynb")):
        target, lesson = folder / source.name, _without_outputs(source)
        there = target.read_bytes() if target.exists() else None
        untouched = there is None or _digest(there) == memory.get(source.name)
        if untouched and there != lesson:
            target.write_bytes(lesson)
            memory[source.name] = _digest(lesson)
            copied.append(source.name)
        else:
            kept.append(source.name)
    (folder / _MEMORY).write_text(json.dumps(memory, indent=2), encoding="utf-8")
    return copied, kept


def _without_outputs(path: Path) -> bytes:
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return f"{json.dumps(notebook, indent=1, ensure_ascii=False)}\n".encode()


def _read_memory(folder: Path) -> dict[str, str]:
    try:
        memory = json.loads((folder / _MEMORY).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
