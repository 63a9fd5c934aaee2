"""The browser that tests drive: the system's Chromium."""

from __future__ import annotations

import os
import shutil

import pytest

REQUIRED = "DOCKERNET_REQUIRE_BROWSER"
PROGRAMS = "chromium", "chromium-browser", "google-chrome"


def program():
    """Where the browser is; where there is none, tests skip, except in CI."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return found or missing(f"none of {', '.join(PROGRAMS)} is installed")


def missing(reason):
    """Skip a test in a browser; where these are required, as in CI, fail."""
    required = os.environ.get(REQUIRED, "").lower() in ("1", "true", "yes")
    (pytest.fail if required else pytest.skip)(reason)


def launch(playwright, path):
    """Start a browser; Chromium's sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=arguments)
