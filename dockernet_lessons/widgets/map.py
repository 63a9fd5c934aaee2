"""The live topology map: what one look shows, what changed since, and what each container knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import anywidget
import traitlets as t

from dockernet_lessons.errors import UnknownInterface
from dockernet_lessons.observe.wiring import Wiring
from dockernet_lessons.plots.arrange import Arrangement, arrange
from dockernet_lessons.plots.highlight import Highlight
from dockernet_lessons.widgets import assets
from dockernet_lessons.widgets.details import Question, answer
from dockernet_lessons.widgets.display import Shown, StaticForm, picture
from dockernet_lessons.widgets.map_svg import draw_map
from dockernet_lessons.widgets.marks import Marks, compare, sentence, with_ghosts
from dockernet_lessons.widgets.palette import palette_css
from dockernet_lessons.widgets.problems import told


@dataclass(frozen=True)
class MapSource:
    """Where a map gets what it shows.

    Attributes
    ----------
    lab
        Name of the lab, by which the widgets of one lab find each other in a page.
    look
        Looks at everything afresh.
    tabs
        Title of a tab of the panel -> what to ask for it.
    follow
        Called with the map when it is displayed, so that it is refreshed from then on.
    """

    lab: str
    look: Callable[[], Wiring]
    tabs: Mapping[str, Question]
    follow: Callable[[TopologyMap], None]


class TopologyMap(Shown, anywidget.AnyWidget):
    """The wiring as a live map.

    Point at one end of a veth pair and its peer and both numbers light up, here and in the table
    of pairs. A click, or Enter, on a container shows its interfaces, routes, neighbors and hosts
    file. What came and went with the last change is marked.

    Parameters
    ----------
    source
        Where to get what is shown.
    highlight
        As for `plots.topology.draw_wiring`.

    Raises
    ------
    UnknownInterface
        A highlighted name is not in the picture.
    """

    _esm = assets.esm("map_core", "map")
    _css = palette_css() + assets.css("map")

    lab = t.Unicode().tag(sync=True)
    svg = t.Unicode().tag(sync=True)
    news = t.Unicode(help="what came and went with the last change").tag(sync=True)
    problem = t.Unicode(help="why the last refresh failed").tag(sync=True)
    live = t.Bool(True, help="whether it follows the lab").tag(sync=True)
    tabs = t.List(t.Unicode()).tag(sync=True)

    def __init__(self, source: MapSource, highlight: str | Iterable[str] | None = None) -> None:
        super().__init__(lab=source.lab, tabs=list(source.tabs))
        self._source = source
        self._names = {highlight} if isinstance(highlight, str) else set(highlight or ())
        self._wiring = source.look()
        self._arrangement = arrange(self._wiring)
        Highlight(self._arrangement, self._names)
        self._draw(self._arrangement, Marks())
        self.on_msg(self._asked)

    def refresh(self) -> None:
        """Look again, and mark what is new and what is gone since the last change.

        A look that fails is said in the widget: it must not disturb the action that it follows.
        """
        wiring = self._look()
        if wiring is not None and wiring != self._wiring:
            self._show(wiring)

    def freeze(self) -> None:
        """Keep what is shown, and say so: a newer map follows the lab, or the lab is closed."""
        self.live = False

    def static_form(self) -> StaticForm:
        """Give the picture that `Lab.draw` gives, and one sentence."""
        from dockernet_lessons.plots.topology import draw_wiring

        return picture(draw_wiring(self._wiring, self._stressed(self._arrangement)), repr(self))

    def displayed(self) -> None:
        """Follow the lab, in the place of the map displayed before."""
        self._follow()
        self.refresh()

    def __repr__(self) -> str:
        found = self._arrangement
        pairs = sum(row.pair is not None for box in found.boxes for row in box.rows)
        parts = [
            _counted(len(self._wiring.containers), "container"),
            _counted(len(found.bridges), "bridge"),
            _counted(pairs, "veth pair"),
        ]
        return f"Map of lab: {', '.join(parts)}"

    def _follow(self) -> None:
        self.live = True
        self._source.follow(self)

    def _look(self) -> Wiring | None:
        try:
            wiring = self._source.look()
        except Exception as error:
            self.problem = told(error)
            return None
        self.problem = ""
        return wiring

    def _show(self, wiring: Wiring) -> None:
        before, after = self._arrangement, arrange(wiring)
        marks = compare(before, after)
        self._wiring, self._arrangement = wiring, after
        self._draw(with_ghosts(before, after, marks.gone), marks)

    def _draw(self, shown: Arrangement, marks: Marks) -> None:
        highlight = Highlight(shown, self._stressed(shown))
        with self.hold_sync():
            self.svg = draw_map(shown, marks, highlight, repr(self))
            self.news = sentence(marks, shown)

    def _stressed(self, shown: Arrangement) -> set[str]:
        """Leave out what was to be stressed and is no longer there."""
        return {name for name in self._names if _is_in(shown, name)}

    def _asked(self, _: object, content: dict[str, Any], __: object) -> None:
        """Answer a message of the browser: refresh, or one tab of the panel."""
        if content["ask"] == "refresh":
            self._refresh_by_hand()
            return
        found = answer(self._source.tabs, content["tab"], content["namespace"])
        self.send({"answer": content["number"], **found})

    def _refresh_by_hand(self) -> None:
        """Look again, follow the lab again, and drop marks that are no longer news."""
        wiring = self._look()
        if wiring is None:
            return
        self._follow()
        self._show(wiring)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _is_in(shown: Arrangement, name: str) -> bool:
    try:
        Highlight(shown, name)
    except UnknownInterface:
        return False
    return True
