"""Two labs beside each other, and what is the user's own: nobody touches anybody else's."""

import pytest

from dockernet_lessons import Lab, errors
from dockernet_lessons.labels import LAB

FOREIGN_ACTIONS = [
    lambda lab, name: lab.stop(name),
    lambda lab, name: lab.start(name),
    lambda lab, name: lab.restart(name),
    lambda lab, name: lab.remove(name),
    lambda lab, name: lab.exec(name, "true"),
    lambda lab, name: lab.hosts_file(name),
    lambda lab, name: lab.interfaces(name),
    lambda lab, name: lab.connect("bridge", name),
    lambda lab, name: lab.disconnect("bridge", name),
    lambda lab, name: lab.ping(name, "host"),
    lambda lab, name: lab.ping("host", name),
    lambda lab, name: lab.run("x", links=[name]),
    lambda lab, name: lab.run("x", network=f"container:{name}"),
]


@pytest.fixture(scope="module")
def strangers(engine, tag):
    """A container and a network that the user made without us."""
    client = engine.client()
    network = client.networks.create(f"{tag}-user-net")
    container = client.containers.run(
        "xmtubuntu", "sleep 1000", name=f"{tag}-user", detach=True, network=network.name
    )
    yield container, network
    container.remove(force=True)
    network.remove()
    client.close()


@pytest.fixture(scope="module")
def neighbor(engine, tag):
    """Another learner's lab, with a container and a network."""
    with Lab(name=f"test-{tag}-neighbor") as lab:
        lab.create_network(f"{tag}-their-net")
        lab.run(f"{tag}-their", network=f"{tag}-their-net")
        lab.host("hostname")
        yield lab


def test_the_users_own_and_the_neighbors_are_not_listed(lab, strangers, neighbor):
    assert lab.containers().empty
    assert lab.veth_pairs().empty


@pytest.mark.parametrize("action", range(len(FOREIGN_ACTIONS)))
@pytest.mark.parametrize("whose", ["user", "their"])
def test_nothing_is_done_to_a_strangers_container(
    lab, strangers, neighbor, tag, whose, action, client
):
    before = client.containers.get(f"{tag}-{whose}").attrs["State"]
    with pytest.raises(errors.NotThisLab, match=f"{tag}-{whose}"):
        FOREIGN_ACTIONS[action](lab, f"{tag}-{whose}")
    assert client.containers.get(f"{tag}-{whose}").attrs["State"] == before


@pytest.mark.parametrize(
    ("whose", "holder"), [("user", "did not make"), ("their", "the lab 'test-")]
)
def test_a_strangers_name_is_taken(lab, strangers, neighbor, tag, whose, holder):
    with pytest.raises(errors.NameTaken, match=holder):
        lab.run(f"{tag}-{whose}")
    with pytest.raises(errors.NameTaken, match=holder):
        lab.create_network(f"{tag}-{whose}-net")


@pytest.mark.parametrize("whose", ["user", "their"])
def test_a_strangers_network_is_not_used_or_removed(lab, strangers, neighbor, tag, whose):
    own = lab.run(f"{tag}-own").name
    for action in (
        lambda: lab.remove_network(f"{tag}-{whose}-net"),
        lambda: lab.connect(f"{tag}-{whose}-net", own),
        lambda: lab.run(f"{tag}-own2", network=f"{tag}-{whose}-net"),
    ):
        with pytest.raises(errors.NotThisLab):
            action()
    lab.remove(own)


def test_two_labs_reset_only_their_own(lab, strangers, neighbor, tag, client):
    lab.create_network(f"{tag}-mine-net")
    lab.run(f"{tag}-mine", network=f"{tag}-mine-net")
    lab.reset()
    lab.close()
    assert lab.containers().empty
    assert neighbor.containers()["status"].tolist() == ["running"]
    assert neighbor.host("hostname").ok
    assert client.containers.get(f"{tag}-user").status == "running"
    names = {network.name for network in client.networks.list()}
    assert {f"{tag}-user-net", f"{tag}-their-net"} <= names
    assert f"{tag}-mine-net" not in names


def test_reset_does_not_remove_a_network_that_a_stranger_joined(engine, tag, client):
    with Lab(name=f"test-{tag}-joined") as lab:
        network = lab.create_network(f"{tag}-joined")
        guest = client.containers.run(
            "xmtubuntu", "sleep 100", name=f"{tag}-guest", detach=True, network=network.name
        )
        try:
            with pytest.raises(errors.NetworkInUse):
                lab.reset()
            guest.reload()
            assert guest.status == "running"
        finally:
            guest.remove(force=True)


def test_a_new_session_adopts_what_an_earlier_one_left(engine, tag, client):
    first = Lab(name=f"test-{tag}-again")
    first.create_network(f"{tag}-kept-net")
    container = first.run(f"{tag}-kept", network=f"{tag}-kept-net")
    first.stop(f"{tag}-kept")
    with Lab(name=first.name) as second:
        assert second.containers()["container"].tolist() == [f"{tag}-kept"]
        assert second.run(f"{tag}-kept", network=f"{tag}-kept-net").id == container.id
    assert client.networks.list(filters={"label": f"{LAB}={first.name}"}) == []


@pytest.mark.parametrize("name", ["my lab", "-x", "x/y", "a=b", "学"])
def test_a_lab_name_that_no_container_could_carry_is_refused(engine, name):
    with pytest.raises(errors.BadArgument, match="cannot be called"):
        Lab(name=name)
