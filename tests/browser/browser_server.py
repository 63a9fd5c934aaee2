"""A JupyterLab server of the tests' own, in the network namespace of their choice."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
TOKEN = "for-tests"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30

# No pop-up about news over the page. Everything else is as a learner finds it.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    }
}


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: the folder it serves and where it answers."""

    folder: Path
    url: str

    def address(self, notebook):
        """The page of one notebook, in a workspace without the tabs of earlier pages."""
        return f"{self.url}lab/tree/{notebook}?token={TOKEN}&reset"

    def write(self, name, sources):
        """Put a notebook of these code cells into the folder."""
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        made = nbformat.v4.new_notebook(cells=cells, metadata=PYTHON)
        nbformat.write(made, self.folder / name)
        return name


def namespace_of(address):
    """What put before a command runs it in the network namespace of an engine's host.

    The daemon is the process at the other end of its socket. Needs root.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address.removeprefix("unix://"))
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    process, _user, _group = struct.unpack("3i", credentials)
    return ["nsenter", f"--net=/proc/{process}/ns/net"]


@contextlib.contextmanager
def jupyterlab(home, prefix=()):
    """Serve a copy of the lessons with JupyterLab, with settings and state in ``home``."""
    folder = home / "lessons"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".*"))
    (home / "settings").mkdir()
    (home / "settings" / "overrides.json").write_text(json.dumps(SETTINGS))
    with (home / "jupyterlab.log").open("w") as log:
        process = subprocess.Popen(
            [*prefix, *_command(home, folder)], env=_environment(home), stdout=log, stderr=log
        )
        try:
            yield Server(folder, _wait_for_url(process, home))
        finally:
            _stop(process)


def _command(home, folder):
    return [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True",
        f"--LabApp.app_settings_dir={home / 'settings'}",
    ]  # fmt: skip


def _environment(home):
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return {**os.environ, **{name: str(home / name.lower()) for name in own}}


def _wait_for_url(process, home):
    """The server writes its address into a file once it listens, in whatever namespace."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        for path in (home / "jupyter_runtime_dir").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # half written
                return json.loads(path.read_text())["url"]
        time.sleep(0.05)
    log = (home / "jupyterlab.log").read_text()
    raise RuntimeError(f"JupyterLab did not start:\n{log[-2000:]}")


def _stop(process):
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
