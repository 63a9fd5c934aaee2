"""A small part of Go's ``text/template``, for ``--format``.

`render` and `parse` are all that the commands use. What is not supported is said in an error:
named templates, ``break``, ``continue`` and the functions ``call``, ``html``, ``js``, ``slice``
and ``urlquery``.
"""

from dockernet_lessons.commands.template.evaluate import render
from dockernet_lessons.commands.template.lexer import TemplateError
from dockernet_lessons.commands.template.parser import parse

__all__ = ["TemplateError", "parse", "render"]
