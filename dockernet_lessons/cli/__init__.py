"""The command ``dockernet``: one module per subcommand."""

from dockernet_lessons.cli.main import main

__all__ = ["main"]
