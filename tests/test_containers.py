"""Run, stop, start, restart, remove, and commands in containers, on a real engine."""

import random
import time

import docker.errors
import pytest

from dockernet_lessons import errors, image
from dockernet_lessons.labels import LAB, ROLE

FAST_S = 5  # Docker's own patience with a deaf shell is ten seconds


@pytest.fixture
def name(tag):
    """The name of a container of the test's own."""
    return f"{tag}-{random.randrange(16**4):04x}"


@pytest.fixture(scope="module")
def ubuntu(lab, tag):
    """A running container that no test changes."""
    return lab.run(f"{tag}-ubuntu").name


def left(client, name):
    return [row["Id"] for row in client.api.containers(all=True, filters={"name": f"^/{name}$"})]


def test_run_gives_a_running_container_with_an_address_and_our_labels(lab, name):
    container = lab.run(name)
    assert container.status == "running"
    assert container.attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
    assert container.labels[LAB] == lab.name
    row = lab.containers().set_index("container").loc[name]
    assert (row["status"], row["network_mode"], row["networks"]) == ("running", "bridge", "bridge")
    lab.remove(name)


def test_run_again_with_the_same_options_gives_the_same_container(lab, name):
    first = lab.run(name, command="sleep 1000")
    assert lab.run(name, command=["sleep", "1000"]).id == first.id
    lab.stop(name)
    again = lab.run(name, command="sleep 1000")
    assert (again.id, again.status) == (first.id, "running")
    lab.remove(name)


def test_run_again_gives_the_same_container_though_its_neighbor_is_gone(lab, name):
    lab.run(f"{name}a")
    first = lab.run(name, links=f"{name}a")
    lab.remove(f"{name}a")
    assert lab.run(name, links=f"{name}a").id == first.id
    lab.remove(name)


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/new", "/bin/cat", "/tmp/x"])
def test_what_a_container_writes_no_other_container_sees(lab, ubuntu, name, path):
    lab.run(name)
    before = lab.exec(ubuntu, f"wc -c {path}").text
    assert lab.exec(name, f"sh -c 'echo changed >> {path}'").ok
    assert lab.exec(name, f"sh -c 'echo twice >> {path}'").ok
    assert lab.exec(ubuntu, f"wc -c {path}").text == before != lab.exec(name, f"wc -c {path}").text
    assert lab.exec(name, "cat /etc/hostname").ok  # also where it is the program that has grown
    lab.remove(name)
    lab.run(name)
    assert lab.exec(name, f"wc -c {path}").text == before
    lab.remove(name)


def test_run_again_with_other_options_is_a_taken_name(lab, ubuntu):
    with pytest.raises(errors.NameTaken, match="this lab with other options") as refused:
        lab.run(ubuntu, command="sleep 1000")
    assert f'lab.remove("{ubuntu}")' in refused.value.todo


def test_several_are_started_together(lab, tag):
    names = [f"{tag}-many{number}" for number in range(4)]
    started = lab.run_many(names)
    assert [container.name for container in started] == names
    assert set(names) <= set(lab.containers().query("status == 'running'")["container"])
    for each in names:
        lab.remove(each)


def test_stop_start_restart_and_remove_are_fast(lab, name):
    lab.run(name, command="bash -c 'trap : TERM; while :; do sleep 1; done'")
    began = time.monotonic()
    assert lab.stop(name).status == "exited"
    assert lab.start(name).status == "running"
    assert lab.restart(name).status == "running"
    lab.remove(name)
    assert time.monotonic() - began < FAST_S
    assert name not in set(lab.containers()["container"])


def test_stopping_and_starting_twice_is_no_error(lab, name):
    lab.run(name)
    assert lab.start(name).status == "running"
    lab.stop(name)
    assert lab.stop(name).status == "exited"
    lab.remove(name)


@pytest.mark.parametrize("action", ["stop", "start", "restart", "remove", "hosts_file", "routes"])
def test_an_unknown_container_is_named_with_the_nearest_known_one(lab, ubuntu, action):
    with pytest.raises(errors.UnknownContainer, match=f"Did you mean '{ubuntu}'"):
        getattr(lab, action)(f"{ubuntu}x")


def test_the_beginning_of_an_id_is_no_name(lab, ubuntu):
    short = lab.containers().set_index("container").loc[ubuntu, "container_id"]
    with pytest.raises(errors.UnknownContainer):
        lab.remove(short)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [("", errors.BadArgument), ("host", errors.BadArgument), ("a b", errors.EngineRefused)],
)
def test_an_impossible_name_is_refused(lab, wrong, error):
    with pytest.raises(error):
        lab.run(wrong)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"ports": 80}, errors.BadArgument),
        ({"ports": "80"}, errors.BadArgument),
        ({"ip": "banana"}, errors.AddressUnavailable),
        ({"ip": "172.17.0.200"}, errors.AddressUnavailable),
        ({"network": "nonsuch-net"}, errors.UnknownNetwork),
        ({"network": "container:nonsuch"}, errors.UnknownContainer),
        ({"links": ["nonsuch"]}, errors.UnknownContainer),
        ({"image": "nonsuch:1"}, errors.ImageUnavailable),
        ({"command": "nonsuch"}, errors.ContainerExited),
        ({"command": "sh -c 'echo bye; sleep 0.1; exit 3'"}, errors.ContainerExited),
        ({"ports": {"80/tcp": 99999}}, errors.EngineRefused),
        ({"network": "host", "links": "UBUNTU"}, errors.EngineRefused),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_failed_run_leaves_nothing_behind(lab, ubuntu, name, client, options, error):
    options = {key: ubuntu if value == "UBUNTU" else value for key, value in options.items()}
    with pytest.raises(error):
        lab.run(name, **options)
    assert left(client, name) == []


def test_a_container_that_ends_is_reported_with_its_last_words(lab, name):
    with pytest.raises(errors.ContainerExited, match="exit code 3, saying: bye"):
        lab.run(name, command="sh -c 'echo bye; exit 3'")


def test_a_taken_port_is_named(lab, name, client):
    lab.run(name, ports={80: 18087, "53/udp": 18088})
    bound = client.containers.get(name).attrs["HostConfig"]["PortBindings"]
    assert bound["53/udp"][0]["HostPort"] == "18088"
    with pytest.raises(errors.PortTaken, match="18087"):
        lab.run(f"{name}b", ports={"80/tcp": 18087})
    assert left(client, f"{name}b") == []
    lab.remove(name)


def test_a_link_to_a_stopped_container_leaves_nothing_behind(lab, name, client):
    lab.run(name)
    lab.stop(name)
    with pytest.raises(errors.LinkTargetNotRunning):
        lab.run(f"{name}b", links=[name])
    assert left(client, f"{name}b") == []
    lab.remove(name)


def test_all_ports_are_published_on_request(lab, name, client):
    lab.run(name, ports="all")
    assert client.containers.get(name).attrs["HostConfig"]["PublishAllPorts"]
    lab.remove(name)


def test_another_image_keeps_its_own_command_and_gets_a_terminal(lab, name):
    container = lab.run(name, image="xmtubuntu:latest")
    assert (container.status, container.attrs["Config"]["Cmd"]) == ("running", ["bash"])
    lab.remove(name)


def test_a_command_gives_its_text_and_exit_code(lab, ubuntu):
    good = lab.exec(ubuntu, "echo 'two words'")
    assert (str(good), good.exit_code) == ("two words\n", 0)
    assert good.command == f"docker exec {ubuntu} echo 'two words'"
    bad = lab.exec(ubuntu, ["sh", "-c", "echo oops >&2; exit 3"])
    assert (bad.text, bad.exit_code, bad.ok) == ("oops\n", 3, False)


def test_a_command_that_is_not_there_is_a_result(lab, ubuntu):
    result = lab.exec(ubuntu, "nonsuch")
    assert result.exit_code in (126, 127)
    assert "nonsuch" in result.text


def test_a_stopped_container_runs_no_commands(lab, name):
    lab.run(name)
    lab.stop(name)
    for question in (lambda: lab.exec(name, "ls"), lambda: lab.interfaces(name)):
        with pytest.raises(errors.NotRunning, match=f"'{name}' is not running"):
            question()
    lab.remove(name)


def test_a_hundred_commands_side_by_side_each_get_their_own_exit_code(lab, ubuntu):
    from dockernet_lessons.parallel import side_by_side

    results = side_by_side(lambda n: lab.exec(ubuntu, f"sh -c 'echo {n}; exit {n}'"), range(100))
    assert [(r.exit_code, r.text) for r in results] == [(n, f"{n}\n") for n in range(100)]


def test_the_files_that_decide_about_names_can_be_read(lab, ubuntu):
    assert "localhost" in lab.hosts_file(ubuntu)
    assert isinstance(lab.resolv_conf(ubuntu), str)


def test_reset_removes_the_labs_own_and_keeps_it_usable(own_lab, name, client):
    own_lab.create_network(f"{name}-net")
    own_lab.run_many([f"{name}a", f"{name}b"], network=f"{name}-net")
    own_lab.host("hostname")
    own_lab.reset()
    assert own_lab.containers().empty
    mine = {"label": f"{LAB}={own_lab.name}"}
    assert client.networks.list(filters=mine) == []
    roles = [c.labels[ROLE] for c in client.containers.list(all=True, filters=mine)]
    assert roles == ["observer"]
    assert own_lab.run(f"{name}a").status == "running"
    own_lab.close()
    assert client.containers.list(all=True, filters=mine) == []
    own_lab.close()


def test_an_image_that_vanished_during_the_lesson_is_made_again(own_lab, name, client, monkeypatch):
    own_lab.run(name)
    lesson_image = client.images.get(image.REFERENCE)
    lesson_image.tag("kept-for-a-test")
    made = []

    def make_again(client, **_):
        made.append(client.api.tag(lesson_image.id, *image.REFERENCE.split(":")))

    try:
        client.images.remove(image.REFERENCE, force=True)
        monkeypatch.setattr(image, "ensure", make_again)
        assert own_lab.run(f"{name}b").status == "running"
        assert own_lab.run(f"{name}c").status == "running"
        assert made == [True]
    finally:
        lesson_image.tag(*image.REFERENCE.split(":"))
        client.images.remove("kept-for-a-test")


def test_a_container_removed_meanwhile_is_no_error_for_reset(own_lab, name, client):
    own_lab.run(name)
    listed = own_lab._context.containers()
    client.containers.get(name).remove(force=True)
    own_lab._context.containers = lambda: listed
    own_lab.reset()
    with pytest.raises(docker.errors.NotFound):
        client.containers.get(name)


@pytest.mark.parametrize("command", ["nosuch -x", "/bin/nosuch", "sh -c 'echo a; nosuch'"])
def test_after_an_unknown_command_the_lesson_tells_which_there_are(lab, ubuntu, command):
    result = lab.exec(ubuntu, command)
    assert result.exit_code in (126, 127)
    assert result.hint.startswith("There is no ")
    assert "nosuch here. The lesson image has bash, bridge, cat, " in result.hint
    assert lab.host(command).hint == lab.docker(f"exec {ubuntu} {command}").hint == result.hint
    assert not lab.exec(ubuntu, "sh -c 'exit 127'").hint


def test_the_small_init_is_seen_in_a_container(lab, name):
    lab.run(name)
    number, first, other, second, *_ = lab.exec(name, "ps -e -o pid=,comm=").text.split()
    assert (number, first, second) == ("1", "docker-init", "sleep")
    assert int(other) in range(4, 9)  # runc's own had numbers, too: 7, seldom fewer
    assert lab.exec(name, "ls /").text.split()[:3] == ["bin", "dev", "etc"]
    assert lab.exec(name, "ls /sbin").text == "docker-init\n"
