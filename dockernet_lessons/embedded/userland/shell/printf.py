"""``printf`` (POSIX.1-2017, XCU printf)."""

from __future__ import annotations

import re

from dockernet_lessons.embedded.userland.text import unescaped

MAX_WIDTH = 10_000
MAX_OUTPUT = 2**20
_DIRECTIVE = re.compile(
    r"%(%|([-+ 0#]*)(\*|\d*)(?:\.(\*|\d*))?([diouxXsbcqeEfFgGaA])|[-+ 0#]*[\d*]*(?:\.[\d*]*)?.?)",
    re.DOTALL,
)
_INTEGER = re.compile(r"\s*([-+]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|(\d+))")


class BadFormat(Exception):
    """The format has a directive that there is not.

    Attributes
    ----------
    before
        What is printed all the same.
    """

    def __init__(self, text: str, before: str) -> None:
        super().__init__(text)
        self.before = before


def formatted(pattern: str, arguments: list[str], *, bash: bool = False) -> tuple[str, list[str]]:
    """Give what ``printf`` prints, and what it complains about.

    Raises
    ------
    BadFormat
        The format is none.
    """
    pattern, _ = unescaped(pattern, c_style=True, hexadecimal=bash)
    run = _Run(pattern, list(arguments), bash)
    out = run.once()
    while run.rest and run.used and not run.stopped and len(out) < MAX_OUTPUT:
        out += run.once()
    return out, run.problems


class _Run:
    """One call of printf: the format is used again while arguments are left."""

    def __init__(self, pattern: str, rest: list[str], bash: bool) -> None:
        self.pattern = pattern
        self.rest = rest
        self.bash = bash
        self.used = False
        self.stopped = False
        self.problems: list[str] = []

    def once(self) -> str:
        out, position = "", 0
        for found in _DIRECTIVE.finditer(self.pattern):
            out += self.pattern[position : found.start()]
            position = found.end()
            if found[1] != "%" and (found[5] is None or (found[5] == "q" and not self.bash)):
                raise BadFormat(self._bad(found[0]), out)
            out += "%" if found[1] == "%" else self._converted(found)
            if self.stopped:
                return out
        return out + self.pattern[position:]

    def _bad(self, directive: str) -> str:
        if directive[-1] == "%" and len(directive) == 1:
            return "`%': missing format character" if self.bash else "missing format character"
        if self.bash:
            return f"`{directive[-1]}': invalid format character"
        return f"{directive}: invalid directive"

    def _next(self) -> str:
        self.used = True
        return self.rest.pop(0) if self.rest else ""

    def _converted(self, found: re.Match[str]) -> str:
        flags, kind = found[2], found[5]
        width = self._width(found[3])
        if width < 0:
            flags, width = f"-{flags}", -width
        precision = None if found[4] is None else max(self._width(found[4]), 0)
        more = "" if precision is None else f".{precision}"
        if kind in "sbq":
            return self._text(kind, f"%{flags.replace('0', '')}{width or ''}{more}s")
        if kind == "c":
            return f"%{flags}{width or ''}s" % (self._next()[:1] or "\0")
        if kind in "eEfFgGaA":
            return f"%{flags}{width or ''}{more}{kind.replace('a', 'e')}" % self._real(self._next())
        number = self._integer(self._next())
        if kind in "ouxX" and number < 0:
            number += 1 << 64
        return f"%{flags}{width or ''}{more}{'d' if kind in 'iu' else kind}" % number

    def _width(self, text: str) -> int:
        number = self._integer(self._next()) if text == "*" else int(text[:9] or 0)
        return max(min(number, MAX_WIDTH), -MAX_WIDTH)

    def _text(self, kind: str, directive: str) -> str:
        text = self._next()
        if kind == "b":
            text, self.stopped = unescaped(text, hexadecimal=self.bash)
        elif kind == "q" and not re.fullmatch(r"[\w@%+=:,./-]+", text):
            text = "''" if not text else re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
        return directive % text

    def _integer(self, word: str) -> int:
        if word[:1] in ("'", '"'):
            return ord(word[1]) if len(word) > 1 else 0
        found = _INTEGER.match(word[:60])
        if word and (found is None or found.end() < len(word)):
            self._complain(word, found is not None)
        if found is None:
            return 0
        base = 16 if found[2] else 8 if found[3] else 10
        number = int(found[2] or found[3] or found[4], base) * (-1 if found[1] == "-" else 1)
        return max(min(number, (1 << 63) - 1), -(1 << 63))

    def _complain(self, word: str, partly: bool) -> None:
        if self.bash:
            octal = "octal " if re.match(r"\s*[-+]?0\d", word) else ""
            self.problems.append(f"{word}: invalid {octal}number")
        else:
            wrong = "not completely converted" if partly else "expected numeric value"
            self.problems.append(f"{word}: {wrong}")

    def _real(self, word: str) -> float:
        try:
            return float(word[:100] or 0)
        except ValueError:
            found = re.match(r"\s*[-+]?\d*\.?\d+", word[:100])
            self._complain(word, found is not None)
            return float(found[0]) if found else 0.0
