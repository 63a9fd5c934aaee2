"""``dockernet image``: build, save and load the lesson image."""

from __future__ import annotations

import argparse
from pathlib import Path

from dockernet_lessons import image as lesson_image
from dockernet_lessons.connect import connect
from dockernet_lessons.image.provide import pack_from_tools


def build(options: argparse.Namespace) -> int:
    """Make the image anew."""
    client = connect("docker").client
    if options.pack:
        pack_from_tools(client)
        made = "packed"
    else:
        made = lesson_image.build(client, say=print)
    size = client.images.get(lesson_image.REFERENCE).attrs["Size"] / 1e6
    print(f"{lesson_image.REFERENCE} is {made}: {size:.0f} MB.")
    return 0


def save(options: argparse.Namespace) -> int:
    """Write the image to a file."""
    client = connect("docker").client
    lesson_image.ensure(client, say=print)
    written = lesson_image.save(client, Path(options.file))
    print(f"{options.file}: {written / 1e6:.0f} MB. In class: dockernet image load {options.file}")
    return 0


def load(options: argparse.Namespace) -> int:
    """Load a saved image."""
    print(f"{lesson_image.load(connect('docker').client, Path(options.file))} is loaded.")
    return 0
