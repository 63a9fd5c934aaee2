"""The helper container: shared, replaced when deleted, done without when refused."""

import contextlib
import threading

import docker
import docker.errors
import pytest
from fakes import engine_answering

from dockernet_lessons import Lab, errors
from dockernet_lessons.labels import LAB, ROLE
from dockernet_lessons.observe.observer import CAPABILITIES, Request, exec_in
from dockernet_lessons.parallel import side_by_side


def observers(client, lab):
    labels = {"label": [f"{LAB}={lab.name}", f"{ROLE}=observer"]}
    return client.containers.list(all=True, filters=labels)


def test_it_has_a_telling_name_and_no_more_rights_than_it_needs(own_lab, client):
    own_lab.host("hostname")
    (observer,) = observers(client, own_lab)
    assert observer.name == f"dockernet-observer-{own_lab.name}"
    rights = observer.attrs["HostConfig"]
    assert not rights["Privileged"]
    assert {name.removeprefix("CAP_") for name in rights["CapAdd"]} == set(CAPABILITIES)
    assert not rights["Binds"]
    assert own_lab.containers().empty


def test_many_at_once_share_one(own_lab, client):
    results = side_by_side(lambda n: own_lab.host(f"sh -c 'exit {n}'"), range(8))
    assert [result.exit_code for result in results] == list(range(8))
    assert len(observers(client, own_lab)) == 1


def test_two_sessions_of_one_lab_at_once_share_one(own_lab, client):
    sessions = [Lab(name=own_lab.name) for _ in range(4)]
    tables = side_by_side(lambda session: session.interfaces(), sessions)
    assert all("docker0" in set(table["name"]) for table in tables)
    assert len(observers(client, own_lab)) == 1


@pytest.mark.parametrize("how", ["removed", "stopped", "paused"])
def test_whatever_happens_to_it_the_next_look_works(own_lab, client, tag, how):
    own_lab.run(f"{tag}-seen")
    assert len(own_lab.veth_pairs()) == 1
    (observer,) = observers(client, own_lab)
    if how == "removed":
        observer.remove(force=True)
    elif how == "stopped":
        observer.kill()
    else:
        observer.pause()
    assert own_lab.host("hostname").ok
    assert len(own_lab.veth_pairs()) == 1
    assert len(observers(client, own_lab)) == 1


def test_it_sees_into_a_container_without_any_tools_and_past_one_that_vanished(own_lab, tag):
    own_lab.run(f"{tag}-bare")
    pid = own_lab._context.container(f"{tag}-bare").pid
    requests = {"here": Request("ip link", pid), "gone": Request("ip link", 2**22 - 1)}
    printed = own_lab._context.observer.read(requests)
    assert set(printed) == {"here"}
    assert "eth0" in printed["here"]


def test_more_requests_than_fit_in_one_line(own_lab):
    requests = {f"n{number}": Request(f"echo {number}") for number in range(450)}
    printed = own_lab._context.observer.read(requests)
    assert printed == {f"n{number}": str(number) for number in range(450)}


def test_an_interrupted_look_does_not_spoil_the_next_one(own_lab):
    observer = own_lab._context.observer
    observer.read({"a": Request("true")})
    interrupted = threading.Event()

    def stop_reading(*_):
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt

    shell = observer._shell
    original = shell._read_until
    shell._read_until = lambda end: stop_reading() or original(end)
    with pytest.raises(KeyboardInterrupt):
        observer.read({"slow": Request("sh -c 'sleep 0.3; echo late'")})
    assert observer.read({"a": Request("echo new")}) == {"a": "new"}


def test_a_foreign_container_of_its_name_is_not_touched(own_lab, client):
    foreign = client.containers.run(
        "xmtubuntu", "sleep 100", name=f"dockernet-observer-{own_lab.name}", detach=True
    )
    try:
        with pytest.raises(errors.NameTaken):
            own_lab.interfaces()
        foreign.reload()
        assert foreign.status == "running"
    finally:
        foreign.remove(force=True)


@pytest.fixture
def refused(own_lab, monkeypatch, tag, capsys):
    """A lab whose engine allows no container the host's namespaces."""
    own_lab.run_many([f"{tag}-r1", f"{tag}-r2"])
    own_lab.create_network(f"{tag}-rnet")
    own_lab.connect(f"{tag}-rnet", f"{tag}-r1")

    def refuse(*_, **__):
        answer = type("Response", (), {"status_code": 403, "url": "", "reason": ""})()
        raise docker.errors.APIError("no", response=answer, explanation="pid mode host forbidden")

    monkeypatch.setattr(type(own_lab.client.containers), "run", refuse)
    yield own_lab
    monkeypatch.undo()


def test_where_it_is_refused_the_containers_still_tell_their_half(refused, tag, capsys):
    pairs = refused.veth_pairs()
    refused.veth_pairs()
    assert sorted(zip(pairs["container"], pairs["network"], strict=True)) == [
        (f"{tag}-r1", "bridge"), (f"{tag}-r1", f"{tag}-rnet"), (f"{tag}-r2", "bridge"),
    ]  # fmt: skip
    assert pairs["host_if"].isna().all()
    assert capsys.readouterr().err.count("does not allow the observer") == 1
    assert set(refused.interfaces(f"{tag}-r2")["name"]) == {"lo", "eth0"}
    assert refused.ping(f"{tag}-r1", f"{tag}-r2", count=1).ok
    assert f"{tag}-r1:eth0" in refused.topology()


def test_where_it_is_refused_the_host_stays_hidden_and_that_is_said(refused):
    for question in (refused.interfaces, lambda: refused.host("ip addr"), refused.fdb):
        with pytest.raises(errors.ObserverRefused, match="pid mode host forbidden") as error:
            question()
        assert "stay hidden" in error.value.todo


def test_where_it_is_refused_a_subnet_is_still_checked_against_docker(refused, tag, capsys):
    taken = refused.inspect_network("bridge")["IPAM"]["Config"][0]["Subnet"]
    with pytest.raises(errors.SubnetInUse, match="the Docker network 'bridge'"):
        refused.create_network(f"{tag}-over", subnet=taken)
    assert "Docker's networks only" in capsys.readouterr().err


def test_a_failed_start_leaves_no_half_made_observer(own_lab, client, monkeypatch):
    """As where the engine takes the container but may not start it."""
    containers = type(own_lab.client.containers)

    def create_only(self, *args, **options):
        options.pop("detach")
        self.create(*args, **options)
        answer = type("Response", (), {"status_code": 500, "url": "", "reason": ""})()
        raise docker.errors.APIError("no", response=answer, explanation="cannot enter the host")

    monkeypatch.setattr(containers, "run", create_only)
    with pytest.raises(errors.ObserverRefused):
        own_lab.host("true")
    assert observers(client, own_lab) == []


def test_closing_twice_and_after_somebody_else_closed_is_fine(engine, tag, client):
    first, second = Lab(name=f"test-{tag}-twice"), Lab(name=f"test-{tag}-twice")
    first.host("hostname")
    with contextlib.ExitStack() as both:
        both.enter_context(first)
        both.enter_context(second)
    assert observers(client, first) == []


def test_what_comes_together_with_the_head_of_the_answer_is_not_lost():
    """On a busy machine the engine has said all before the client reads its answer's head."""
    head = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    frame = b"\x01\0\0\0\0\0\0\x03hi\n"
    answers = {
        "/exec": {"Id": "e1"}, "/start": head + 2 * frame, "/json": {"ExitCode": 7},
    }  # fmt: skip
    with engine_answering(answers) as address:
        client = docker.DockerClient(base_url=address, version="1.41")
        assert exec_in(client, "box", ["echo", "hi"]) == (7, "hi\nhi\n")
        heard = []
        exec_in(client, "box", ["echo", "hi"], heard=heard.append)
        assert heard == ["hi", "hi"]
        client.close()
