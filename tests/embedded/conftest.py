"""What several tests of the embedded engine stand on."""

import pytest
from fabric_helpers import Net


@pytest.fixture
def net():
    """Stations a and b on one bridge, c on another, and the host between them."""
    made = Net(bridges=2)
    made.add("a", 2)
    made.add("b", 3)
    made.add("c", 4, bridge=1)
    return made
