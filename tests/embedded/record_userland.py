"""Record what scripts print in a real container: ``golden/userland/container_scripts.json``.

Needs a Docker Engine with the lesson image (packed on Debian 12, so that versions are the emulated
ones) and the scripts, one an argument; new rows are added, known ones recorded again:

    python tests/embedded/record_userland.py 'ip rule; ip netns' 'getent services http; echo $?'

The container is that of `userland_box`: no network but the loopback, an idle first process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from userland_box import NAME

GOLDEN = Path(__file__).parent / "golden" / "userland" / "container_scripts.json"
RUN = ["docker", "run", "--rm", "--detach", "--network", "none", "--hostname", NAME]
TOGETHER = 'exec "$0" -c "$1" 2>&1'
"""Both streams through one pipe: Docker's two would lose their order."""

FIRST = ["xmtubuntu", "sleep", "infinity"]


def printed(shell: str, script: str) -> list[str | int]:
    made = subprocess.run([*RUN, *FIRST], check=True, capture_output=True, text=True)
    container = made.stdout.strip()
    try:
        done = subprocess.run(
            ["docker", "exec", container, "sh", "-c", TOGETHER, shell, script],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        subprocess.run(["docker", "kill", container], check=True, capture_output=True)
    return [shell, script, done.stdout, done.returncode]


def main(scripts: list[str]) -> None:
    shell = "bash" if "--bash" in scripts else "sh"
    rows = {(row[0], row[1]): row for row in json.loads(GOLDEN.read_text())}
    for script in scripts:
        if script != "--bash":
            rows[shell, script] = printed(shell, script)
    GOLDEN.write_text(json.dumps(list(rows.values()), indent=0, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
