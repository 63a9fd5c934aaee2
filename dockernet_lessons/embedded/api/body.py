"""Read JSON bodies as moby does (api/server/httputils), with Go's words for bad JSON."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from dockernet_lessons.embedded.errors import DockerError

MAX_DEPTH = 10_000
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_EXPECTED = {
    "Expecting property name enclosed in double quotes": (
        "looking for beginning of object key string"
    ),
    "Expecting value": "looking for beginning of value",
    "Expecting ':' delimiter": "after object key",
    "Expecting ',' delimiter": "after object key:value pair",
    "Invalid control character at": "in string literal",
    "Invalid \\escape": "in string escape code",
}


class Number(float):
    """A number with a fraction or exponent, and how it was written."""

    text: str

    def __new__(cls, text: str) -> Number:
        """Keep the text."""
        self = super().__new__(cls, text)
        self.text = text
        return self


class BadJson(Exception):
    """The text is no JSON; the message is Go's."""


class DeepJson(BadJson):
    """It is nested too deeply."""


def parse(text: str) -> tuple[Any, str]:
    """Parse the first JSON value of a text.

    Returns
    -------
    (value, rest)
        The value, and what follows it.

    Raises
    ------
    BadJson
        There is none.
    """
    decoder = json.JSONDecoder(parse_float=Number, parse_int=_integer, parse_constant=_refuse)
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise BadJson(_wording(error, text)) from error
    except RecursionError as error:
        raise DeepJson("exceeded max depth") from error
    return value, text[end:].strip()


def without_surrogates(text: str) -> str:
    r"""Replace halves of surrogate pairs (``\ud800`` alone), as Go does."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def read(body: bytes, *, modern: bool, status: int = 400, may_be_empty: bool = False) -> Any:  # noqa: ANN401
    """Read a request's body.

    Parameters
    ----------
    modern
        Word errors as Engine 28 does.
    status
        HTTP status of an error.
    may_be_empty
        No body at all is ``null``.

    Raises
    ------
    DockerError
        It is no JSON.
    """
    text = body.decode("utf-8", errors="replace")
    if not text.strip():
        if may_be_empty:
            return None
        words = "got EOF while reading request body"
        if status == 500:
            words = "EOF"
        raise DockerError(status, f"invalid JSON: {words}" if modern else words)
    try:
        value, rest = parse(text)
    except BadJson as error:
        raise DockerError(status, _decoding(error, text.strip()[0], modern=modern)) from error
    if rest and modern:
        raise DockerError(status, "unexpected content after JSON")
    return _clean(value) if "\\ud" in text.lower() else value


def _decoding(error: BadJson, first: str, *, modern: bool) -> str:
    if modern:
        return f"invalid JSON: {error}"
    return (
        f"invalid character {_quoted(first)} {error}" if isinstance(error, DeepJson) else str(error)
    )


def _clean(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {without_surrogates(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return without_surrogates(value) if isinstance(value, str) else value


def _integer(text: str) -> int | Number:
    """Read an integer; one of absurd length stays a number that fits nowhere."""
    return int(text) if len(text) < 100 else Number(text)


def _refuse(name: str) -> NoReturn:
    """Refuse ``NaN`` and ``Infinity``, which Python would take."""
    raise json.JSONDecodeError("Expecting value", name, 0)


def _wording(error: json.JSONDecodeError, text: str) -> str:
    where = error.pos if error.doc == text else text.find(error.doc)
    unfinished = error.msg.startswith("Unterminated string")
    if unfinished or where >= len(text.rstrip(" \t\r\n")):
        return "unexpected end of JSON input" if not text.strip() else "unexpected EOF"
    expected = _EXPECTED.get(error.msg, "looking for beginning of value")
    return f"invalid character {_quoted(text[where])} {expected}"


def _quoted(character: str) -> str:
    return {"'": r"'\''", "\n": r"'\n'", "\t": r"'\t'"}.get(character, f"'{character}'")
