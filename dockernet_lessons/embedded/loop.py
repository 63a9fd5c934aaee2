"""Virtual time: one deterministic event loop for packets, processes and requests.

Everything that takes time is a *task*: a generator that yields a `Wait` and is resumed when the
moment has come or a `Signal` it waits for was fired. Nothing here sleeps: whoever drives the loop
(the adapter, the server) decides how fast virtual time passes, and calls `Loop.advance`.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, Generic, NamedTuple, TypeVar

Result = TypeVar("Result")


class Signal:
    """Something that tasks can wait for."""

    __slots__ = ("_tasks",)

    def __init__(self) -> None:
        self._tasks: tuple[Task[Any], ...] = ()

    def fire(self) -> None:
        """Wake every task that waits for this."""
        tasks, self._tasks = self._tasks, ()
        for task in tasks:
            task._wake(signalled=True)

    def _add(self, task: Task[Any]) -> None:
        self._tasks = (*self._tasks, task)

    def _discard(self, task: Task[Any]) -> None:
        if task in self._tasks:
            self._tasks = tuple(other for other in self._tasks if other is not task)


class Wait(NamedTuple):
    """What a task yields: go on at `until` (seconds, see `Loop.now`) or when a signal is fired.

    The yield gives True when a signal was fired, False when the time came.
    """

    until: float | None = None
    signals: tuple[Signal, ...] = ()


Steps = Generator[Wait, bool, Result]
"""A task's generator: yields `Wait`, returns the result."""


class Timer:
    """An action that is due at a time."""

    __slots__ = ("action",)

    def __init__(self, action: Callable[[], None]) -> None:
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Make sure that the action is never called."""
        self.action = None


class Task(Generic[Result]):
    """A running generator.

    Attributes
    ----------
    done
        True once it returned, raised or was cancelled.
    error
        The exception it ended with, or None.
    finished
        Fired when it is done.
    """

    def __init__(self, loop: Loop, steps: Steps[Result]) -> None:
        self.done = False
        self.error: BaseException | None = None
        self.finished = Signal()
        self._result: Result | None = None
        self._loop = loop
        self._steps = steps
        self._timer: Timer | None = None
        self._signals: tuple[Signal, ...] = ()

    def result(self) -> Result:
        """Give what the generator returned; raise what it raised."""
        if self.error is not None:
            raise self.error
        return self._result  # type: ignore[return-value]

    def cancel(self) -> None:
        """End the generator where it is (its ``finally`` blocks run)."""
        if not self.done:
            self._forget_wait()
            self.done = True
            self._steps.close()
            self.finished.fire()

    def _wake(self, *, signalled: bool) -> None:
        self._forget_wait()
        self._loop._ready.append((self, signalled))

    def _forget_wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for signal in self._signals:
            signal._discard(self)
        self._signals = ()

    def _step(self, signalled: bool | None) -> None:
        if self.done:
            return
        try:
            wait = next(self._steps) if signalled is None else self._steps.send(signalled)
        except StopIteration as stop:
            self._finish(stop.value, None)
        except Exception as error:
            self._finish(None, error)
        else:
            self._wait(wait)

    def _finish(self, result: Result | None, error: BaseException | None) -> None:
        self.done, self._result, self.error = True, result, error
        self.finished.fire()

    def _wait(self, wait: Wait) -> None:
        self._signals = wait.signals
        for signal in wait.signals:
            signal._add(self)
        if wait.until is not None:
            self._timer = self._loop.call_at(wait.until, lambda: self._wake(signalled=False))


class Loop:
    """Virtual time and what is due in it.

    Parameters
    ----------
    now
        Seconds since 1970-01-01 UTC.
    """

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self._timers: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()
        self._ready: deque[tuple[Task[Any], bool]] = deque()

    def call_at(self, when: float, action: Callable[[], None]) -> Timer:
        """Call `action` when it is `when` (at once, in the next `advance`, if that is past)."""
        timer = Timer(action)
        heapq.heappush(self._timers, (max(when, self.now), next(self._numbers), timer))
        return timer

    def spawn(self, steps: Steps[Result]) -> Task[Result]:
        """Start a task; it runs at once up to its first wait."""
        task = Task(self, steps)
        task._step(None)
        return task

    def settle(self) -> None:
        """Resume the tasks whose signals were fired, until every task waits."""
        while self._ready:
            task, signalled = self._ready.popleft()
            task._step(signalled)

    def next_time(self) -> float | None:
        """Give the time of the earliest timer; None if nothing is due ever."""
        while self._timers and self._timers[0][2].action is None:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def advance(self, to: float) -> None:
        """Let time pass up to `to`, doing whatever is due, each thing at its own time."""
        self.settle()
        while (when := self.next_time()) is not None and when <= to:
            _, _, timer = heapq.heappop(self._timers)
            self.now = max(self.now, when)
            action, timer.action = timer.action, None
            if action is not None:
                action()
            self.settle()
        self.now = max(self.now, to)
