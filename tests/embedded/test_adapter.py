"""docker-py, unchanged, on an engine in this process; the same over sockets."""

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import docker
import pytest
import requests

from dockernet_lessons import Lab
from dockernet_lessons.connect import embedded_server
from dockernet_lessons.embedded import adapter

IMAGE = "xmtubuntu"


@pytest.fixture(params=["in process", "over a socket", "over a port"])
def client(request, tmp_path, monkeypatch):
    if request.param == "in process":
        yield adapter.client("classic")
        return
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    path = tmp_path / "d.sock" if request.param == "over a socket" else None
    server = embedded_server("classic", path=path, pace=0.01)
    server.start()
    made = docker.DockerClient(base_url=server.address, timeout=20)
    yield made
    made.close()
    server.close()


@pytest.fixture
def box(client):
    return client.containers.run(IMAGE, "sleep infinity", name="box", detach=True, init=True)


def test_run_inspect_and_remove(client, box):
    assert box.status in ("created", "running")
    box.reload()
    assert box.status == "running"
    assert box.attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"] == "172.17.0.2"
    assert [c.name for c in client.containers.list()] == ["box"]
    box.remove(force=True)
    assert client.containers.list(all=True) == []


def test_output_of_a_container_that_ends(client):
    assert client.containers.run(IMAGE, ["echo", "hi"], remove=True) == b"hi\n"
    with pytest.raises(docker.errors.ContainerError, match="nonsuch"):
        client.containers.run(IMAGE, ["cat", "/nonsuch"], remove=True)


def test_exec_in_all_its_ways(client, box):
    assert box.exec_run(["sh", "-c", "echo out; echo err >&2; exit 3"]) == (3, b"out\nerr\n")
    assert box.exec_run(["sh", "-c", "echo a; echo b >&2"], demux=True) == (0, (b"a\n", b"b\n"))
    assert b"".join(box.exec_run("ip -br link", stream=True).output).startswith(b"lo ")
    assert box.exec_run("echo hi", tty=True).output == b"hi\r\n"
    assert box.exec_run("sleep 100", detach=True).output == ""


def test_a_shell_that_is_talked_to(client, box):
    made = client.api.exec_create(box.id, ["sh"], stdin=True)["Id"]
    stream = client.api.exec_start(made, socket=True)
    wire = getattr(stream, "_sock", stream)
    for word in (b"one", b"two"):
        wire.sendall(b"echo " + word + b"\n")
        header = docker.utils.socket.read_exactly(stream, 8)
        assert docker.utils.socket.read_exactly(stream, header[-1]) == word + b"\n"
    stream.close()


def test_logs_waiting_and_events(client):
    done = client.containers.run(IMAGE, ["sh", "-c", "echo a; sleep 2; echo b"], detach=True)
    assert done.wait()["StatusCode"] == 0
    assert done.logs() == b"a\nb\n"
    assert list(done.logs(stream=True)) == [b"a\n", b"b\n"]
    now = datetime.fromisoformat(client.info()["SystemTime"][:19] + "+00:00").timestamp()
    events = [e["Action"] for e in client.events(since=0, until=int(now) + 1, decode=True)]
    assert events.index("create") < events.index("start") < events.index("die")


def test_mistakes_are_docker_pys_own_exceptions(client):
    with pytest.raises(docker.errors.NotFound):
        client.containers.get("nonsuch")
    with pytest.raises(docker.errors.ImageNotFound):
        client.images.get("nonsuch")
    with pytest.raises(docker.errors.APIError) as refused:
        client.networks.create("bridge")
    assert refused.value.status_code == 403


def test_many_threads_at_once(client, box):
    def work(number):
        return box.exec_run(["sh", "-c", f"echo {number}; exit {number}"])

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(64)))
    assert results == [(n, f"{n}\n".encode()) for n in range(64)]


def test_a_command_without_an_end_is_ended():
    client = adapter.client("classic")
    box = client.containers.run(IMAGE, "sleep infinity", detach=True)
    output = box.exec_run(["ping", "127.0.0.1"]).output
    assert output.count(b"bytes from") > 500
    assert output.endswith(adapter.ENDED)
    assert box.exec_run(["cat"], stdin=True).output == adapter.ENDED
    with pytest.raises(requests.exceptions.RequestException):
        box.wait(timeout=5)
    assert not list(client.events(since=4_000_000_000))


def test_equal_seeds_give_equal_answers_and_others_do_not():
    def answers(seed):
        client = adapter.client("modern", seed=seed)
        client.containers.run(IMAGE, "sleep infinity", name="aa", detach=True)
        box = client.containers.run(IMAGE, "sleep infinity", name="bb", detach=True)
        ping = box.exec_run("ping -c 3 172.17.0.2").output
        return ping, json.dumps(client.api.inspect_container("aa")), client.api.networks()

    assert answers(1) == answers(1)
    assert answers(1) != answers(2)


def test_a_pace_of_one_is_real_time():
    client = adapter.client("classic", pace=1.0)
    start = time.monotonic()
    box = client.containers.run(IMAGE, "sleep infinity", detach=True)
    box.exec_run("sleep 0.5")
    assert 0.5 <= time.monotonic() - start < 10


def test_a_server_checks_the_host_header():
    server = embedded_server("classic")
    server.start()
    url = server.address.replace("tcp", "http") + "/_ping"
    session = requests.Session()
    session.trust_env = False
    assert session.get(url, timeout=5).text == "OK"
    assert session.get(url, headers={"Host": "evil.example"}, timeout=5).status_code == 403
    server.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"POST /containers/create HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: x\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: localhost:1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost:1\r\n\r\n",
        b"\0\xff" * 100 + b"\r\n\r\n",
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_malformed_http_is_refused_and_the_server_lives_on(raw, tmp_path):
    import socket

    server = embedded_server("classic")
    server.start()
    host, port = server.address.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(raw)
        wire.shutdown(socket.SHUT_WR)
        answer = b""
        while data := wire.recv(65536):
            answer += data
    assert b" 4" in answer.split(b"\r\n")[0] or b"Error code: 4" in answer
    assert docker.APIClient(base_url=server.address).ping()
    server.close()


@pytest.mark.parametrize(
    ("target", "status"),
    [("//info", 301), ("/containers//json", 301), ("/info", 200), ("http://localhost/info", 200)],
)
def test_paths_that_are_not_clean_lead_elsewhere(target, status):
    """As Go's servers do it, also where the path begins with two slashes."""
    import socket

    server = embedded_server("classic")
    server.start()
    host, port = server.address.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost:1\r\n\r\n".encode())
        assert wire.recv(65536).startswith(f"HTTP/1.1 {status} ".encode())
    server.close()


def test_the_command_serves_until_interrupted(tmp_path):
    path = tmp_path / "e.sock"
    program = Path(sys.prefix) / "bin" / "dockernet"
    process = subprocess.Popen(
        [program, "engine", "--socket", str(path), "--profile", "modern"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "emulated; modern profile" in process.stdout.readline()
        assert f"DOCKER_HOST=unix://{path}" in process.stdout.readline()
        client = docker.DockerClient(base_url=f"unix://{path}", timeout=10)
        assert client.version()["Version"] == "28.5.2"
        assert path.stat().st_mode & 0o077 == 0
    finally:
        process.send_signal(2)
        assert process.wait(20) == 130
    assert not path.exists()


def test_threads_wait_for_each_other_in_real_time(tmp_path):
    """One client waits for a container that another one stops."""
    server = embedded_server("classic", path=tmp_path / "d.sock")
    server.start()
    one, two = (docker.DockerClient(base_url=server.address, timeout=20) for _ in range(2))
    box = one.containers.run(IMAGE, "sleep infinity", detach=True, init=True)
    codes = []
    waiting = threading.Thread(target=lambda: codes.append(box.wait()["StatusCode"]))
    waiting.start()
    time.sleep(0.3)
    two.containers.get(box.id).stop()
    waiting.join(10)
    assert codes == [143]
    server.close()


def test_what_is_typed_comes_after_what_has_happened_by_then():
    paced = adapter.client("classic", pace=0.05)
    box = paced.containers.run(IMAGE, "sleep infinity", detach=True, init=True)
    made = paced.api.exec_create(box.id, ["ping", "127.0.0.1"], tty=True, stdin=True)["Id"]
    wire = paced.api.exec_start(made, tty=True, socket=True)
    time.sleep(0.1)  # two seconds of the engine's: ping is at work when it is interrupted
    wire.sendall(b"\x03")
    printed = b"".join(iter(lambda: wire.recv(4096), b""))
    assert b"^C\r\n--- 127.0.0.1 ping statistics ---" in printed
    assert paced.api.exec_inspect(made)["ExitCode"] == 0


def test_a_closed_server_hangs_up_on_everyone(tmp_path):
    """Idle clients, one that waits, one that follows events, and one with a shell open."""
    before = set(threading.enumerate())
    server = embedded_server("classic", path=tmp_path / "d.sock")
    server.start()
    idle, *busy = (docker.DockerClient(base_url=server.address, timeout=20) for _ in range(4))
    box = idle.containers.run(IMAGE, "sleep infinity", detach=True, init=True)
    shell = idle.api.exec_create(box.id, ["sh"], stdin=True)["Id"]
    typed = busy[0].api.exec_start(shell, socket=True)
    asked = {
        "wait": lambda: busy[1].containers.get(box.id).wait(),
        "events": lambda: list(busy[2].events()),
        "shell": lambda: typed.read(100),
    }
    outcomes = {}

    def ask(what):
        try:
            outcomes[what] = asked[what]()
        except requests.RequestException as error:
            outcomes[what] = type(error)

    threads = [threading.Thread(target=ask, args=(what,), daemon=True) for what in asked]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    assert outcomes == {}
    server.close()
    for thread in threads:
        thread.join(5)
    cut = requests.exceptions.ChunkedEncodingError
    assert outcomes == {"wait": cut, "events": [], "shell": b""}
    assert set(threading.enumerate()) <= before
    with pytest.raises(requests.ConnectionError):
        idle.ping()


def test_a_closed_lab_leaves_no_connection(tmp_path, monkeypatch):
    before = set(threading.enumerate())
    server = embedded_server("classic", path=tmp_path / "d.sock", pace=0.01)
    server.start()
    monkeypatch.setenv("DOCKER_HOST", server.address)
    serving = len(threading.enumerate())
    for number in range(3):
        with Lab("docker", name=f"test-{number}") as lab:
            lab.run("one")
            lab.run("two")
            assert lab.ping("one", "two").ok
    lab.run("three")  # it is used again
    lab.close()
    deadline = time.monotonic() + 10
    while len(threading.enumerate()) > serving and time.monotonic() < deadline:
        time.sleep(0.01)  # the server's threads see the end of their connections
    assert len(threading.enumerate()) == serving
    server.close()
    assert set(threading.enumerate()) <= before
