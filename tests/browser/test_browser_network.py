"""Interfaces come and go beside the browser, as on the laptop of a learner with Docker.

Chromium breaks off requests then, even those to this machine (``ERR_NETWORK_CHANGED``).
"""

import contextlib
import subprocess

import pytest
from browser_server import namespace_of

inside_the_engine = pytest.mark.parametrize(
    "prefix", [True], ids=["inside"], indirect=True, scope="session"
)
pytestmark = [pytest.mark.kernel, pytest.mark.real, inside_the_engine]

LESSON = "06_joining_networks.ipynb"

# An address makes the browser notice; TEST-NET-2 (RFC 5737) is nobody's.
COME_AND_GO = """
trap 'ip link delete dn-come 2>/dev/null; exit' TERM
while :; do
  ip link add dn-come type veth peer name dn-go
  ip address add 198.51.100.1/30 dev dn-come
  ip link set dn-come up
  ip link set dn-go up
  sleep 0.05
  ip link delete dn-come
  sleep 0.05
done
"""


@contextlib.contextmanager
def interfaces_that_come_and_go(address):
    process = subprocess.Popen([*namespace_of(address), "sh", "-c", COME_AND_GO])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def test_a_lesson_comes_through(notebook):
    notebook.open(LESSON)
    notebook.run_all()
    assert notebook.errors() == []


def test_a_lesson_comes_through_while_interfaces_come_and_go(engine, notebook):
    with interfaces_that_come_and_go(engine.address):
        notebook.open(LESSON)
        notebook.run_all()
    assert notebook.errors() == []
