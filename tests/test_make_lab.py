"""A newcomer's first command: `make lab` in a fresh copy, with an empty home."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
START_LIMIT_S = 600


@pytest.fixture
def fresh_copy(tmp_path):
    """Every file of the project as it is now, and nothing that is built or installed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    copy = tmp_path / "fresh copy"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.fixture
def empty_home(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    kept = ("PATH", "LANG", "PIP_CERT", "SSL_CERT_FILE")
    return {"HOME": str(home), **{name: os.environ[name] for name in kept if name in os.environ}}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_url(log, server):
    """Read the address, with its token, that Jupyter prints."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\S*\?token=(\w+)", log.read_text())
        if found:
            return f"http://127.0.0.1:{found[1]}", found[2]
        time.sleep(0.5)
    raise AssertionError(log.read_text()[-3000:])


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


@pytest.mark.skipif(not shutil.which("make") or not shutil.which("git"), reason="needs make, git")
def test_make_lab_serves_the_lessons(fresh_copy, empty_home, tmp_path):
    log = tmp_path / "log"
    command = ["make", "lab", f"ARGS=--no-browser --port {free_port()}"]
    with log.open("w") as out:
        server = subprocess.Popen(
            command, cwd=fresh_copy, env=empty_home, stdout=out, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    try:
        url, token = wait_for_url(log, server)
        lesson = json.loads(get(f"{url}/files/00_start_here.ipynb?token={token}"))
        assert "Start here" in "".join(lesson["cells"][0]["source"])
        page = get(f"{url}/lab/tree/00_start_here.ipynb?token={token}")
        assert "jupyter-config-data" in page
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
    copied = sorted(path.name for path in (fresh_copy / "dockernet-lessons").glob("*.ipynb"))
    assert copied == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
