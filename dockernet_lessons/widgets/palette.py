"""The pictures' colours as CSS custom properties, for light and for dark pages."""

from __future__ import annotations

from dockernet_lessons.plots import theme

# On a dark page the palette's blue and green would sink in; half-way to white they stand out by
# more than 4.5 to 1 (WCAG 2), and stay as different from each other as before.
_LIGHTER = 0.55
DARK = '[data-jp-theme-light="false"]'
"""Selects what is on a dark page; JupyterLab and Notebook 7 set it on the body."""


def palette_css() -> str:
    """Define ``--dn-net-0`` …, and the classes ``.dn-net-0`` … that set ``--dn-net`` to them."""
    names = {f"dn-net-{n}": colour for n, colour in enumerate(theme.NETWORK_COLOURS)}
    names["dn-net-other"] = theme.UNKNOWN_NETWORK
    classes = "\n".join(f".{name} {{ --dn-net: var(--{name}); }}" for name in names)
    light = " ".join(f"--{name}: {colour};" for name, colour in names.items())
    dark = " ".join(f"--{name}: {theme.tint(colour, _LIGHTER)};" for name, colour in names.items())
    return f":root {{ {light} }}\n{DARK} {{ {dark} }}\n{classes}"
