"""Fill a parsed template with values (Go: text/template/exec.go)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dockernet_lessons.commands.template.functions import FUNCTIONS, TITLE_KEEPING
from dockernet_lessons.commands.template.lexer import TemplateError
from dockernet_lessons.commands.template.nodes import (
    Access,
    Block,
    Function,
    Literal,
    Node,
    Operand,
    Pipe,
)
from dockernet_lessons.commands.template.values import (
    NO_VALUE,
    Map,
    NoValue,
    Row,
    Struct,
    field_of,
    show,
    truth,
)

_Functions = Mapping[str, Callable[..., Any]]
_TITLES: _Functions = FUNCTIONS | {name: lambda first, *_: first for name in TITLE_KEEPING}


def render(nodes: Sequence[Node], value: Any, *, titles: bool = False) -> str:  # noqa: ANN401
    """Fill a template.

    Parameters
    ----------
    nodes
        What `parse` gave.
    value
        What ``.`` means.
    titles
        For the header line of a table: functions leave the columns' titles alone.

    Raises
    ------
    TemplateError
        A field that is not there; in Go's words.
    """
    scope = _Scope(_TITLES if titles else FUNCTIONS, {"$": value})
    return "".join(scope.nodes(nodes, value))


class _Scope:
    """The variables and functions in force."""

    def __init__(self, functions: _Functions, variables: dict[str, Any]) -> None:
        self._functions = functions
        self._variables = variables

    def nodes(self, nodes: Sequence[Node], dot: Any) -> Iterator[str]:  # noqa: ANN401
        for node in nodes:
            if isinstance(node, str):
                yield node
            elif isinstance(node, Pipe):
                value = self._pipe(node, dot)
                if not node.names:
                    yield show(value)
            else:
                yield from self._block(node, dot)

    def _block(self, block: Block, dot: Any) -> Iterator[str]:  # noqa: ANN401
        inner = _Scope(self._functions, dict(self._variables))
        if block.kind == "range":
            yield from inner._range(block, dot)
            return
        value = inner._pipe(block.pipe, dot)
        if truth(value):
            yield from inner.nodes(block.body, value if block.kind == "with" else dot)
        else:
            yield from inner.nodes(block.otherwise, dot)

    def _range(self, block: Block, dot: Any) -> Iterator[str]:  # noqa: ANN401
        value = self._pipe(Pipe(block.pipe.commands), dot)
        items = list(_items(value))
        for key, item in items:
            given = (key, item) if len(block.pipe.names) > 1 else (item,)
            self._variables.update(zip(block.pipe.names, given, strict=False))
            yield from self.nodes(block.body, item)
        if not items:
            yield from self.nodes(block.otherwise, dot)

    def _pipe(self, pipe: Pipe, dot: Any) -> Any:  # noqa: ANN401
        fed: tuple[Any, ...] = ()
        for command in pipe.commands:
            fed = (self._command(command, dot, fed),)
        self._variables.update(dict.fromkeys(pipe.names, fed[0]))
        return fed[0]

    def _command(self, operands: Sequence[Operand], dot: Any, fed: tuple[Any, ...]) -> Any:  # noqa: ANN401
        first, rest = operands[0], operands[1:]
        arguments = [*(self._value(operand, dot) for operand in rest), *fed]
        if isinstance(first, Function):
            return self._call(first.name, arguments)
        value = self._value(first, dot)
        if callable(value):
            return value(*arguments)
        if arguments:
            raise TemplateError(f"can't give arguments to non-function {first}")
        return value

    def _call(self, name: str, arguments: list[Any]) -> Any:  # noqa: ANN401
        try:
            return self._functions[name](*arguments)
        except (TypeError, AttributeError, IndexError) as error:
            raise TemplateError(f"error calling {name}: wrong arguments") from error

    def _value(self, operand: Operand, dot: Any) -> Any:  # noqa: ANN401
        if isinstance(operand, Literal):
            return operand.value
        if isinstance(operand, Function):
            return self._call(operand.name, [])
        value = self._start(operand, dot)
        for name in operand.fields:
            value = _field(value, name, operand)
        return value

    def _start(self, access: Access, dot: Any) -> Any:  # noqa: ANN401
        if isinstance(access.start, Pipe):
            return self._pipe(access.start, dot)
        if access.start == ".":
            return dot
        if access.start not in self._variables:
            raise TemplateError(f'template: :1: undefined variable "{access.start}"')
        return self._variables[access.start]


def _items(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(value, Map):
        return iter(sorted(value.items()))
    if isinstance(value, list):
        return enumerate(value)
    if value is None or isinstance(value, NoValue):
        return iter(())
    raise TemplateError("range can't iterate over this; it goes over lists and maps only")


def _field(value: Any, name: str, access: Access) -> Any:  # noqa: ANN401
    if isinstance(value, NoValue):
        return value
    if isinstance(value, dict) and name in value:
        return value[name]
    if isinstance(value, Map):
        return NO_VALUE
    if isinstance(value, Struct):
        with contextlib.suppress(LookupError):
            return field_of(value, name)
    if isinstance(value, Row):
        problem = f"can't evaluate field {name} in type {value.kind}"
    elif isinstance(value, Struct):
        problem = f'map has no entry for key "{name}"'
    elif value is None:
        problem = f'nil data; no entry for key "{name}"'
    else:
        problem = f"can't evaluate field {name} in type interface {{}}"
    raise TemplateError(f'template: :1:{access.at}: executing "" at <{access}>: {problem}')
