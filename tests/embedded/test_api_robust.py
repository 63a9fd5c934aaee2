"""Whatever is asked, there is an answer: never an exception, never a hang."""

import json

import pytest
from api_driver import Answer, Client, pass_until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockernet_lessons.embedded.api import missing, requests
from dockernet_lessons.embedded.daemon.filters import Filters
from dockernet_lessons.embedded.daemon.timestamps import human_duration, parse_rfc3339, rfc3339
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.http.messages import Request

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["Image", "Cmd", "Env", "Labels", "Tty", "HostConfig", "NetworkingConfig", "ExposedPorts",
     "Name", "IPAM", "Options", "Container", "EndpointConfig", "User", "Healthcheck", "Detach"]
)  # fmt: skip
BODIES = st.dictionaries(NAMES | st.text(max_size=5), VALUES, max_size=5)
PATHS = ["/containers/create", "/networks/create", "/networks/bridge/connect",
         "/networks/bridge/disconnect", "/containers/c1/exec", "/exec/zz/start"]  # fmt: skip
CLIENTS = {}


def client_of(profile):
    if profile not in CLIENTS:
        CLIENTS[profile] = Client(profile)
        CLIENTS[profile].run("c1")
    return CLIENTS[profile]


def status_of(client, method, path, body):
    task = client.begin(method, path, body)
    assert pass_until(client.loop, lambda: task.done, 700)
    return Answer(task.result(), client.loop).status


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(profile=st.sampled_from(["classic", "modern"]), path=st.sampled_from(PATHS), body=BODIES)
def test_any_json_body_is_answered(profile, path, body):
    assert 200 <= status_of(client_of(profile), "POST", path, body) < 600


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(path=st.sampled_from(PATHS), body=st.binary(max_size=40))
def test_any_bytes_are_answered(path, body):
    assert 200 <= status_of(client_of("modern"), "POST", path, body) < 600


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from(["/containers/json", "/networks", "/images/json", "/events", "/volumes"]),
    text=st.text(max_size=20) | st.dictionaries(NAMES, VALUES, max_size=2).map(json.dumps),
    name=st.text(min_size=1, max_size=8),
)
def test_any_filter_and_name_is_answered(path, text, name):
    client = client_of("classic")
    request = Request("GET", path, {"filters": [text], "limit": ["1"], "until": ["5"]})
    task = client.engine.handle(request)
    assert task.done
    task.result()
    for verb, where in (("GET", "json"), ("POST", "start"), ("POST", "kill")):
        task = client.engine.handle(Request(verb, f"/containers/{name}/{where}", {}))
        assert pass_until(client.loop, lambda task=task: task.done)
        assert task.result().status >= 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"Image": "\\ud800"}', b'{"Image": "xmtubuntu", "Labels": {"\\udfff": "\\ud800"}}',
        b'{"Image": ' + b"9" * 5000 + b"}", b'{"StopTimeout": ' + b"9" * 5000 + b"}",
        b'{"Image": NaN}', b"nul", b'{"a" 1}', b'{"a": 1 "b"}', b'{"a": "\n"}', b'{"a": "\\q"}',
        b"'", b'{"Image": "x"', b"[1 2]", b"\xff\xfe", b'{"Image": Infinity}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("profile", ["classic", "modern"])
def test_odd_json(profile, body):
    status = status_of(client_of(profile), "POST", "/containers/create", body)
    assert status in (201, 400, 404, 500)


@pytest.mark.parametrize("profile", ["classic", "modern"])
def test_of_keys_that_mean_one_field_the_last_counts(profile):
    """As Go reads JSON; tried on Engine 20.10.24 and 28.5.2."""
    client = Client(profile)
    client.post("/containers/create", b'{"Image": "xmtubuntu", "image": "nosuch"}', 404)
    body = b"""{"image": "nosuch", "Image": "xmtubuntu", "cmd": ["a"], "CMD": ["b"], "Cmd": null,
        "env": ["A=1"], "Env": ["B=2"], "hostname": "h1", "HOSTNAME": null}"""
    client.post("/containers/create?name=c1", body, 201)
    config = client.inspect("c1")["Config"]
    assert (config["Cmd"], config["Hostname"], config["Env"][0]) == (["bash"], "h1", "B=2")


def test_surrogates_are_replaced_in_answers():
    client = Client()
    body = b'{"Image": "xmtubuntu", "Labels": {"k": "\\ud800"}, "Env": ["A=\\udc00"]}'
    client.post("/containers/create?name=c1", body, 201)
    assert client.inspect("c1")["Config"]["Labels"]["k"] == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("route", missing._MISSING, ids=lambda route: " ".join(route[:2]))
def test_what_is_not_emulated_says_so(route):
    method, path, what = route
    path = path.replace("{name:path}", "xmtubuntu").replace("{name}", "c1")
    answer = client_of("modern").ask(method, path, {})
    assert answer.status == 501
    assert what in answer.message


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("/v1.41/containers//json?all=1", "/v1.41/containers/json?all=1"),
        ("/containers/../images/json", "/images/json"),
        ("/containers/./json", "/containers/json"),
        ("/containers/..%2fc1/json?a=%20b", "/c1/json?a=%20b"),
        ("/networks//", "/networks/"),
        ("/a%20b//c", "/a%20b/c"),
        ("/../../../etc/passwd", "/etc/passwd"),
    ],
)
def test_paths_are_cleaned(path, clean):
    answer = client_of("classic").ask("GET", path)
    assert (answer.status, answer.headers["Location"]) == (301, clean)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/zz"), ("GET", "/v1.41"), ("GET", "/containers/json/"),
        ("POST", "/containers/c1/json"), ("PATCH", "/containers/json"), ("GET", "/v9.9/zz"),
        ("GET", "/etc/passwd"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("profile", ["classic", "modern"])
def test_pages_that_no_engine_has(profile, method, path):
    answer = client_of(profile).ask(method, path)
    assert (answer.status, answer.message) == (404, "page not found")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/swarm", 503), ("POST", "/swarm/leave", 503), ("GET", "/nodes/x", 503),
        ("DELETE", "/services/x", 503), ("POST", "/configs/create", 503), ("GET", "/plugins", 200),
        ("POST", "/plugins/x/disable", 404), ("GET", "/networks/", 200),
    ],
)  # fmt: skip
def test_what_is_not_there_says_so(method, path, status):
    assert client_of("modern").ask(method, path).status == status


@pytest.mark.parametrize("pattern", ["(a+)+$", "a*b*c*", "x" * 300, "(a|b)?"])
def test_elaborate_patterns_are_refused(pattern):
    with pytest.raises(DockerError, match="elaborate"):
        Filters({"name": [pattern]}, modern=True).matches("name", "a" * 300)


@pytest.mark.parametrize(
    ("pattern", "found"), [("^c1$", True), ("1", True), ("C1", False), ("[", False), ("", True)]
)
def test_patterns(pattern, found):
    assert Filters({"name": [pattern]}, modern=True).matches("name", "c1") is found


def test_filters_that_are_true_or_false():
    filters = Filters({"a": ["true"], "b": ["0"], "c": ["x"]}, modern=True)
    assert (filters.flag("a"), filters.flag("b"), filters.flag("z")) == (True, False, None)
    with pytest.raises(DockerError):
        filters.flag("c")


def test_filters_of_containers():
    client = Client("modern")
    client.run("c1", Labels={"k": "v"})
    client.run("c2", HostConfig={"NetworkMode": "none"})
    client.run("c3")

    def names(filters):
        rows = client.get(f"/containers/json?all=1&filters={json.dumps(filters)}")
        return [row["Names"][0] for row in rows]

    assert names({"label": {"k=v": True}}) == ["/c1"]
    assert names({"label": ["k", "zz"]}) == []
    assert names({"network": ["none"]}) == ["/c2"]
    assert names({"before": ["c3"]}) == ["/c2", "/c1"]
    assert names({"since": ["c1"]}) == ["/c3", "/c2"]
    assert names({"ancestor": ["xmtubuntu"], "status": ["running"]}) == ["/c3", "/c2", "/c1"]
    assert names({"volume": ["x"]}) == []
    assert names({"health": ["none"], "is-task": ["false"]}) == ["/c3", "/c2", "/c1"]
    assert names({"exited": ["0"]}) == []
    assert names({"id": [client.inspect("c2")["Id"][:12]]}) == ["/c2"]


def test_prune_takes_what_the_filters_say():
    client = Client()
    for name, labels in (("c1", {"a": "b"}), ("c2", {}), ("c3", {"keep": ""})):
        client.post(
            f"/containers/create?name={name}", {"Image": "xmtubuntu", "Labels": labels}, 201
        )
    client.sleep(100)

    def prune(filters):
        answer = client.post(f"/containers/prune?filters={json.dumps(filters)}", status=200)
        return len(answer.json["ContainersDeleted"] or ())

    assert prune({"until": ["10m"]}) == 0
    assert prune({"label": ["a=b"]}) == 1
    assert prune({"label!": ["keep"], "until": ["1m30s"]}) == 1
    assert prune({"until": [f"{client.loop.now:.0f}"]}) == 1
    assert client.post('/containers/prune?filters={"until":["zz"]}').status == 200
    client.post("/containers/create?name=c4", {"Image": "xmtubuntu"}, 201)
    assert client.post('/containers/prune?filters={"until":["zz"]}').status == 400


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        ("-ef", "UID"),
        ("aux", "USER"),
        ("-o pid,ppid,cmd", "PID"),
        ("-eo user,pid,tty,comm", "USER"),
    ],
)
def test_top(arguments, titles):
    client = client_of("classic")
    client.exec("c1", "true")
    shown = client.get(f"/containers/c1/top?ps_args={arguments}")
    assert shown["Titles"][0] == titles
    assert len(shown["Processes"][0]) == len(shown["Titles"])


@pytest.mark.parametrize(
    ("arguments", "status"), [("--zz", 500), ("-o cmd", 500), ("-o zz", 501), ("fuxl", 501)]
)
def test_top_with_other_arguments(arguments, status):
    assert (
        client_of("classic").ask("GET", f"/containers/c1/top?ps_args={arguments}").status == status
    )


def test_top_shows_children_and_terminals():
    client = Client()
    client.run("c1", Tty=True, HostConfig={"Init": True})
    rows = client.get("/containers/c1/top?ps_args=-o pid,ppid,tty,cmd")["Processes"]
    assert rows[1][1] == rows[0][0]
    assert rows[0][2] == "pts/0"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.5, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"),
        (120, "2 minutes"), (3600, "About an hour"), (7200, "2 hours"), (47 * 3600, "47 hours"),
        (72 * 3600, "3 days"), (21 * 86400, "3 weeks"), (90 * 86400, "3 months"),
        (800 * 86400, "2 years"),
    ],
)  # fmt: skip
def test_durations(seconds, text):
    assert human_duration(seconds) == text


def test_times():
    assert rfc3339(0.5) == "1970-01-01T00:00:00.5Z"
    assert rfc3339(1) == "1970-01-01T00:00:01Z"
    assert rfc3339(1, pad=True) == "1970-01-01T00:00:01.000000000Z"
    assert parse_rfc3339("1970-01-01T00:00:01.5Z") == 1.5


@pytest.mark.parametrize("profile", ["classic", "modern"])
def test_fields_are_found_in_any_case(profile):
    modern = profile == "modern"
    request = Request("POST", "/", body=b'{"image": "x", "hostconfig": {"autoremove": true}}')
    decoded = requests.read_container(request, modern=modern)
    assert decoded["Image"] == "x"
    assert decoded["HostConfig"]["AutoRemove"] is True


@pytest.mark.parametrize(
    "version", ["1.24", "1.41", "1.43", "1.44", "1.45", "1.47", "1.49", "1.51"]
)
def test_answers_follow_the_version(version):
    client = client_of("modern")
    number = tuple(int(part) for part in version.split("."))
    image = client.get(f"/v{version}/images/xmtubuntu/json")
    row = client.get(f"/v{version}/images/json")[0]
    info = client.get(f"/v{version}/info")
    assert ("VirtualSize" in image) == ("VirtualSize" in row) == (number < (1, 44))
    assert ("ContainerConfig" in image) == (number < (1, 45))
    assert ("Hostname" in image["Config"]) == (number < (1, 50))
    assert (row["RepoDigests"] is None) == (number < (1, 43))
    assert ("FirewallBackend" in info) == (number >= (1, 49))
    assert ("Containerd" in info) == (number >= (1, 46))
    assert ("BridgeNfIptables" in info) == (number < (1, 50))
    assert ("Expected" in info["RuncCommit"]) == (number < (1, 49))
    usage = client.get(f"/v{version}/system/df")["Images"][0]
    assert ("VirtualSize" in usage) == (number < (1, 44))


def test_stats_only_once():
    client = client_of("classic")
    assert client.ask("GET", "/containers/c1/stats").status == 501
    networks = client.get("/containers/c1/stats?stream=0")["networks"]
    assert set(networks) == {"eth0"}
    client.run("hosted", HostConfig={"NetworkMode": "host"})
    assert client.get("/containers/hosted/stats?stream=0")["networks"] == {}


def test_configured_from_other_networks():
    client = client_of("classic")
    client.post("/networks/create", {"Name": "conf", "ConfigOnly": True}, 201)
    for name, status in (("conf", 501), ("zz", 404)):
        body = {"Name": "nn", "ConfigFrom": {"Network": name}}
        client.post("/networks/create", body, status)


@pytest.mark.parametrize("user", ["zz", "0:zz", "-5", "99999999999"])
def test_users_that_are_none(user):
    client = client_of("classic")
    body = {"Image": "xmtubuntu", "User": user, "Cmd": ["sleep", "1"]}
    made = client.post("/containers/create", body, 201).json["Id"]
    assert client.post(f"/containers/{made}/start").status == 500
