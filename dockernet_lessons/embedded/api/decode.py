"""Read request bodies into complete values, and word mistakes as Go's JSON decoder does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dockernet_lessons.embedded.errors import DockerError

_NUMBERS = ("int", "int64")
_INT64 = range(-(2**63), 2**63)


class Field(NamedTuple):
    """A field of a Go structure.

    Attributes
    ----------
    kind
        ``string``, ``bool``, ``int``, ``strings``, ``command``, ``texts`` (a map), ``set``,
        ``any``, or the name of a `Struct` that is in `structs`; with ``[]`` before it a list and
        with ``{}`` a map of them.
    default
        What an absent or null field is.
    go
        Its Go type, where that is not the kind's usual one.
    omit
        Not shown while it is empty (``omitempty``).
    """

    name: str
    kind: str
    default: Any = None
    go: str = ""
    omit: bool = False

    @property
    def nullable(self) -> bool:
        """Whether a ``null`` takes back what was said; others keep it (Go's encoding/json)."""
        return self.default is None or self.kind not in ("string", "bool", "int")


class Struct:
    """A Go structure.

    Parameters
    ----------
    name
        Its name in error messages.
    go
        The same with its package's name.
    fields
        Its fields in order.
    """

    def __init__(self, name: str, go: str, fields: tuple[Field, ...]) -> None:
        self.name = name
        self.go = go
        self.fields = fields
        self._spelled = {field.name.lower(): field for field in fields}
        self._spelled |= {field.name: field for field in fields}

    def field(self, key: str) -> Field | None:
        """Find the field that a key of a JSON object means, as Go does: in any case of letters."""
        return self._spelled.get(key) or self._spelled.get(key.lower())

    def empty(self) -> dict[str, Any]:
        """Give the fields' values when nothing is said of them, in order."""
        return {field.name: _fresh(field.default) for field in self.fields}


_GO = {
    "string": "string",
    "bool": "bool",
    "int": "int64",
    "strings": "[]string",
    "command": "string",
    "texts": "map[string]string",
    "set": "map[string]struct {}",
}


class Decoder(NamedTuple):
    """Decodes one body.

    Parameters
    ----------
    structs
        Every structure by its kind.
    root
        The structure that errors begin their path with.
    modern
        Word errors as Engine 28 does.
    status
        HTTP status of an error.
    """

    structs: Mapping[str, Struct]
    root: Struct
    modern: bool
    status: int = 400

    def decode(self, value: object) -> dict[str, Any]:
        """Read the body's value; ``null`` is an empty object.

        Raises
        ------
        DockerError
            A value is of the wrong type.
        """
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self._error(f"{_json_kind(value)} into Go value of type {self.root.go}")
        return self._struct(self.root, value, ())

    def empty(self, kind: str) -> dict[str, Any]:
        """Give a structure of which nothing was said."""
        return self.structs[kind].empty()

    def _struct(
        self, struct: Struct, value: dict[str, Any], path: tuple[str, ...]
    ) -> dict[str, Any]:
        result = struct.empty()
        for key, item in value.items():
            field = struct.field(key)
            if field is None:
                continue
            if item is not None:
                result[field.name] = self._value(field, item, (*path, field.name))
            elif field.nullable:
                result[field.name] = _fresh(field.default)
        return result

    def _value(self, field: Field, value: object, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        if field.kind == "any":
            return value
        if field.kind.startswith("[]"):
            return self._list(field, value, path)
        if field.kind.startswith("{}"):
            return self._map(field, value, path)
        struct = self.structs.get(field.kind)
        if struct is not None:
            if not isinstance(value, dict):
                raise self._mismatch(value, field.go or struct.go, path)
            return self._struct(struct, value, path)
        return self._plain(field, value, path)

    def _list(self, field: Field, value: object, path: tuple[str, ...]) -> list[Any]:
        inner = field._replace(kind=field.kind[2:], go="")
        if not isinstance(value, list):
            raise self._mismatch(value, field.go or f"[]{self._go(inner)}", path)
        items = enumerate(value)
        return [self._item(inner, item, (*path, str(i))) for i, item in items]

    def _map(self, field: Field, value: object, path: tuple[str, ...]) -> dict[str, Any]:
        inner = field._replace(kind=field.kind[2:], go="")
        if not isinstance(value, dict):
            raise self._mismatch(value, field.go or f"map[string]*{self._go(inner)}", path)
        items = sorted(value.items())
        return {key: self._item(inner, item, (*path, key)) for key, item in items}

    def _item(self, field: Field, value: object, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        return None if value is None else self._value(field, value, path)

    def _plain(self, field: Field, value: object, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        if field.kind == "command":
            return self._command(value, path)
        if field.kind == "strings" and isinstance(value, list):
            return [self._text(item, (*path, str(i))) for i, item in enumerate(value)]
        if field.kind == "texts" and isinstance(value, dict):
            items = sorted(value.items())
            return {key: self._text(item, (*path, key)) for key, item in items}
        if field.kind == "set" and isinstance(value, dict):
            return {key: {} for key in sorted(value)}
        if _fits(field.kind, value):
            return value
        raise self._mismatch(value, field.go or _GO[field.kind], path)

    def _text(self, value: object, path: tuple[str, ...]) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._mismatch(value, "string", path)
        return value

    def _command(self, value: object, path: tuple[str, ...]) -> list[str]:
        """Read a list of words, or a single word (moby: strslice)."""
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return words
        if self.modern:
            raise self._error(f"{_json_kind(value)} into Go value of type string")
        raise self._mismatch(value, "string", path)

    def _go(self, field: Field) -> str:
        struct = self.structs.get(field.kind)
        return struct.go if struct is not None else _GO[field.kind]

    def _mismatch(self, value: object, go: str, path: tuple[str, ...]) -> DockerError:
        """Word a wrong type.

        Up to Go 1.26 the path has no keys and indexes and begins with the innermost structure;
        later it begins with the root and has them (both measured).
        """
        kind = _json_kind(value)
        if kind == "number" and go in _NUMBERS:
            kind = f"number {getattr(value, 'text', value)}"
        if self.modern:
            of_list = path[-1].isdecimal()
            return self._error(
                f"{kind} into {'' if of_list else 'Go struct field '}"
                f"{self.root.name}.{'.'.join(path)} of type {go}"
            )
        inner, names = self._classic_path(path)
        return self._error(f"{kind} into Go struct field {inner}.{'.'.join(names)} of type {go}")

    def _classic_path(self, path: tuple[str, ...]) -> tuple[str, list[str]]:
        """Give the innermost structure's name and the path without keys and indexes."""
        struct, names = self.root, []
        inner = self.root
        skip = False
        for name in path:
            if skip:
                skip = False
                continue
            field = next(field for field in struct.fields if field.name == name)
            names.append(name)
            inner = struct
            skip = field.kind[:2] in ("[]", "{}") or field.kind in ("strings", "texts")
            struct = self.structs.get(field.kind.lstrip("[]{}"), struct)
        return inner.name, names

    def _error(self, text: str) -> DockerError:
        prefix = "invalid JSON: " if self.modern else ""
        return DockerError(self.status, f"{prefix}json: cannot unmarshal {text}")


def _fresh(default: Any) -> Any:  # noqa: ANN401
    return type(default)(default) if isinstance(default, dict | list) else default


def _fits(kind: str, value: object) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and value in _INT64
    return kind == "string" and isinstance(value, str)


def _json_kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
