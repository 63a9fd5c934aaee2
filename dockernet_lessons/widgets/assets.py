"""Scripts and styles of the widgets: plain files of this package, put together when asked for."""

from __future__ import annotations

from pathlib import Path

_STATIC = Path(__file__).parent / "static"


def esm(*names: str) -> str:
    """Give an ES module made of these scripts, the last of which exports ``render``.

    A widget's module comes from the kernel and so cannot import its neighbors: what several
    share is put before each of them.
    """
    return _joined(names, "js")


def css(*names: str) -> str:
    """Give a style sheet made of these."""
    return _joined(names, "css")


def _joined(names: tuple[str, ...], kind: str) -> str:
    return "\n".join((_STATIC / f"{name}.{kind}").read_text(encoding="utf-8") for name in names)
