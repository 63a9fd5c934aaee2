"""Everything one can do wrong, and what borders on it.

After each mistake the containers and networks named ``x…~`` are removed, so that none depends on
another.
"""

from __future__ import annotations

from diff_mistakes_bodies import BODIES, NAMES
from diff_mistakes_connection import CONNECTION, REMOVAL
from diff_mistakes_creation import CREATION
from diff_mistakes_endpoints import ENDPOINTS
from diff_mistakes_options import COMMANDS, OPTIONS
from diff_mistakes_states import STATES

GROUPS = {
    "names": NAMES,
    "bodies": BODIES,
    "options": OPTIONS,
    "commands": COMMANDS,
    "states": STATES,
    "network creation": CREATION,
    "network removal": REMOVAL,
    "network connection": CONNECTION,
    "network endpoints": ENDPOINTS,
}
