"""Colours and fonts of the pictures, in one place."""

from __future__ import annotations

# Okabe and Ito's palette: told apart with every common colour blindness. Its black is for text,
# and its yellow is left out because it fades on white.
NETWORK_COLOURS = (
    "#0072B2",  # blue
    "#D55E00",  # vermillion
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#E69F00",  # orange
    "#56B4E9",  # sky blue
)
UNKNOWN_NETWORK = "#666666"

PAPER = "#FFFFFF"
INK = "#1A1A1A"
PALE_INK = "#595959"
CONTAINER_FILL = "#F4F4F4"
CONTAINER_EDGE = "#8C8C8C"
HOST_FILL = "#F5F8FC"
HOST_EDGE = "#4D5B6B"

PROSE = "DejaVu Sans"
# What a learner would type or read in a terminal is set in a fixed-width font, and so the layout
# can know its width without drawing it.
CODE = "DejaVu Sans Mono"
CODE_ADVANCE = 0.64  # em, the same for bold; 0.602 by design, more once rounded to whole pixels

TEXT_PT = 9.0
SMALL_PT = 8.5
TITLE_PT = 10.5

SCREEN_DPI = 100
HEAT_MAP = "viridis"


def code_width(characters: int, points: float = TEXT_PT) -> float:
    """Give the width in inches of a text in the fixed-width font."""
    return characters * CODE_ADVANCE * points / 72


def network_colour(position: int | None) -> str:
    """Give the colour of the network at `position`; from the seventh on colours come again."""
    if position is None:
        return UNKNOWN_NETWORK
    return NETWORK_COLOURS[position % len(NETWORK_COLOURS)]


def shorten(name: str, limit: int) -> str:
    """Shorten a long name in its middle, since names in a lesson differ at their ends."""
    if len(name) <= limit:
        return name
    tail = (limit - 1) // 2
    return f"{name[: limit - 1 - tail]}…{name[-tail:]}"


def tint(colour: str, strength: float) -> str:
    """Mix a colour with the paper's: 1 gives the colour, 0 the paper.

    Unlike transparency this leaves nothing behind the mixed colour visible.
    """
    own, paper = (tuple(bytes.fromhex(c.lstrip("#"))) for c in (colour, PAPER))
    mixed = (round(strength * o + (1 - strength) * p) for o, p in zip(own, paper, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def ink_on(red: float, green: float, blue: float) -> str:
    """Choose dark or light ink for a background, by its relative luminance (WCAG 2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # At this luminance black and white stand out equally, by 4.6 to 1.
    return "#000000" if luminance > 0.179 else PAPER


def shade(colour: str, *, lit: bool) -> str:
    """Give a colour as it is, or faded."""
    return colour if lit else tint(colour, 0.3)
