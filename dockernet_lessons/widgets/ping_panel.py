"""The ping panel: choose two ends, see the lines as ping prints them, and who reaches whom."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from dockernet_lessons.errors import DockernetError, UnknownContainer
from dockernet_lessons.observe.observer import HOST
from dockernet_lessons.results import PingResult
from dockernet_lessons.widgets import display
from dockernet_lessons.widgets.matrix import Pair, PingMatrix, matrix_frame, matrix_html
from dockernet_lessons.widgets.order import natural

Heard = Callable[[str], None]
Told = Callable[[str, Mapping[str, PingResult]], None]
WAYS = (("address", "ip"), ("name", "name"))
AT_REST = "This panel is at rest. Run its cell again to use it."
WITHOUT = "Here is no live panel. Ping from a cell:"
HINT = "Choose two ends and press Ping, or press a cell of the matrix."
OLD = "Faded: pinged before the last step."


@dataclass(frozen=True)
class PingCalls:
    """What the panel asks of its lab.

    Attributes
    ----------
    nodes
        Gives the ends that there are now, the host among them.
    ping
        Pings: source, target, count, ``"ip"`` or ``"name"``, and what to call with every line.
    ping_all
        Pings from each node to each: the nodes, ``"ip"`` or ``"name"``, and what to call with
        every source and its results by target.
    """

    nodes: Callable[[], list[str]]
    ping: Callable[[str, str, int, str, Heard], PingResult]
    ping_all: Callable[[list[str], str, Told], object]


class PingPanel(display.Shown, ipywidgets.VBox):  # type: ignore[misc]
    """Ping from here to there, and see the matrix of all pairs.

    Parameters
    ----------
    calls
        What it asks of its lab.
    follow
        Called when the panel is displayed, to be told of the lab's changes.
    source, target
        The ends chosen at first; by default the first two there are.

    Raises
    ------
    UnknownContainer
        `source` or `target` is no end that there is.
    """

    def __init__(
        self,
        calls: PingCalls,
        follow: Callable[[PingPanel], None],
        source: str | None = None,
        target: str | None = None,
    ) -> None:
        self._calls, self._follow = calls, follow
        self._results: dict[str, dict[Pair, PingResult]] = {way: {} for _, way in WAYS}
        self._old: dict[str, set[Pair]] = {way: set() for _, way in WAYS}
        self._nodes: list[str] = []
        self._make_controls()
        self._form = _line(self.source, self.target, self.by, self.count, self.button)
        below = _line(self.all_button, self.note)
        super().__init__([self._form, self.output, below, self.matrix])
        self.add_class("dn-ping").add_class(display.LIVE_CLASS)
        self.refresh()
        self._choose_first(source, target)
        self._say(f'<p class="dn-hint">{HINT}</p>', at_rest=True)

    def ping(self) -> None:
        """Ping as chosen; the lines appear while ping prints them."""
        source, target, by = self.source.value, self.target.value, self.by.value
        printed: list[str] = []

        def hear(line: str) -> None:
            printed.append(line)
            self._say(_lines(printed))

        with self._working():
            self._say(_lines(["…"]))
            result = self._calls.ping(source, target, self.count.value, by, hear)
            self._keep(by, source, {target: result})
            said = [f"$ {result.command}", *result.text.rstrip().splitlines()]
            self._say(_lines(said) + _verdict(result))

    def choose(self, source: str, target: str) -> None:
        """Choose these two ends, and ping."""
        if not self.button.disabled:
            self.source.value, self.target.value = source, target
            self.ping()

    def ping_all(self) -> None:
        """Ping from every end to every end; the matrix fills row by row."""
        by, done = self.by.value, [0]

        def tell(source: str, row: Mapping[str, PingResult]) -> None:
            done[0] += 1
            self._keep(by, source, row)
            self._note(f"Pinging: {done[0]} of {len(self._nodes)} sources done …")

        with self._working():
            self._note(f"Pinging from {len(self._nodes)} sources …")
            self._calls.ping_all(self._nodes, by, tell)
        self._draw()

    def refresh(self) -> None:
        """Look which ends there are now; what was pinged before is old from here on."""
        with self._complaining():
            nodes = self._calls.nodes()
            self._nodes = sorted(nodes, key=lambda node: (node == HOST, natural(node)))
        self._old = {way: set(results) for way, results in self._results.items()}
        for ends in (self.source, self.target):
            chosen = ends.value
            if list(ends.options) != self._nodes:
                ends.options = self._nodes
            if chosen in self._nodes:
                ends.value = chosen
        self._draw()

    def freeze(self) -> None:
        """Let nothing be pressed any more: another panel follows the lab, or it is closed."""
        self._enable(False)
        self._note(AT_REST)

    def displayed(self) -> None:
        """Follow the lab from now on."""
        self._follow(self)
        if self.button.disabled:
            self._enable(True)
            self.refresh()

    def static_form(self) -> display.StaticForm:
        """Give the matrix so far, else a sentence on how to ping without the panel."""
        results = self._results[self.by.value]
        if results:
            return display.table(matrix_frame(self._nodes, results))
        call = f"lab.ping({_quoted(self.source.value)}, {_quoted(self.target.value)})"
        page = f"<p>{escape(WITHOUT)} <code>{escape(call)}</code></p>"
        return display.StaticForm({"text/html": page, "text/plain": f"{WITHOUT} {call}"})

    def _make_controls(self) -> None:
        self.source = _control(ipywidgets.Dropdown, "From", "11rem")
        self.target = _control(ipywidgets.Dropdown, "To", "10.5rem")
        self.by = _control(ipywidgets.Dropdown, "by", "7.5rem", options=WAYS)
        self.count = _control(ipywidgets.BoundedIntText, "Count", "6.5rem", value=3, min=1, max=100)
        self.button = ipywidgets.Button(
            description="Ping", button_style="primary", layout={"width": "5.5rem"}
        )
        self.all_button = ipywidgets.Button(description="Ping all pairs")
        self.output = ipywidgets.HTML()
        self.note = ipywidgets.HTML()
        self.matrix = PingMatrix(self.choose)
        self.button.on_click(lambda _: self.ping())
        self.all_button.on_click(lambda _: self.ping_all())
        self.by.observe(lambda _: self._draw(), "value")

    def _choose_first(self, source: str | None, target: str | None) -> None:
        for asked in (source, target):
            if asked is not None and asked not in self._nodes:
                raise UnknownContainer(asked, self._nodes)
        if self._nodes:
            self.source.value = source or self._nodes[0]
            others = [node for node in self._nodes if node != self.source.value]
            self.target.value = target or next(iter(others), self.source.value)

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        """Let nothing be pressed meanwhile, and show what goes wrong."""
        self._enable(False)
        try:
            with self._complaining():
                yield
        finally:
            self._enable(True)

    def _enable(self, enabled: bool) -> None:
        controls = [self.matrix, *self._form.children, self.all_button]
        for control in reversed(controls) if enabled else controls:  # see matrix.js
            control.disabled = not enabled

    @contextlib.contextmanager
    def _complaining(self) -> Iterator[None]:
        """Show an error as its sentences; nobody reads what a click's handler raises."""
        try:
            yield
        except DockernetError as error:
            self._complain(str(error))
        except KeyboardInterrupt:
            self._complain("Interrupted. Press Ping to try again.")
        except Exception as error:
            self._complain(f"{type(error).__name__}: {error}")
            raise

    def _complain(self, sentence: str) -> None:
        self._say(f'<p class="dn-problem" role="alert">{escape(sentence)}</p>')

    def _keep(self, by: str, source: str, row: Mapping[str, PingResult]) -> None:
        pairs = {(source, target): result for target, result in row.items()}
        self._results[by] |= pairs
        self._old[by] -= pairs.keys()
        self._draw()

    def _draw(self) -> None:
        by = self.by.value
        results, old = self._results[by], self._old[by]
        self.matrix.table = matrix_html(self._nodes, results, old)
        simulated = any(result.simulated and result.rtt_ms for result in results.values())
        self._note(" ".join(["Times are simulated."] * simulated + [OLD] * bool(old)))

    def _note(self, sentence: str) -> None:
        self.note.value = f'<span role="status">{escape(sentence)}</span>'

    def _say(self, page: str, *, at_rest: bool = False) -> None:
        kinds = "dn-output dn-rest" if at_rest else "dn-output"
        self.output.value = f'<div class="{kinds}">{page}</div>'


def _control(kind: Any, label: str, width: str, **options: Any) -> Any:  # noqa: ANN401 - untyped
    """Make a control with its label close to it."""
    style = {"description_width": "initial"}
    return kind(description=label, style=style, layout={"width": width}, **options)


def _line(*controls: ipywidgets.Widget) -> ipywidgets.HBox:
    line = ipywidgets.HBox(controls)
    line.add_class("dn-form")
    return line


def _quoted(node: str | None) -> str:
    return f'"{node or "ubuntu1"}"'


def _lines(lines: list[str]) -> str:
    return f'<pre class="dn-lines">{escape(chr(10).join(lines))}</pre>'


def _verdict(result: PingResult) -> str:
    kind = "dn-good" if result.ok else "dn-failed"
    return f'<p class="dn-verdict {kind}" role="status">{escape(result.verdict)}</p>'
