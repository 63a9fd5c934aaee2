"""The labels by which the lab knows its own containers, networks and images."""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
from collections.abc import Mapping

LAB = "dockernet.lab"
"""Name of the lab that made the object."""

OWNER = "dockernet.owner"
"""Who made it: the same for all labs of one user on one machine."""

ROLE = "dockernet.role"
"""``"observer"`` on the helper container, ``"lesson"`` on everything else."""

SPEC = "dockernet.spec"
"""Digest of the options a container or network was made with."""

IMAGE = "dockernet.image"
"""On the lesson image: how it was made, ``"built"`` or ``"packed"``."""


def owner() -> str:
    """Name the user on this machine: stable, and different for two learners on one engine."""
    user = _user()
    digest = hashlib.sha256(f"{user}@{platform.node()}".encode()).hexdigest()[:6]
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in user.lower()).strip("-")
    return f"{safe or 'learner'}-{digest}"


def _user() -> str:
    """Name the user; by number where the system knows no name for it (as on some hubs)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user{os.getuid()}" if hasattr(os, "getuid") else "learner"


def lab_labels(lab: str, role: str = "lesson") -> dict[str, str]:
    """Give the labels of everything that the lab makes."""
    return {LAB: lab, OWNER: owner(), ROLE: role}


def belongs_to(labels: Mapping[str, str] | None, lab: str) -> bool:
    """Tell whether an object with these labels was made by that lab."""
    return (labels or {}).get(LAB) == lab


def spec_digest(spec: object) -> str:
    """Condense options into a short text, to recognise an object made with the same ones."""
    return hashlib.sha256(repr(spec).encode()).hexdigest()[:12]
