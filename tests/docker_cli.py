"""Real docker commands to compare with, the lines to compare, and what is made alike in texts.

The lines are in ``golden/cli/lines``: in them ``{t}`` is the beginning of the test's names. There
are ``{t}-a`` (running, labels), ``{t}-b`` (created), ``{t}-c`` (running on ``{t}-net``, published
ports, one of them ``{port}``), ``{t}-p`` (paused) and the network ``{t}-net`` (``{subnet}0/24``,
a label).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden" / "cli"
RECORD = "DOCKERNET_RECORD_CLI"
_VERSION = re.compile(r"Docker version (\d+)\.(\d+)")
_ALIKE = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "H" * 64),
    (re.compile(r"\b[0-9a-f]{12}\b"), "h" * 12),
    (re.compile(r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b"), "MM:MM:MM:MM:MM:MM"),
    (re.compile(r"\b172(\.\d+){3}\b"), "172.X.X.X"),
    (re.compile(r"(dockernet\.owner[=:\"\s]+)[\w-]+"), r"\1OWNER"),
    (re.compile(r'"Pid":\d+'), '"Pid":PID'),
    (re.compile(r"\b(3[2-9]|4\d|5\d|60)\d{3}\b"), "PORT"),
    (re.compile(r'id:"[0-9a-f]+"'), 'id:"ID"'),
)
RACE = re.compile(r'time="[^\n]*error waiting for container[^\n]*\n')
LABELS = re.compile(r"[\w.-]+=[\w.-]*(,[\w.-]+=[\w.-]*)+")
_TIMES = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( \+0000 UTC|Z)"), "TIME"),
    (re.compile(r"(About an? \w+|Less than a second|\d+ (second|minute|hour|day|week|month)s?)"),
     "AGE"),
)  # fmt: skip


@cache
def generation(program):
    """Tell which generation a docker command belongs to: 20 or 28; None for any other."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = _VERSION.search(said.stdout)
    exact = {("20", "10"): 20, ("28", "5"): 28}
    return exact.get(match.groups()) if match else None


def find(engine):
    """Find the docker command of an engine's own version; None if there is none."""
    wanted = 20 if engine.generation < 23 else 28
    if not engine.address.startswith("unix://"):
        return None
    beside = Path(engine.address.removeprefix("unix://")).parent / "root/usr/bin/docker"
    places = [str(beside), *(shutil.which("docker", path=p) or "" for p in os.get_exec_path())]
    return next((p for p in places if Path(p).is_file() and generation(p) == wanted), None)


def run(program, engine, line):
    """Run a line with a real docker command; give its text and exit code."""
    done = subprocess.run(
        ["sh", "-c", f"exec {program} {line}"],
        env={**os.environ, "DOCKER_HOST": engine.address, "DOCKER_CLI_HINTS": "false"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode(), done.returncode


def alike(text, *, times=False):
    """Make ids, MACs and, if asked, times and the widths of columns alike."""
    for pattern, instead in (*_ALIKE, *(_TIMES if times else ())):
        text = pattern.sub(instead, text)
    return re.sub(r" {2,}", "  ", text) if times else text


def golden(engine):
    """The recorded answers for an engine's version; empty if there are none."""
    path = _golden_path(engine)
    return json.loads(path.read_text()) if path.exists() else {}


def lines(kind):
    """Give the lines of one kind: help, mistakes, reads, changes or creates."""
    return (GOLDEN / "lines" / f"{kind}.txt").read_text().splitlines()


def filled(line, names):
    """Put a bench's names into a line."""
    for name, value in names.items():
        line = line.replace(f"{{{name}}}", value)
    return "" if line == "(nothing)" else line


def recording():
    """Tell whether the environment asks for new recordings."""
    return bool(os.environ.get(RECORD))


def record(engine, answers):
    """Store answers."""
    if answers:
        GOLDEN.mkdir(exist_ok=True)
        known = golden(engine) | answers
        text = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
        _golden_path(engine).write_text(f"{text}\n")


def _golden_path(engine):
    return GOLDEN / f"{'20.10.24' if engine.generation < 23 else '28.5.2'}.json"
