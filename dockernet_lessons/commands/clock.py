"""What time it is, by the engine's clock: an emulated engine's is not this machine's."""

from __future__ import annotations

import time
from datetime import datetime

import docker


def engine_now(api: docker.APIClient) -> float:
    """Give the engine's time, in seconds since 1970."""
    said = str(api.info().get("SystemTime") or "")
    try:
        whole, _, fraction = said.partition(".")
        seconds = fraction[:-1] if fraction.endswith("Z") else fraction[:-6]
        zone = "" if not fraction else fraction[len(seconds) :]
        moment = datetime.fromisoformat(f"{whole}{zone}").timestamp()
        return moment + (float(f"0.{seconds}") if seconds else 0.0)
    except ValueError:
        return time.time()
