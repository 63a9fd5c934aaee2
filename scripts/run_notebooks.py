"""Run the notebooks on the embedded engine and store their outputs, as a reader will see them.

Usage: python scripts/run_notebooks.py [NOTEBOOK ...]      (default: all of notebooks/)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
TIMEOUT_S = 300
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def run(path: Path) -> None:
    """Run one notebook and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name="python3").execute()
    _strip_volatile(notebook)
    nbformat.write(notebook, path)


def _strip_volatile(notebook: nbformat.NotebookNode) -> None:
    """Drop what differs from run to run and teaches nothing: times of execution, versions.

    A widget's view means nothing once its kernel is gone; its static form stays.
    """
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _only_a_view(output)]


def _only_a_view(output: nbformat.NotebookNode) -> bool:
    return set(output.get("data", {})) == {WIDGET_VIEW}


def main() -> None:
    """Run the notebooks named on the command line, or all."""
    os.environ |= {"DOCKERNET_ENGINE": "embedded", "TQDM_DISABLE": "1"}  # no bars on slow days
    paths = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        print(f"{path.name} …", flush=True)
        run(path)


if __name__ == "__main__":
    main()
