"""Typed docker lines: what is run as typed, what is changed, and what is never run."""

from types import SimpleNamespace

import docker.errors
import pytest
import requests.exceptions

from dockernet_lessons.commands import docker_line as module
from dockernet_lessons.commands.docker_line import docker_line
from dockernet_lessons.labels import LAB

OWN = "0a1b2c3d4e5f"
FOREIGN = "f00f00f00f00"
OBJECTS = {"mine": (OWN, {LAB: "test-lab"}), "theirs": (FOREIGN, {})}


class FakeEngine:
    """Two containers and two networks: the lab's own and a foreign one, found as Docker does."""

    def _find(self, name):
        for known, (identifier, labels) in OBJECTS.items():
            if name == known or (name and identifier.startswith(name)):
                return known, labels
        raise docker.errors.NotFound(f"No such object: {name}")

    def inspect_container(self, name):
        return {"Config": {"Labels": self._find(name)[1]}}

    def inspect_network(self, name):
        if name in ("bridge", "host", "none"):
            return {"Name": name, "Labels": {}}
        known, labels = self._find(name)
        return {"Name": known, "Labels": labels}


@pytest.fixture
def context():
    return SimpleNamespace(
        name="test-lab",
        client=SimpleNamespace(api=FakeEngine()),
        connection=SimpleNamespace(address="unix:///nowhere"),
        lesson_image=lambda: "xmtubuntu:latest",
    )


@pytest.fixture
def called(monkeypatch):
    """The argument lists that would be run."""
    calls = []
    monkeypatch.setattr(module, "_call", lambda _, words: (calls.append(words) or 0, "ran\n"))
    return calls


REFUSED = [
    "rm -f theirs", f"rm -f {FOREIGN}", "rm -f f00f", "rm -f /theirs", "rm mine theirs",
    "rm -f -- -h theirs", "stop -t 0 theirs", "stop --time=0 theirs", "restart theirs",
    "kill -s KILL theirs", "kill -sKILL theirs", "pause theirs", "start -ai theirs",
    "rename theirs new", "exec theirs ls", "exec -it theirs sh", "exec -itu root theirs sh",
    "exec -u root -e A=b theirs sh", "exec -eA=b --user root theirs sh", "exec f00f ls",
    "network rm theirs", "network rm f00f", "network connect theirs mine",
    "network connect bridge theirs", "network connect --ip 10.0.0.9 bridge theirs",
    "network disconnect -f bridge theirs", "network connect -- -h theirs",
]  # fmt: skip


@pytest.mark.parametrize("line", REFUSED)
def test_what_would_change_something_foreign_is_refused(context, called, line):
    result = docker_line(context, line)
    assert called == []
    assert result.exit_code == 1
    assert "was not made by this lab" in result.text


@pytest.mark.parametrize(
    "line",
    [
        "-H tcp://elsewhere:2375 ps", "--host=tcp://elsewhere:2375 ps", "--context other ps",
        "system prune", "volume rm x", "image rm x", "rmi x", "pull x", "login", "attach mine",
        "docker docker ps", "container rm theirs", "network nonsense mine",
    ],
)  # fmt: skip
def test_other_engines_and_other_verbs_are_refused(context, called, line):
    result = docker_line(context, line)
    assert called == []
    assert result.exit_code == 1
    assert "not possible in a lesson" in result.text


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("ps -a", ["ps", "-a"]),
        ("docker images", ["images"]),
        ("inspect theirs", ["inspect", "theirs"]),
        ("rm -f mine", ["rm", "-f", "mine"]),
        ("rm -f 0a1b", ["rm", "-f", "0a1b"]),
        ("stop -t 1 mine", ["stop", "-t", "1", "mine"]),
        ("rename mine theirs", ["rename", "mine", "theirs"]),
        ("rm nobody", ["rm", "nobody"]),
        ("rm --help", ["rm", "--help"]),
        ("start -ai mine", ["start", "mine"]),
        ("network -h", ["network", "-h"]),
        ("network connect -h", ["network", "connect", "-h"]),
        ("network ls", ["network", "ls"]),
        ("network connect bridge mine", ["network", "connect", "bridge", "mine"]),
        ("exec mine ls -it", ["exec", "mine", "ls", "-it"]),
        ("exec -it mine ls", ["exec", "mine", "ls"]),
        ("exec -itu root mine ls", ["exec", "-u", "root", "mine", "ls"]),
        ("exec -ti -e A=b mine ls", ["exec", "-e", "A=b", "mine", "ls"]),
        ("exec -it mine ping mine", ["exec", "mine", "ping", "-c", "3", "mine"]),
        ("exec mine ping -c 1 mine", ["exec", "mine", "ping", "-c", "1", "mine"]),
        ("", []),
        ("docker", []),
    ],
)
def test_what_is_run(context, called, line, arguments):
    docker_line(context, line)
    assert called == [arguments]


def labels_of(arguments):
    return [word for word in arguments if word.startswith("--label=")]


@pytest.mark.parametrize("line", ["run -it --name x -P xmtubuntu", "run -h name xmtubuntu"])
def test_run_is_labelled_and_detached(context, called, line):
    result = docker_line(context, line)
    (arguments,) = called
    assert arguments[:2] == ["run", "--detach"]
    assert f"--label={LAB}=test-lab" in labels_of(arguments)
    assert arguments[-len(line.split()) + 1 :] == line.split()[1:]
    assert "background" in result.text


def test_run_detached_and_create_are_left_as_they_are_but_for_the_labels(context, called):
    assert "background" not in docker_line(context, "run -d xmtubuntu").text
    docker_line(context, "create --name x xmtubuntu")
    assert "--detach" not in called[0] + called[1]
    assert all(labels_of(arguments) for arguments in called)


@pytest.mark.parametrize("line", ["run --name host xmtubuntu", "create --name=host xmtubuntu"])
def test_no_container_may_be_called_host(context, called, line):
    assert "host itself" in docker_line(context, line).text
    assert called == []


def test_a_network_is_labelled_after_its_subnet_was_checked(context, called, monkeypatch):
    checked = []
    monkeypatch.setattr(module, "claims", lambda _: ())
    monkeypatch.setattr(module, "check_subnet", lambda *words: checked.append(words[:2]))
    docker_line(context, "network create --subnet=10.0.0.0/24 --gateway 10.0.0.9 shop")
    assert checked == [("10.0.0.0/24", "10.0.0.9")]
    assert f"--label={LAB}=test-lab" in labels_of(called[0])
    assert called[0][-1] == "shop"


def test_prune_is_kept_to_the_lab(context, called):
    docker_line(context, "network prune -f --filter until=1h")
    assert called == [["network", "prune", "--force", f"--filter=label={LAB}=test-lab"]]


def test_an_endless_log_is_refused(context, called):
    assert "follow" in docker_line(context, "logs -f mine").text
    assert called == []


def test_an_unfinished_quotation_is_said_so(context, called):
    result = docker_line(context, 'exec mine sh -c "ls')
    assert (result.exit_code, called) == (1, [])
    assert "No closing quotation" in result.text


def test_a_lost_engine_is_a_result_too(context, called, monkeypatch):
    def lost(_):
        raise requests.exceptions.ConnectionError("Connection refused")

    monkeypatch.setattr(FakeEngine, "inspect_container", lambda _, name: lost(name))
    result = docker_line(context, "rm mine")
    assert (result.exit_code, called) == (1, [])
    assert "stopped answering" in result.text


def test_without_a_docker_command_it_says_so(context, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    result = docker_line(context, "ps")
    assert result.exit_code == 127
    assert "not installed" in result.text


def test_a_line_without_an_end_is_given_up(context, monkeypatch, tmp_path):
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(module, "TIMEOUT_S", 0.2)
    assert docker_line(context, "ps").exit_code == 124


def test_the_typed_line_goes_to_the_labs_engine(context, monkeypatch, tmp_path):
    program = tmp_path / "docker"
    program.write_text('#!/bin/sh\necho "$DOCKER_HOST: $*"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "unix:///elsewhere")
    assert str(docker_line(context, "docker ps -a")) == "unix:///nowhere: ps -a\n"
