"""Docker lines typed in a lesson, carried out on an engine."""

import pytest

from dockernet_lessons.commands.run import command
from dockernet_lessons.labels import LAB


@pytest.fixture
def foreign(client, tag):
    container = client.containers.run("xmtubuntu", "sleep 1000", name=f"{tag}-foreign", detach=True)
    yield container
    container.remove(force=True)


def test_the_articles_own_line_makes_a_container_of_the_lab(lab, tag):
    result = lab.docker(f"run -it --name {tag}-typed -P xmtubuntu")
    assert result.ok, result.text
    assert result.command == f"docker run -it --name {tag}-typed -P xmtubuntu"
    assert "in the background" in result.text
    row = lab.containers().set_index("container").loc[f"{tag}-typed"]
    assert row["status"] == "running"
    assert lab.ping("host", f"{tag}-typed", count=1).ok
    assert "eth0@if" in lab.docker(f"docker exec -it {tag}-typed ip addr").text
    stopped = lab.docker(f"exec -it {tag}-typed ping {row['ipv4']}")
    assert "3 packets transmitted" in stopped.text
    assert lab.docker(f"rm -f {tag}-typed").ok
    assert f"{tag}-typed" not in set(lab.containers()["container"])


def test_a_typed_network_is_the_labs_and_can_be_pruned(lab, tag, client):
    subnet = lab.free_subnet()
    line = f"network create --driver bridge --subnet {subnet} {tag}-typed-net"
    assert lab.docker(line).ok
    assert client.networks.list(names=[f"{tag}-typed-net"])[0].attrs["Labels"][LAB] == lab.name
    overlap = lab.docker(f"network create --subnet={subnet} {tag}-typed-net2")
    assert (overlap.ok, f"{tag}-typed-net" in overlap.text) == (False, True)
    assert "Pool overlaps with other one on this address space" in overlap.text
    client.networks.create(f"{tag}-foreign-net")
    assert lab.docker("network prune").text.startswith(f"Deleted Networks:\n{tag}-typed-net\n\n")
    left = {network.name for network in client.networks.list()}
    client.networks.list(names=[f"{tag}-foreign-net"])[0].remove()
    assert f"{tag}-typed-net" not in left
    assert f"{tag}-foreign-net" in left


@pytest.mark.parametrize(
    "line",
    ["rm -f {}", "rm -f /{}", "stop {}", "exec {} true", "exec -itu root {} true", "rm -f {id}",
     "rm -f -- -h {}"],
)  # fmt: skip
def test_a_foreign_container_survives(lab, foreign, line):
    result = lab.docker(line.format(foreign.name, id=foreign.id[:6]))
    assert not result.ok
    assert "was not made by this lab" in result.text
    foreign.reload()
    assert foreign.status == "running"


def test_help_is_dockers_own(lab):
    for line in ("network -h", "network connect -h", "run --help"):
        result = lab.docker(line)
        assert result.ok
        assert "Usage:" in result.text


def test_errors_are_dockers_own_words(lab, tag):
    assert lab.docker(f"stop {tag}-nonsuch").text == (
        f"Error response from daemon: No such container: {tag}-nonsuch\n"
    )
    taken = lab.docker("network create bridge")
    assert not taken.ok
    assert "bridge" in taken.text


def test_starting_attached_does_not_hang(lab, tag):
    lab.run(f"{tag}-again")
    lab.stop(f"{tag}-again")
    assert lab.docker(f"start -ai {tag}-again").ok
    assert lab.containers().set_index("container").loc[f"{tag}-again", "status"] == "running"


def test_a_host_name_option_is_not_a_cry_for_help(lab, tag):
    assert lab.docker(f"run -h elsewhere --name {tag}-named xmtubuntu sleep 1000").ok
    assert str(lab.exec(f"{tag}-named", "hostname")) == "elsewhere\n"
    assert LAB in lab.client.containers.get(f"{tag}-named").labels


def test_a_command_that_ends_is_shown_with_its_exit_code(lab, tag):
    result = lab.docker(f"run --rm --name {tag}-short xmtubuntu ip addr")
    assert result.exit_code == 0
    assert "eth0@if" in result.text
    assert lab.docker("run --rm xmtubuntu sh -c 'exit 7'").exit_code == 7
    assert lab.docker(f"run --name {tag}-kept xmtubuntu ls /nonexistent").exit_code == 2
    assert lab.docker(f"ps -aq -f name={tag}-short").text == ""
    assert lab.docker(f"rm {tag}-kept").text == f"{tag}-kept\n"


@pytest.mark.real
@pytest.mark.parametrize("options", ["--rm", "-t"])
def test_a_command_without_an_end_goes_on_in_the_background(lab, tag, monkeypatch, options):
    monkeypatch.setattr(command, "PATIENCE_S", 1)
    line = f"run {options} --name {tag}-long xmtubuntu sh -c 'echo begun; sleep 1000; true'"
    result = lab.docker(line)
    assert result.ok, result.text
    assert "begun" in result.text
    assert "goes on in the background" in result.text
    assert lab.docker(f"ps -q -f name={tag}-long").text
    assert lab.docker(f"rm -f {tag}-long").ok


def test_an_endless_ping_of_a_new_container_is_stopped(lab):
    result = lab.docker("run --rm xmtubuntu ping 127.0.0.1")
    assert "3 packets transmitted" in result.text
    assert "Stopped after three requests" in result.text


def test_typed_containers_stop_at_once(lab, tag):
    lab.docker(f"run -dit --name {tag}-quick xmtubuntu")
    assert lab.client.containers.get(f"{tag}-quick").attrs["Config"]["StopTimeout"] == 1
    assert lab.docker(f"stop {tag}-quick").text == f"{tag}-quick\n"
    assert lab.docker(f"rm {tag}-quick").ok


def test_an_unknown_image_is_an_error_of_run(lab):
    result = lab.docker("run --pull never nosuchimage")
    assert result.exit_code == 125
    assert "No such image: nosuchimage:latest" in result.text


def test_versions_are_the_engines(lab, engine):
    for line in ("version", "--version", "info"):
        assert engine.version in lab.docker(line).text
