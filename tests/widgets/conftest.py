"""A browser for the tests of widgets, which need no JupyterLab."""

import pytest
from pages import BROWSER, browser


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium."""
    if not BROWSER.exists():
        pytest.skip(f"no {BROWSER}")
    with browser() as found:
        yield found
