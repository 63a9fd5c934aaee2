"""Signal names and numbers (signal(7), x86)."""

from __future__ import annotations

from dockernet_lessons.embedded.errors import DockerError

_NAMES = (
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT "
    "STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
)
NUMBERS = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
KILL = NUMBERS["KILL"]
TERM = NUMBERS["TERM"]
_LAST = 64


def number(text: str, *, modern: bool) -> int:
    """Read ``TERM``, ``SIGTERM`` or ``15``.

    Raises
    ------
    DockerError
        400: there is no such signal.
    """
    if text.isdecimal() and len(text) <= 3 and 0 < int(text) <= _LAST:
        return int(text)
    found = NUMBERS.get(text.upper().removeprefix("SIG"))
    if found is None:
        raise DockerError(400, f"{'invalid' if modern else 'Invalid'} signal: {text}")
    return found
