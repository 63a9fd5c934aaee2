"""Imports point one way."""

import ast
import sys
from pathlib import Path

import pytest

import dockernet_lessons

PACKAGE = Path(dockernet_lessons.__file__).parent
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix(): ast.parse(path.read_text())
    for path in sorted(PACKAGE.rglob("*.py"))
}
TOP = ast.Module, ast.ClassDef, ast.Try, ast.With


def imports(nodes):
    """The modules that these statements import, as ``observe.engine`` or ``pandas``."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def everywhere(module):
    return {name.removeprefix("dockernet_lessons.") for name in imports(ast.walk(module))}


def at_module_level(module):
    """What is imported when the module is; `if TYPE_CHECKING` and functions are left out."""
    stack, found = [module], []
    while stack:
        node = stack.pop()
        found.append(node)
        if isinstance(node, TOP):
            stack += ast.iter_child_nodes(node)
    return {name.partition(".")[0] for name in imports(found)}


def layer(name):
    return name.partition("/")[0].partition(".")[0]


# Who may import whom inside the package; what is not listed may import anything but the CLI.
LOWEST = {"errors", "engine_errors", "labels", "results", "parallel", "progress"}
ALLOWED = {
    "errors": set(),
    "labels": set(),
    "results": set(),
    "parallel": {"progress"},
    "progress": set(),
    "engine_errors": {"errors"},
    "connect": {"errors", "parallel", "embedded", "tracing"},
    "tracing": {"embedded", "observe"},
    "embedded": {"embedded"},
    "observe": {"observe"} | LOWEST,
    "preflight": {"observe", "errors"},
    "image": {"image"} | LOWEST,
    "tables": {"observe", "results"},
    "topology": {"observe"},
    "walk": {"observe", "tables", "plots", "widgets", "results", "errors"},
    "plots": {"plots", "observe", "tables", "errors", "results"},
    "widgets": {"widgets", "plots", "topology", "tables", "observe", "errors", "results"},
    "actions": {"actions", "observe", "image", "connect", "preflight", "walk"} | LOWEST,
    "commands": {"commands", "actions", "observe", "preflight"} | LOWEST,
}
BROWSER = {"IPython", "ipywidgets", "anywidget", "traitlets"}
HEAVY = {"pandas", "matplotlib", "networkx", "tqdm", "numpy"} | BROWSER
MAY_BE_HEAVY = {"tables", "plots", "topology", "widgets", "ipython"}
OWN = {layer(name) for name in MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_what_lies_below_it(name):
    used = {layer(imported) for imported in everywhere(MODULES[name])} & OWN
    rest = OWN - {"embedded"}
    allowed = ALLOWED.get(layer(name), rest if layer(name) == "cli" else rest - {"cli"})
    assert used <= allowed


@pytest.mark.parametrize("name", [name for name in MODULES if layer(name) not in MAY_BE_HEAVY])
def test_heavy_packages_are_imported_where_they_are_used(name):
    assert not at_module_level(MODULES[name]) & HEAVY


@pytest.mark.parametrize("name", [name for name in MODULES if layer(name) != "widgets"])
def test_only_widgets_know_the_browser(name):
    assert not {n.partition(".")[0] for n in everywhere(MODULES[name])} & BROWSER - {"IPython"}


CHOOSERS = {"docker.from_env", "docker.context", "docker.DockerClient", "docker.APIClient"}


@pytest.mark.parametrize(
    "name", [name for name in MODULES if name not in ("connect", "embedded/adapter")]
)
def test_only_connect_chooses_an_engine(name):
    calls = {ast.unparse(n.func) for n in ast.walk(MODULES[name]) if isinstance(n, ast.Call)}
    assert not calls & CHOOSERS
    assert not {n for n in everywhere(MODULES[name]) if n.startswith("docker.context")}


# The embedded engine, from the bottom up: what each part may import of the others.
GROUND = {"loop", "pipe", "errors", "ids", "profile"}
EMBEDDED = {
    **{part: {"loop"} for part in GROUND},
    "http": {"http"} | GROUND,
    "fabric": {"fabric"} | GROUND,
    "userland": {"userland", "fabric"} | GROUND,
    "cnm": {"cnm", "fabric"} | GROUND,
    "daemon": {"daemon", "cnm", "userland", "fabric", "http"} | GROUND,
    "api": {"api", "daemon", "cnm", "http"} | GROUND,
    "engine": {"api", "daemon", "cnm", "userland", "fabric", "http"} | GROUND,
    "pace": {"loop"},
    "adapter": {"engine", "http", "pace", "profile"},
    "server": {"engine", "http", "pace", "errors"},
    "__init__": set(),
}
OUTSIDE = {"adapter", "server", "pace"}
"""What connects the computed engine to the world, and so knows clocks, threads and sockets."""
FORBIDDEN = {
    "asyncio", "ctypes", "multiprocessing", "os", "pathlib", "secrets", "select", "selectors",
    "shutil", "socket", "socketserver", "subprocess", "sys", "tempfile", "threading", "uuid",
}  # fmt: skip
CLOCKS = (
    "time.time(", "time.monotonic(", "time.perf_counter(", "time.sleep(", "time.localtime(",
    "signal.signal(", "datetime.now", "random.random(", "random.Random()",
)  # fmt: skip
INNER = {name.removeprefix("embedded/"): name for name in MODULES if name.startswith("embedded/")}


@pytest.mark.parametrize("name", INNER)
def test_the_embedded_engine_is_layered(name):
    used = {n.removeprefix("embedded.") for n in everywhere(MODULES[INNER[name]])}
    parts = {layer(n) for n in used} & set(EMBEDDED)
    assert parts <= EMBEDDED[layer(name)]


@pytest.mark.parametrize("name", [name for name in INNER if layer(name) not in OUTSIDE])
def test_the_embedded_engine_is_computed_from_the_standard_library(name):
    used = {n.partition(".")[0] for n in everywhere(MODULES[INNER[name]])}
    own = set(EMBEDDED) | {"embedded", "dockernet_lessons"}
    assert used - own <= sys.stdlib_module_names
    assert not used & FORBIDDEN
    text = ast.unparse(MODULES[INNER[name]])
    assert not [call for call in CLOCKS if call in text]
