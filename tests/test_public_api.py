"""What a lesson's cells rely on: names, signatures, and that importing is quick."""

import inspect
import subprocess
import sys

import pytest

import dockernet_lessons
from dockernet_lessons import Lab

SIGNATURES = {
    "__init__": "engine='auto', *, name=None, profile='article', seed=0, pace=0.0",
    "prepare_image": "",
    "images": "",
    "containers": "",
    "networks": "",
    "run": "name, *, image=None, network=None, links=(), ip=None, ports=None, command=None",
    "run_many": "names, **options",
    "stop": "name",
    "start": "name",
    "restart": "name",
    "remove": "name",
    "exec": "name, command",
    "host": "command",
    "docker": "line",
    "hosts_file": "name",
    "resolv_conf": "name",
    "interfaces": "where='host'",
    "veth_pairs": "",
    "routes": "where='host'",
    "neighbors": "where='host'",
    "fdb": "bridge='docker0'",
    "ping": "source, target, *, count=3, by='ip'",
    "ping_matrix": "nodes=None, *, by='ip'",
    "create_network": "name, *, subnet=None, gateway=None, internal=False",
    "choose_subnet": "wish",
    "free_subnet": "",
    "connect": "network, name, *, ip=None",
    "disconnect": "network, name",
    "inspect_network": "name",
    "remove_network": "name",
    "topology": "",
    "draw": "highlight=None",
    "map": "highlight=None",
    "draw_matrix": "matrix",
    "walk": "source, target, *, by='ip'",
    "pairs": "",
    "ping_panel": "source=None, target=None",
    "predict": "question, choices=()",
    "record": "",
    "reset": "",
    "close": "",
}
PROPERTIES = {"engine", "client", "name", "workers"}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_method_is_called_as_promised(name):
    parameters = list(inspect.signature(getattr(Lab, name)).parameters.values())[1:]
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
    assert str(inspect.Signature(bare))[1:-1] == SIGNATURES[name]


def test_the_lab_has_these_names_and_no_others():
    public = {name for name in dir(Lab) if not name.startswith("_")}
    assert public == (set(SIGNATURES) | PROPERTIES) - {"__init__"}
    assert all(isinstance(getattr(Lab, name), property) for name in PROPERTIES)


@pytest.mark.parametrize("name", [name for name in SIGNATURES if name != "__init__"])
def test_every_method_says_what_it_does(name):
    assert inspect.getdoc(getattr(Lab, name))


def test_the_package_exports_a_sorted_few():
    exported = dockernet_lessons.__all__
    assert exported == sorted(exported)
    assert set(exported) == {"CommandResult", "DockernetError", "Lab", "PingResult", "errors"}
    assert all(hasattr(dockernet_lessons, name) for name in exported)


@pytest.mark.parametrize("package", ["pandas", "matplotlib", "networkx", "IPython", "anywidget"])
def test_importing_the_package_does_not_import(package):
    check = f"import sys, dockernet_lessons; sys.exit({package!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], timeout=60).returncode == 0
