"""Finding the engine, and the one sentence for every way in which there is none."""

import hashlib
import json
import os
import socket
import threading

import pytest
from fakes import VERSION, engine_answering

from dockernet_lessons import Lab, connect, errors
from dockernet_lessons.cli import main
from dockernet_lessons.connect import connect_docker, docker_address

pytestmark = pytest.mark.usefixtures("no_docker_environment")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("unix:///nonexistent/docker.sock", "No such file or directory"),
        ("tcp://127.0.0.1:9", "Connection refused"),
        ("tcp://engine.invalid:2375", "(Name or service not known|name resolution)"),
        ("banana://", "Invalid bind"),
    ],
)
def test_where_nothing_answers(monkeypatch, capsys, address, reason):
    monkeypatch.setenv("DOCKER_HOST", address)
    with pytest.raises(errors.NoDocker, match=reason) as refused:
        Lab("docker")
    assert address in refused.value.what
    assert "Start Docker" in refused.value.todo
    assert main(["article", "--engine", "docker"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


def test_stray_tls_settings_are_one_sentence_too(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    with pytest.raises(errors.NoDocker):
        Lab("docker")


def denied_answer(address, pipe):
    """In a child that is nobody: what connecting comes to. Everything is imported already."""
    os.environ["DOCKER_HOST"] = address
    os.setgid(65534)
    os.setuid(65534)
    try:
        connect_docker()
        text = "connected"
    except errors.DockernetError as error:
        text = f"{type(error).__name__} {error}"
    os.write(pipe, text.encode())
    os._exit(0)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="takes root to be nobody"
)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_socket_that_the_user_may_not_use():
    with engine_answering({"/version": VERSION}) as address:
        os.chmod(address.removeprefix("unix://"), 0o600)
        os.chmod(os.path.dirname(address.removeprefix("unix://")), 0o755)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            denied_answer(address, writing)
        os.close(writing)
        text = os.read(reading, 10_000).decode()
        os.waitpid(child, 0)
    assert text.startswith("SocketDenied This user may not talk to the Docker Engine")
    assert "usermod -aG docker" in text
    assert "chmod" not in text


@pytest.mark.parametrize("api", ["1.40", "1.30"])
def test_an_engine_that_is_too_old(monkeypatch, api):
    old = {"Version": "19.03.15", "ApiVersion": api}
    with engine_answering({"/version": old}) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        with pytest.raises(errors.EngineTooOld, match=f"19.03.15 .API {api}.") as refused:
            Lab("docker")
    assert "20.10" in refused.value.todo


@pytest.mark.parametrize("answer", [{}, {"hello": "world"}, [], None], ids=str)
def test_something_that_is_no_engine(monkeypatch, answer):
    with engine_answering({"/version": answer}) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        with pytest.raises(errors.NoDocker, match="No Docker Engine answers"):
            Lab("docker")


def test_an_engine_that_goes_away_is_lost(monkeypatch):
    with engine_answering({"/version": VERSION}) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        lab = Lab(name="test-lost")
        with pytest.raises(errors.EngineLost):  # it closes the connection
            lab.containers()
    for question in (lab.images, lab.networks, lambda: lab.run("x"), lab.interfaces, lab.reset):
        with pytest.raises(errors.EngineLost, match="stopped answering") as lost:
            question()
        assert "run this cell once more" in lost.value.todo


def test_an_engine_that_says_nothing_is_given_up(monkeypatch):
    silent = threading.Event()
    monkeypatch.setattr(connect, "_REQUEST_TIMEOUT_S", 0.2)
    with engine_answering({"/version": VERSION}, otherwise=lambda: silent.wait(5)) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        lab = Lab(name="test-silent")
        with pytest.raises(errors.EngineLost, match="timed out"):
            lab.networks()
        silent.set()


def test_a_listener_that_never_answers_is_no_engine(monkeypatch):
    monkeypatch.setattr(connect, "_CONNECT_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with pytest.raises(errors.NoDocker, match="timed out"):
            Lab("docker")


def test_the_address_comes_from_the_environment_first(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere:2375")
    assert docker_address() == "tcp://elsewhere:2375"


def test_else_from_the_current_context(monkeypatch, tmp_path):
    """As Docker Desktop, Colima and others set one."""
    meta = tmp_path / "contexts" / "meta" / hashlib.sha256(b"laptop").hexdigest()
    meta.mkdir(parents=True)
    endpoint = {"Host": "unix:///home/ann/.colima/docker.sock", "SkipTLSVerify": False}
    (meta / "meta.json").write_text(
        json.dumps({"Name": "laptop", "Metadata": {}, "Endpoints": {"docker": endpoint}})
    )
    (tmp_path / "config.json").write_text('{"currentContext": "laptop"}')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert docker_address() == endpoint["Host"]


@pytest.mark.parametrize("config", ["", "{nonsense", '{"currentContext": "gone"}', "{}"])
def test_else_the_systems_socket(monkeypatch, tmp_path, config):
    (tmp_path / "config.json").write_text(config)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert docker_address() in (connect.DEFAULT_SOCKET, "http+unix:///var/run/docker.sock")


@pytest.mark.parametrize("nobody", ["unix:///nonexistent/docker.sock", "tcp://127.0.0.1:9"])
def test_auto_goes_on_with_the_embedded_engine_and_says_why(monkeypatch, capsys, nobody):
    monkeypatch.setenv("DOCKER_HOST", nobody)
    with Lab() as lab:
        assert lab.engine == "Embedded engine (emulated; article profile)"
        lab.run("ubuntu1")
        assert lab.ping("host", "ubuntu1").ok
    said = capsys.readouterr().err
    assert nobody in said
    assert "The embedded engine, an emulation, takes its place" in said
    assert "Start Docker" in said


@pytest.mark.parametrize("profile", connect.PROFILES)
def test_the_embedded_engine_by_argument_and_by_variable(monkeypatch, capsys, profile):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    with Lab("embedded", profile=profile) as lab:
        assert lab.engine == f"Embedded engine (emulated; {profile} profile)"
    monkeypatch.setenv("DOCKERNET_ENGINE", "embedded")
    with Lab(profile=profile) as lab:
        assert lab.engine == f"Embedded engine (emulated; {profile} profile)"
    assert capsys.readouterr().err == ""


def test_a_second_lab_finds_what_the_first_one_made_until_it_is_closed():
    first = Lab("embedded", name="twice")
    container = first.run("ubuntu1")
    again = Lab("embedded", name="twice")
    assert again.run("ubuntu1").id == container.id
    again.close()
    assert Lab("embedded", name="twice").containers().empty


@pytest.mark.parametrize("pace", [-1, float("inf"), float("nan")])
def test_a_pace_that_is_not_possible(pace):
    with pytest.raises(errors.BadArgument, match="pace"):
        Lab("embedded", pace=pace)


@pytest.mark.parametrize("choice", [{"engine": "podman"}, {"profile": "ancient"}], ids=str)
def test_a_choice_that_there_is_not(choice):
    with pytest.raises(errors.BadArgument, match="Choose one of"):
        Lab(**choice)


def test_the_variable_overrides_auto_only(monkeypatch):
    monkeypatch.setenv("DOCKERNET_ENGINE", "nonsense")
    with pytest.raises(errors.BadArgument):
        Lab()
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    with pytest.raises(errors.NoDocker):
        Lab("docker")


@pytest.mark.address
def test_the_description_names_version_and_address(engine):
    os.environ["DOCKER_HOST"] = engine.address  # taken away above, put back by the fixture
    try:
        found = connect_docker()
    finally:
        del os.environ["DOCKER_HOST"]
    assert found.description == f"Docker Engine {engine.version} at {engine.address}"
    found.client.close()
