"""Typed docker lines: what is refused, what is changed, and what is asked of the engine."""

import json
import socket as socket_module
from types import SimpleNamespace

import docker.errors
import pytest
import requests
import requests.exceptions

from dockernet_lessons.commands import network_create
from dockernet_lessons.commands.docker_line import docker_line
from dockernet_lessons.labels import LAB
from dockernet_lessons.preflight import Claim, parse_subnet

OWN = "0a1b2c3d4e5f"
FOREIGN = "f00f00f00f00"
OBJECTS = {"mine": (OWN, {LAB: "test-lab"}), "theirs": (FOREIGN, {})}


class FakeEngine:
    """Two containers and two networks: the lab's own and a foreign one, found as Docker does."""

    base_url = "http://engine"
    api_version = "1.41"
    timeout = 5

    def __init__(self):
        self.asked = []

    def _find(self, name):
        for known, (identifier, labels) in OBJECTS.items():
            if name == known or (name and identifier.startswith(name)):
                return known, labels
        raise docker.errors.NotFound(f"No such object: {name}", explanation=f"no {name}")

    def inspect_container(self, name):
        return {"Config": {"Labels": self._find(name)[1]}}

    def inspect_network(self, name):
        if name in ("bridge", "host", "none"):
            return {"Name": name, "Labels": {}}
        known, labels = self._find(name)
        return {"Name": known, "Labels": labels}

    def request(self, method, url, params=None, data=None, **_):
        path = url.removeprefix(f"{self.base_url}/v{self.api_version}")
        self.asked.append((method, path, params, json.loads(data) if data else None))
        answer = requests.Response()
        answer.status_code = 200
        answer._content = json.dumps({"Id": "made", "StatusCode": 0}).encode()
        return answer

    def exec_start(self, exec_id, detach=False, socket=False):
        near, far = socket_module.socketpair()
        far.close()
        return near

    def exec_inspect(self, exec_id):
        return {"ExitCode": 0}

    def containers(self, **_):
        return [{"Names": ["/mine"]}, {"Names": ["/theirs", "/mine/alias"]}]

    def networks(self, **_):
        return [{"Name": "bridge"}, {"Name": "mine"}]

    def images(self, **_):
        return [{"RepoTags": ["xmtubuntu:latest"]}]


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def context(engine):
    return SimpleNamespace(
        name="test-lab",
        client=SimpleNamespace(api=engine),
        connection=SimpleNamespace(address="unix:///nowhere", version="20.10.24"),
        lesson_image=lambda: "xmtubuntu:latest",
    )


def bodies(engine, end):
    """The bodies of the requests whose address ends like this."""
    return [body for _, path, _, body in engine.asked if path.endswith(end)]


REFUSED = [
    "rm -f theirs", f"rm -f {FOREIGN}", "rm -f f00f", "rm -f /theirs", "rm mine theirs",
    "rm -f -- -h theirs", "stop -t 0 theirs", "stop --time=0 theirs", "restart theirs",
    "kill -s KILL theirs", "kill -sKILL theirs", "pause theirs", "start -ai theirs",
    "rename theirs new", "exec theirs ls", "exec -it theirs sh", "exec -itu root theirs sh",
    "exec -u root -e A=b theirs sh", "exec -eA=b --user root theirs sh", "exec f00f ls",
    "network rm theirs", "network rm f00f", "network connect theirs mine", "wait theirs",
    "network connect bridge theirs", "network connect --ip 10.0.0.9 bridge theirs",
    "network disconnect -f bridge theirs", "network connect -- theirs mine", "unpause theirs",
    "container rm -f theirs", "container exec theirs ls", "container rename theirs new",
]  # fmt: skip


@pytest.mark.parametrize("line", REFUSED)
def test_what_would_change_something_foreign_is_refused(context, engine, line):
    result = docker_line(context, line)
    assert engine.asked == []
    assert result.exit_code == 1
    assert "was not made by this lab" in result.text


@pytest.mark.parametrize(
    "line",
    [
        "-H tcp://elsewhere:2375 ps", "--host=tcp://elsewhere:2375 ps", "--context other ps",
        "system prune", "volume rm x", "image rm x", "rmi x", "pull x", "login", "attach mine",
        "container prune", "run --gpus all xmtubuntu", "run --mount type=bind,src=/,dst=/x y",
        "exec --env-file x mine ls", "network create --ingress x", "inspect --type volume x",
    ],
)  # fmt: skip
def test_what_a_lesson_does_not_know_is_refused_in_one_line(context, engine, line):
    result = docker_line(context, line)
    assert engine.asked == []
    assert result.exit_code == 1
    assert "not possible in a lesson; possible are" in result.text
    assert result.text.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "method", "path", "query"),
    [
        ("rm -f mine", "DELETE", "/containers/mine", {"force": 1}),
        ("rm -fv 0a1b", "DELETE", "/containers/0a1b", {"v": 1, "force": 1}),
        ("rm nobody", "DELETE", "/containers/nobody", {}),
        ("rm -- -h", "DELETE", "/containers/-h", {}),
        ("stop -t 1 mine", "POST", "/containers/mine/stop", {"t": 1}),
        ("stop mine", "POST", "/containers/mine/stop", {}),
        ("restart mine", "POST", "/containers/mine/restart", {}),
        ("kill mine", "POST", "/containers/mine/kill", {"signal": "KILL"}),
        ("rename mine theirs", "POST", "/containers/mine/rename", {"name": "theirs"}),
        ("start -ai mine", "POST", "/containers/mine/start", {}),
        ("network connect bridge mine", "POST", "/networks/bridge/connect", {}),
        ("network remove mine", "DELETE", "/networks/mine", {}),
    ],
)
def test_what_the_engine_is_asked(context, engine, line, method, path, query):
    assert docker_line(context, line).ok
    assert [request[:3] for request in engine.asked] == [(method, path, query)]


@pytest.mark.parametrize("line", ["", "docker", "docker --help", "rm --help", "network -h"])
def test_help_asks_nothing(context, engine, line):
    result = docker_line(context, line)
    assert (result.exit_code, engine.asked) == (0, [])
    assert "Usage:" in result.text


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("exec mine ls -it", ["ls", "-it"]),
        ("exec -it mine ls", ["ls"]),
        ("exec -itu root mine ls", ["ls"]),
        ("exec -it mine ping mine", ["ping", "-c", "3", "mine"]),
        ("exec mine ping -c 1 mine", ["ping", "-c", "1", "mine"]),
    ],
)
def test_exec_has_no_terminal_and_an_end(context, engine, line, command):
    result = docker_line(context, line)
    (body,) = bodies(engine, "/exec")
    assert body["Cmd"] == command
    assert (body["Tty"], body["AttachStdin"]) == (False, False)
    assert ("Stopped after three" in result.text) == ("3" in command)


@pytest.mark.parametrize(
    "line",
    ["run -it --name x -P xmtubuntu", "run -it xmtubuntu bash", "run xmtubuntu sleep infinity",
     "run -dit xmtubuntu"],
)  # fmt: skip
def test_what_waits_for_input_starts_in_the_background(context, engine, line):
    result = docker_line(context, line)
    (body,) = bodies(engine, "/create")
    assert [path for _, path, *_ in engine.asked] == [
        "/containers/create",
        "/containers/made/start",
    ]
    assert (body["Tty"], body["OpenStdin"]) == ("-it" in line or "-dit" in line,) * 2
    assert body["Labels"][LAB] == "test-lab"
    assert body["StopTimeout"] == 1
    assert "Init" not in body["HostConfig"]
    assert result.text.startswith("made\n")
    assert ("in the background" in result.text) == ("-d" not in line)


def test_create_is_labelled(context, engine):
    docker_line(context, "create --stop-timeout 4 -l a=b --name x xmtubuntu ls -l")
    ((_, path, query, body),) = engine.asked
    assert (path, query) == ("/containers/create", {"name": "x"})
    assert body["Labels"] == {"a": "b"} | {key: body["Labels"][key] for key in body["Labels"]}
    assert body["Labels"][LAB] == "test-lab"
    assert (body["StopTimeout"], body["Cmd"]) == (4, ["ls", "-l"])


@pytest.mark.parametrize("line", ["run --name host xmtubuntu", "create --name=host xmtubuntu"])
def test_no_container_may_be_called_host(context, engine, line):
    assert "host itself" in docker_line(context, line).text
    assert engine.asked == []


@pytest.fixture
def machine(monkeypatch):
    """A machine with an address of its own and one Docker network."""
    shop, home = parse_subnet("10.1.0.0/24"), parse_subnet("10.2.0.0/24")
    claims = [Claim(shop, "the Docker network 'shop'"), Claim(home, "the host's address")]
    monkeypatch.setattr(network_create, "claims", lambda _: claims)
    monkeypatch.setattr(network_create, "list_networks", lambda _: [SimpleNamespace(subnet=shop)])


def test_a_network_is_labelled(context, engine, machine):
    line = "network create --subnet=10.0.0.0/24 --gateway 10.0.0.9 --label a=b shop"
    assert str(docker_line(context, line)) == "made\n"
    (body,) = bodies(engine, "/networks/create")
    assert body["Labels"]["a"] == "b"
    assert body["Labels"][LAB] == "test-lab"
    assert body["IPAM"]["Config"] == [{"Subnet": "10.0.0.0/24", "Gateway": "10.0.0.9"}]


@pytest.mark.parametrize("subnet", ["10.2.0.0/24", "10.2.0.0/16", "10.2.0.128/25", "10.2.0.7/24"])
def test_a_subnet_that_the_host_uses_is_refused(context, engine, machine, subnet):
    result = docker_line(context, f"network create --subnet {subnet} x")
    assert (result.exit_code, engine.asked) == (1, [])
    assert "the host's address" in result.text


def test_a_subnet_of_docker_s_own_is_for_the_engine_to_refuse(
    context, engine, machine, monkeypatch
):
    def refuse(*_, **__):
        raise docker.errors.APIError("no", explanation="Pool overlaps")

    monkeypatch.setattr(network_create, "post", refuse)
    result = docker_line(context, "network create --subnet 10.1.0.0/25 x")
    assert result.exit_code == 1
    assert result.text.startswith("Error response from daemon: Pool overlaps\n")
    assert "the Docker network 'shop'" in result.text


def test_prune_is_kept_to_the_lab(context, engine):
    result = docker_line(context, "network prune -f --filter until=1h --filter label=a")
    ((_, path, query, _),) = engine.asked
    assert path == "/networks/prune"
    assert json.loads(query["filters"]) == {"until": ["1h"], "label": ["a", f"{LAB}=test-lab"]}
    assert "Only networks of this lab" in result.text


def test_an_endless_log_is_refused(context, engine):
    assert "follow" in docker_line(context, "logs -f mine").text
    assert engine.asked == []


def test_an_unfinished_quotation_is_said_so(context, engine):
    result = docker_line(context, 'exec mine sh -c "ls')
    assert (result.exit_code, engine.asked) == (1, [])
    assert "No closing quotation" in result.text


def test_a_lost_engine_is_a_result_too(context, monkeypatch):
    def lost(*_, **__):
        raise requests.exceptions.ConnectionError("Connection refused")

    monkeypatch.setattr(FakeEngine, "inspect_container", lost)
    result = docker_line(context, "rm mine")
    assert result.exit_code == 1
    assert "stopped answering" in result.text


def test_the_line_is_kept_as_typed(context):
    assert docker_line(context, " docker  rm   mine ").command == "docker rm   mine"
    assert docker_line(context, "").command == "docker"


@pytest.mark.parametrize(
    ("version", "words"),
    [("20.10.24", "requires at least 1 argument."), ("19.03.1", "requires at least 1 argument."),
     ("28.5.2", "docker: 'docker rm' requires"), ("29.7.2", "docker: 'docker rm' requires")],
)  # fmt: skip
def test_the_engine_s_version_decides_the_words(context, version, words):
    context.connection.version = version
    assert words in docker_line(context, "rm").text
