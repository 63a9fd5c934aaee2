"""Play the same steps on two engines, and say where they part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from diff_ask import Asker
from diff_look import Viewer
from diff_normal import Tag
from diff_pings import matrix
from diff_places import Places
from diff_random import Choice, Scene, step_of
from diff_requests import Step

Result = TypeVar("Result")

PINGS_EVERY = 6
"""Steps between two ping matrices; a matrix takes a real engine more than a second."""


class Difference(AssertionError):
    """Two engines did not do the same."""


class Side:
    """One engine, and what it was made to do.

    Parameters
    ----------
    client
        A docker-py client of the engine.
    tag
        The tag of the run; the same on both sides.
    """

    def __init__(self, client: Any, tag: Tag) -> None:
        self.asker = Asker(client, tag)
        self.viewer = Viewer(client, self.asker)

    def do(self, step: Step) -> list[list[Any]]:
        """Do a step up to its first failure; give status and message of each request."""
        answers: list[list[Any]] = []
        for ask in step.asks:
            answers.append(self.asker.ask(ask))
            if answers[-1][0] >= 400:
                break
        return answers

    def look(self, *, pings: bool = False) -> dict[str, str]:
        """Give the facts, and who reaches whom."""
        facts = self.viewer.look()
        return facts | matrix(self.viewer) if pings else facts

    def take(self, step: Step, *, pings: bool) -> tuple[list[list[Any]], dict[str, str]]:
        """Do a step, and look: give the answers and the facts."""
        return self.do(step), self.look(pings=pings)

    def clear(self) -> None:
        """Remove what the steps made, and forget where it was."""
        self.asker.tear_down()
        self.viewer.places = Places()

    def close(self) -> None:
        """Remove everything of this run."""
        self.clear()
        self.viewer.observer.remove()


@dataclass
class Play:
    """Steps on two engines, and what was done so far.

    Parameters
    ----------
    real, emulated
        The two engines.

    Attributes
    ----------
    agreed
        Number of steps after which there was no difference.
    done
        The steps since the engines were last cleared.
    facts
        What the real engine showed after the last of them.
    """

    real: Side
    emulated: Side
    agreed: int = 0
    done: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def at_random(self, choices: Sequence[Choice]) -> None:
        """Play what the choices become."""
        for number, choice in enumerate(choices, 1):
            step = step_of(choice, Scene.of(self.facts))
            self.step(step, pings=pings_after(number, len(choices)))

    def scenario(self, steps: Sequence[Step]) -> None:
        """Play given steps."""
        for number, step in enumerate(steps, 1):
            self.step(step, pings=pings_after(number, len(steps)))

    def step(self, step: Step, *, pings: bool) -> None:
        """Do one step on both engines, look at both, compare."""
        self.done.append(step.name)
        (answers, self.facts), (other_answers, other_facts) = at_once(
            lambda: self.real.take(step, pings=pings),
            lambda: self.emulated.take(step, pings=pings),
        )
        found = [] if answers == other_answers else _lines("answers", answers, other_answers)
        found = found or differences(self.facts, other_facts)
        if found:
            raise Difference("\n".join([*self._so_far(), *found]))
        self.agreed += 1

    def clear(self) -> None:
        """Remove what the steps made, on both."""
        at_once(self.real.clear, self.emulated.clear)
        self.done.clear()
        self.facts.clear()

    def _so_far(self) -> list[str]:
        names = [f"  {name}" for name in self.done]
        return [f"{self.agreed} steps agreed; the engines differ after these:", *names]


def at_once(real: Callable[[], Result], emulated: Callable[[], Result]) -> tuple[Result, Result]:
    """Work on both engines at the same time: a real one mostly lets us wait."""
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(emulated)
        return real(), other.result()


def pings_after(number: int, last: int) -> bool:
    """Tell whether a ping matrix follows a step."""
    return number % PINGS_EVERY == 0 or number == last


def differences(real: dict[str, str], emulated: dict[str, str]) -> list[str]:
    """Say in lines how two looks differ."""
    return [
        line
        for key in sorted(real.keys() | emulated.keys())
        if real.get(key) != emulated.get(key)
        for line in _lines(key, real.get(key), emulated.get(key))
    ]


def _lines(what: str, real: Any, emulated: Any) -> list[str]:
    return [what, f"    real:     {real!r}", f"    emulated: {emulated!r}"]
