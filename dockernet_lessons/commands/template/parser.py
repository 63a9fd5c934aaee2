"""Parse a template (Go: text/template/parse/parse.go)."""

from __future__ import annotations

from collections.abc import Callable

from dockernet_lessons.commands.template.functions import FUNCTIONS
from dockernet_lessons.commands.template.lexer import TemplateError, Token, pieces
from dockernet_lessons.commands.template.nodes import (
    Access,
    Block,
    Function,
    Literal,
    Node,
    Operand,
    Pipe,
)

_BLOCKS = ("if", "range", "with")
_CONSTANTS = {"true": True, "false": False, "nil": None}
_UNSUPPORTED = ("define", "template", "block", "break", "continue")
_GO_ONLY = ("call", "html", "js", "slice", "urlquery")


def parse(template: str) -> list[Node]:
    """Parse a template.

    Raises
    ------
    TemplateError
        In Go's words where Go refuses it too.
    """
    return _Parser(template).parse()


class _Parser:
    """Builds the tree; `_open` holds the blocks that still want an end."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._root: list[Node] = []
        self._lists = [self._root]
        self._open: list[tuple[Block, int]] = []

    def parse(self) -> list[Node]:
        for piece in pieces(self._template):
            if isinstance(piece, str):
                self._lists[-1].append(piece)
            else:
                self._action([token for token in piece if token.kind != "space"], piece)
        if self._open:
            raise self._error("unexpected EOF")
        return self._root

    def _error(self, what: str, at: int | None = None) -> TemplateError:
        line = self._template.count("\n", 0, at if at is not None else len(self._template)) + 1
        return TemplateError(f"template: :{line}: {what}")

    def _action(self, tokens: list[Token], spaced: list[Token]) -> None:
        if not tokens:
            raise self._error("missing value for command")
        word = tokens[0].text
        if word in _UNSUPPORTED:
            raise TemplateError(f"{{{{{word}}}}} is not possible here; {_possible()}.")
        if word == "end":
            self._end()
        elif word == "else":
            self._else(tokens[1:], spaced)
        elif word in _BLOCKS:
            self._begin(word, spaced[spaced.index(tokens[0]) + 1 :])
        else:
            self._lists[-1].append(self._pipe(spaced))

    def _begin(self, kind: str, tokens: list[Token], chained: int = 0) -> None:
        if not any(token.kind != "space" for token in tokens):
            raise self._error(f"missing value for {kind}")
        block = Block(kind, self._pipe(tokens))
        self._lists[-1].append(block)
        self._lists.append(block.body)
        self._open.append((block, chained))

    def _else(self, tokens: list[Token], spaced: list[Token]) -> None:
        if not self._open:
            raise self._error("unexpected {{else}}")
        block, chained = self._open[-1]
        self._lists[-1] = block.otherwise
        if tokens:  # else if: a block of its own, ended by the same end
            kind = tokens[0].text
            if kind not in ("if", "with"):
                raise self._error(f"unexpected {kind} in else")
            self._begin(kind, spaced[spaced.index(tokens[0]) + 1 :], chained + 1)

    def _end(self) -> None:
        if not self._open:
            raise self._error("unexpected {{end}}")
        _, chained = self._open[-1]
        for _ in range(chained + 1):
            self._open.pop()
            self._lists.pop()

    def _pipe(self, spaced: list[Token]) -> Pipe:
        return _PipeParser(spaced, self._error).parse()


class _PipeParser:
    """Parses what is between the braces, or between parentheses."""

    def __init__(self, tokens: list[Token], error: Callable[[str, int], TemplateError]) -> None:
        self._tokens = tokens
        self._error = error

    def parse(self) -> Pipe:
        names = self._declared()
        pipe = Pipe(self._commands(), names)
        if self._tokens:
            raise self._error(f"unexpected {self._tokens[0].text!r} in command", self._tokens[0].at)
        return pipe

    def _declared(self) -> tuple[str, ...]:
        """Take ``$key, $value :=`` off the front."""
        signs = [index for index, token in enumerate(self._tokens) if token.text in (":=", "=")]
        if not signs:
            return ()
        head, self._tokens = self._tokens[: signs[0]], self._tokens[signs[0] + 1 :]
        return tuple(token.text for token in head if token.kind == "variable")

    def _commands(self) -> tuple[tuple[Operand, ...], ...]:
        commands: list[tuple[Operand, ...]] = []
        while True:
            commands.append(self._command())
            if not self._tokens or self._tokens[0].text != "|":
                return tuple(commands)
            self._tokens = self._tokens[1:]

    def _command(self) -> tuple[Operand, ...]:
        operands: list[Operand] = []
        while self._tokens and self._tokens[0].text not in ("|", ")"):
            if self._tokens[0].kind == "space":
                self._tokens = self._tokens[1:]
            else:
                operands.append(self._operand())
        if not operands:
            at = self._tokens[0].at if self._tokens else 0
            raise self._error("missing value for command", at)
        return tuple(operands)

    def _operand(self) -> Operand:
        token, self._tokens = self._tokens[0], self._tokens[1:]
        if token.kind in ("string", "number"):
            return Literal(token.value)
        if token.kind == "word":
            return self._word(token)
        if token.text == "(":
            return self._parenthesis(token)
        if token.kind == "field":
            self._tokens = [token, *self._tokens]
            return self._access(".", token.at)
        if token.kind in ("dot", "variable"):
            return self._access(token.text, token.at)
        raise self._error(f"unexpected {token.text!r} in operand", token.at)

    def _word(self, token: Token) -> Operand:
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if token.text in _GO_ONLY:
            raise TemplateError(f"the function {token.text} is not possible here; {_possible()}.")
        if token.text not in FUNCTIONS:
            raise self._error(f'function "{token.text}" not defined', token.at)
        return Function(token.text)

    def _parenthesis(self, opening: Token) -> Operand:
        inner = Pipe(self._commands())
        if not self._tokens:
            raise self._error("unclosed left paren", opening.at)
        self._tokens = self._tokens[1:]
        return self._access(inner, opening.at)

    def _access(self, start: str | Pipe, at: int) -> Access:
        fields: list[Token] = []
        while self._tokens and self._tokens[0].kind == "field":
            fields.append(self._tokens[0])
            self._tokens = self._tokens[1:]
        # Go points at the second field of a chain.
        second = 1 if start == "." else 0
        at = fields[second].at if len(fields) > second else fields[0].at if fields else at
        return Access(start, tuple(token.text[1:] for token in fields), at)


def _possible() -> str:
    return f"possible are if, range, with, and the functions {', '.join(sorted(FUNCTIONS))}"
