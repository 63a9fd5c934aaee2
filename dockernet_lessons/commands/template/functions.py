"""The functions of templates: Go's own and those that the docker command adds."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from typing import Any

from dockernet_lessons.commands.template.lexer import TemplateError
from dockernet_lessons.commands.template.values import NO_VALUE, Map, Row, show, to_json, truth

_VERB = re.compile(r"%(-?\d*)(?:\.(\d+))?([sdqvtf%])")


def _json(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, Row):
        return to_json({key: value[key] for key in sorted(value) if key != "Label"}, html=True)
    return to_json(value)


def _index(value: Any, *keys: Any) -> Any:  # noqa: ANN401
    for key in keys:
        if isinstance(value, Map):
            value = value.get(key, NO_VALUE)
        elif isinstance(value, list | str) and isinstance(key, int):
            if not 0 <= key < len(value):
                raise TemplateError("error calling index: reflect: slice index out of range")
            value = value[key]
        else:
            raise TemplateError("error calling index: can't index item of this type")
    return value


def _printf(pattern: str, *values: Any) -> str:  # noqa: ANN401
    left = list(values)

    def write(match: re.Match[str]) -> str:
        if match[3] == "%":
            return "%"
        if not left:
            return f"%!{match[3]}(MISSING)"
        text = _verb(match[3], match[2], left.pop(0))
        width = int(match[1].lstrip("-") or 0)
        return text.ljust(width) if match[1].startswith("-") else text.rjust(width)

    return _VERB.sub(write, pattern)


def _verb(verb: str, precision: str | None, value: Any) -> str:  # noqa: ANN401
    fits = {"d": int, "f": int | float, "t": bool}.get(verb, object)
    if not isinstance(value, fits) or (verb == "d" and isinstance(value, bool)):
        return f"%!{verb}({show(value)})"
    if verb == "q":
        return json.dumps(show(value), ensure_ascii=False)
    if verb == "f":
        return f"{value:.{precision or 6}f}"
    return show(value)[: int(precision) if precision else None]


def _compare(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def checked(left: Any, right: Any) -> bool:  # noqa: ANN401
        number = isinstance(left, int | float) and isinstance(right, int | float)
        if not (number or type(left) is type(right)):
            raise TemplateError("error calling comparison: incompatible types for comparison")
        return compare(left, right)

    return checked


_same = _compare(operator.eq)


def _equal(first: Any, *others: Any) -> bool:  # noqa: ANN401
    return any(_same(first, other) for other in others)


def _and(*values: Any) -> Any:  # noqa: ANN401
    return next((value for value in values if not truth(value)), values[-1])


def _or(*values: Any) -> Any:  # noqa: ANN401
    return next((value for value in values if truth(value)), values[-1])


def _print(*values: Any) -> str:  # noqa: ANN401
    return " ".join(show(value) for value in values)


def _truncate(text: str, length: int) -> str:
    return text[:length]


def _pad(text: str, before: int, after: int) -> str:
    return f"{' ' * before}{text}{' ' * after}" if text else ""


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "json": _json,
    "join": lambda values, separator: separator.join(show(value) for value in values),
    "split": lambda text, separator: text.split(separator),
    "upper": lambda text: text.upper(),
    "lower": lambda text: text.lower(),
    "title": lambda text: text.title(),
    "pad": _pad,
    "truncate": _truncate,
    "println": lambda *values: f"{_print(*values)}\n",
    "print": _print,
    "printf": _printf,
    "len": len,
    "index": _index,
    "and": _and,
    "or": _or,
    "not": lambda value: not truth(value),
    "eq": _equal,
    "ne": lambda left, right: not _same(left, right),
    "lt": _compare(operator.lt),
    "le": _compare(operator.le),
    "gt": _compare(operator.gt),
    "ge": _compare(operator.ge),
}

# In the header line of a table these give their first argument, the column's title.
TITLE_KEEPING = ("json", "join", "split", "upper", "lower", "title", "pad", "truncate")
