"""Every error says what happened and what to do, and a notebook shows just that."""

import inspect
import re

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dockernet_lessons import errors
from dockernet_lessons.errors import DockernetError

CLASSES = [
    kind
    for kind in vars(errors).values()
    if inspect.isclass(kind) and issubclass(kind, DockernetError)
]
every_class = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)


def an_example_of(kind):
    """Make an error of a class, from nothing but its signature."""
    samples = {"status": 500, "exit_code": 1}
    parameters = inspect.signature(kind.__init__).parameters
    given = {
        name: samples.get(name, f"«{name}»")
        for name, parameter in parameters.items()
        if name != "self" and parameter.default is inspect.Parameter.empty
    }
    return kind(**given)


def test_the_tree_in_the_modules_docstring_is_the_real_one():
    drawn = re.findall(r"^ *[│ ]*(?:[├└]── )?([A-Z]\w+)", errors.__doc__.partition("::")[2], re.M)
    assert sorted(drawn) == sorted(kind.__name__ for kind in CLASSES)


def test_the_trees_branches_are_the_base_classes():
    below = errors.__doc__.partition("EngineUnavailable")[2].partition("├── EngineLost")[0]
    for name in re.findall(r"── (\w+)", below):
        assert issubclass(getattr(errors, name), errors.EngineUnavailable)


@every_class
def test_it_has_two_sentences_and_a_docstring(kind):
    error = an_example_of(kind)
    assert error.what
    assert error.todo
    assert str(error) == f"{error.what} {error.todo}"
    assert kind.__doc__


@every_class
def test_a_notebook_shows_two_lines_and_no_traceback(kind):
    error = an_example_of(kind)
    assert error._render_traceback_() == [f"{kind.__name__}: {error.what}", f"  → {error.todo}"]


def test_ipython_uses_those_two_lines(capsys):
    shell = InteractiveShell()
    shell.user_ns["DockernetError"] = DockernetError
    shell.run_cell("raise DockernetError('It is so.', 'Do that.')")
    shown = capsys.readouterr()
    assert (shown.out + shown.err).strip().splitlines() == [
        "DockernetError: It is so.",
        "  → Do that.",
    ]


def test_nobody_is_told_to_open_the_socket_to_everybody():
    advice = errors.SocketDenied("unix:///var/run/docker.sock").todo
    assert "chmod" not in advice
    assert "docker` group" in advice


@pytest.mark.parametrize(
    ("known", "todo"),
    [
        (["ubuntu1", "redis"], "Did you mean 'ubuntu1'?"),
        (["redis", "mongodb"], "There is: mongodb, redis."),
        ([f"x{number}" for number in range(9)], "There is: x0, x1, x2, x3, x4, x5, x6, x7, …."),
        ([], 'Start it first: lab.run("ubutu1").'),
    ],
)
def test_a_mistyped_name_gets_the_nearest_known_one(known, todo):
    assert errors.UnknownContainer("ubutu1", known).todo == todo
