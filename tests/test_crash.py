"""Kernels that die and Ctrl-C: nothing lost, and nothing left that cannot be found again."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
from engines import shared

from dockernet_lessons import Lab, image
from dockernet_lessons.cli import main
from dockernet_lessons.labels import LAB

PATIENCE_S = 20
REPOSITORY = "dockernet-test-interrupted"
LESSON = """
import sys, time
from dockernet_lessons import Lab
lab = Lab(name=sys.argv[1])
lab.create_network(sys.argv[2] + "-net")
lab.run(sys.argv[2] + "-left", network=sys.argv[2] + "-net")
lab.interfaces()
print("ready", flush=True)
time.sleep(60)
"""
# The command `dockernet image build`, made to work on an image of another name.
BUILD = f"""
import functools, sys
from pathlib import Path
from dockernet_lessons.image import provide
provide.REFERENCE = "{REPOSITORY}:latest"
provide.build_from_dockerfile = functools.partial(
    provide.build_from_dockerfile, dockerfile=Path(sys.argv[1]))
from dockernet_lessons.cli import main
print("ready", flush=True)
sys.exit(main(["image", "build"]))
"""
PACK = f"""
import functools, sys, time
from dockernet_lessons.cli import image as command
from dockernet_lessons.image import pack, provide
add_file = pack._add_file
pack._add_file = lambda *a: (print("ready", flush=True), time.sleep(0.2), add_file(*a))
command.pack_from_tools = functools.partial(
    provide.pack_from_tools, repository="{REPOSITORY}")
from dockernet_lessons.cli import main
sys.exit(main(["image", "build", "--pack"]))
"""


@contextlib.contextmanager
def started(code, *arguments, **environment):
    """A process of its own that has said that it is ready; it does not outlive the test."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        # Tests that run in the background of a shell would hand on that they ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        yield process
    finally:
        process.kill()
        process.communicate()


def eventually(holds):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "still not so"
        time.sleep(0.1)


@pytest.fixture
def killed(engine, tag, client):
    """The name of a lab whose kernel was killed in the middle of a lesson."""
    name = f"test-{tag}-killed"
    with started(LESSON, name, tag):
        pass
    yield name
    Lab(name=name).close()


def objects(client, lab):
    """The names of a lab's containers and networks."""
    label = {"label": f"{LAB}={lab}"}
    containers = client.containers.list(all=True, ignore_removed=True, filters=label)
    return sorted(thing.name for thing in [*containers, *client.networks.list(filters=label)])


@pytest.mark.address
def test_the_next_session_finds_what_a_killed_one_left(killed, tag, client):
    before = client.containers.get(f"{tag}-left").id
    observer = client.containers.get(f"dockernet-observer-{killed}").id
    with Lab(name=killed) as lab:
        assert lab.containers()["container"].tolist() == [f"{tag}-left"]
        assert lab.run(f"{tag}-left", network=f"{tag}-net").id == before
        assert lab.veth_pairs()["container"].tolist() == [f"{tag}-left"]
        assert client.containers.get(f"dockernet-observer-{killed}").id == observer
    assert objects(client, killed) == []


@pytest.mark.address
def test_clean_lists_first_and_removes_with_yes(killed, tag, client, capsys):
    everything = sorted([f"{tag}-left", f"{tag}-net", f"dockernet-observer-{killed}"])
    assert main(["clean", "--lab", killed]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in everything)
    assert "Nothing was removed" in listed
    assert objects(client, killed) == everything
    assert main(["clean", "--lab", killed, "--yes"]) == 0
    assert "Removed 2 containers and 1 networks" in capsys.readouterr().out
    assert objects(client, killed) == []
    assert main(["clean", "--lab", killed, "--yes"]) == 0
    assert "Nothing to clean" in capsys.readouterr().out


@pytest.mark.address
def test_clean_is_kept_to_ones_own_labs(killed, tag, client, capsys, monkeypatch):
    monkeypatch.setenv("LOGNAME", f"somebody-else-{tag}")
    assert main(["clean", "--yes"]) == 0
    assert "Nothing to clean" in capsys.readouterr().out
    assert f"{tag}-left" in objects(client, killed)
    assert main(["clean", "--all"]) == 0
    assert f"{tag}-left" in capsys.readouterr().out


def helpers(client, marker):
    every = client.containers.list(all=True, ignore_removed=True)
    return [c for c in every if marker in str(c.attrs["Args"])]


@pytest.fixture
def images(client):
    """Lists the images that an interrupted build may have left; without those of earlier runs."""

    def listed():
        mine = client.api.images(REPOSITORY)
        nameless = [] if shared() else client.api.images(filters={"dangling": True})
        return {row["Id"] for row in [*mine, *nameless]}

    for row in client.api.images(REPOSITORY):
        client.images.remove(row["Id"], force=True)
    return listed


@pytest.mark.real
def test_ctrl_c_during_a_build_stops_it_and_leaves_nothing(client, images, tmp_path, tag):
    marker = f"sleep 6{int(tag[1:], 16)}"
    (tmp_path / "Dockerfile").write_text(f"FROM {image.REFERENCE}\nRUN {marker}\n")
    (tmp_path / "tmp").mkdir()
    before = images()
    with started(BUILD, tmp_path / "Dockerfile", TMPDIR=str(tmp_path / "tmp")) as process:
        eventually(lambda: helpers(client, marker))
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)
        said = process.stderr.read()
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    eventually(lambda: not helpers(client, marker))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert images() == before


@pytest.mark.address
def test_ctrl_c_while_packing_leaves_nothing(images, tmp_path):
    before = images()
    with started(PACK, TMPDIR=str(tmp_path)) as process:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)
        said = process.stderr.read()
    assert (process.returncode, "Traceback" in said) == (130, False)
    assert list(tmp_path.iterdir()) == []
    assert images() == before


def test_ctrl_c_during_a_run_leaves_no_half_made_container(own_lab, client, tag, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(own_lab.client.api), "start", interrupt)
    with pytest.raises(KeyboardInterrupt):
        own_lab.run(f"{tag}-half")
    monkeypatch.undo()
    assert objects(client, own_lab.name) == []


def test_leaving_a_lab_by_an_error_cleans_up_and_keeps_the_error(engine, tag, client):
    with pytest.raises(ZeroDivisionError):
        go_wrong(f"test-{tag}-error", f"{tag}-error")
    assert objects(client, f"test-{tag}-error") == []


def go_wrong(lab_name, container):
    with Lab(name=lab_name) as lab:
        lab.run(container)
        raise ZeroDivisionError
