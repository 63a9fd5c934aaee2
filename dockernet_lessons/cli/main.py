"""Read the command line and call the subcommand."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dockernet_lessons.cli import article, clean, doctor, engine, image, lab
from dockernet_lessons.connect import ENGINES, PROFILES
from dockernet_lessons.errors import DockernetError

INTERRUPTED = 130

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``dockernet``.

    Parameters
    ----------
    arguments
        The words after the command's name; by default this process' own.

    Returns
    -------
    int
        The exit code: 0 for success, 1 for a failure that was explained, 130 after Ctrl-C.
    """
    _write_line_by_line()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DockernetError as error:
        print(f"dockernet: {error.what}\n  → {error.todo}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndockernet: interrupted; nothing half-made is left behind.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _write_line_by_line() -> None:
    """Show each line when it is written, also in a pipe; a poor terminal gets ``?`` for ``✓``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dockernet", description="Learn how Docker connects containers, step by step."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_lab(commands)
    _add_article(commands)
    _add_doctor(commands)
    _add_image(commands)
    _add_clean(commands)
    _add_engine(commands)
    return parser


def _add_lab(commands: Commands) -> None:
    parser = commands.add_parser("lab", help="copy the notebooks to a folder, open JupyterLab")
    parser.add_argument("--folder", default=lab.FOLDER, help="where to (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="only serve, open no browser")
    parser.add_argument("--port", type=int, help="port of the server (default: Jupyter's)")
    parser.add_argument("--copy-only", action="store_true", help="copy the notebooks and stop")
    parser.set_defaults(run=lab.run)


def _add_article(commands: Commands) -> None:
    parser = commands.add_parser("article", help="play the article's 31 steps in the terminal")
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--profile", choices=PROFILES, default="article")
    parser.add_argument("--count", type=int, default=3, help="requests per ping (default: 3)")
    _add_simulation(parser, pace=0.0)
    parser.set_defaults(run=article.run)


def _add_doctor(commands: Commands) -> None:
    parser = commands.add_parser("doctor", help="what is here, what is missing, what to do")
    parser.set_defaults(run=doctor.run)


def _add_image(commands: Commands) -> None:
    parser = commands.add_parser("image", help="build, save or load the lesson image")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="make the image anew: build it, else pack it")
    build.add_argument("--pack", action="store_true", help="pack it from this machine's tools")
    build.set_defaults(run=image.build)
    for action, verb in (("save", "write the image to a file"), ("load", "load a saved image")):
        chosen = actions.add_parser(action, help=verb)
        chosen.add_argument("file", metavar="FILE")
        chosen.set_defaults(run=getattr(image, action))


def _add_clean(commands: Commands) -> None:
    parser = commands.add_parser("clean", help="list, or remove, what the lessons left behind")
    parser.add_argument("--yes", action="store_true", help="remove what is listed")
    parser.add_argument("--lab", metavar="NAME", help="only that lab's")
    parser.add_argument("--all", action="store_true", help="every learner's, not only yours")
    parser.set_defaults(run=clean.run)


def _add_engine(commands: Commands) -> None:
    parser = commands.add_parser("engine", help="serve the embedded engine on a socket or port")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--socket", metavar="PATH", help="make a unix socket there")
    where.add_argument("--port", type=int, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--profile", choices=PROFILES, default="article")
    _add_simulation(parser, pace=1.0)
    parser.set_defaults(run=engine.run)


def _add_simulation(parser: argparse.ArgumentParser, pace: float) -> None:
    parser.add_argument("--seed", type=int, default=0, help="embedded engine: decides ids and MACs")
    parser.add_argument(
        "--pace",
        type=float,
        default=pace,
        help="embedded engine: real seconds per simulated second (default: %(default)s)",
    )
