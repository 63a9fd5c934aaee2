"""What dash 0.5.12 and bash 5.2 word differently (measured on Debian 12)."""

from __future__ import annotations

_NOT_THERE = ("No such file or directory", "Not a directory")
"""What dash words by what it wanted to do (error.c, errmsg)."""


class Dialect:
    """Messages and exit statuses of dash."""

    bash = False
    error_status = 2
    """Of a builtin used wrongly, and of a redirection that fails."""

    def where(self, name: str, line: int, numbered: bool) -> str:
        """Give what stands before a message."""
        return f"{name}: {line}: "

    def not_found(self, command: str) -> str:
        """Word that there is no such command."""
        return f"{command}: not found"

    def not_executable(self, command: str, is_directory: bool) -> str:
        """Word that a file cannot be run."""
        return f"{command}: Permission denied"

    def cannot_open(self, path: str, reason: str) -> str:
        """Word that a file cannot be read."""
        text = "No such file" if reason in _NOT_THERE else reason
        return f"cannot open {path}: {text}"

    def cannot_create(self, path: str, reason: str) -> str:
        """Word that a file cannot be written."""
        text = "Directory nonexistent" if reason in _NOT_THERE else reason
        return f"cannot create {path}: {text}"

    def cannot_change_directory(self, path: str, reason: str) -> str:
        """Word that ``cd`` failed."""
        return f"cd: can't cd to {path}"

    def bad_number(self, command: str, word: str) -> str:
        """Word that a builtin wants a number."""
        return f"{command}: Illegal number: {word}"

    def bad_name(self, command: str, word: str) -> str:
        """Word that this is no variable's name."""
        return f"{command}: {word.partition('=')[0]}: bad variable name"

    def read_only(self, name: str) -> str:
        """Word that a variable may not be changed."""
        return f"{name}: is read only"

    def arithmetic(self, kind: str, expression: str, token: str) -> str:
        """Word what is wrong with an arithmetic expression; see `ArithmeticProblem`."""
        if kind == "number":
            return f"Illegal number: {token}"
        what = "division by zero" if kind == "division" else kind
        return f'arithmetic expression: {what}: "{expression}"'

    def write_error(self, command: str, reason: str) -> str:
        """Word that a builtin's output could not be written."""
        return f"{command}: {command}: I/O error"

    def unset(self, name: str) -> str:
        """Word that an unset variable was used (``set -u``)."""
        return f"{name}: parameter not set"

    def cannot_fork(self) -> str:
        """Word that there are too many processes."""
        return "Cannot fork"

    expansion_status = 2
    arithmetic_status = 2


class BashDialect(Dialect):
    """Messages and exit statuses of bash."""

    bash = True
    error_status = 1
    expansion_status = 127
    arithmetic_status = 1

    def where(self, name: str, line: int, numbered: bool) -> str:
        """Word it as bash does."""
        return f"{name}: line {line}: " if numbered else f"{name}: "

    def not_found(self, command: str) -> str:
        """Word it as bash does."""
        missing = "No such file or directory" if "/" in command else "command not found"
        return f"{command}: {missing}"

    def not_executable(self, command: str, is_directory: bool) -> str:
        """Word it as bash does."""
        return f"{command}: {'Is a directory' if is_directory else 'Permission denied'}"

    def cannot_open(self, path: str, reason: str) -> str:
        """Word it as bash does."""
        return f"{path}: {reason}"

    def cannot_create(self, path: str, reason: str) -> str:
        """Word it as bash does."""
        return f"{path}: {reason}"

    def cannot_change_directory(self, path: str, reason: str) -> str:
        """Word it as bash does."""
        return f"cd: {path}: {reason}"

    def bad_number(self, command: str, word: str) -> str:
        """Word it as bash does."""
        return f"{command}: {word}: numeric argument required"

    def bad_name(self, command: str, word: str) -> str:
        """Word it as bash does."""
        return f"{command}: `{word}': not a valid identifier"

    def read_only(self, name: str) -> str:
        """Word it as bash does."""
        return f"{name}: readonly variable"

    def arithmetic(self, kind: str, expression: str, token: str) -> str:
        """Word it as bash does."""
        what = {
            "division": "division by 0",
            "base": "value too great for base",
            "expecting primary": "syntax error: operand expected",
            "expecting ':'": "`:' expected for conditional expression",
            "expecting ')'": "missing `)'",
        }.get(kind, "syntax error in expression")
        return f'{expression}: {what} (error token is "{token}")'

    def write_error(self, command: str, reason: str) -> str:
        """Word it as bash does."""
        return f"{command}: write error: {reason}"

    def unset(self, name: str) -> str:
        """Word it as bash does."""
        return f"{name}: unbound variable"

    def cannot_fork(self) -> str:
        """Word it as bash does."""
        return "fork: retry: Resource temporarily unavailable"


DASH, BASH = Dialect(), BashDialect()
