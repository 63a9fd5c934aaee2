"""The shells' own commands by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.shell import flow, jobs, output, variables

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.commands import Builtin
    from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter


def _succeed(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Do nothing, successfully."""
    return 0


def _fail(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Do nothing, and fail."""
    return 1


_BOTH: dict[str, Builtin] = {
    ".": flow.source,
    ":": _succeed,
    "[": output.test,
    "alias": _succeed,
    "bg": jobs.foreground,
    "break": flow.skip,
    "cd": output.change_directory,
    "command": flow.command,
    "continue": flow.skip,
    "echo": output.echo,
    "eval": flow.evaluate,
    "exec": _succeed,  # carried out by `Commands`; listed for ``type``
    "exit": flow.leave,
    "export": variables.export,
    "false": _fail,
    "fg": jobs.foreground,
    "getopts": variables.getopts,
    "hash": _succeed,
    "jobs": jobs.jobs,
    "kill": jobs.kill,
    "local": variables.local,
    "printf": output.printf,
    "pwd": output.pwd,
    "read": variables.read,
    "readonly": variables.export,
    "return": flow.come_back,
    "set": variables.set_options,
    "shift": variables.shift,
    "test": output.test,
    "times": output.times,
    "trap": flow.trap,
    "true": _succeed,
    "type": flow.tell_type,
    "ulimit": output.ulimit,
    "umask": output.umask,
    "unalias": _succeed,
    "unset": variables.unset,
    "wait": jobs.wait,
}
DASH_BUILTINS = _BOTH
BASH_BUILTINS: dict[str, Builtin] = {
    **_BOTH,
    "history": _succeed,
    "logout": flow.leave,
    "shopt": _succeed,
    "source": flow.source,
}
