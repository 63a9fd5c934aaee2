"""Here-documents: lines of the script itself as a command's input (POSIX, section 2.7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockernet_lessons.embedded.userland.shell.syntax import Redirect, Text

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.shell.words import WordReader


@dataclass
class _Waiting:
    """A here-document that begins after the current line."""

    redirect: Redirect
    end: str
    quoted: bool
    strip: bool


class HereDocuments:
    """Those of one parser.

    Attributes
    ----------
    open
        One came to the end of the text before its own end.
    """

    def __init__(self, reader: WordReader) -> None:
        self._reader = reader
        self._waiting: list[_Waiting] = []
        self.open = False

    def announce(self, redirect: Redirect, *, strip: bool) -> None:
        """Read the word that will end it; its lines come after the next newline."""
        reader = self._reader
        reader.skip_blanks()
        start = reader.position
        word = reader.word()
        end = "".join(part.text for part in word if isinstance(part, Text))
        quoted = any(c in reader.text[start : reader.position] for c in "'\"\\")
        self._waiting.append(_Waiting(redirect, end, quoted, strip))

    def read(self) -> None:
        """Read the documents that wait: a newline was just passed."""
        waiting, self._waiting = self._waiting, []
        for document in waiting:
            text = self._lines_to(document.end, document.strip)
            if document.quoted:
                document.redirect.target = (Text(text, quoted=True),)
            else:
                document.redirect.target = self._reader.within(text).double_quoted(end="")

    def _lines_to(self, end: str, strip: bool) -> str:
        reader = self._reader
        lines: list[str] = []
        while reader.position < len(reader.text):
            stop = reader.text.find("\n", reader.position)
            stop = len(reader.text) if stop < 0 else stop + 1
            line = reader.text[reader.position : stop]
            reader.position = stop
            line = line.lstrip("\t") if strip else line
            if line.removesuffix("\n") == end:
                return "".join(lines)
            lines.append(line)
        self.open = True
        return "".join(lines)
