"""The tests' own rule: without an engine they are skipped, unless one is required."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from engines import ADDRESSES, REQUIRED

NEEDS_ENGINE = "test_strangers.py::test_a_new_session_adopts_what_an_earlier_one_left"


@pytest.mark.parametrize(
    ("required", "outcome", "code"),
    [("", "1 skipped", 0), ("1", "1 error", 1), ("true", "1 error", 1)],
)
def test_no_engine_is_a_skip_or_where_one_is_required_a_failure(required, outcome, code):
    environment = {**os.environ, ADDRESSES: "unix:///nonexistent/docker.sock", REQUIRED: required}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", NEEDS_ENGINE],
        cwd=Path(__file__).parent, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert outcome in done.stdout
    assert "No Docker Engine answers at unix:///nonexistent/docker.sock" in done.stdout
